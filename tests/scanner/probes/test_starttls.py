"""TLS behind plain protocols: the same questions, after the server agreed to begin; a refusal is not taken for silence."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.facts.tlcp import TlcpFacts
from inventory.facts.tls import TlsFacts
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes import tlcp, tls
from scanner.starttls import UPGRADES, agreed
from scanner.wire.openings import POSTGRESQL_TLS
from tests.scanner.asking import ask, recorded, row

NAMED = {"common_name": "a.example", "names": ["a.example"]}
CONTEXT = {"minimum": "1.2", "certificate": NAMED}
MAIL = {
    "smtp": {
        "greeting": "220 a.example ESMTP\r\n",
        "replies": {"EHLO": "250-a.example\r\n250 STARTTLS\r\n", "STARTTLS": "220 go on\r\n"},
        "upgrade": "STARTTLS",
    },
    "pop3": {"greeting": "+OK ready\r\n", "replies": {"STLS": "+OK begin\r\n"}, "upgrade": "STLS"},
    "imap": {
        "greeting": "* OK ready\r\n",
        "replies": {"a3 STARTTLS": "* OK by the way\r\na3 OK begin\r\n"},
        "upgrade": "a3 STARTTLS",
    },
    "ldap": {
        "replies": {"0\x1d\x02\x01\x02w": "0\x0c\x02\x01\x02\x78\x07\n\x01\0\x04\0\x04\0"},
        "upgrade": "0\x1d\x02\x01\x02w",
    },
    "xmpp": {
        "replies": {
            "<?xml": "<?xml version='1.0'?><stream:stream from='a.example'><stream:features>"
            "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
            "<starttls": "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        },
        "upgrade": "<starttls",
    },
}


def facts_behind(protocol: str, address: str, port: int) -> TlsFacts:
    exchange, ended = ask("tls", address, port, Asking(protocol=protocol, tls=False))
    assert ended is None
    found = row(exchange)
    assert isinstance(found, TlsFacts)
    return found


@pytest.mark.parametrize("protocol", sorted(MAIL))
def test_a_dialogue_leads_into_tls_and_the_certificate_is_read(protocol: str) -> None:
    with serve("dialogue", {**MAIL[protocol], "tls": CONTEXT}) as (address, port):
        found = facts_behind(protocol, address, port)
    assert (found.starttls, found.offered, found.oldest_version, found.newest_version) == (True, True, 0x0303, 0x0304)
    assert found.suites is not None
    assert found.suites.startswith("0304:1301,1302,1303 0303:c0")
    assert found.certificate_subject is not None
    assert "a.example" in found.certificate_subject
    assert found.weak_suite_count == 0


@pytest.mark.parametrize(
    ("protocol", "twin", "settings"),
    [
        ("ftp", "ftp", {"tls": True, "certificate": NAMED}),
        ("postgresql", "postgresql", {"tls": True, "certificate": NAMED}),
    ],
)
def test_servers_with_an_upgrade_of_their_own_are_asked_everything(
    protocol: str, twin: str, settings: dict[str, object]
) -> None:
    with serve(twin, settings) as (address, port):
        found = facts_behind(protocol, address, port)
        exchange, _ = ask("tlcp", address, port, Asking(protocol=protocol, tls=False))
    assert (found.oldest_version, found.suite_count, found.dh_bits) == (0x0303, 6, 0)
    assert (row(exchange).offered, row(exchange).suite_count, row(exchange).tls13_sm) == (False, 0, False)


def test_mysql_is_asked_little_as_it_counts_half_handshakes() -> None:
    with serve("mysql", {"tls": True, "certificate": NAMED}) as (address, port):
        exchange, ended = ask("tls", address, port, Asking(protocol="mysql", tls=False))
    assert ended is None
    assert len({turn.connection for turn in exchange.turns}) <= 10
    found = row(exchange)
    assert (found.oldest_version, found.newest_version, found.weak_suite_count) == (0x0303, 0x0304, 0)
    assert (found.forward_secrecy_any, found.suite_null, found.dh_bits) == (True, False, 0)
    assert (found.suite_count, found.forward_secrecy_only, found.suite_cbc, found.cbc_only) == (None, None, None, False)


@pytest.mark.parametrize(
    ("twin", "protocol", "settings"),
    [
        ("postgresql", "postgresql", {"tls": False}),
        ("mysql", "mysql", {"tls": False}),
        ("ftp", "ftp", {"tls": False}),
        ("dialogue", "smtp", {"greeting": "220 a\r\n", "replies": {"EHLO": "250 a.example\r\n"}}),
        ("dialogue", "pop3", {"greeting": "+OK a\r\n", "replies": {"STLS": "-ERR what\r\n"}}),
        ("dialogue", "imap", {"greeting": "* OK a\r\n", "replies": {"a3": "a3 BAD what\r\n"}}),
    ],
)
def test_a_server_that_declines_offers_no_tls(twin: str, protocol: str, settings: dict[str, object]) -> None:
    with serve(twin, settings) as (address, port):
        exchange, _ = ask("tls", address, port, Asking(protocol=protocol, tls=False))
    assert agreed(exchange) is False
    assert len({turn.connection for turn in exchange.turns}) == 1
    for interpret in (tls.interpret, tlcp.interpret):
        with pytest.raises(NotUnderstood):
            interpret(exchange)


def behind(protocol: str, *turns: Turn) -> Exchange:
    return recorded("tls", *turns, starttls=protocol)


@pytest.mark.parametrize(
    "exchange",
    [
        behind("ftp", Turn("upgrade:greeting", b"", b"421 too many users\r\n")),
        behind("mysql", Turn("upgrade:greeting", b"", b"\x05\x00\x00\x00\xff\x6a\x04no")),
        behind("smtp", Turn("upgrade:greeting", b"", b"220 a\r\n"), Turn("upgrade:list", b"", b"421 later\r\n")),
        behind("ldap", Turn("upgrade:begin", b"", b"0\x0c\x02\x01\x02\x78\x07\n\x01\x33\x04\0\x04\0")),
        behind("postgresql", Turn("upgrade:begin", POSTGRESQL_TLS, b"S"), Turn("0304:0", b"", b"", "closed")),
        behind("xmpp", Turn("upgrade:list", b"", b"<stream:stream><stream:error><host-unknown/></stream:error>")),
    ],
)
def test_a_server_that_was_heard_and_did_not_decline_leaves_everything_open(exchange: Exchange) -> None:
    [found] = tls.interpret(exchange)["tls"]
    assert isinstance(found, TlsFacts)
    assert (found.offered, found.starttls, found.oldest_version) == (None, True, None)
    assert tlcp.interpret(exchange)["tlcp"] == [TlcpFacts()]


def test_a_silent_server_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        tls.interpret(behind("ftp", Turn("upgrade:greeting", b"", b"", "timeout")))


def test_what_is_said_before_tls_ends_lines_and_logs_nobody_in() -> None:
    for upgrade in UPGRADES.values():
        for step in upgrade.steps:
            payload = step.payload if isinstance(step.payload, bytes) else step.payload("a.example'><x")
            assert not any(word in payload for word in (b"LOGIN", b"USER ", b"PASS ", b"AUTH PLAIN"))
            assert b"'><x" not in payload
