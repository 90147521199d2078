"""What devices announce: read as scapy writes it, tied to an address, and never more than what was said."""

import datetime
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from scapy.contrib import cdp, lldp
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.l2 import LLC, SNAP, Dot3, Ether

from inventory.fact import Fact
from inventory.reduction import reduce
from scanner.capture.announcements import Said, facts, read
from scanner.capture.evidence import exchanges, interpret
from scanner.capture.talk import Heard
from tests.scanner.capture.frames import udp
from tests.scanner.capture.test_capture import SERVER, session, zone_of

MAC, SWITCH = "02:00:00:00:00:07", "10.45.1.250"
VRP = "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (CE6850 V200R005C10SPC800)"


def told(*frames: bytes) -> dict[str, dict[str, list[Fact]]]:
    """Address → facts about it as a station."""
    found = {}
    for exchange in exchanges(Heard().take((1, frame) for frame in frames), zone_of):
        if exchange.endpoint.transport == "none":
            found[exchange.endpoint.address] = interpret(reduce(exchange, b"key"))
    return found


def lldp_frame(address: str | None) -> bytes:
    parts = (
        lldp.LLDPDUChassisID(subtype=4, id=MAC)
        / lldp.LLDPDUPortID(subtype=5, id=b"GE1/0/1")
        / lldp.LLDPDUTimeToLive(ttl=120)
        / lldp.LLDPDUSystemName(system_name=b"core-1")
        / lldp.LLDPDUSystemDescription(description=VRP.encode())
    )
    if address is not None:
        octets = bytes(int(part) for part in address.split("."))
        parts /= lldp.LLDPDUManagementAddress(
            management_address_subtype=1,
            management_address=octets,
            interface_numbering_subtype=2,
            interface_number=1,
            object_id=b"",
        )
    return bytes(Ether(dst="01:80:c2:00:00:0e", src=MAC, type=0x88CC) / parts / lldp.LLDPDUEndOfLLDPDU())


def arp(address: str, mac: str) -> bytes:
    octets, station = bytes(int(part) for part in address.split(".")), bytes.fromhex(mac.replace(":", ""))
    head = b"\xff" * 6 + station + b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01"
    return head + station + octets + bytes(6) + octets


def test_lldp_names_a_device_and_its_system() -> None:
    for frames in ((lldp_frame(SWITCH),), (arp(SWITCH, MAC), lldp_frame(None))):
        [row] = told(*frames)[SWITCH]["device_version"]
        seen = row.model_dump()
        assert (seen["hostname"], seen["vendor"], seen["os"]) == ("core-1", "huawei", "vrp")


def test_an_announcement_of_nobody_known_is_left_out() -> None:
    assert told(lldp_frame(None)) == {}
    assert told(lldp_frame("192.0.2.9")) == {}
    two = (arp(SWITCH, MAC), arp("10.45.1.251", MAC), lldp_frame(None))
    assert all("device_version" not in said for said in told(*two).values())


def test_cdp_tells_name_platform_and_address() -> None:
    message = cdp.CDPv2_HDR(
        msg=[
            cdp.CDPMsgDeviceID(val=b"access-2"),
            cdp.CDPMsgAddr(naddr=1, addr=[cdp.CDPAddrRecordIPv4(addr=SWITCH)]),
            cdp.CDPMsgPlatform(val=b"cisco WS-C2960"),
        ]
    )
    frame = bytes(Dot3(dst="01:00:0c:cc:cc:cc", src=MAC) / LLC() / SNAP(OUI=0x0C, code=0x2000) / message)
    [row] = told(frame)[SWITCH]["device_version"]
    assert (row.model_dump()["hostname"], row.model_dump()["model"]) == ("access-2", "cisco WS-C2960")


def test_a_dhcp_request_tells_a_name() -> None:
    options = [("message-type", "request"), ("requested_addr", SWITCH), ("hostname", b"lift-3"), "end"]
    payload = bytes(BOOTP(op=1, chaddr=bytes(16)) / DHCP(options=options))
    [row] = told(udp("0.0.0.0", 68, "255.255.255.255", 67, payload))[SWITCH]["device_version"]
    assert row.model_dump()["hostname"] == "lift-3"


def test_arp_ties_an_address_to_a_station_only_where_it_is_one() -> None:
    [row] = told(arp(SWITCH, MAC))[SWITCH]["host"]
    assert (row.model_dump()["mac"], row.model_dump()["answers"]) == (MAC, None)
    assert told(arp(SWITCH, MAC), arp(SWITCH, "02:00:00:00:00:08")) == {}


def certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pump.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 7)
    made = made.not_valid_before(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)).not_valid_after(
        datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_shown_in_clear_is_read_and_a_part_of_one_is_not() -> None:
    shown = certificate()
    listed = len(shown).to_bytes(3, "big") + shown
    message = b"\x0b" + (len(listed) + 3).to_bytes(3, "big") + len(listed).to_bytes(3, "big") + listed
    hello = b"\x02" + (38).to_bytes(3, "big") + b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00"
    up = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"

    def rows(handshake: bytes) -> list[Fact]:
        down = b"\x16\x03\x03" + struct.pack("!H", len(handshake)) + handshake
        for exchange in exchanges(Heard().take((1, frame) for frame in session(443, up, down)), zone_of):
            if exchange.endpoint.address == SERVER:
                return interpret(reduce(exchange, b"key")).get("certificate", [])
        return []

    [row] = rows(hello + message)
    assert (row.model_dump()["subject"], row.model_dump()["key_type"]) == ("CN=pump.example", "ec")
    assert rows(hello + message[:-9]) == []
    assert rows(hello) == []


@given(st.sampled_from(["lldp", "cdp", "dhcp"]), st.binary(max_size=300))
def test_any_announcement_is_taken(kind: str, data: bytes) -> None:
    for noise in (data, bytes(4) + data, b"\x01" + bytes(235) + b"\x63\x82\x53\x63" + data):
        said = read(kind, noise)
        assert isinstance(said, Said)
        facts(said)
