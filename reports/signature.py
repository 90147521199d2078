"""Keys and signatures of bundles: Ed25519 (RFC 8032) and SM2 with SM3, side by side. Keys are PEM files that OpenSSL and
GmSSL read too; private ones have mode 600. A signature covers the manifest, which names every other byte.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from inventory.canonical import sha256
from inventory.errors import InputError
from reports import sm2

Algorithm = Literal["ed25519", "sm2"]
ALGORITHMS: tuple[Algorithm, ...] = ("ed25519", "sm2")

# SubjectPublicKeyInfo (RFC 5480) and PKCS #8 (RFC 5958) of id-ecPublicKey with curve 1.2.156.10197.1.301: of fixed length,
# so that a prefix is all the DER there is.
_SM2_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_SM2_PKCS8 = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
_SM2_POINT = bytes.fromhex("a144034200")
_ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")


class Signature(BaseModel):
    """One signature as it lies in the bundle: `signature` and `public_key` (DER SubjectPublicKeyInfo) are base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithm: Algorithm
    signed: Literal["manifest.json"]
    public_key: str
    signature: str

    @property
    def key_id(self) -> str:
        """SHA-256 of the public key's DER: the name of the key."""
        return sha256(base64.b64decode(self.public_key))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key with its algorithm; `secret` is 32 bytes and shows in no repr."""

    algorithm: Algorithm
    secret: bytes

    def __repr__(self) -> str:
        return f"PrivateKey({self.algorithm})"

    def public_der(self) -> bytes:
        """The public key as DER SubjectPublicKeyInfo."""
        if self.algorithm == "ed25519":
            raw = Ed25519PrivateKey.from_private_bytes(self.secret).public_key()
            return raw.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return _SM2_SPKI + sm2.public_key(int.from_bytes(self.secret)).to_bytes()


def new_key(algorithm: Algorithm) -> PrivateKey:
    """A fresh key."""
    if algorithm == "ed25519":
        return PrivateKey(algorithm, Ed25519PrivateKey.generate().private_bytes_raw())
    return PrivateKey(algorithm, sm2.new_private_key().to_bytes(32))


def sign(key: PrivateKey, manifest: bytes) -> Signature:
    """Sign the manifest."""
    if key.algorithm == "ed25519":
        made = Ed25519PrivateKey.from_private_bytes(key.secret).sign(manifest)
    else:
        made = sm2.sign(int.from_bytes(key.secret), manifest)
    return Signature(
        algorithm=key.algorithm,
        signed="manifest.json",
        public_key=base64.b64encode(key.public_der()).decode(),
        signature=base64.b64encode(made).decode(),
    )


def verify(signature: Signature, manifest: bytes) -> bool:
    """Whether the signature is good for the manifest under the key that it names. Says nothing of whose key it is."""
    try:
        key = base64.b64decode(signature.public_key, validate=True)
        made = base64.b64decode(signature.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    if signature.algorithm == "ed25519":
        return _verify_ed25519(key, made, manifest)
    try:
        return sm2.verify(_sm2_point(key), manifest, made)
    except InputError:
        return False


def _verify_ed25519(key: bytes, made: bytes, manifest: bytes) -> bool:
    if not key.startswith(_ED25519_SPKI) or len(key) != len(_ED25519_SPKI) + 32:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key[len(_ED25519_SPKI) :]).verify(made, manifest)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sm2_point(der: bytes) -> sm2.PublicKey:
    point = der.removeprefix(_SM2_SPKI)
    if len(der) != len(_SM2_SPKI) + 65 or len(point) != 65 or point[0] != 4:
        raise InputError("not an SM2 public key (uncompressed point expected)")
    return sm2.PublicKey(int.from_bytes(point[1:33]), int.from_bytes(point[33:]))


# key files


def save_key(key: PrivateKey, folder: Path) -> tuple[Path, Path]:
    """Write `<algorithm>.key` (mode 600) and `<algorithm>.pub`. Raises InputError where one is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / f"{key.algorithm}.key", folder / f"{key.algorithm}.pub"
    for path in (private, public):
        if path.exists():
            raise InputError("there is a key already; it is not overwritten", str(path))
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_pem("PRIVATE KEY", _private_der(key)))
    public.write_bytes(_pem("PUBLIC KEY", key.public_der()))
    return private, public


def load_private_key(path: Path) -> PrivateKey:
    """Read a private key file of either algorithm. Raises InputError; also where others may read the file."""
    der = _read_pem(path, "PRIVATE KEY")
    if path.stat().st_mode & 0o077:
        raise InputError("others may read this private key", str(path), hint=f"chmod 600 {path}")
    if der.startswith(_SM2_PKCS8):
        secret = der[len(_SM2_PKCS8) : len(_SM2_PKCS8) + 32]
        key = PrivateKey("sm2", secret)
        sm2.public_key(int.from_bytes(secret))
        return key
    try:
        loaded = serialization.load_der_private_key(der, None)
    except (ValueError, TypeError) as error:
        raise InputError("not a private key of Ed25519 or SM2", str(path)) from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise InputError("not a private key of Ed25519 or SM2", str(path))
    return PrivateKey("ed25519", loaded.private_bytes_raw())


def load_public_key(path: Path) -> str:
    """The key id of a public key file. Raises InputError where it is none."""
    der = _read_pem(path, "PUBLIC KEY")
    if der.startswith(_SM2_SPKI):
        _sm2_point(der)
    elif not der.startswith(_ED25519_SPKI) or len(der) != len(_ED25519_SPKI) + 32:
        raise InputError("not a public key of Ed25519 or SM2", str(path))
    return sha256(der)


def _private_der(key: PrivateKey) -> bytes:
    if key.algorithm == "sm2":
        return _SM2_PKCS8 + key.secret + _SM2_POINT + sm2.public_key(int.from_bytes(key.secret)).to_bytes()
    return Ed25519PrivateKey.from_private_bytes(key.secret).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pem(name: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""]).encode()


def _read_pem(path: Path, name: str) -> bytes:
    try:
        text = path.read_text("ascii")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("not a key in PEM form", str(path)) from error
    begin, end = f"-----BEGIN {name}-----", f"-----END {name}-----"
    if begin not in text or end not in text:
        raise InputError(f"not a PEM file with a {name.lower()}", str(path))
    try:
        return base64.b64decode("".join(text.split(begin)[1].split(end)[0].split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"damaged PEM: {error}", str(path)) from error
