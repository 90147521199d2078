"""A port mapper with an NFS server behind it: the list of programs, and the exports of a mount service on the same port.

ONC RPC over TCP (RFC 5531), port mapper version 2 (RFC 1833), MOUNT version 3 (RFC 1813 appendix I). Nothing can be mounted.
"""

import struct
from dataclasses import dataclass, field

from lab.twin import Connection, TcpTwin

MAPPER, NFS, MOUNT = 100000, 100003, 100005
TCP = 6
SUCCESS, NO_PROGRAM, OTHER_VERSION, NO_PROCEDURE = 0, 1, 2, 3
VERSIONS = {MAPPER: 2, NFS: 3, MOUNT: 3}
LAST_FRAGMENT = 0x80000000


@dataclass(frozen=True)
class Settings:
    """`exports`: directory → the clients that may mount it; an empty list is everybody."""

    exports: dict[str, list[str]] = field(default_factory=lambda: {"/srv/share": []})


class PortmapperTwin(TcpTwin):
    port = 111
    Settings = Settings

    def session(self, connection: Connection) -> None:
        while True:
            size = struct.unpack(">I", connection.read_exactly(4))[0] & ~LAST_FRAGMENT
            call = connection.read_exactly(size)
            if len(call) < 40 or call[4:8] != bytes(4):
                return
            program, version, procedure = struct.unpack(">III", call[12:24])
            status, body = self._answer(program, version, procedure, call[24:])
            reply = call[:4] + struct.pack(">IIIII", 1, 0, 0, 0, status) + body
            connection.send(struct.pack(">I", LAST_FRAGMENT | len(reply)) + reply)

    def _answer(self, program: int, version: int, procedure: int, rest: bytes) -> tuple[int, bytes]:
        if program not in VERSIONS:
            return NO_PROGRAM, b""
        if version != VERSIONS[program]:
            return OTHER_VERSION, struct.pack(">II", VERSIONS[program], VERSIONS[program])
        if procedure == 0:
            return SUCCESS, b""
        if program == MAPPER and procedure == 3:
            wanted = struct.unpack(">I", arguments(rest)[:4])[0]
            return SUCCESS, struct.pack(">I", next((port for each, _, port in self._programs() if each == wanted), 0))
        if program == MAPPER and procedure == 4:
            return SUCCESS, b"".join(
                struct.pack(">IIIII", 1, each, number, TCP, port) for each, number, port in self._programs()
            ) + bytes(4)
        if program == MOUNT and procedure == 5:
            return SUCCESS, b"".join(map(export, self.settings.exports.items())) + bytes(4)
        return NO_PROCEDURE, b""

    def _programs(self) -> list[tuple[int, int, int]]:
        """(program, version, port); NFS itself is registered where there are exports."""
        listed = [(MAPPER, 2, self.address[1])]
        if self.settings.exports:
            listed += [(NFS, 3, 2049), (MOUNT, 3, self.address[1])]
        return listed


def arguments(rest: bytes) -> bytes:
    """What follows credentials and verifier, each a kind with an opaque body."""
    at = 0
    for _ in range(2):
        at += 8 + (struct.unpack(">I", rest[at + 4 : at + 8])[0] + 3) // 4 * 4
    return rest[at:]


def export(entry: tuple[str, list[str]]) -> bytes:
    directory, clients = entry
    return (
        struct.pack(">I", 1)
        + text(directory)
        + b"".join(struct.pack(">I", 1) + text(each) for each in clients)
        + bytes(4)
    )


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack(">I", len(data)) + data + bytes(-len(data) % 4)


TWIN = PortmapperTwin
