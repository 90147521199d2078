"""Time stamps of bundles (RFC 3161): an authority outside says that the manifest existed at a time. We write the request and
check the answer offline; carrying one to the authority and back is the user's, since a scanner's machine may have no way out.

The answer lies beside the signatures, outside the compared part, and is filed under its own SHA-256.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client._rust import parse_timestamp_request

from inventory.canonical import sha256
from inventory.errors import InputError

TIMESTAMPS = "timestamps/"
LARGEST_ANSWER = 1 << 18  # bytes; an answer with its chain of certificates has a few thousand
_SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time stamp of the manifest: when (UTC, ISO 8601), its number at the authority, and whether the authority's
    signature was checked up to a root that the caller trusts."""

    part: str
    time: str
    serial: str
    verified: bool


def request(manifest: bytes) -> bytes:
    """A request over the SHA-256 of the manifest, with a random nonce, that asks for the authority's certificate (DER)."""
    return TimestampRequestBuilder(manifest, HashAlgorithm.SHA256, nonce=True, cert_req=True).build().as_bytes()


def member_name(answer: bytes) -> str:
    """The part of a bundle that holds this answer."""
    return f"{TIMESTAMPS}{sha256(answer)}.tsr"


def check_nonce(answer: bytes, asked: bytes, source: str) -> None:
    """Raises InputError where the answer is not the one to this request."""
    try:
        wanted = parse_timestamp_request(asked).nonce
    except ValueError as error:
        raise InputError("not a time stamp request (RFC 3161)", source) from error
    if _decode(answer, source).tst_info.nonce != wanted:
        raise InputError("the time stamp answers another request: its nonce differs", source)


def check_answer(answer: bytes, manifest: bytes, source: str, roots: Sequence[Certificate] = ()) -> Timestamp:
    """Check that an answer is about this manifest and, with roots, that its signature leads to one of them: certificates
    are looked at as of the stamped time. Raises InputError that says what does not hold."""
    response = _decode(answer, source)
    stamped = response.tst_info
    imprint, digest = stamped.message_imprint, hashlib.sha256(manifest).digest()
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != digest:
        raise InputError("the time stamp is about another digest than that of this manifest", source)
    if roots:
        try:
            VerifierBuilder(roots=list(roots)).build().verify(response, digest)
        except (VerificationError, ValueError) as error:
            raise InputError(f"the time stamp does not lead to a root that you trust: {error}", source) from error
    time = stamped.gen_time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Timestamp(member_name(answer), time, str(stamped.serial_number), bool(roots))


def load_roots(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file. Raises InputError where it holds none."""
    try:
        return tuple(load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read as certificates: {error}", str(path)) from error


def read_file(path: Path) -> bytes:
    """A request or an answer, bounded. Raises InputError."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_ANSWER + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    if len(data) > LARGEST_ANSWER:
        raise InputError(f"larger than {LARGEST_ANSWER} bytes", str(path))
    return data


def _decode(answer: bytes, source: str) -> TimeStampResponse:
    """The answer, if it grants a time stamp and is DER to its last byte."""
    try:
        response = decode_timestamp_response(answer)
        if response.status != PKIStatus.GRANTED:
            raise InputError(f"the authority did not grant a time stamp: status {response.status}", source)
        whole = response.as_bytes() == answer
        response.tst_info.message_imprint.message  # noqa: B018  the token is parsed where it is asked
    except ValueError as error:
        raise InputError("not a time stamp answer (RFC 3161)", source) from error
    if not whole:
        raise InputError("not in its canonical form (DER)", source)
    return response
