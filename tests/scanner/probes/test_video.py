"""Cameras and their platforms: RTSP, ONVIF, SIP with GB/T 28181 and GB 35114."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking, all_probes
from scanner.probes.onvif import QUESTIONS, post
from scanner.probes.sip import register
from tests.scanner.asking import ask, facts, read, recorded

INFORMATION = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><s:Body>'
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>模拟</tds:Manufacturer><tds:Model>DS-1</tds:Model>"
    "<tds:FirmwareVersion>V5.7.3</tds:FirmwareVersion><tds:SerialNumber>X1</tds:SerialNumber>"
    "</tds:GetDeviceInformationResponse></s:Body></s:Envelope>"
)
MOMENT = (
    '<s:Envelope xmlns:tt="http://www.onvif.org/ver10/schema"><s:Body><tt:UTCDateTime><tt:Time><tt:Hour>8</tt:Hour>'
    "<tt:Minute>5</tt:Minute><tt:Second>9</tt:Second></tt:Time><tt:Date><tt:Year>2026</tt:Year><tt:Month>3</tt:Month>"
    "<tt:Day>4</tt:Day></tt:Date></tt:UTCDateTime></s:Body></s:Envelope>"
)


@pytest.mark.parametrize(
    ("challenge", "opened", "digest", "basic"),
    [
        ("", True, False, False),
        ('Digest realm="cam", nonce="1"', False, True, False),
        ('Basic realm="cam"', False, False, True),
    ],
)
def test_a_stream_says_how_it_is_protected(challenge: str, opened: bool, digest: bool, basic: bool) -> None:
    with serve("rtsp", {"authenticate": challenge}) as (address, port):
        got = facts("rtsp", address, port)
    assert (got.open_stream, got.digest, got.basic) == (opened, digest, basic)
    assert got.server == "Rtsp Server/3.0"


def test_a_stream_that_is_not_found_is_neither_open_nor_protected() -> None:
    missing = b"RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n"
    got = read(
        "rtsp",
        Turn("options", b"", b"RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"),
        Turn("describe:0", b"", missing),
    )
    assert got.open_stream is None
    assert got.authentication is None
    assert got.methods == "DESCRIBE,OPTIONS"


def soap(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml\r\n\r\n{body}".encode()


def test_a_camera_that_tells_everybody_what_it_is() -> None:
    got = read("onvif", Turn(QUESTIONS[0], b"", soap(MOMENT)), Turn(QUESTIONS[1], b"", soap(INFORMATION)), tls="no")
    assert got.information_readable is True
    assert (got.manufacturer, got.model, got.firmware, got.serial) == ("模拟", "DS-1", "V5.7.3", "X1")
    assert got.device_time == "2026-03-04T08:05:09Z"


def test_a_camera_that_asks_for_a_login_first() -> None:
    fault = '<s:Envelope><s:Body xmlns:ter="http://www.onvif.org/ver10/error">ter:NotAuthorized</s:Body></s:Envelope>'
    denied = Turn(QUESTIONS[1], b"", soap(fault, "400 Bad Request"))
    got = read("onvif", Turn(QUESTIONS[0], b"", soap(MOMENT)), denied, tls="no")
    assert got.information_readable is False
    assert got.model is None


def test_a_camera_is_asked_over_the_network() -> None:
    with serve("http", {"pages": {"/onvif/device_service": {"body": INFORMATION}}}) as (address, port):
        got = facts("onvif", address, port)
    assert got.information_readable is True
    assert post("GetX", "h", "me\r\nEvil: 1").count(b"\r\n") == 7


def test_a_web_server_is_no_camera() -> None:
    with pytest.raises(NotUnderstood):
        all_probes()["onvif"].interpret(
            recorded("onvif", Turn(QUESTIONS[0], b"", soap("<html>404</html>", "404 Not Found")))
        )


def sip(status: str, *headers: str) -> bytes:
    return "\r\n".join((f"SIP/2.0 {status}", *headers, "Content-Length: 0", "", "")).encode()


def test_a_platform_that_challenges_with_digest() -> None:
    answer = sip(
        "401 Unauthorized", 'WWW-Authenticate: Digest realm="4501000000", nonce="x", algorithm=MD5', "User-Agent: NVR"
    )
    got = read("sip", Turn("options", b"", sip("200 OK")), Turn("register", b"", answer))
    assert (got.register_open, got.digest, got.digest_algorithm) == (False, True, "md5")
    assert got.certificate_authentication is False
    assert got.gb28181 is True
    assert got.server == "NVR"


def test_a_platform_that_registers_anybody() -> None:
    got = read("sip", Turn("register", b"", sip("200 OK")))
    assert got.register_open is True
    assert got.digest is False


def test_gb_35114_is_seen_by_its_scheme() -> None:
    answer = sip("401 Unauthorized", 'WWW-Authenticate: Bidirection algorithm="A:SM2;H:SM3;S:SM4/OFB/PKCS5;SI:SM3-SM2"')
    got = read("sip", Turn("register", b"", answer))
    assert got.certificate_authentication is True
    assert got.digest is False


def test_options_alone_says_nothing_about_registration() -> None:
    got = read("sip", Turn("options", b"", sip("200 OK", "Server: kamailio")))
    assert (got.register_open, got.digest, got.gb28181) == (None, None, None)


def test_nothing_is_registered_without_the_act_and_never_for_long() -> None:
    assert b"\r\nExpires: 0\r\n" in register("10.0.0.1", 5060, "me")
    with serve("dns") as (address, port):  # a listener that does not speak SIP
        exchange, _ = ask("sip", address, port, Asking(), "udp")
    assert [turn.label for turn in exchange.turns] == ["options"]


@pytest.mark.parametrize("probe", ["rtsp", "sip"])
def test_another_protocol_is_not_understood(probe: str) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[probe].interpret(recorded(probe, Turn("options", b"", b"HTTP/1.1 200 OK\r\n\r\n")))
