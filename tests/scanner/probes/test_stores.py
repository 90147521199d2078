"""MongoDB, SQL Server, Oracle, NFS and rsync: what is open to anybody, and what is protected."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking, all_probes
from scanner.probes import mongodb, mssql, oracle
from scanner.probes.mongodb import COMMANDS
from scanner.wire.openings import PORTMAP_DUMP, TDS_PRELOGIN, document, mongodb_command, oracle_version
from tests.scanner.asking import facts, read, recorded


def reply(body: bytes) -> bytes:
    rest = bytes(4) + b"\0" + body
    return (16 + len(rest)).to_bytes(4, "little") + bytes(8) + (2013).to_bytes(4, "little") + rest


def bson(*parts: bytes) -> bytes:
    body = b"".join(parts)
    return (len(body) + 5).to_bytes(4, "little") + body + b"\0"


OK = b"\x01ok\0" + bytes(6) + b"\xf0\x3f"
HELLO = reply(bson(b"\x08isWritablePrimary\0\x01", b"\x10maxWireVersion\0\x15\0\0\0", OK))


def test_a_database_that_lists_its_names_to_anybody() -> None:
    names = bson(b"\x030\0" + document({"name": "city"}), b"\x031\0" + document({"name": "admin"}))
    exchange = recorded(
        "mongodb",
        Turn("hello", b"", HELLO),
        Turn("version", b"", reply(bson(b"\x02version\0\x06\0\0\x006.0.1\0", OK))),
        Turn("databases", b"", reply(bson(b"\x04databases\0" + names, OK))),
    )
    got = read("mongodb", *exchange.turns)
    assert (got.authentication_required, got.databases, got.version, got.writable) == (False, 2, "6.0.1", True)
    assert got.wire_version == 21
    assert mongodb.interpret(exchange)["database"][0].authentication_required is False  # type: ignore[attr-defined]


def test_a_database_that_wants_a_login() -> None:
    refused = reply(bson(b"\x10code\0\x0d\0\0\0", b"\x02errmsg\0\x02\0\0\0x\0"))
    got = read("mongodb", Turn("hello", b"", HELLO), Turn("databases", b"", refused))
    assert (got.authentication_required, got.databases) == (True, None)
    assert read("mongodb", Turn("hello", b"", HELLO)).authentication_required is None


def test_deep_documents_do_not_hold_us() -> None:
    inner = bson()
    for _ in range(40):
        inner = bson(b"\x03a\0" + inner)
    with pytest.raises(NotUnderstood):
        mongodb.interpret(recorded("mongodb", Turn("hello", b"", reply(inner))))


def test_our_commands_only_read() -> None:
    assert [next(iter(command)) for _, command in COMMANDS] == ["hello", "buildInfo", "listDatabases"]
    message = mongodb_command(1, {"hello": 1})
    assert int.from_bytes(message[:4], "little") == len(message)


@pytest.mark.parametrize(
    ("encryption", "offered", "required"), [(0, True, False), (1, True, True), (2, False, False), (3, True, True)]
)
def test_encryption_of_sql_server(encryption: int, offered: bool, required: bool) -> None:
    options = b"\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff" + b"\x0f\x00\x10\x84\x00\x00" + bytes((encryption,))
    data = b"\x04\x01" + (8 + len(options)).to_bytes(2, "big") + bytes(4) + options
    exchange = recorded("mssql", Turn("prelogin", TDS_PRELOGIN, data))
    got = read("mssql", *exchange.turns)
    assert (got.version, got.tls_offered, got.tls_required) == ("15.0.4228", offered, required)
    assert mssql.interpret(exchange)["database"][0].decided is False  # type: ignore[attr-defined]
    assert int.from_bytes(TDS_PRELOGIN[2:4], "big") == len(TDS_PRELOGIN)


def tns(kind: int, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(2, "big") + b"\0\0" + bytes((kind, 0, 0, 0)) + body


def test_a_listener_that_tells_its_version_and_one_that_refuses() -> None:
    told = tns(6, b"\0\0TNSLSNR for Linux: Version 19.0.0.0.0 - Production")
    exchange = recorded("oracle", Turn("version", oracle_version(), told))
    assert read("oracle", *exchange.turns).version == "19.0.0.0.0"
    assert oracle.interpret(exchange)["database"][0].product == "oracle"  # type: ignore[attr-defined]
    refusal = tns(4, b"\x01\0\0\x4d(DESCRIPTION=(TMP=)(VSNNUM=186647552)(ERR=1189)(ERROR_STACK=(ERROR=(CODE=1189))))")
    exchange = recorded("oracle", Turn("version", b"", refusal))
    got = read("oracle", *exchange.turns)
    assert (got.refused, got.error_code, got.version) == (True, 1189, "11.2.0.4.0")
    assert oracle.interpret(exchange)["database"][0].decided is False  # type: ignore[attr-defined]


def rpc(number: int, *words: int | bytes) -> bytes:
    body = b"".join(word if isinstance(word, bytes) else word.to_bytes(4, "big") for word in words)
    record = (0x434A0000 + number).to_bytes(4, "big") + b"\0\0\0\x01" + bytes(16) + body
    return (0x80000000 | len(record)).to_bytes(4, "big") + record


def test_programs_and_exports_are_counted() -> None:
    listed = rpc(1, 1, 100000, 2, 6, 111, 1, 100003, 3, 6, 2049, 0)
    exports = rpc(
        2, 1, 5, b"/data\0\0\0", 0, 1, 5, b"/home\0\0\0", 1, 8, b"10.0.0.0", 0, 1, 4, b"/all", 1, 1, b"*\0\0\0", 0, 0
    )
    got = read("nfs", Turn("programs", PORTMAP_DUMP, listed), Turn("exports", b"", exports))
    assert (got.programs, got.nfs_registered) == (2, True)
    assert (got.exports, got.exports_to_all) == (3, 2)
    assert read("nfs", Turn("programs", b"", listed)).exports is None
    assert int.from_bytes(PORTMAP_DUMP[:4], "big") & 0x7FFFFFFF == len(PORTMAP_DUMP) - 4


def test_modules_of_rsync_are_counted() -> None:
    listed = b"@RSYNCD: 31.0\nbackup         \tnightly\nhome           \tusers\n@RSYNCD: EXIT\n"
    got = read("rsync", Turn("greeting", b"", b"@RSYNCD: 31.0\n"), Turn("list", b"", listed))
    assert (got.modules, got.version) == (2, "31.0")
    assert read("rsync", Turn("greeting", b"", b"@RSYNCD: 31.0\n")).modules is None


@pytest.mark.parametrize(
    ("password", "acts", "required"),
    [
        (True, frozenset({"anonymous-session"}), True),
        (False, frozenset({"anonymous-session"}), False),
        (False, frozenset(), None),
    ],
)
def test_a_module_of_rsync_is_named_only_with_the_act(
    password: bool, acts: frozenset[str], required: bool | None
) -> None:
    with serve("rsync", {"password": password}) as (address, port):
        got = facts("rsync", address, port, Asking(acts=acts))
    assert (got.modules, got.authentication_required) == (1, required)


@pytest.mark.parametrize(
    ("probe", "label"),
    [("mongodb", "hello"), ("mssql", "prelogin"), ("oracle", "version"), ("nfs", "programs"), ("rsync", "greeting")],
)
@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x7f" * 40])
def test_another_protocol_is_not_understood(probe: str, label: str, data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[probe].interpret(recorded(probe, Turn(label, b"", data)))
