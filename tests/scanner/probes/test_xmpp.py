"""XMPP: what a stream's features say of encryption and log-in."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes.xmpp import interpret
from scanner.wire.xmpp import stream_header
from tests.scanner.asking import facts, read, recorded

OPENED = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "id='1' from='city.example' version='1.0'><stream:features>"
)
STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>{}</starttls>"
PLAIN = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>{}</mechanism><mechanism>PLAIN</mechanism></mechanisms>"
END = "</stream:features>"


def test_a_server_that_insists_on_tls() -> None:
    answer = OPENED + STARTTLS.format("<required/>") + END
    with serve("dialogue", {"replies": {"<?xml": answer, "</stream": "</stream:stream>"}}) as (address, port):
        got = facts("xmpp", address, port, Asking(server_name="city.example"))
    assert (got.domain, got.start_tls, got.tls_required) == ("city.example", True, True)
    assert (got.plain_login, got.anonymous, got.mechanisms) == (False, False, None)


def test_a_server_that_takes_passwords_as_they_are() -> None:
    answer = OPENED + PLAIN.format("ANONYMOUS") + "<register xmlns='http://jabber.org/features/iq-register'/>" + END
    got = read("xmpp", Turn("stream", b"", answer.encode()), tls="no")
    assert (got.start_tls, got.tls_required, got.plain_login) == (False, False, True)
    assert (got.anonymous, got.registration, got.mechanisms) == (True, True, "ANONYMOUS,PLAIN")
    assert read("xmpp", Turn("stream", b"", answer.encode()), tls="yes").plain_login is False


def test_a_server_that_does_not_know_the_domain_tells_nothing_more() -> None:
    answer = (
        OPENED.split("<stream:features>", maxsplit=1)[0]
        + "<stream:error><host-unknown/></stream:error></stream:stream>"
    )
    got = read("xmpp", Turn("stream", b"", answer.encode()))
    assert (got.answers, got.start_tls, got.plain_login, got.anonymous) == (True, None, None, None)


def test_other_protocols_are_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("xmpp", Turn("stream", b"", b"<html><body>stream</body></html>")))


def test_the_name_cannot_add_to_the_header() -> None:
    assert stream_header("a'><x/>").count(b">") == 2
    assert b"to='10.45.1.2'" in stream_header("10.45.1.2")


def test_a_stream_is_recognised_where_it_usually_listens() -> None:
    with serve("dialogue", {"replies": {"": OPENED + END}}) as (address, port):
        got = facts("xmpp", address, port)
    assert got.answers is True
