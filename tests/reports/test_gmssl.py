"""Signatures of bundles and GmSSL, both ways: its own program, built from its source for the lab's image, runs in that image.

GmSSL takes the standard's default user id, 1234567812345678, where none is given (GB/T 35276-2017, chapter 10).
"""

import base64
import subprocess
from pathlib import Path

import pytest

from lab import image
from reports.container import Container
from reports.signature import Signature, load_public_key, verify
from scanner.cli import main

pytestmark = pytest.mark.lab
CONFIG = Path(__file__).parent.parent / "data" / "config" / "vrp-good.cfg"
IN_IMAGE = 'mount --bind "$1" "$2/mnt" && root=$2 && shift 2 && exec chroot "$root" sh -c \'cd /mnt && exec gmssl "$@"\' gmssl "$@"'


@pytest.fixture(scope="module")
def root() -> Path:
    return image.ensure(print)


def gmssl(root: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """GmSSL in the image, in this folder, which is mounted there for it alone."""
    inside = ["unshare", "--mount", "--propagation", "private", "sh", "-c", IN_IMAGE, "sh", str(folder), str(root)]
    return subprocess.run([*inside, *words], capture_output=True, text=True, check=False, timeout=60)


def passport(folder: Path) -> tuple[bytes, Signature]:
    """The manifest of a bundle that was signed with a fresh SM2 key, and that signature."""
    assert main(["bundle", "keygen", "--out", str(folder / "keys")]) == 0
    made = folder / "passport.zip"
    main(["selfcheck", "--config", str(CONFIG), "--bundle", str(made), "--key", str(folder / "keys" / "sm2.key")])
    with Container(made) as container:
        (name,) = [name for name in container.members if name.startswith("signatures/sm2-")]
        return container.read("manifest.json"), Signature.model_validate_json(container.read(name))


def test_gmssl_verifies_the_signature_of_a_bundle(root: Path, tmp_path: Path) -> None:
    manifest, signature = passport(tmp_path)
    assert load_public_key(tmp_path / "keys" / "sm2.pub") == signature.key_id
    (tmp_path / "manifest.json").write_bytes(manifest)
    (tmp_path / "changed.json").write_bytes(manifest[:-1] + b" ")
    (tmp_path / "signature").write_bytes(base64.b64decode(signature.signature))
    words = ("-pubkey", "keys/sm2.pub", "-sig", "signature")
    done = gmssl(root, tmp_path, "sm2verify", *words, "-in", "manifest.json")
    assert (done.returncode, "success" in done.stdout) == (0, True), done.stdout + done.stderr
    assert gmssl(root, tmp_path, "sm2verify", *words, "-in", "changed.json").returncode != 0
    other = (*words, "-id", "someone else")
    assert gmssl(root, tmp_path, "sm2verify", *other, "-in", "manifest.json").returncode != 0


def test_we_verify_the_signature_that_gmssl_makes(root: Path, tmp_path: Path) -> None:
    manifest, ours = passport(tmp_path)
    (tmp_path / "manifest.json").write_bytes(manifest)
    secret = ("-pass", "made-for-a-test")
    made = gmssl(root, tmp_path, "sm2keygen", *secret, "-out", "their.key", "-pubout", "their.pub")
    assert made.returncode == 0, made.stderr
    signed = gmssl(root, tmp_path, "sm2sign", "-key", "their.key", *secret, "-in", "manifest.json", "-out", "signature")
    assert signed.returncode == 0, signed.stderr
    lines = (tmp_path / "their.pub").read_text("ascii").split("\n")
    theirs = ours.model_copy(
        update={
            "public_key": "".join(line for line in lines if "-----" not in line).strip(),
            "signature": base64.b64encode((tmp_path / "signature").read_bytes()).decode(),
        }
    )
    assert load_public_key(tmp_path / "their.pub") == theirs.key_id
    assert verify(theirs, manifest)
    assert not verify(theirs, manifest + b" ")
    assert not verify(theirs.model_copy(update={"public_key": ours.public_key}), manifest)
