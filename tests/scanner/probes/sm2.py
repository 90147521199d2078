"""Certificates with SM2 keys, built byte by byte (GM/T 0015); the signature is not a real one, as nobody verifies it here."""

from scanner.wire.ber import pack, pack_identifier, pack_integer

SM2_CURVE, SM2_SM3, EC_KEY = "1.2.156.10197.1.301", "1.2.156.10197.1.501", "1.2.840.10045.2.1"


def name(common: str) -> bytes:
    """A name with country and common name."""
    country = pack(0x31, pack(0x30, pack_identifier("2.5.4.6") + pack(0x13, b"CN")))
    return pack(0x30, country + pack(0x31, pack(0x30, pack_identifier("2.5.4.3") + pack(0x0C, common.encode()))))


def certificate(common: str, *, usage: int, key: int = 1) -> bytes:
    """`usage` is the first byte of the key usage bits; `key` tells two keys apart."""
    algorithm = pack(0x30, pack_identifier(SM2_SM3))
    point = b"\x04" + bytes((key,)) * 64
    public = pack(0x30, pack(0x30, pack_identifier(EC_KEY) + pack_identifier(SM2_CURVE)) + pack(3, b"\0" + point))
    validity = pack(0x30, pack(0x17, b"250101000000Z") + pack(0x17, b"351231235959Z"))
    uses = pack(0x30, pack_identifier("2.5.29.15") + pack(1, b"\xff") + pack(4, pack(3, b"\x00" + bytes((usage,)))))
    body = (
        pack(0xA0, pack_integer(2))
        + pack_integer(key + 40)
        + algorithm
        + name("模拟CA")
        + validity
        + name(common)
        + public
    )
    body += pack(0xA3, pack(0x30, uses))
    return pack(0x30, pack(0x30, body) + algorithm + pack(3, b"\0" + bytes(64)))
