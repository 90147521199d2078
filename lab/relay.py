"""A server of its own for every conversation: `python -m lab.relay PORT -- COMMAND… {port} …`, inside a host's container.

For servers that hold one conversation at a time and end with a failed one, such as those that GmSSL brings as examples. The
command is started anew for each connection, on a free port of loopback that takes the place of `{port}`; every byte that the
client sees is the server's own.
"""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time

READY_SECONDS = 10.0
IDLE_SECONDS = 60.0


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def connected(port: int, process: "subprocess.Popen[bytes]") -> socket.socket | None:
    """The one connection to a server that has just been started; None when it ended instead."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), READY_SECONDS)
        time.sleep(0.01)
    return None


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Bytes from one side to the other until it ends, then tell the other side so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def converse(client: socket.socket, words: list[str]) -> None:
    """One conversation: start the server, carry bytes both ways, end it."""
    port = free_port()
    command = [word.replace("{port}", str(port)) for word in words]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with client:
            client.settimeout(IDLE_SECONDS)
            inside = connected(port, process)
            if inside is None:
                return
            with inside:
                inside.settimeout(IDLE_SECONDS)
                threading.Thread(target=pump, args=(client, inside), daemon=True).start()
                pump(inside, client)
    finally:
        process.kill()
        process.wait()


def main(words: list[str]) -> int:
    """Listen until told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port, command = int(words[0]), words[words.index("--") + 1 :]
    with socket.create_server(("0.0.0.0", port), backlog=64) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=converse, args=(client, command), daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
