"""Industrial protocols: identity is read, nothing is written, and every request is one of reading."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import all_probes
from scanner.probes.bacnet import PROPERTIES, WHO_IS, instance_of, read_property
from scanner.probes.opcua import get_endpoints, open_channel
from scanner.wire.dnp3 import checksum, link_status
from scanner.wire.openings import ETHERNETIP_IDENTITY, IEC104_TEST, MODBUS_IDENTIFY, S7_CONNECT
from tests.scanner.asking import ask, read, recorded, row


def test_a_controller_tells_its_identity_and_hears_one_request() -> None:
    with serve("modbus", {"vendor": "LAB", "product": "PLC-45", "revision": "V1.0"}) as (address, port):
        exchange, ended = ask("modbus", address, port)
    assert ended is None
    got = row(exchange)
    assert (got.vendor, got.product, got.revision) == ("LAB", "PLC-45", "V1.0")
    assert [turn.sent for turn in exchange.turns] == [MODBUS_IDENTIFY]


def test_a_fragile_controller_survives_recognition_and_identification() -> None:
    with serve("modbus", {"fragile": True, "limit": 3}) as (address, port):
        for _ in range(2):
            exchange, ended = ask("modbus", address, port)
            assert ended is None
            assert row(exchange).answers is True


def test_a_refused_function_is_an_answer() -> None:
    got = read("modbus", Turn("identify", b"", b"\x00\x01\x00\x00\x00\x03\x01\xab\x01"))
    assert (got.answers, got.identification_readable, got.exception) == (True, False, 1)


def szl(number: int, size: int, *rows: bytes) -> bytes:
    data = number.to_bytes(2, "big") + b"\0\0" + size.to_bytes(2, "big") + len(rows).to_bytes(2, "big") + b"".join(rows)
    body = b"\x32\x07\0\0\0\x01\0\x0c" + (len(data) + 4).to_bytes(2, "big") + b"\0\x01\x12\x08\x12\x84\x01\x01\0\0\0\0"
    body += b"\xff\x09" + len(data).to_bytes(2, "big") + data
    return b"\x03\x00" + (len(body) + 7).to_bytes(2, "big") + b"\x02\xf0\x80" + body


def test_an_s7_controller_is_read_from_its_lists() -> None:
    module = b"\x00\x01" + b"6ES7 315-2EH14-0AB0 " + bytes(6)
    firmware = b"\x00\x07" + b" " * 20 + b"\0\0" + b"V\x03\x02\x06"
    names = [b"\x00\x01" + b"STATION".ljust(32, b"\0"), b"\x00\x05" + b"S C-C2UR28922012".ljust(32, b"\0")]
    got = read(
        "s7",
        Turn("connect", b"", S7_CONNECT[:5] + b"\xd0" + S7_CONNECT[6:]),
        Turn("setup", b"", b"\x03\x00\x00\x1b\x02\xf0\x80\x32\x03"),
        Turn("module", b"", szl(0x11, 28, module, firmware)),
        Turn("component", b"", szl(0x1C, 34, *names)),
    )
    assert got.module == "6ES7 315-2EH14-0AB0"
    assert got.firmware == "3.2.6"
    assert (got.system, got.serial) == ("STATION", "S C-C2UR28922012")


def test_a_link_test_is_confirmed() -> None:
    assert read("iec104", Turn("test", IEC104_TEST, b"\x68\x04\x83\x00\x00\x00"), tls="no").answers is True
    assert IEC104_TEST[2] == 0x43  # TESTFR act; STARTDT would be 0x07


def test_an_identity_is_read_from_ethernet_ip() -> None:
    item = b"\x01\x00" + bytes(16) + b"\x01\x00\x0e\x00\x36\x00\x14\x0b\x60\x31\x78\x56\x34\x12\x0c1756-L61/B  "
    body = b"\x01\x00\x0c\x00" + len(item).to_bytes(2, "little") + item
    data = b"\x63\x00" + len(body).to_bytes(2, "little") + bytes(20) + body
    got = read("ethernetip", Turn("identity", ETHERNETIP_IDENTITY, data))
    assert (got.vendor_id, got.device_type, got.revision, got.serial) == (1, 14, "20.11", "12345678")
    assert got.product == "1756-L61/B"


def apdu(service: bytes) -> bytes:
    message = b"\x01\x00" + service
    return b"\x81\x0a" + (len(message) + 4).to_bytes(2, "big") + message


def ack(number: int, value: bytes) -> bytes:
    return apdu(b"\x30\x01\x0c\x0c\x02\x00\x02\x57\x19" + bytes((number,)) + b"\x3e" + value + b"\x3f")


def test_a_bacnet_device_is_read_property_by_property() -> None:
    got = read(
        "bacnet",
        Turn("who-is", WHO_IS, apdu(b"\x10\x00\xc4\x02\x00\x02\x57\x22\x04\x00\x91\x00\x22\x03\xe7")),
        Turn("object", b"", ack(75, b"\xc4\x02\x00\x02\x57")),
        Turn("vendor", b"", ack(121, b"\x75\x09\x00BACpypes")),
        Turn("vendor_id", b"", ack(120, b"\x22\x03\xe7")),
        Turn("name", b"", apdu(b"\x50\x05\x0c\x91\x01\x91\x1f")),
    )
    assert (got.instance, got.vendor, got.vendor_id) == (599, "BACpypes", 999)
    assert got.name is None
    assert got.readable is True


def test_a_bacnet_device_that_refuses_is_not_readable() -> None:
    got = read("bacnet", Turn("object", b"", apdu(b"\x50\x01\x0c\x91\x01\x91\x1f")))
    assert (got.answers, got.readable, got.instance) == (True, False, None)
    assert instance_of(b"\x81") is None


def test_every_bacnet_request_is_a_reading_one() -> None:
    for invoke, number in enumerate(PROPERTIES.values()):
        message = read_property(number, invoke)
        assert message[6:8] == b"\x00\x05"  # confirmed request
        assert message[9] == 12  # ReadProperty


def string(data: bytes | None) -> bytes:
    return b"\xff\xff\xff\xff" if data is None else len(data).to_bytes(4, "little") + data


def endpoint(mode: int, policy: bytes, tokens: tuple[int, ...]) -> bytes:
    data = string(b"opc.tcp://x") + string(b"urn:a") + string(b"urn:p") + b"\x02" + string("泵站".encode()) + bytes(4)
    data += string(None) + string(None) + b"\xff\xff\xff\xff" + string(None) + mode.to_bytes(4, "little")
    data += string(b"http://opcfoundation.org/UA/SecurityPolicy#" + policy) + len(tokens).to_bytes(4, "little")
    for token in tokens:
        data += string(b"id") + token.to_bytes(4, "little") + string(None) * 3
    return data + string(None) + b"\x00"


def test_endpoints_of_opc_ua_say_what_they_protect() -> None:
    listed = endpoint(1, b"None", (0, 1)) + endpoint(3, b"Basic256Sha256", (1,)) + endpoint(2, b"Basic256", (1,))
    body = (
        bytes(16) + b"\x01\x00\xaf\x01" + bytes(8) + b"\x01\0\0\0" + bytes(4) + b"\0" + b"\xff\xff\xff\xff" + b"\0\0\0"
    )
    body += (3).to_bytes(4, "little") + listed
    data = b"MSGF" + (8 + len(body)).to_bytes(4, "little") + body
    got = read("opcua", Turn("hello", b"", b"ACKF\x1c\0\0\0" + bytes(20)), Turn("endpoints", b"", data))
    assert (got.endpoints, got.none_allowed, got.anonymous_unprotected, got.weak_policy) == (3, True, True, True)
    assert (got.best_mode, got.application) == (3, "泵站")


def test_an_opc_ua_server_that_shows_nothing_still_answers() -> None:
    got = read("opcua", Turn("hello", b"", b"ERRF\x10\0\0\0" + bytes(8)))
    assert got.answers is True
    assert got.anonymous is None
    for message in (open_channel(), get_endpoints(bytes(4), bytes(4), b"opc.tcp://x")):
        assert int.from_bytes(message[4:8], "little") == len(message)


@pytest.mark.parametrize(
    ("probe", "label"),
    [
        ("modbus", "identify"),
        ("s7", "setup"),
        ("iec104", "test"),
        ("ethernetip", "identity"),
        ("bacnet", "object"),
        ("opcua", "hello"),
    ],
)
@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(40)])
def test_another_protocol_is_not_understood(probe: str, label: str, data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[probe].interpret(recorded(probe, Turn(label, b"", data)))


def link_frame(control: int, station: int) -> bytes:
    head = b"\x05\x64\x05" + bytes((control,)) + b"\x01\x00" + station.to_bytes(2, "little")
    return head + checksum(head)


def test_the_checksum_of_dnp3_is_that_of_the_standard() -> None:
    assert checksum(b"123456789") == b"\x82\xea"
    assert link_status(1) == bytes.fromhex("056405c901000100") + checksum(bytes.fromhex("056405c901000100"))


def test_a_station_answers_for_its_link_with_its_own_address() -> None:
    got = read("dnp3", Turn("link:65532", b"", b"", "timeout"), Turn("link:1", b"", link_frame(0x0B, 10)))
    assert (got.answers, got.station, got.link_status) == (True, 10, True)
    assert read("dnp3", Turn("link:1", b"", link_frame(0x0F, 1))).link_status is False


@pytest.mark.parametrize("data", [b"", link_status(1), link_frame(0x0B, 1)[:-1] + b"\0", link_frame(0x44, 1)])
def test_a_request_or_a_broken_frame_is_no_answer_of_a_station(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()["dnp3"].interpret(recorded("dnp3", Turn("link:1", b"", data)))


def test_a_station_is_asked_until_it_answers_and_no_further() -> None:
    answer = link_frame(0x0B, 1).decode("latin-1")
    with serve("dialogue", {"replies": {"\x05\x64": answer}}) as (address, port):
        exchange, ended = ask("dnp3", address, port)
    assert ended is None
    assert [turn.label for turn in exchange.turns] == ["link:65532"]
    assert row(exchange).station == 1
