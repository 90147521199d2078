"""Captures: a pcap file of 100 MB into a workspace: frames, conversations, evidence, facts, assets, in one process.

`python -m bench.capture [--megabytes 100] [--json]`. The file is made up (web pages, names, Modbus, logins, large downloads; a third of the
frames are small), lies under out/bench and goes again. Figures are seconds and peak memory of the whole import.
"""

import argparse
import os
import platform
import random
import resource
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

from bench.peers import ROOM, permit, show
from inventory.reduction import reduce
from inventory.store import Store
from scanner.capture.intake import bring_in

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
SYN, SYN_ACK, DATA = 0x02, 0x12, 0x18
TALKS = (
    (80, b"GET / HTTP/1.1\r\nHost: portal.example\r\n\r\n", b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n"),
    (21, b"USER reader\r\nPASS made-up\r\n", b"220 ready\r\n"),
    (502, b"\0\1\0\0\0\6\1\3\0\0\0\2", b"\0\1\0\0\0\7\1\3\4\0\0\0\0"),
    (22, b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"),
)


def frame(source: int, source_port: int, target: int, target_port: int, flags: int, data: bytes) -> bytes:
    """A TCP segment in Ethernet; nobody looks at its checksums."""
    segment = struct.pack("!HHIIBBHHH", source_port, target_port, 1, 1, 0x50, flags, 512, 0, 0) + data
    head = struct.pack("!BBHHHBBHII", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0, source, target)
    return b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0" + head + segment


def frames(chance: random.Random) -> Iterator[bytes]:
    """Conversations without end."""
    clients, servers = int(IPv4Address("127.1.0.1")), int(IPv4Address("127.2.0.1"))
    while True:
        client, server = clients + chance.randrange(2_000), servers + chance.randrange(500)
        own, (port, up, down) = chance.randrange(20_000, 60_000), chance.choice(TALKS)
        yield frame(client, own, server, port, SYN, b"")
        yield frame(server, port, client, own, SYN_ACK, b"")
        yield frame(client, own, server, port, DATA, up)
        yield frame(server, port, client, own, DATA, down)
        for _ in range(chance.randrange(8)):
            yield frame(server, port, client, own, DATA, bytes(1400))


def write(path: Path, octets: int) -> int:
    """A capture of about this size; the number of its frames."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("wb") as file:
        file.write(HEAD)
        for one in frames(random.Random(45)):
            file.write(struct.pack("<IIII", 0, 0, len(one), len(one)) + one)
            count += 1
            if file.tell() >= octets:
                return count
    return count


def measure(megabytes: int) -> dict[str, object]:
    """The figures."""
    path = ROOM / "made-up.pcap"
    load = os.getloadavg()[0]
    written = write(path, megabytes * 1_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    try:
        with Store.memory() as store:
            store.begin_scan("s", started="2026-06-01T00:00:00Z", permit=permit().document(), profile={}, versions={})
            began = time.monotonic()
            _, counts = bring_in(path, store, lambda exchange: reduce(exchange, b"key"), datetime.now(UTC))
            took = time.monotonic() - began
    finally:
        path.unlink()
    figures = {
        "megabytes": megabytes,
        "frames": written,
        "frames_read": counts["frames"],
        "endpoints": counts["endpoints"],
        "seconds": round(took, 1),
        "megabytes_per_second": round(megabytes / took, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "mb_before": round(before, 1),
        "load_before": round(load, 2),
    }
    return {"name": "capture", "machine": platform.platform(), "figures": figures, "peers": {}}


def main() -> None:
    """Print a table, or one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    show(measure(chosen.megabytes), as_json=chosen.json, width=24)


if __name__ == "__main__":
    main()
