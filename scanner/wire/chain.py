"""Certificates of a handshake as facts."""

import ipaddress
from datetime import datetime

from inventory.certificate import Certificate, read_certificate
from inventory.errors import ImportFormatError
from inventory.facts.certificate import CertificateFacts

KEY_TYPES = {
    "rsaEncryption": "rsa",
    "rsassaPss": "rsa",
    "rsaesOaep": "rsa",
    "dsaEncryption": "dsa",
    "id-ecPublicKey": "ec",
    "sm2": "sm2",
    "ED25519": "ed25519",
    "ED448": "ed448",
}
HASHES = ("md2", "md5", "sha512", "sha384", "sha256", "sha224", "sha1", "sm3")
WEAK_HASHES = ("md2", "md5", "sha1")


def read_chain(chain: list[bytes]) -> list[Certificate]:
    """The certificates that can be read, in their order; what is none is left out."""
    found = []
    for data in chain:
        try:
            found.append(read_certificate(data))
        except ImportFormatError:
            continue
    return found


def moment(value: datetime) -> str:
    """YYYY-MM-DDTHH:MM:SSZ."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def key_type(certificate: Certificate) -> str:
    """rsa, ec, sm2 … as the dictionary says."""
    if certificate.is_sm2:
        return "sm2"
    return KEY_TYPES.get(certificate.public_key_algorithm, certificate.public_key_algorithm)


def key_strong(certificate: Certificate) -> bool | None:
    """At least 112 bit of strength; None where the size is not known."""
    kind, bits = key_type(certificate), certificate.key_bits
    if kind in ("ed25519", "ed448"):
        return True
    if bits is None:
        return None
    return bits >= (2048 if kind in ("rsa", "dsa") else 224)


def signature_hash(certificate: Certificate) -> str | None:
    """The hash of the signature; None where its name does not say it."""
    name = certificate.signature_algorithm.lower().replace("sha-", "sha")
    return next((word for word in HASHES if word in name), None)


def signature_weak(certificate: Certificate) -> bool | None:
    """Signed with MD2, MD5 or SHA-1; None where the hash is not known."""
    found = signature_hash(certificate)
    return None if found is None else found in WEAK_HASHES


def country(name: str) -> str | None:
    """The country in a name of RFC 4514."""
    found = [part[2:] for part in name.split(",") if part.startswith("C=")]
    return found[0][:2].upper() if found else None


def matches(certificate: Certificate, server_name: str | None, address: str) -> bool | None:
    """Does it hold the name (RFC 9525) or the address? None where no name was asked for, the address is not in it and it holds
    names: one of them may be the host's. A certificate of other addresses alone is not the host's."""
    names = [name[4:].lower() for name in certificate.alternative_names or () if name.startswith("DNS:")]
    if certificate.alternative_names is None:
        names = [part[3:].lower() for part in certificate.subject.split(",") if part.startswith("CN=")][:1]
    if server_name is not None:
        wanted = server_name.lower().rstrip(".")
        return any(_covers(name, wanted) for name in names)
    if _holds_address(certificate, address) or address in names:
        return True
    return None if names or not certificate.alternative_names else False


def _covers(pattern: str, wanted: str) -> bool:
    if pattern.startswith("*."):
        head, _, tail = wanted.partition(".")
        return bool(head) and tail == pattern[2:]
    return pattern == wanted


def _holds_address(certificate: Certificate, address: str) -> bool:
    for name in certificate.alternative_names or ():
        if name.startswith("IP Address:"):
            try:
                if ipaddress.ip_address(name.removeprefix("IP Address:")) == ipaddress.ip_address(address):
                    return True
            except ValueError:
                continue
    return False


def certificate_rows(chain: list[bytes]) -> list[CertificateFacts]:
    """One row a certificate, in the order sent."""
    rows = []
    for place, one in enumerate(read_chain(chain)):
        uses = one.key_usage
        rows.append(
            CertificateFacts(
                place=place,
                subject=one.subject[:512],
                issuer=one.issuer[:512],
                issuer_country=country(one.issuer),
                serial=one.serial_number,
                not_before=moment(one.not_before),
                not_after=moment(one.not_after),
                validity_days=(one.not_after - one.not_before).days,
                self_signed=one.self_issued,
                authority=one.is_authority,
                key_type=key_type(one),
                key_bits=one.key_bits,
                signature_hash=signature_hash(one),
                signature_weak=signature_weak(one),
                names=len(one.alternative_names or ()),
                may_sign=None if uses is None else "digitalSignature" in uses,
                may_encrypt=None
                if uses is None
                else any(use in uses for use in ("keyEncipherment", "dataEncipherment", "keyAgreement")),
                fingerprint=one.sha256,
            )
        )
    return rows
