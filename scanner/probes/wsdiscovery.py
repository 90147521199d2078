"""WS-Discovery: what does a device say of itself? One probe without types, sent to the device alone (OASIS WS-Discovery 1.1
and the 2005/04 draft that ONVIF uses, ONVIF Core 7.3)."""

import re
from html import unescape
from urllib.parse import unquote

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.wsdiscovery import WsdiscoveryFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.reader import printable

MESSAGE = "urn:uuid:6368656e-676a-4961-8e00-000000000001"
PROBE_MESSAGE = (
    '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    f"<e:Header><w:MessageID>{MESSAGE}</w:MessageID>"
    "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe/></e:Body></e:Envelope>"
).encode()
SCOPE = re.compile(r"onvif://www\.onvif\.org/(name|hardware|location)/(\S{1,256})", re.I)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram."""
    await recorder.datagram("probe", PROBE_MESSAGE, limit=16384, timeout=2.0, tries=2)


def _element(data: bytes, name: bytes) -> str | None:
    """The text of the first element of that name, whatever its prefix."""
    pattern = rb"<(?:[\w.-]{1,32}:)?" + name + rb"(?:\s[^>]{0,512})?>([^<]{0,4096})</"
    found = re.search(pattern, data)
    return printable(unescape(found[1].decode("utf-8", "replace")).encode(), 2048) if found else None


def interpret(exchange: Exchange) -> dict[str, list[WsdiscoveryFacts]]:
    """Pure. Raises NotUnderstood where the answer matches no probe."""
    turn = exchange.turn("probe")
    data = turn.received if turn is not None else b""
    if not re.search(rb"<(?:[\w.-]{1,32}:)?ProbeMatches[\s/>]", data):
        raise NotUnderstood("no ProbeMatches")
    types = sorted({word.split(":")[-1] for word in (_element(data, b"Types") or "").split()})
    scopes = _element(data, b"Scopes") or ""
    addresses = (_element(data, b"XAddrs") or "").split()
    told = {
        found[1].lower(): printable(unquote(found[2]).encode(), 128) for found in reversed(list(SCOPE.finditer(scopes)))
    }
    return {
        "wsdiscovery": [
            WsdiscoveryFacts(
                answers=True,
                types=",".join(types)[:256] or None,
                onvif="NetworkVideoTransmitter" in types or "onvif://" in scopes.lower(),
                name=told.get("name") or None,
                hardware=told.get("hardware") or None,
                location=told.get("location") or None,
                service_address=addresses[0][:256] if addresses else None,
                encrypted_service=any(address.lower().startswith("https://") for address in addresses)
                if addresses
                else None,
            )
        ]
    }


PROBE = Probe(name="wsdiscovery", table="wsdiscovery", transport="udp", collect=collect, interpret=interpret, packets=2)
