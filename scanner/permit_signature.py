"""Who may allow a scan: detached signatures of permits by the operators' keys, and a list of revoked permits.

`FILE.sig` holds one JSON object a line, one signature each (Ed25519 by RFC 8032, or SM2 with SM3). What is signed is a fixed
prefix and the bytes of the permit file, so that a signature of a permit is never one of anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from inventory.canonical import sha256
from inventory.errors import InputError, PermitError, RefusedByPermit
from reports.signature import Algorithm, PrivateKey, Signature, load_public_key, sign, verify

PREFIX = b"chengjian-permit-signature/1\n"
LARGEST = 256 * 1024  # bytes of a signature or revocation file


class PermitSignature(BaseModel):
    """One line of a signature file; `public_key` (DER SubjectPublicKeyInfo) and `signature` are base64."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    algorithm: Algorithm
    public_key: str
    signature: str

    def as_signature(self) -> Signature:
        """In the form that the signature module checks."""
        return Signature(
            algorithm=self.algorithm, signed="manifest.json", public_key=self.public_key, signature=self.signature
        )


def beside(permit: Path) -> Path:
    """The signature file of a permit."""
    return permit.with_name(permit.name + ".sig")


def sign_permit(permit: Path, key: PrivateKey) -> str:
    """Sign the permit and put the signature into its file, in place of an older one by the same key; gives the key's id."""
    made = sign(key, PREFIX + permit.read_bytes())
    new = PermitSignature(algorithm=made.algorithm, public_key=made.public_key, signature=made.signature)
    write_signatures(permit, new)
    return made.key_id


def write_signatures(permit: Path, new: PermitSignature) -> None:
    """Put a signature into the file beside, in place of an older one by the same key."""
    others = [one for one in read_signatures(permit) if one.public_key != new.public_key]
    lines = [one.model_dump_json() for one in (*others, new)]
    target = beside(permit)
    draft = target.with_name(target.name + ".new")
    draft.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    draft.replace(target)


def read_signatures(permit: Path) -> list[PermitSignature]:
    """The signatures beside a permit, good or not; none where there is no file. Raises PermitError."""
    path = beside(permit)
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_bytes()[:LARGEST].splitlines(), 1):
        try:
            found.append(PermitSignature.model_validate_json(line))
        except ValidationError as error:
            raise PermitError("not a signature", str(path), f"line {number}") from error
    return found


def operator_keys(folder: Path) -> dict[str, str]:
    """Key id → name of the operators' public keys (`NAME.pub`, PEM). Raises InputError where there is none."""
    keys = {load_public_key(path): path.stem for path in sorted(folder.glob("*.pub"))}
    if not keys:
        raise InputError("no operator key (*.pub) in it", str(folder))
    return keys


def require_signature(permit: Path, data: bytes, trusted: Mapping[str, str]) -> str:
    """The name of an operator whose good signature stands beside the permit. `data`: the bytes of the permit that were read.
    Raises RefusedByPermit."""
    found = read_signatures(permit)
    for one in found:
        signature = one.as_signature()
        if verify(signature, PREFIX + data) and signature.key_id in trusted:
            return trusted[signature.key_id]
    if not found:
        raise RefusedByPermit(f"signature: {permit} is not signed, and only signed permits are accepted here")
    raise RefusedByPermit(f"signature: no good signature of a known operator stands beside {permit}")


@dataclass(slots=True)
class Revocations:
    """A list of revoked permits, one a line: the permit's id or the SHA-256 of its file, then the reason. Read again when
    the file changes. A list that cannot be read revokes everything: whoever removes it must not make a permit valid."""

    path: Path
    stamp: tuple[int, int] | None = None
    listed: dict[str, str] = field(default_factory=dict)

    def reason(self, permit_id: str, digest: str) -> str:
        """Why the permit does not hold any more, or "" where it does."""
        try:
            now = self.path.stat()
            if (now.st_mtime_ns, now.st_size) != self.stamp:
                self.listed = self._read()
                self.stamp = (now.st_mtime_ns, now.st_size)
        except (OSError, UnicodeDecodeError):
            return f"revoked: the list {self.path} cannot be read"
        for name in (permit_id, digest):
            if name in self.listed:
                return f"revoked: {self.listed[name] or 'without a reason'}"
        return ""

    def _read(self) -> dict[str, str]:
        data = self.path.read_bytes()
        if len(data) > LARGEST:
            raise OSError("too large")
        found = {}
        for line in data.decode().splitlines():
            name, _, reason = line.partition("#")[0].strip().partition(" ")
            if name:
                found[name] = reason.strip()
        return found


@dataclass(frozen=True, slots=True)
class Authority:
    """What a permit has to satisfy besides being valid: signed by one of these operators, and not on this list."""

    operators: Mapping[str, str] = field(default_factory=dict)
    revocations: Revocations | None = None

    def check(self, permit: Path, permit_id: str, data: bytes) -> str:
        """The operator who signed, "" where nobody had to. Raises RefusedByPermit."""
        why = self.revoked(permit_id, data)
        if why:
            raise RefusedByPermit(why)
        return require_signature(permit, data, self.operators) if self.operators else ""

    def revoked(self, permit_id: str, data: bytes) -> str:
        """Why the permit was revoked, or ""."""
        return self.revocations.reason(permit_id, sha256(data)) if self.revocations is not None else ""


def authority(keys: Path | None, revocations: Path | None) -> Authority:
    """From a folder of operators' keys and a revocation list; either may be left out. Raises InputError."""
    return Authority(
        operator_keys(keys) if keys is not None else {}, Revocations(revocations) if revocations is not None else None
    )
