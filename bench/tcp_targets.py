"""The targets of the TCP benchmark, in a network namespace of their own: 250 hosts with five listening ports each.

`python -m bench.tcp_targets` prints its process id, waits for a line on its standard input (the link is there now), listens,
prints its truth as JSON, and ends with its standard input.
"""

import json
import os
import random
import selectors
import socket
import subprocess
import sys

HOSTS = 250
EACH = 5
NETWORK = "10.99.1.0/24"
CANDIDATES = (21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 1433, 3306, 3389, 5900, 8000, 8080, 8443)


def truth() -> dict[str, list[int]]:
    """Address → its open ports."""
    chance = random.Random(45)
    return {f"10.99.1.{host}": sorted(chance.sample(CANDIDATES, EACH)) for host in range(1, HOSTS + 1)}


def ip(*words: str) -> None:
    """One step of the set-up, in the namespace of this process."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def main() -> None:
    """Listen until the standard input ends."""
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    ip("link", "set", "lo", "up")
    ip("addr", "add", "10.98.0.2/24", "dev", "target")
    ip("link", "set", "target", "up")
    ip("route", "add", "local", NETWORK, "dev", "lo")  # all of 10.99.2.0/24 stays silent: there is no way to it
    waiting = selectors.DefaultSelector()
    for address, ports in truth().items():
        for port in ports:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(16)
            listener.setblocking(False)
            waiting.register(listener, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    print(json.dumps(truth()), flush=True)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is sys.stdin:
                return
            assert isinstance(key.fileobj, socket.socket)
            try:
                key.fileobj.accept()[0].close()
            except OSError:
                continue


if __name__ == "__main__":
    main()
