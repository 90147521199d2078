"""mDNS and WS-Discovery: what devices tell about themselves to a question sent to them alone."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from scanner.probes import mdns, wsdiscovery
from scanner.wire.dns import MARK, PTR, query
from tests.scanner.asking import read, recorded

CAMERA = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Body><d:ProbeMatches><d:ProbeMatch>
<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>
<d:Scopes> onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/IPC%20%E5%A4%A7%E9%97%A8
 onvif://www.onvif.org/hardware/DS-2CD onvif://www.onvif.org/location/city/guigang</d:Scopes>
<d:XAddrs>http://10.45.40.11/onvif/device_service https://10.45.40.11/onvif/device_service</d:XAddrs>
</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"""


def record(name: bytes, kind: int, content: bytes) -> bytes:
    return name + kind.to_bytes(2, "big") + b"\x80\x01\x00\x00\x00\x78" + len(content).to_bytes(2, "big") + content


def announcement(*records: bytes, flags: bytes = b"\x84\x00") -> bytes:
    asked = query(mdns.ALL_SERVICES, PTR)
    counts = b"\x00\x01" + len(records).to_bytes(2, "big") + bytes(4)
    return MARK.to_bytes(2, "big") + flags + counts + asked[12:] + b"".join(records)


def test_service_types_and_the_host_name_are_told() -> None:
    local = 12 + len(query(mdns.ALL_SERVICES, PTR)[12:]) - 4 - 7  # where `local` stands in the question
    pointer = (0xC000 | local).to_bytes(2, "big")
    data = announcement(
        record(b"\xc0\x0c", 12, b"\x05_http\x04_tcp" + pointer),
        record(b"\xc0\x0c", 12, b"\x05_rtsp\x04_tcp" + pointer),
        record(b"\x06camera" + pointer, 1, bytes((10, 45, 40, 11))),
    )
    got = read("mdns", Turn("services", b"", data))
    assert (got.service_count, got.services, got.host) == (2, "_http._tcp.local,_rtsp._tcp.local", "camera.local")


def test_a_responder_without_services_answers_all_the_same() -> None:
    assert read("mdns", Turn("services", b"", announcement())).service_count == 0


@pytest.mark.parametrize("data", [b"", announcement(flags=b"\x80\x05"), query(mdns.ALL_SERVICES, PTR)])
def test_an_ordinary_name_server_is_no_mdns_responder(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        mdns.interpret(recorded("mdns", Turn("services", b"", data)))


def test_a_camera_describes_itself_in_its_scopes() -> None:
    got = read("wsdiscovery", Turn("probe", b"", CAMERA.encode()))
    assert (got.onvif, got.types) == (True, "Device,NetworkVideoTransmitter")
    assert (got.name, got.hardware, got.location) == ("IPC 大门", "DS-2CD", "city/guigang")
    assert (got.service_address, got.encrypted_service) == ("http://10.45.40.11/onvif/device_service", True)


def test_a_match_that_says_nothing_is_still_an_answer() -> None:
    got = read("wsdiscovery", Turn("probe", b"", b"<e:Envelope><e:Body><d:ProbeMatches/></e:Body></e:Envelope>"))
    assert (got.answers, got.onvif, got.types, got.encrypted_service) == (True, False, None, None)


@pytest.mark.parametrize("data", [b"", b"<html>", wsdiscovery.PROBE_MESSAGE])
def test_anything_but_matches_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        wsdiscovery.interpret(recorded("wsdiscovery", Turn("probe", b"", data)))
