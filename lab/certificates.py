"""Certificates of the lab: good, expired, self-signed, short-keyed; made once and kept in one folder.

Twins and real servers name a certificate by its description, so the same description is the same file everywhere.
Containers get the folder read-only and need no tool to make certificates.
"""

import base64
import contextlib
import datetime
import hashlib
import ipaddress
import json
import os
import ssl
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab import ber

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import GeneralName, Name

FOLDER_VARIABLE = "CHENGJIAN_LAB_CERTIFICATES"
AUTHORITIES = {"lab": ("Lab Authority", "CN"), "abroad": ("Lab Authority Abroad", "US")}
PADDING = "1.3.6.1.4.1.32473.45"  # an arc that RFC 5612 sets aside for examples
REMAKE_AFTER_SECONDS = 20 * 86_400
# Fields that came later do not move the names of the files that came before.
LATER = {"signature": "sha256", "padding": 0}
SHA256_RSA, SHA1_RSA = (
    bytes.fromhex("06092a864886f70d01010b"),
    bytes.fromhex("06092a864886f70d010105"),
)  # RFC 8017 A.2.4
SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")  # RFC 8017 9.2
OAKLEY_GROUP_2 = (  # RFC 2409 6.2: a prime of 1024 bit
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE65381FFFFFFFFFFFFFFFF"
)
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True)
class Certificate:
    """`days` until it ends, counted from today (negative: expired); `key` is rsa2048, rsa1024, rsa4096 or ec256.

    `issuer` "lab" is signed by the lab's own authority, "abroad" by one that stands for a foreign one, "self" by itself.
    `names` are DNS names or addresses. `signature` is sha256, or sha1 for one that is signed by its own RSA key. `padding`: bytes of an extension of no use, which
    makes the certificate as large as one likes.
    """

    common_name: str = "lab.example"
    names: tuple[str, ...] = ()
    days: int = 365
    key: str = "rsa2048"
    issuer: str = "self"
    organisation: str = "模拟数据 simulated"
    country: str = "CN"
    signature: str = "sha256"
    padding: int = 0


def folder() -> Path:
    """Where certificates are kept: the variable's folder, else one of this user's in the temporary directory."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    path = Path(chosen) if chosen else Path(tempfile.gettempdir()) / f"chengjian-lab-certificates-{os.getuid()}"
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_name(certificate: Certificate) -> str:
    """The file name that belongs to a description."""
    described = {key: value for key, value in asdict(certificate).items() if key not in LATER or value != LATER[key]}
    text = json.dumps(described, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16] + ".pem"


def pem_file(certificate: Certificate) -> Path:
    """The file that holds key and certificate (made when missing or too old)."""
    path = folder() / file_name(certificate)
    if not path.is_file() or time.time() - path.stat().st_mtime > REMAKE_AFTER_SECONDS:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as out:
            out.write(make_pem(certificate))
        with contextlib.suppress(FileNotFoundError):
            Path(out.name).replace(path)
    return path


def make_pem(certificate: Certificate) -> bytes:
    """Private key and certificate (and the authority's, when the lab's authority signs) as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    key = make_key(certificate.key)
    subject = subject_name(certificate)
    if certificate.issuer in AUTHORITIES:
        name, country = AUTHORITIES[certificate.issuer]
        authority = Certificate(common_name=name, days=3650, key="ec256", issuer="self", country=country)
        blob = pem_file(authority).read_bytes()
        issuer_key = serialization.load_pem_private_key(blob, None)
        authority_certificate = x509.load_pem_x509_certificate(blob[blob.index(b"-----BEGIN CERT") :])
        issuer, chain = authority_certificate.subject, authority_certificate.public_bytes(serialization.Encoding.PEM)
    else:
        issuer_key, issuer, chain = key, subject, b""
    is_authority = certificate.common_name in {name for name, _ in AUTHORITIES.values()}
    today = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    names: list[x509.GeneralName] = [general_name(name) for name in certificate.names or (certificate.common_name,)]
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(hashlib.sha256(file_name(certificate).encode()).digest()[:8], "big"))
        .not_valid_before(today + datetime.timedelta(days=min(certificate.days, 0) - 365))
        .not_valid_after(today + datetime.timedelta(days=certificate.days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if certificate.padding:
        useless = x509.UnrecognizedExtension(x509.ObjectIdentifier(PADDING), bytes(certificate.padding))
        built = built.add_extension(useless, critical=False)
    signed = built.sign(issuer_key, hashes.SHA256())  # type: ignore[arg-type]
    der = signed.public_bytes(serialization.Encoding.DER)
    if certificate.signature == "sha1":
        der = sha1_signed(der, signed.tbs_certificate_bytes, key)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret + ssl.DER_cert_to_PEM_cert(der).encode() + chain


def sha1_signed(der: bytes, inner: bytes, key: Any) -> bytes:
    """The same certificate signed with SHA-1 by its own RSA key (RFC 8017 8.2.1), which libraries will not do any more."""
    changed = inner.replace(SHA256_RSA, SHA1_RSA)
    numbers = key.private_numbers()
    size = (key.key_size + 7) // 8
    info = SHA1_INFO + hashlib.sha1(changed, usedforsecurity=False).digest()
    padded = b"\0\x01" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    sealed: bytes = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    return der.replace(inner, changed).replace(SHA256_RSA, SHA1_RSA)[:-size] + sealed


def make_key(kind: str) -> "RSAPrivateKey | EllipticCurvePrivateKey":
    """A private key: rsa with its bits, or ec256."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if kind == "ec256":
        return ec.generate_private_key(ec.SECP256R1())
    if not kind.startswith("rsa"):
        raise ValueError(f"unknown kind of key {kind!r}")
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def subject_name(certificate: Certificate) -> "Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, certificate.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, certificate.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, certificate.common_name),
        ]
    )


def general_name(name: str) -> "GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def server_context(
    certificate: Certificate | None = None,
    minimum: str = "1.2",
    maximum: str = "1.3",
    ciphers: str = "",
    *,
    short_dh: bool = False,
) -> ssl.SSLContext:
    """A server's TLS context. Below 1.2 the library's own floor is lowered too, as old servers do. `short_dh`: the prime of
    finite-field Diffie-Hellman has 1024 bit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    weak = minimum in ("1.0", "1.1") or ciphers
    context.set_ciphers((ciphers or "ALL:!aNULL:!eNULL") + ":@SECLEVEL=0" if weak else "ECDHE+AESGCM:ECDHE+CHACHA20")
    context.load_cert_chain(pem_file(certificate or Certificate()))
    if short_dh:
        context.load_dh_params(str(dh_file()))
    with _old_versions_allowed():
        context.minimum_version = VERSIONS[minimum]
        context.maximum_version = VERSIONS[maximum]
    return context


def dh_file() -> Path:
    """Diffie-Hellman parameters with a prime of 1024 bit, as PEM (PKCS #3: a sequence of prime and generator)."""
    path = folder() / "dh1024.pem"
    if not path.is_file():
        prime = b"\0" + bytes.fromhex(OAKLEY_GROUP_2)
        body = ber.wrap(ber.SEQUENCE, ber.wrap(ber.INTEGER, prime) + ber.integer(2))
        text = base64.encodebytes(body).decode()
        path.write_text(f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n", encoding="ascii")
    return path


@contextlib.contextmanager
def _old_versions_allowed() -> Iterator[None]:
    """Python warns about TLS 1.0 and 1.1; here they are the point."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
