"""NFS: what the port mapper lists and, where the mount service is at hand, which directories are exported to whom.

ONC RPC over TCP (RFC 5531, RFC 1833 DUMP, RFC 1813 appendix I EXPORT). Nothing is mounted. The mount service has a port of
its own that the permit may not name; the exports are asked on the port mapper's endpoint alone when both share it.
"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.nfs import NfsFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.openings import PORTMAP_DUMP
from scanner.wire.reader import Reader

MAPPER, NFS, MOUNT = 100000, 100003, 100005
EXPORTS = (
    b"\x80\x00\x00\x28\x43\x4a\x00\x02"
    + bytes(4)
    + b"\x00\x00\x00\x02\x00\x01\x86\xa5\x00\x00\x00\x03\x00\x00\x00\x05"
    + bytes(16)
)


def _length(data: bytes) -> int | None:
    return 4 + (int.from_bytes(data[:4], "big") & 0x7FFFFFFF) if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection: the list of programs, and of exports where the mount service is on this very port."""
    async with recorder.connection() as connection:
        heard = await connection.ask_exactly("programs", PORTMAP_DUMP, _length, limit=65536, timeout=4.0)
        try:
            here = any(
                program == MOUNT and port == recorder.endpoint.port for program, _, _, port in read_programs(heard)
            )
        except NotUnderstood:
            return
        if here:
            await connection.ask_exactly("exports", EXPORTS, _length, limit=65536, timeout=4.0)


def _accepted(data: bytes) -> Reader:
    """The body of an accepted reply. Raises NotUnderstood."""
    reader = Reader(data)
    if not reader.number(4) & 0x80000000:
        raise NotUnderstood("a record in pieces")
    reader.take(4)
    if (reader.number(4), reader.number(4)) != (1, 0):
        raise NotUnderstood("not an accepted RPC reply")
    reader.take(4)
    reader.take((reader.number(4) + 3) // 4 * 4)
    if reader.number(4) != 0:
        raise NotUnderstood("the program or procedure is not there")
    return reader


def read_programs(data: bytes) -> list[tuple[int, int, int, int]]:
    """(program, version, protocol, port) of each mapping. Raises NotUnderstood."""
    reader = _accepted(data)
    found: list[tuple[int, int, int, int]] = []
    while reader.number(4) == 1 and len(found) < 1000:
        found.append((reader.number(4), reader.number(4), reader.number(4), reader.number(4)))
    return found


def read_exports(data: bytes) -> list[tuple[bytes, int]]:
    """(directory, clients it is limited to) of each export. Raises NotUnderstood."""
    reader = _accepted(data)
    found: list[tuple[bytes, int]] = []
    while reader.number(4) == 1 and len(found) < 1000:
        directory, clients = _string(reader), 0
        while reader.number(4) == 1:
            clients += _string(reader) not in (b"*", b"(everyone)", b"0.0.0.0/0")
        found.append((directory, clients))
    return found


def _string(reader: Reader) -> bytes:
    size = reader.number(4)
    data = reader.take(size)
    reader.take(-size % 4)
    return data


def interpret(exchange: Exchange) -> dict[str, list[NfsFacts]]:
    """Pure. Raises NotUnderstood where the answer is not one of a port mapper."""
    turn = exchange.turn("programs")
    programs = {program for program, _, _, _ in read_programs(turn.received if turn is not None else b"")}
    exports = _exports(exchange.turn("exports"))
    return {
        "nfs": [
            NfsFacts(
                answers=True,
                nfs_registered=NFS in programs,
                exports=None if exports is None else len(exports),
                exports_to_all=None if exports is None else sum(clients == 0 for _, clients in exports),
                programs=len(programs),
            )
        ]
    }


def _exports(turn: Turn | None) -> list[tuple[bytes, int]] | None:
    try:
        return read_exports(turn.received) if turn is not None else None
    except NotUnderstood:
        return None


PROBE = Probe(name="nfs", table="nfs", transport="tcp", collect=collect, interpret=interpret, packets=10)
