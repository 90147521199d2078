"""CoAP, UPnP, TFTP and IPMI: one datagram, one answer."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from scanner.probe import all_probes
from scanner.probes.coap import IDENTIFIER, REQUEST
from scanner.probes.ipmi import request
from tests.scanner.asking import read, recorded


def test_a_directory_that_anybody_may_read() -> None:
    listed = b'</1/0>,</3/0>,</temp>;rt="temperature"'
    got = read("coap", Turn("directory", REQUEST, b"\x61\x45" + IDENTIFIER + b"\x01\xc1\x28\xff" + listed))
    assert (got.readable, got.resources, got.lwm2m, got.code) == (True, 3, True, 69)


def test_a_directory_that_is_refused_or_answered_later() -> None:
    assert read("coap", Turn("directory", b"", b"\x61\x81" + IDENTIFIER + b"\x01")).readable is False
    later = read("coap", Turn("directory", b"", b"\x60\x00" + IDENTIFIER))
    assert (later.answers, later.readable) == (True, None)


def test_a_device_that_answers_a_search() -> None:
    one = b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\nSERVER: Linux UPnP/1.0 x/1\r\nLOCATION: http://10.0.0.1/d.xml\r\n\r\n"
    got = read("upnp", Turn("search", b"", one), Turn("search", b"", one.replace(b"uuid:1", b"uuid:2")))
    assert (got.devices, got.server, got.location) == (2, "Linux UPnP/1.0 x/1", "http://10.0.0.1/d.xml")


def test_a_file_server_that_misses_the_file() -> None:
    assert read("tftp", Turn("read", b"", b"\x00\x05\x00\x01File not found\x00")).error_code == 1
    assert read("tftp", Turn("read", b"", b"\x00\x03\x00\x01data")).error_code is None


def capabilities(kinds: int, status: int, extended: int) -> bytes:
    message = b"\x81\x1c\x63\x20\x00\x38\x00\x01" + bytes((kinds, status, extended)) + b"\xa2\x02\x00\x00\x00"
    return b"\x06\x00\xff\x07" + bytes(9) + bytes((len(message),)) + message


def test_a_controller_that_lets_anybody_in() -> None:
    got = read("ipmi", Turn("capabilities", request(), capabilities(0x95, 0x03, 0x03)))
    assert (got.none_allowed, got.anonymous_login, got.plain_password, got.md5_allowed) == (True, True, True, True)
    assert (got.version_20, got.version_15, got.vendor_id) == (True, True, 674)


def test_a_controller_that_is_well_kept() -> None:
    got = read("ipmi", Turn("capabilities", b"", capabilities(0x80, 0x24, 0x02)))
    assert (got.none_allowed, got.anonymous_login, got.default_key) == (False, False, False)
    assert got.version_15 is False


def test_our_request_has_right_check_sums() -> None:
    message = request()[14:]
    assert sum(message[:3]) & 0xFF == 0
    assert sum(message[3:]) & 0xFF == 0
    assert len(message) == request()[13]


@pytest.mark.parametrize(
    ("probe", "label"), [("coap", "directory"), ("upnp", "search"), ("tftp", "read"), ("ipmi", "capabilities")]
)
@pytest.mark.parametrize("data", [b"", b"\xff" * 30, b"SIP/2.0 200 OK\r\n\r\n"])
def test_another_protocol_is_not_understood(probe: str, label: str, data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[probe].interpret(recorded(probe, Turn(label, b"", data)))
