"""Which protocol speaks: told by the server's own bytes, on whatever port."""

import pytest

from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.observation import Outcome
from lab.loopback import serve
from scanner.asking import conclude
from scanner.probes import service
from scanner.wire.recognise import recognise
from tests.scanner.asking import ask, facts, read, row


@pytest.mark.parametrize("twin", ["ssh", "ftp", "telnet", "mysql"])
def test_servers_that_speak_first_are_heard_in_one_connection(twin: str) -> None:
    with serve(twin) as (address, port):
        exchange, ended = ask("service", address, port)
    assert ended is None
    assert row(exchange).protocol == twin
    assert row(exchange).tls is False
    assert {turn.connection for turn in exchange.turns} == {0}


@pytest.mark.parametrize("twin", ["http", "redis"])
def test_servers_that_wait_are_asked_with_a_get(twin: str) -> None:
    with serve(twin) as (address, port):
        assert facts("service", address, port).protocol == twin


def test_tls_is_recognised_and_never_more_than_three_connections_are_made() -> None:
    with serve("tls", {"banner": "* OK ready\r\n"}) as (address, port):
        exchange, ended = ask("service", address, port)
    assert ended is None
    assert row(exchange).tls is True
    assert row(exchange).protocol == "imap"
    assert max(turn.connection for turn in exchange.turns) <= 2


def test_a_host_that_resets_every_connection_refuses_as_one_that_resets_while_we_connect() -> None:
    turns = tuple(Turn(name, b"", b"", "reset") for name in ("http", "tls", "greeting"))
    ending = conclude(service.interpret, Exchange("service", Endpoint("10.0.0.1", "tcp", 80), turns))
    assert (ending.outcome, ending.reason) == (Outcome.REFUSED, "reset")


def test_a_listener_that_says_nothing_known_has_no_protocol() -> None:
    got = read("service", Turn("greeting", b"", b"\x01\x02\x03something"), Turn("tls", b"", b"", "reset"))
    assert got.protocol is None
    assert got.banner == "something"


def test_tls_without_anything_known_inside_is_tls() -> None:
    alert = b"\x15\x03\x03\x00\x02\x02\x28"
    got = read("service", Turn("http", b"", b"", "closed"), Turn("tls", b"", alert))
    assert (got.protocol, got.tls) == ("tls", True)


@pytest.mark.parametrize(
    ("data", "asked", "protocol"),
    [
        (b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n", "http", "http"),
        (b'HTTP/1.1 200 OK\r\n\r\n{"tagline" : "You Know, for Search"}', "http", "elasticsearch"),
        (b"HTTP/1.1 404 Not Found\r\nServer: Docker/24.0 (linux)\r\n\r\n", "http", "docker"),
        (b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", "http", None),
        (b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", "rtsp", "rtsp"),
        (b"N", "postgresql", "postgresql"),
        (b"N", "greeting", None),
        (b"\x16\x03\x03\x00\x31\x02\x00\x00\x2d", "tls", "tls"),
        (b"\x16\x01\x01\x00\x31\x02\x00\x00\x2d", "tls", "tlcp"),
        (b"RFB 003.008\n", "greeting", "vnc"),
        (b"<?xml version='1.0'?><stream:stream id='1'>", "xmpp", "xmpp"),
        (b"<stream:error><host-unknown/>", "greeting", "xmpp"),
        (b"\x05\x64\x05\x0b\x01\x00\x0a\x00\xa0\xff", "dnp3", "dnp3"),
        (b"@RSYNCD: 31.0\n", "greeting", "rsync"),
        (b"220 mail.example ESMTP Postfix\r\n", "greeting", "smtp"),
        (b"220 (vsFTPd 3.0.3)\r\n", "greeting", "ftp"),
        (b"220-welcome\r\n220-to all\r\n220 ready\r\n", "greeting", "ftp"),
        (b"220-welcome\r\n still\r\n220\r\n", "greeting", "ftp"),
        (b"220-still greeting\r\n220-still greeting\r\n", "greeting", None),
        (b"220-mail.example ESMTP\r\n", "greeting", None),
        (b"+OK ready\r\n", "greeting", "pop3"),
        (b"-NOAUTH Authentication required.\r\n", "redis", "redis"),
        (b"\x20\x02\x00\x01", "mqtt", "mqtt"),
        (b"\xff\xfd\x18\xff\xfd\x20", "greeting", "telnet"),
        (b"\r\nUser Access Verification\r\n\r\nUsername: ", "greeting", "telnet"),
        (b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x124\x00\x02\x1f\x08\x00\x02\x00\x00\x00", "rdp", "rdp"),
        (b"\x00\x01\x00\x00\x00\x1d\x01\x2b\x0e\x01", "modbus", "modbus"),
        (b"\x68\x04\x83\x00\x00\x00", "iec104", "iec104"),
        (b"", "greeting", None),
        (b"\x00\x00\x00\x00", "greeting", None),
    ],
)
def test_answers_are_recognised_by_their_form(data: bytes, asked: str, protocol: str | None) -> None:
    assert recognise(data, asked) == protocol


def test_one_letter_of_a_server_that_talks_by_itself_is_no_database() -> None:
    slow = {"text": "SSH", "pace": 30}
    with serve("greeting", slow) as (address, port):
        assert facts("service", address, port).protocol is None


def test_a_greeting_in_several_lines_is_heard_to_its_end_and_one_without_end_names_nothing() -> None:
    with serve("greeting", {"text": "220-welcome\r\n220 ready\r\n"}) as (address, port):
        assert facts("service", address, port).protocol == "ftp"
    with serve("greeting", {"text": "220-still greeting\r\n", "endless": True}) as (address, port):
        got = facts("service", address, port)
    assert (got.protocol, got.banner) == (None, "220-still greeting")
