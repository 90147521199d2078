"""Certificates are read whole: RSA, curves, SM2, unknown algorithms, broken extensions; hostile bytes are refused."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from inventory import der
from inventory.certificate import read_certificate, read_pem
from inventory.der import DerError
from inventory.errors import ImportFormatError

START, END = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2051, 1, 1, tzinfo=UTC)


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    content = b"".join(parts)
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def number(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = bytearray([first * 40 + second])
    for part in rest:
        septets = [part & 0x7F]
        while part := part >> 7:
            septets.append(part & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return tlv(6, bytes(out))


def name(common_name: str) -> bytes:
    return tlv(0x30, tlv(0x31, tlv(0x30, number("2.5.4.3"), tlv(0x0C, common_name.encode()))))


def handmade(key_algorithm: bytes, signature: str, extensions: bytes = b"") -> bytes:
    """A certificate whose signature nobody checks: enough for a reader of fields."""
    algorithm = tlv(0x30, number(signature))
    body = tlv(
        0x30,
        tlv(0xA0, tlv(2, b"\2")),
        tlv(2, b"\x0a"),
        algorithm,
        name("根"),
        tlv(0x30, tlv(0x17, b"240102030405Z"), tlv(0x18, b"20510101000000Z")),
        name("政务网关"),
        tlv(0x30, key_algorithm, tlv(3, b"\0\4" + b"\1" * 64)),
        tlv(0xA3, tlv(0x30, extensions)) if extensions else b"",
    )
    return tlv(0x30, body, algorithm, tlv(3, b"\0" + b"\2" * 70))


@pytest.mark.parametrize(
    ("key", "algorithm", "bits", "curve", "signature"),
    [
        (rsa.generate_private_key(65537, 1024), "rsaEncryption", 1024, None, "sha256WithRSAEncryption"),
        (ec.generate_private_key(ec.SECP384R1()), "id-ecPublicKey", 384, "secp384r1", "ecdsa-with-SHA256"),
        (ed25519.Ed25519PrivateKey.generate(), "ED25519", None, None, "ED25519"),
    ],
    ids=["rsa", "ec", "ed25519"],
)
def test_every_field_of_a_common_certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    algorithm: str,
    bits: int | None,
    curve: str | None,
    signature: str,
) -> None:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example, City"),
            x509.NameAttribute(NameOID.COMMON_NAME, "gw\t1"),
        ]
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(0x1234)
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(True, None), True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("gw.example"), x509.RFC822Name("a@b.example")]), False)
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    [read] = read_pem(built.public_bytes(serialization.Encoding.PEM).decode())
    assert read.subject == read.issuer == "CN=gw\\091,O=Example\\, City,C=CN"
    assert (read.not_before, read.not_after) == (START, END)
    assert read.serial_number == "1234"
    assert (read.public_key_algorithm, read.key_bits, read.curve) == (algorithm, bits, curve)
    assert read.signature_algorithm == signature
    assert read.alternative_names == ("DNS:gw.example", "email:a@b.example")
    assert read.self_issued
    assert read.is_authority
    assert not read.is_sm2
    assert read.sha256 == built.fingerprint(hashes.SHA256()).hex()


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (tlv(0x30, number("1.2.840.10045.2.1"), number("1.2.156.10197.1.301")), "id-ecPublicKey"),
        (tlv(0x30, number("1.2.156.10197.1.301")), "sm2"),
    ],
)
def test_sm2_certificates_are_recognised_under_both_key_numbers(key: bytes, algorithm: str) -> None:
    use = tlv(0x30, number("2.5.29.15"), tlv(4, tlv(3, b"\x04\x30")))
    read = read_certificate(handmade(key, "1.2.156.10197.1.501", use))
    assert (read.public_key_algorithm, read.key_bits, read.curve) == (algorithm, 256, "SM2")
    assert read.signature_algorithm == "SM2-with-SM3"
    assert read.is_sm2
    assert read.subject == "CN=政务网关"
    assert read.key_usage == ("keyEncipherment", "dataEncipherment")
    assert not read.self_issued
    assert read.alternative_names is None
    assert read.is_authority is None


def test_unknown_algorithms_stay_numbers_instead_of_losing_the_certificate() -> None:
    read = read_certificate(handmade(tlv(0x30, number("2.16.840.1.101.3.4.3.17")), "2.16.840.1.101.3.4.3.17"))
    assert read.public_key_algorithm == read.signature_algorithm == "2.16.840.1.101.3.4.3.17"
    assert read.key_bits is None


def test_all_kinds_of_alternative_names_are_shown() -> None:
    names = tlv(
        0x30,
        tlv(0x87, bytes([10, 45, 0, 1])),
        tlv(0x87, bytes.fromhex("20010db8000000000000000000000001")),
        tlv(0x87, b"\1\2\3"),
        tlv(0x86, b"https://gw.example/"),
        tlv(0x88, number("1.2.3")[2:]),
        tlv(0xA4, name("x")),
        tlv(0xA0, number("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, tlv(0x0C, b"u@d"))),
    )
    extension = tlv(0x30, number("2.5.29.17"), tlv(4, names))
    assert read_certificate(handmade(tlv(0x30, number("1.3.101.112")), "1.3.101.112", extension)).alternative_names == (
        "IP Address:10.45.0.1",
        "IP Address:2001:DB8:0:0:0:0:0:1",
        "IP Address:<invalid length=3>",
        "URI:https://gw.example/",
        "Registered ID:1.2.3",
        "DirName:/CN=x",
        "othername: UPN::u@d",
    )


def test_a_broken_name_extension_stays_visible() -> None:
    extension = tlv(0x30, number("2.5.29.17"), tlv(4, b"\x30\x7fbad"))
    assert read_certificate(handmade(tlv(0x30, number("1.3.101.112")), "1.3.101.112", extension)).alternative_names == (
        "0.bad",
    )


def test_what_is_no_certificate_is_refused_with_one_clear_error() -> None:
    for text in ("", "no certificate", "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----"):
        with pytest.raises(ImportFormatError):
            read_pem(text, "a.pem")
    with pytest.raises(ImportFormatError, match="larger than"):
        read_certificate(b"\x30" * 300_000)


SAMPLE = handmade(
    tlv(0x30, number("1.2.840.10045.2.1"), number("1.2.840.10045.3.1.7")),
    "1.2.840.10045.4.3.2",
    tlv(0x30, number("2.5.29.17"), tlv(4, tlv(0x30, tlv(0x82, b"a.example")))),
)


@given(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused_but_never_a_crash(place: int, octet: int) -> None:
    data = bytearray(SAMPLE)
    data[place] = octet
    try:
        read = read_certificate(bytes(data))
    except ImportFormatError:
        return
    assert read.not_before.tzinfo is UTC


@given(st.binary(max_size=300))
def test_any_bytes_are_values_or_an_error(data: bytes) -> None:
    try:
        values = list(der.read_values(data))
    except DerError:
        return
    assert b"".join(value.raw for value in values) == data
