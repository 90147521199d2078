"""XMPP up to the features of a stream (RFC 6120 4.2, 4.3): what a server offers before anybody logs in."""

import re

STREAM = re.compile(rb"<stream:stream\s[^>]{0,1024}>")
FEATURES = re.compile(rb"</stream:features>|<stream:features\s*/>|</stream:stream>|</stream:error>")
START_TLS = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"


def stream_header(name: str) -> bytes:
    """Opens a stream of a client to a domain."""
    safe = "".join(letter for letter in name if letter.isalnum() or letter in ".-:")
    return (
        f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
        f"xmlns:stream='http://etherx.jabber.org/streams' to='{safe}' version='1.0'>"
    ).encode()


def offers_tls(data: bytes) -> bool | None:
    """Is STARTTLS among the features? None where the server told none."""
    if b"</stream:features>" not in data and not re.search(rb"<stream:features\s*/>", data):
        return None
    return b"urn:ietf:params:xml:ns:xmpp-tls" in data
