"""Whom to trust: the certificates of a file that the auditor hands in, and whether a server's chain leads to one of them.

Which authorities count is no property of a server, so there is no list of our own: without a file nothing is said. Only the
signatures are followed; dates, names and uses have columns of their own.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from inventory.canonical import sha256
from inventory.errors import InputError
from scanner.probe import Recorder

LARGEST = 8 * 1024 * 1024
NOTE, ANCHOR = "trust_store", "anchor"
LONGEST = 12
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,65536})-----END CERTIFICATE-----")


def read_trust_store(path: Path) -> tuple[bytes, ...]:
    """The certificates of a PEM file as DER. Raises InputError where it cannot be read, or a certificate in it."""
    try:
        data = path.read_bytes()[:LARGEST]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    found = []
    for number, block in enumerate(_PEM.finditer(data), 1):
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode(block[1])).public_bytes(Encoding.DER))
        except ValueError as error:
            raise InputError(f"certificate {number} cannot be read: {error}", str(path)) from error
    if not found:
        raise InputError("holds no certificate", str(path), hint="PEM, with BEGIN CERTIFICATE lines")
    return tuple(found)


def note_anchors(recorder: Recorder, chain: Sequence[bytes], anchors: Sequence[bytes]) -> None:
    """Keep, beside what the server showed, which file was trusted, and those of its certificates that a chain could end at."""
    if not anchors or not chain:
        return
    recorder.note(NOTE, sha256(b"".join(anchors)))
    wanted = {name for one in map(_load, chain) if one is not None for name in (one.issuer, one.subject)}
    fitting = [anchor for anchor in anchors if (one := _load(anchor)) is not None and one.subject in wanted]
    for number, anchor in enumerate(fitting[:LONGEST]):
        recorder.note(f"{ANCHOR}{number}", base64.b64encode(anchor).decode())


def trusted(chain: Sequence[bytes], notes: Mapping[str, str]) -> bool | None:
    """Do the signatures lead from the server's certificate to one that is trusted? None where nobody said whom to trust, or a
    signature is of a kind that cannot be checked."""
    if NOTE not in notes or not chain:
        return None
    anchors = [_load(_decoded(value)) for name, value in sorted(notes.items()) if name.startswith(ANCHOR)]
    known = [one for one in anchors if one is not None]
    between = [one for one in map(_load, chain[:LONGEST]) if one is not None]
    current, unsure = _load(chain[0]), None in anchors
    for _ in range(LONGEST):
        if current is None:
            return None
        if current in known:
            return True
        signers = [one for one in (*known, *between) if one.subject == current.issuer and one != current]
        checked = [(one, _signed(current, one)) for one in signers]
        unsure = unsure or any(good is None for _, good in checked)
        current = next((one for one, good in checked if good), None)
        if current is None:
            return None if unsure else False
    return None


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return b""


def _load(data: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(data)
    except ValueError:
        return None


def _signed(one: x509.Certificate, by: x509.Certificate) -> bool | None:
    try:
        one.verify_directly_issued_by(by)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return True
