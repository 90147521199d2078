"""SMB, RDP, VNC, LDAP, X11 and the r-services: what is let in, and how it is protected."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from scanner.probe import all_probes
from scanner.probes.ldap import one_entry, read_search
from scanner.wire.ber import pack, pack_integer
from scanner.wire.openings import ldap_root, smb1_negotiate, smb_negotiate
from scanner.wire.smb import anonymous_setup, negotiate_setup
from tests.scanner.asking import read, recorded


def smb2(dialect: int, mode: int, capabilities: int = 0) -> bytes:
    head = b"\xfeSMB" + b"\x40\x00" + bytes(58)
    body = b"\x41\x00" + mode.to_bytes(2, "little") + dialect.to_bytes(2, "little") + bytes(2 + 16)
    body += capabilities.to_bytes(4, "little") + bytes(36)
    return (len(head) + len(body)).to_bytes(4, "big") + head + body


def smb1(taken: bool) -> bytes:
    head = b"\xffSMB\x72" + (bytes(4) if taken else b"\x0d\x00\x00\xc0") + bytes(23)
    body = b"\x11\x00\x00\x03" + bytes(40) if taken else b"\x01\xff\xff\x00\x00"
    return (len(head) + len(body)).to_bytes(4, "big") + head + body


def test_signing_and_dialects_of_a_modern_server() -> None:
    got = read(
        "smb",
        Turn("smb1", b"", b"", "closed"),
        Turn("newest", b"", smb2(0x0311, 3, 0x40)),
        Turn("oldest", b"", smb2(0x0202, 3)),
    )
    assert (got.v1, got.oldest_dialect, got.newest_dialect) == (False, 0x0202, 0x0311)
    assert (got.signing_enabled, got.signing_required, got.encryption) == (True, True, True)


def test_smb_1_is_seen_and_a_refusal_of_it_too() -> None:
    got = read("smb", Turn("smb1", b"", smb1(True)), Turn("newest", b"", smb2(0x0210, 1)))
    assert (got.v1, got.oldest_dialect, got.signing_required) == (True, 0x0100, False)
    assert read("smb", Turn("smb1", b"", smb1(False)), Turn("newest", b"", smb2(0x0210, 1))).v1 is False
    silent = read("smb", Turn("smb1", b"", b"", "timeout"), Turn("newest", b"", smb2(0x0210, 1)))
    assert silent.v1 is None
    assert silent.oldest_dialect is None


def test_build_and_name_come_from_the_challenge() -> None:
    name = "SRV01".encode("utf-16-le")
    target = b"\x01\x00" + len(name).to_bytes(2, "little") + name + bytes(4)
    ntlm = b"NTLMSSP\0\x02\0\0\0" + bytes(8) + (0x02000000).to_bytes(4, "little") + bytes(16)
    ntlm += len(target).to_bytes(2, "little") * 2 + (56).to_bytes(4, "little") + b"\x0a\x00\x63\x45\0\0\0\x0f" + target
    got = read("smb", Turn("newest", b"", smb2(0x0311, 1)), Turn("newest:challenge", b"", bytes(80) + ntlm))
    assert (got.build, got.computer) == (17763, "SRV01")


def test_our_smb_messages_are_whole() -> None:
    for message in (
        smb1_negotiate(),
        smb_negotiate((0x0202,)),
        smb_negotiate((0x0311,)),
        negotiate_setup(),
        anonymous_setup(7),
    ):
        assert int.from_bytes(message[:4], "big") == len(message) - 4
    assert smb_negotiate((0x0202,))[16:18] == b"\x00\x00"  # the command NEGOTIATE
    assert negotiate_setup()[16:18] == b"\x01\x00"  # the command SESSION_SETUP


def confirm(kind: int, code: int) -> bytes:
    return b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00" + bytes((kind, 0, 8, 0)) + code.to_bytes(4, "little")


def test_a_desktop_that_insists_on_network_level_authentication() -> None:
    got = read(
        "rdp",
        Turn("standard", b"", confirm(3, 5)),
        Turn("tls", b"", confirm(3, 5)),
        Turn("nla", b"", confirm(2, 2)),
    )
    assert (got.standard_security, got.tls, got.nla, got.nla_required) == (False, False, True, True)


def test_an_old_desktop_without_negotiation() -> None:
    old = b"\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"
    got = read("rdp", Turn("standard", b"", old), Turn("tls", b"", old), Turn("nla", b"", old))
    assert (got.standard_security, got.tls, got.nla, got.nla_required) == (True, False, False, False)


@pytest.mark.parametrize(
    ("version", "types", "none", "password", "encrypted"),
    [
        (b"003.008", b"\x02\x01\x02", True, True, False),
        (b"003.008", b"\x02\x13\x12", False, False, True),
        (b"003.003", b"\x00\x00\x00\x02", False, True, False),
        (b"003.008", b"\x00\x00\x00\x04fail", None, None, None),
    ],
)
def test_security_types_of_vnc(version: bytes, types: bytes, none: bool, password: bool, encrypted: bool) -> None:
    got = read("vnc", Turn("greeting", b"", b"RFB " + version + b"\n"), Turn("types", b"", types))
    assert (got.none_allowed, got.password_only, got.encrypted) == (none, password, encrypted)


def ldap(number: int, operation: bytes) -> bytes:
    return pack(0x30, pack_integer(number) + operation)


def entry(attributes: dict[str, tuple[bytes, ...]]) -> bytes:
    listed = b"".join(
        pack(0x30, pack(4, name.encode()) + pack(0x31, b"".join(pack(4, value) for value in values)))
        for name, values in attributes.items()
    )
    return ldap(1, pack(0x64, pack(4, b"") + pack(0x30, listed)))


def done(number: int, code: int) -> bytes:
    return ldap(number, pack(0x65, pack_integer(code, 10) + pack(4, b"") + pack(4, b"")))


def test_a_directory_with_start_tls_that_shows_entries() -> None:
    root = entry(
        {"namingContexts": (b"dc=city",), "supportedExtension": (b"1.3.6.1.4.1.1466.20037",), "vendorName": (b"X",)}
    )
    got = read("ldap", Turn("root", ldap_root(), root + done(1, 0)), Turn("below", b"", done(3, 4)), tls="no")
    assert (got.root_readable, got.start_tls, got.naming_contexts, got.vendor) == (True, True, 1, "X")
    assert got.anonymous_entries is True
    assert got.active_directory is False


def test_a_directory_that_wants_a_bind() -> None:
    got = read("ldap", Turn("root", b"", done(1, 50)), Turn("below", b"", done(3, 1)), tls="no")
    assert (got.answers, got.root_readable, got.start_tls, got.anonymous_entries) == (True, False, None, False)
    assert read_search(one_entry(b"dc=city"))[1] == 0


def test_a_display_that_anybody_may_open() -> None:
    body = bytes(16) + b"\x03\x00" + bytes(14) + b"Xlab" + bytes(4)
    opened = b"\x01\x00\x0b\x00\x00\x00" + (len(body) // 4).to_bytes(2, "little") + body
    got = read("x11", Turn("setup", b"", opened))
    assert (got.open_display, got.vendor) == (True, "Xla")
    assert read("x11", Turn("setup", b"", b"\x00\x10\x0b\x00\x00\x00\x04\x00denied")).open_display is False


def test_an_r_service_is_an_open_port_that_says_nothing() -> None:
    assert read("rservices", Turn("listening", b"", b"", "timeout")).listens is True
    with pytest.raises(NotUnderstood):
        all_probes()["rservices"].interpret(recorded("rservices", Turn("listening", b"", b"SSH-2.0-x\r\n")))


@pytest.mark.parametrize(
    ("probe", "label"), [("smb", "newest"), ("rdp", "nla"), ("vnc", "greeting"), ("ldap", "root"), ("x11", "setup")]
)
@pytest.mark.parametrize("data", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x7f" * 40])
def test_another_protocol_is_not_understood(probe: str, label: str, data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[probe].interpret(recorded(probe, Turn(label, b"", data)))


def test_an_anonymous_session_promises_no_session_key() -> None:
    """MS-NLMP 2.2.2.5: whoever sets the flag must send a key, and Samba refuses those who do not."""
    message = anonymous_setup(1)
    ntlm = message[message.index(b"NTLMSSP\0\x03") :]
    assert not int.from_bytes(ntlm[60:64], "little") & 0x40000000
