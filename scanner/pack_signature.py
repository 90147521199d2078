"""Packs from outside the product: accepted when an operator signed them, or when whoever runs the command allows it.

The signature stands beside `pack.yaml` in the folder (`pack.yaml.sig`), in the form of a permit's, and covers the names and
contents of all rule files: a file more, less or changed is another pack.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from inventory.canonical import canonical, sha256
from inventory.errors import RuleError
from reports.signature import PrivateKey, sign, verify
from rules.kept_packs import gather_outside
from scanner.permit_signature import PermitSignature, beside, operator_keys, read_signatures, write_signatures

PREFIX = b"chengjian-pack-signature/1\n"


def accepted(arguments: argparse.Namespace) -> dict[str, bytes]:
    """The files of the packs of a command line. Raises RuleError for one that is not signed by an operator."""
    return accepted_packs(arguments.pack, arguments.operator_keys, allow_unsigned=arguments.allow_unsigned_packs)


def accepted_packs(folders: Sequence[Path], keys: Path | None, *, allow_unsigned: bool) -> dict[str, bytes]:
    """The files of pack folders; what was checked is what is returned."""
    files = gather_outside(folders)
    if folders and not allow_unsigned:
        trusted = operator_keys(keys) if keys is not None else {}
        for folder in folders:
            _require(folder, files, trusted)
    return files


def _require(folder: Path, files: Mapping[str, bytes], trusted: Mapping[str, str]) -> None:
    signed = signed_bytes(folder, files)
    found = read_signatures(folder / "pack.yaml")
    for one in found:
        signature = one.as_signature()
        if signature.key_id in trusted and verify(signature, PREFIX + signed):
            return
    if not found:
        why = "the pack is not signed"
    elif not trusted:
        why = "the pack is signed, and no operator's key is given"
    else:
        why = "no good signature of a known operator: another signed it, or a file was changed"
    raise RuleError(why, str(folder), hint="--operator-keys DIR, or --allow-unsigned-packs for a pack of your own")


def signed_bytes(folder: Path, files: Mapping[str, bytes]) -> bytes:
    """What a signature covers: name → SHA-256 of every file of the pack."""
    pack = folder.resolve().name
    return canonical({name: sha256(data) for name, data in files.items() if name.split("/")[0] == pack})


def sign_pack(folder: Path, key: PrivateKey) -> str:
    """Sign a pack, in place of an older signature by the same key; gives the key's id."""
    made = sign(key, PREFIX + signed_bytes(folder, gather_outside([folder])))
    new = PermitSignature(algorithm=made.algorithm, public_key=made.public_key, signature=made.signature)
    write_signatures(folder / "pack.yaml", new)
    return made.key_id


def signature_file(folder: Path) -> Path:
    """Where the signatures of a pack stand."""
    return beside(folder / "pack.yaml")
