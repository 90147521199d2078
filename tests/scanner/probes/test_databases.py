"""MySQL and PostgreSQL protocols: encryption and authentication, and which product it is or is not."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes import mysql, postgresql
from scanner.wire.database import mysql_product, postgresql_product
from tests.scanner.asking import ask, facts, read, recorded, row

ANONYMOUS = Asking(acts=frozenset({"anonymous-session"}), contact="tests")


def greeting(version: bytes, capabilities: int = 0xC1FFFFFF, plugin: bytes = b"caching_sha2_password") -> bytes:
    low, high = capabilities & 0xFFFF, capabilities >> 16
    body = b"\x0a" + version + b"\0" + b"\x01\0\0\0" + b"saltsalt\0" + low.to_bytes(2, "little") + b"\x21\x02\0"
    body += high.to_bytes(2, "little") + b"\x15" + bytes(10) + b"saltsaltsalt\0" + plugin + b"\0"
    return len(body).to_bytes(3, "little") + b"\0" + body


def message(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4, "big") + body


def test_a_greeting_is_read_over_the_network() -> None:
    with serve("mysql", {"version": "5.7.25-OceanBase-v4.2.1"}) as (address, port):
        exchange, ended = ask("mysql", address, port)
    assert ended is None
    assert row(exchange).version == "5.7.25-OceanBase-v4.2.1"
    database = mysql.interpret(exchange)["database"][0]
    assert (database.product, database.decided) == ("oceanbase", True)  # type: ignore[attr-defined]


def test_tls_and_the_plugin_are_read_from_the_greeting() -> None:
    got = read("mysql", Turn("greeting", b"", greeting(b"8.0.36", plugin=b"mysql_native_password")))
    assert got.tls_offered is True
    assert got.weak_authentication is True
    plain = read("mysql", Turn("greeting", b"", greeting(b"8.0.36", 0xC1FFFFFF & ~0x800)))
    assert plain.tls_offered is False
    assert plain.weak_authentication is False


def test_a_refused_client_is_an_answer_without_a_version() -> None:
    text = b"Host '10.0.0.9' is not allowed to connect to this MariaDB server"
    body = b"\xff\x6a\x04" + text
    data = len(body).to_bytes(3, "little") + b"\0" + body
    exchange = recorded("mysql", Turn("greeting", b"", data))
    assert row(exchange).client_refused is True
    assert row(exchange).tls_offered is None
    assert mysql.interpret(exchange)["database"][0].product == "mariadb"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("version", "product"),
    [
        ("8.0.36", None),
        ("5.7.44-log", None),
        ("5.5.5-10.11.6-MariaDB-0+deb12u1", "mariadb"),
        ("8.0.11-TiDB-v8.5.0", "tidb"),
        ("5.7.18-txsql-log", "txsql"),
        ("5.6.29-TDDL-5.4.12", "polardb"),
    ],
)
def test_a_plain_version_leaves_the_product_undecided(version: str, product: str | None) -> None:
    assert mysql_product(version) == product


@pytest.mark.parametrize(
    ("settings", "code", "trusted", "weak"),
    [({"auth": "trust"}, 0, True, False), ({"auth": "md5"}, 5, False, True), ({"auth": "scram"}, 10, False, False)],
)
def test_the_authentication_asked_for_is_read(settings: dict[str, str], code: int, trusted: bool, weak: bool) -> None:
    with serve("postgresql", settings) as (address, port):
        got = facts("postgresql", address, port, ANONYMOUS)
    assert (got.authentication_code, got.trusted, got.weak_authentication) == (code, trusted, weak)
    assert got.tls_offered is False
    assert got.tls_required is False


def test_no_session_is_begun_without_the_act() -> None:
    with serve("postgresql", {"auth": "trust", "tls": True}) as (address, port):
        exchange, _ = ask("postgresql", address, port, Asking())
    assert exchange.turn("startup") is None
    assert row(exchange).tls_offered is True
    assert row(exchange).trusted is None


def test_kingbase_is_told_by_the_name_of_its_access_file() -> None:
    with serve("postgresql", {"tls": True, "require_tls": True, "hba_name": "sys_hba.conf"}) as (address, port):
        exchange, _ = ask("postgresql", address, port, ANONYMOUS)
    assert row(exchange).tls_required is True
    assert postgresql.interpret(exchange)["database"][0].product == "kingbase"  # type: ignore[attr-defined]


def test_opengauss_is_told_by_its_own_exchange_or_protocol() -> None:
    own = message(b"R", b"\x00\x00\x00\x0a" + b"\x00\x00\x00\x02" + b"a" * 64)
    exchange = recorded("postgresql", Turn("tls", b"", b"N"), Turn("startup", b"", own))
    assert postgresql.interpret(exchange)["database"][0].product == "opengauss"  # type: ignore[attr-defined]
    scram = message(b"R", b"\x00\x00\x00\x0aSCRAM-SHA-256\0\0")
    exchange = recorded("postgresql", Turn("tls", b"", b"N"), Turn("startup", b"", scram))
    assert postgresql.interpret(exchange)["database"][0].product is None  # type: ignore[attr-defined]
    text = "unsupported frontend protocol 255.255: server supports 1.0 to 3.51"
    assert postgresql_product([text], own_sha256=False, version=None) == "opengauss"
    assert (
        postgresql_product(["server supports 3.0 to 3.0"], own_sha256=False, version="15.12 (Debian 15.12-0)")
        == "postgresql"
    )
    assert postgresql_product(["server supports 3.0 to 3.0"], own_sha256=False, version="12.1") is None


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x05\0\0\0\x09x\0\0\0"])
def test_another_protocol_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        mysql.interpret(recorded("mysql", Turn("greeting", b"", data)))
    with pytest.raises(NotUnderstood):
        postgresql.interpret(recorded("postgresql", Turn("tls", b"", data), Turn("unknown", b"", data)))
