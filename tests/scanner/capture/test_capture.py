"""Captures: hosts, servers, protocols, flows between zones and secrets in clear text, and nothing that hangs or grows."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError, NotUnderstood
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.reduction import reduce
from scanner.capture.evidence import exchanges, interpret
from scanner.capture.files import Capture
from scanner.capture.frames import decode
from scanner.capture.names import is_network_disk, is_overseas_service, is_remote_control, server_name
from scanner.capture.talk import Heard
from scanner.wire.suites import offered_order
from scanner.wire.tls import client_hello
from tests.scanner.capture.frames import ether, ip, pcap, pcapng, tcp, udp

SYN, SYN_ACK = 0x02, 0x12
CLIENT, SERVER, OUTSIDE = "10.45.1.9", "10.45.2.8", "203.0.113.7"


def zone_of(address: str) -> str | None:
    return {"10.45.1": "office", "10.45.2": "data"}.get(address.rpartition(".")[0])


def heard(*frames: bytes) -> Heard:
    return Heard().take((1, frame) for frame in frames)


def session(port: int, up: bytes, down: bytes, server: str = SERVER) -> list[bytes]:
    return [
        tcp(CLIENT, 40000, server, port, flags=SYN),
        tcp(server, port, CLIENT, 40000, flags=SYN_ACK),
        tcp(CLIENT, 40000, server, port, up),
        tcp(server, port, CLIENT, 40000, down),
    ]


def facts_of(*frames: bytes) -> dict[str, list[Fact]]:
    """Facts of the one server and the one client in the frames."""
    found: dict[str, list[Fact]] = {}
    for exchange in exchanges(heard(*frames), zone_of):
        found |= interpret(reduce(exchange, b"key"))
    return found


def only(facts: dict[str, list[Fact]], table: str) -> Any:
    assert len(facts[table]) == 1
    return facts[table][0]


@pytest.mark.parametrize("make", [pcap, pcapng])
def test_files_of_both_kinds_give_their_frames(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "a.pcap"
    frames = [udp(CLIENT, 5000, SERVER, 53, b"x" * size) for size in (1, 2, 3)]
    path.write_bytes(make(*frames))
    capture = Capture(path)
    assert list(capture) == [(1, frame) for frame in frames]
    assert capture.complete is True


@pytest.mark.parametrize("address", ["0.0.0.0", "0.1.2.3", "224.0.0.5", "255.255.255.255"])
def test_an_address_that_nobody_can_have_is_no_host(address: str) -> None:
    assert heard(udp(address, 68, "10.45.1.1", 67, b"x")).hosts == {}


def test_a_file_in_the_other_byte_order_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(b"frame", order=">", link=101))
    assert list(Capture(path)) == [(101, b"frame")]


def test_a_file_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    for whole in (pcap(b"one", b"two"), pcapng(b"one!", b"two!")):
        path.write_bytes(whole[:-5])
        capture = Capture(path)
        assert len(list(capture)) == 1
        assert capture.complete is False


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"not a capture at all")
    with pytest.raises(ImportFormatError, match=r"a\.pcap: not a capture"):
        list(Capture(path))


def test_the_side_that_accepts_is_the_server() -> None:
    talk = next(heard(*session(8080, b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n")).in_order())
    assert (talk.server, talk.server_port, talk.client, talk.basis) == (SERVER, 8080, CLIENT, "syn-ack")
    late = next(heard(tcp(SERVER, 22, CLIENT, 40000, b"SSH-2.0-x\r\n")).in_order())
    assert (late.server, late.server_port) == (SERVER, 22)


def test_hosts_are_those_that_sent_and_neighbours_those_that_arp_names() -> None:
    arp = ether(b"\0\x01\x08\0\x06\x04\0\x02" + b"\x02\0\0\0\0\x07" + bytes((10, 45, 1, 7)) + bytes(10), 0x0806)
    found = heard(udp(CLIENT, 1, SERVER, 2, b"x"), arp)
    assert set(found.hosts) == {CLIENT}
    assert set(found.neighbours) == {"10.45.1.7"}


def test_tags_and_tunnels_are_looked_through() -> None:
    inner = tcp("10.0.0.1", 1, "10.0.0.2", 80, b"x")
    tagged = inner[:12] + b"\x81\x00\x00\x07" + inner[12:]
    gre = ether(ip(CLIENT, SERVER, 47, b"\0\0\x08\0" + inner[14:]))
    vxlan = udp(CLIENT, 5, SERVER, 4789, b"\x08" + bytes(7) + inner)
    six = ether(ip("2001:db8::1", "2001:db8::2", 6, inner[34:]))
    for frame in (tagged, gre, vxlan):
        assert [talk.server for talk in heard(frame).in_order()] == ["10.0.0.2"]
    assert [talk.server for talk in heard(six).in_order()] == ["2001:db8::2"]
    assert CLIENT in heard(gre).hosts


def test_a_service_between_zones_is_told_with_its_flow() -> None:
    facts = facts_of(*session(2222, b"SSH-2.0-client\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"))
    service, flow = only(facts, "service"), only(facts, "flow")
    assert (service.protocol, service.tls, service.banner) == ("ssh", False, "SSH-2.0-OpenSSH_9.2")
    assert (flow.source_zone, flow.destination_zone, flow.outside, flow.encrypted) == ("office", "data", False, True)
    assert "clear_text" not in facts


def test_a_login_in_clear_text_is_counted_and_not_kept() -> None:
    frames = session(21, b"USER bob\r\nPASS canary-word\r\n", b"220 ready\r\n331 ok\r\n230 in\r\n")
    exchange = reduce(next(exchanges(heard(*frames), zone_of)), b"key")
    assert b"canary-word" not in exchange.to_bytes()
    assert b"canary-word" not in b"".join(turn.sent for turn in exchange.turns)
    clear = only(interpret(exchange), "clear_text")
    assert (clear.credentials, clear.protocols_seen) == (1, "ftp")


def test_personal_data_in_clear_text_is_counted() -> None:
    body = '{"身份证": "11010519491231002X", "手机": "13800000000"}'.encode()
    facts = facts_of(*session(80, b"GET /people HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n" + body))
    clear = only(facts, "clear_text")
    assert (clear.identity_numbers, clear.mobile_numbers, clear.credentials) == (1, 1, 0)


def test_traffic_outwards_is_named_by_what_it_asked_for() -> None:
    hello = client_hello(0x0303, offered_order(0x0303), name="pan.baidu.com")
    flow = only(facts_of(*session(443, hello, b"\x16\x03\x03\x00\x04\x02\0\0\0", OUTSIDE)), "flow")
    assert (flow.server_name, flow.network_disk, flow.outside, flow.encrypted) == ("pan.baidu.com", True, True, True)
    query = b"\0\x01\x01\0\0\x01" + bytes(6) + b"\x05hello\x0ateamviewer\x03com\0\0\x01\0\x01"
    flow = only(facts_of(udp(CLIENT, 5000, "8.8.8.8", 53, query)), "flow")
    assert (flow.protocol, flow.remote_control, flow.overseas_service) == ("dns", True, True)


def test_names_are_judged_by_their_end() -> None:
    assert is_network_disk("d.pcs.baidu.com")
    assert not is_network_disk("notweiyun.com.cn")
    assert is_remote_control("router5.teamviewer.com", 443)
    assert is_overseas_service("0.pool.ntp.org", "10.0.0.1")
    assert server_name(b"GET / HTTP/1.1\r\nHost: A.example\r\n\r\n", "tcp") == "a.example"


@pytest.mark.parametrize(
    ("port", "up", "protocol"),
    [
        (123, b"\x23" + bytes(47), "ntp"),
        (161, b"\x30\x26\x02\x01\x01\x04\x06public", "snmp"),
        (5060, b"REGISTER sip:4501 SIP/2.0\r\n", "sip"),
        (1900, b"M-SEARCH * HTTP/1.1\r\n", "upnp"),
        (514, b"<34>Oct 11 su: x", "syslog"),
        (47808, b"\x81\x0a\x00\x08\x01\x00\x10\x08", "bacnet"),
        (53, b"nonsense", None),
        (9999, b"\x23" + bytes(47), None),
        (547, b"\x01\x9c\xb4\x27\0\x08\0\x02", "dhcpv6"),
        (9600, b"\x80\0\x02\0\0\0\0\x63\0\xef\x05\x01\0", "fins"),
        (44443, b"\x16\xfe\xff" + bytes(10) + b"\x01", "dtls"),
        (443, b"\xc4\0\0\0\x01\x08" + bytes(20), "quic"),
    ],
)
def test_datagrams_are_claimed_only_where_form_and_port_agree(port: int, up: bytes, protocol: str | None) -> None:
    assert only(facts_of(udp(CLIENT, 50000, SERVER, port, up)), "flow").protocol == protocol


@pytest.mark.parametrize(
    ("port", "up", "protocol"),
    [
        (502, b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", "modbus"),
        (102, b"\x03\x00\x00\x1f\x02\xf0\x80\x32\x01", "s7"),
        (2404, b"\x68\x04\x07\x00\x00\x00", "iec104"),
        (1883, b"\x10\x16\x00\x04MQTT\x04\x02\x00\x0f\x00\x0achengjian0", "mqtt"),
        (445, b"\x00\x00\x00\x40\xfeSMB", "smb"),
        (8443, b"\x16\x03\x01\x00\x40\x01", "tls"),
        (8443, b"\x16\x01\x01\x00\x40\x01", "tlcp"),
        (48898, b"\0\0\x20\0\0\0" + bytes(32), "ads"),
        (9600, b"FINS\0\0\0\x0c" + bytes(12), "fins"),
        (5094, b"\x01\0\0\0\0\x02\0\x0d\x01\0\0\x75\x30", "hart_ip"),
        (4712, b"\xaa\x41\0\x12\0\xf1" + bytes(12), "synphasor"),
        (102, b"\x03\0\0\x30\x02\xf0\x80\x01\0\x01\0\x61\x20", "mms"),
        (88, b"\0\0\0\xb8\x6a\x81\xb5\x30\x81\xb2\xa1\x03\x02\x01\x05", "kerberos"),
        (389, b"\x30\x84\0\0\0\x4b\x02\x02\0\x97\x60\x84", "ldap"),
        (1080, b"\x05\x01\0\x05\x01\0\x03\x0bwww.example", "socks"),
        (8080, b"nothing known", None),
    ],
)
def test_connections_are_claimed_by_what_the_client_says(port: int, up: bytes, protocol: str | None) -> None:
    assert only(facts_of(*session(port, up, b"\x00")), "flow").protocol == protocol


def test_the_order_of_frames_of_different_talks_does_not_matter() -> None:
    one, two = session(80, b"GET / HTTP/1.1\r\n\r\n", b"x"), session(22, b"SSH-2.0-a\r\n", b"SSH-2.0-b\r\n")
    mixed = [frame for pair in zip(two, one, strict=True) for frame in pair]
    assert list(exchanges(heard(*one, *two), zone_of)) == list(exchanges(heard(*mixed), zone_of))


def test_memory_is_bounded_whatever_the_capture_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.capture.talk.KEPT_IN_ALL", 10_000)
    monkeypatch.setattr("scanner.capture.talk.MOST_TALKS", 50)
    found = heard(*(tcp(CLIENT, 1000 + number, SERVER, 80, b"x" * 1400) for number in range(100)))
    assert len(found.talks) == 50
    assert found.left_out == 50
    assert found.kept < 10_000 + 1400 + 50 * 128


@given(st.sampled_from([0, 1, 101, 113, 239, 276]), st.binary(max_size=120))
def test_any_frame_is_read_or_left(link: int, frame: bytes) -> None:
    Heard().take([(link, frame)])


@given(st.binary(max_size=80), st.integers(0, 60), st.integers(0, 255))
def test_damaged_frames_are_read_or_left(tail: bytes, at: int, value: int) -> None:
    frame = bytearray(udp(CLIENT, 5000, SERVER, 4789, tail))
    frame[min(at, len(frame) - 1)] = value
    decode(1, bytes(frame))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_capture_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.pcap"
    for start in (b"", b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a"):
        path.write_bytes(start + data)
        try:
            list(Capture(path))
        except ImportFormatError:
            assert not start


def test_turns_that_are_no_conversations_are_not_understood() -> None:
    exchange = next(exchanges(heard(udp(CLIENT, 1, SERVER, 2, b"x")), zone_of))
    with pytest.raises(NotUnderstood):
        interpret(Exchange(exchange.kind, exchange.endpoint))
