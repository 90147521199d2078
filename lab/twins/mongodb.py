"""A MongoDB-like server: hello, buildInfo and listDatabases in OP_MSG, and in OP_QUERY as older clients ask.

The wire is that of the MongoDB manual, "Wire Protocol"; documents are BSON (bsonspec.org).
"""

import struct
from dataclasses import dataclass
from typing import Any

from lab.twin import ClientGoneError, Connection, TcpTwin

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
UNAUTHORIZED = 13
OPEN_TO_ALL = {"hello", "ismaster", "buildinfo", "ping"}


@dataclass(frozen=True)
class Settings:
    """`authentication`: everything but hello, buildInfo and ping is refused (code 13). `databases`: what is listed."""

    version: str = "4.4.29"
    authentication: bool = False
    databases: tuple[str, ...] = ("admin", "config", "citizens")


class MongodbTwin(TcpTwin):
    port = 27017
    Settings = Settings

    def session(self, connection: Connection) -> None:
        while True:
            size, number, _, kind = struct.unpack("<iiii", connection.read_exactly(16))
            body = connection.read_exactly(size - 16)
            if kind == OP_MSG and body[4:5] == b"\0":
                answer = bytes(4) + b"\0" + document(self._answer(first_key(body[5:])))
                connection.send(message(OP_MSG, number, answer))
            elif kind == OP_QUERY:
                query = body[body.index(b"\0", 4) + 9 :]
                answer = bytes(4) + bytes(8) + struct.pack("<ii", 0, 1) + document(self._answer(first_key(query)))
                connection.send(message(OP_REPLY, number, answer))
            else:
                return

    def _answer(self, command: str) -> dict[str, Any]:
        ours, command = self.settings, command.lower()
        if ours.authentication and command not in OPEN_TO_ALL:
            text = f"command {command} requires authentication"
            return {"ok": 0.0, "errmsg": text, "code": UNAUTHORIZED, "codeName": "Unauthorized"}
        if command in ("hello", "ismaster"):
            primary = {"isWritablePrimary": True} if command == "hello" else {"ismaster": True}
            return {**primary, "maxBsonObjectSize": 16777216, "minWireVersion": 0, "maxWireVersion": 9, "ok": 1.0}
        if command == "buildinfo":
            return {"version": ours.version, "gitVersion": "simulated", "bits": 64, "ok": 1.0}
        if command == "serverstatus":
            return {"host": "lab", "version": ours.version, "process": "mongod", "ok": 1.0}
        if command == "listdatabases":
            listed = [{"name": name, "sizeOnDisk": 8192.0, "empty": False} for name in ours.databases]
            return {"databases": listed, "totalSize": 8192.0 * len(listed), "ok": 1.0}
        if command == "ping":
            return {"ok": 1.0}
        return {"ok": 0.0, "errmsg": f"no such command: '{command}'", "code": 59, "codeName": "CommandNotFound"}


def first_key(data: bytes) -> str:
    """The name of a document's first element: the command."""
    end = data.find(b"\0", 5)
    if len(data) < 6 or end < 0:
        raise ClientGoneError
    return data[5:end].decode("utf-8", "replace")


def message(kind: int, answered: int, body: bytes) -> bytes:
    return struct.pack("<iiii", 16 + len(body), 45, answered, kind) + body


def document(entries: dict[str, Any]) -> bytes:
    """A BSON document of booleans, numbers, texts, documents and lists."""
    body = b"".join(element(name, value) for name, value in entries.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def element(name: str, value: Any) -> bytes:
    label = name.encode() + b"\0"
    if isinstance(value, bool):
        return b"\x08" + label + bytes([value])
    if isinstance(value, int):
        return b"\x10" + label + struct.pack("<i", value)
    if isinstance(value, float):
        return b"\x01" + label + struct.pack("<d", value)
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return b"\x02" + label + struct.pack("<i", len(text)) + text
    if isinstance(value, list):
        return b"\x04" + label + document({str(place): each for place, each in enumerate(value)})
    return b"\x03" + label + document(value)


TWIN = MongodbTwin
