"""The whole city as twins on loopback, in a network namespace of its own: 10.45.x.y becomes 127.45.x.y.

As root the namespace is made directly, otherwise inside a user namespace where the machine allows that. The process that runs
the twins owns the namespace: when it ends, everything is gone. What loopback cannot show: every address of 127/8 answers
ping, ARP does not exist, and stand-ins take the place of real servers.
"""

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from lab import changes, place
from lab.certificates import FOLDER_VARIABLE
from lab.city import City
from lab.equivalents import stand_in
from lab.place import LabError
from lab.twin import Twin
from lab.twins import make

SHIFT = int(ipaddress.IPv4Address("127.45.0.0")) - int(ipaddress.IPv4Address("10.45.0.0"))
READY_SECONDS = 60


def loopback_address(address: str) -> str:
    """10.45.x.y as 127.45.x.y."""
    return str(ipaddress.IPv4Address(address) + SHIFT)


def ready_file() -> Path:
    return place.out() / "loopback.json"


def serve_city(city: City) -> int:
    """Inside the namespace: start every twin, tell that all is ready, wait for the end."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, env={"PATH": place.search_path()})
    rules = kernel_rules(city)
    if rules and shutil.which("nft", path=place.search_path()):
        subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True, env={"PATH": place.search_path()})
    running: list[Twin] = []
    for host in city.hosts:
        for service in host.services:
            kind, settings = stand_in(host, service)
            for address in host.addresses():
                settings = (
                    {**settings, "state_file": str(state_file(host.name))} if "state_file" in settings else settings
                )
                twin = make(kind, settings)
                twin.start(loopback_address(address), service.port)
                running.append(twin)
    ready_file().write_text(json.dumps({"pid": os.getpid(), "twins": len(running)}), encoding="utf-8")
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    ready_file().unlink(missing_ok=True)
    for twin in running:
        twin.stop()
    return 0


def state_file(host: str) -> Path:
    path = place.out() / "state" / host
    path.mkdir(parents=True, exist_ok=True)
    return path / "plc"


def kernel_rules(city: City) -> str:
    """Nobody lives at the other addresses, which loopback would answer for; and what the kernel does for trouble hosts: drop
    what is for a silent one or a blocked port, send every port to one."""
    known = ", ".join(loopback_address(address) for host in city.hosts for address in host.addresses())
    drops, redirects = [f"ip daddr 127.45.0.0/16 ip daddr != {{ {known} }} drop"], []
    for host in city.hosts:
        for address in map(loopback_address, host.addresses()):
            if host.behaviour == "silent":
                drops.append(f"ip daddr {address} drop")
            if host.blocked:
                ports = ", ".join(str(port) for port in host.blocked)
                drops.append(f"ip daddr {address} meta l4proto {{ tcp, udp }} th dport {{ {ports} }} drop")
            if host.behaviour == "every-port":
                redirects.append(f"ip daddr {address} ip protocol tcp dnat to {address}:{host.services[0].port}")
    chain = "chain in {{ type filter hook input priority 0; {} }}"
    table = "table ip lab {\n" + chain.format("; ".join([*drops, ""])) + "\n"
    if redirects:
        table += f"chain out {{ type nat hook output priority -100; {'; '.join([*redirects, ''])} }}\n"
    return table + "}\n"


def own_namespace() -> list[str]:
    """The words that start a program in a new network namespace."""
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]


def up() -> int:
    """Start the loopback city in the background; gives the number of twins. Raises LabError when it does not start."""
    if pid() is not None:
        raise LabError("the loopback city is up already: python -m lab loopback down")
    place.need("unshare", "nsenter", "ip")
    ready_file().unlink(missing_ok=True)
    place.certificates().mkdir(mode=0o700, parents=True, exist_ok=True)
    log = place.out() / "loopback.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*own_namespace(), sys.executable, "-m", "lab.loopback_city"],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=place.CHECKOUT,
            env={**os.environ, FOLDER_VARIABLE: str(place.certificates()), "PATH": place.search_path()},
        )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready_file().is_file():
            return int(json.loads(ready_file().read_text(encoding="utf-8"))["twins"])
        time.sleep(0.05)
    process.kill()
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise LabError(f"the loopback city did not start: {last[0] if last else 'no word of why'}")


def pid() -> int | None:
    """The process that runs the loopback city, or None."""
    try:
        number = int(json.loads(ready_file().read_text(encoding="utf-8"))["pid"])
        words = Path(f"/proc/{number}/cmdline").read_text(encoding="utf-8").split("\0")
    except (OSError, ValueError, KeyError):
        return None
    return number if "lab.loopback_city" in words else None


def down() -> None:
    """End it and wait until it is gone; nothing else is left of it."""
    number = pid()
    if number is not None:
        os.kill(number, signal.SIGTERM)
        for _ in range(200):
            if pid() is None:
                break
            time.sleep(0.05)
        else:
            os.kill(number, signal.SIGKILL)
    ready_file().unlink(missing_ok=True)


def enter(words: list[str]) -> list[str]:
    """The words that run a command beside the twins. Raises LabError when the loopback city is not up."""
    number = pid()
    if number is None:
        raise LabError("the loopback city is not up: python -m lab loopback up")
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    return ["nsenter", f"--target={number}", *user, "--net", *words]


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    sys.exit(serve_city(changes.current_city()))
