"""SMB 2 session setup as far as the NTLM challenge (MS-SMB2 2.2.5, MS-NLMP 2.2.1): it names no user."""

from scanner.wire.ber import pack, pack_identifier

SPNEGO, NTLM = "1.3.6.1.5.5.2", "1.3.6.1.4.1.311.2.2.10"
FLAGS = 0xE2088297  # negotiate Unicode, NTLM, signing, version and target information
KEY_EXCHANGE = 0x40000000  # a session key comes along, which an anonymous user has none of (MS-NLMP 2.2.2.5)


def _message(number: int, session: int, token: bytes) -> bytes:
    head = b"\xfeSMB" + (64).to_bytes(2, "little") + bytes(6) + b"\x01\x00" + b"\x1f\x00" + bytes(8)
    head += number.to_bytes(8, "little") + bytes(8) + session.to_bytes(8, "little") + bytes(16)
    body = (
        b"\x19\x00\x00\x01" + bytes(8) + (64 + 24).to_bytes(2, "little") + len(token).to_bytes(2, "little") + bytes(8)
    )
    message = head + body + token
    return len(message).to_bytes(4, "big") + message


def negotiate_setup() -> bytes:
    """SESSION_SETUP with an NTLM NEGOTIATE message."""
    ntlm = b"NTLMSSP\0\x01\0\0\0" + FLAGS.to_bytes(4, "little") + bytes(16) + b"\x06\x01\0\0\0\0\0\x0f"
    inner = pack(0xA0, pack(0x30, pack_identifier(NTLM))) + pack(0xA2, pack(4, ntlm))
    return _message(1, 0, pack(0x60, pack_identifier(SPNEGO) + pack(0xA0, pack(0x30, inner))))


def anonymous_setup(session: int) -> bytes:
    """SESSION_SETUP with an NTLM AUTHENTICATE message of an anonymous user: no name, no response (MS-NLMP 3.2.5.1.2)."""
    offset = (88).to_bytes(4, "little")
    empty = bytes(4) + offset
    one = b"\x01\0\x01\0" + offset  # the LM response of an anonymous user is one zero byte
    ntlm = (
        b"NTLMSSP\0\x03\0\0\0"
        + one
        + empty * 5
        + (FLAGS & ~KEY_EXCHANGE | 0x800).to_bytes(4, "little")
        + b"\x06\x01\0\0\0\0\0\x0f"
    )
    ntlm = ntlm.ljust(88, b"\0") + b"\0"
    return _message(2, session, pack(0xA1, pack(0x30, pack(0xA2, pack(4, ntlm)))))
