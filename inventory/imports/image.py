"""Images of systems: an unpacked root file system, or an archive with layers (`image_archive`).

Only files of interest are kept (`image_files`). Nothing is unpacked to disk; names that leave the root are refused and
counted; numbers and sizes are bounded.
"""

import lzma
import os
import tarfile
import zlib
from pathlib import Path

from inventory.errors import ImportFormatError
from inventory.imports.image_archive import read_archive
from inventory.imports.image_files import MOST_FILES, Image, limit, resolve, wanted

BESIDE = ("proc", "sys", "dev")  # no files of the system lie there


def read(path: Path) -> Image:
    """Read a root file system or an archive. Raises ImportFormatError for what is neither, or cannot be read."""
    try:
        image = _directory(path) if path.is_dir() else read_archive(path)
    except (OSError, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError) as error:
        why = (str(error).splitlines() or ["damaged"])[0].rstrip(":")
        hint = "a directory, an OCI layout, or what docker save writes"
        raise ImportFormatError(f"cannot be read: {why}", str(path), hint=hint) from error
    if not image.files:
        raise ImportFormatError(
            "no system in it", str(path), hint="a root file system, OCI layout or docker-save archive"
        )
    return image


def _directory(root: Path) -> Image:
    """Links are never followed out of the root; what is no ordinary file is left alone."""
    image = Image()
    seen = 0
    for folder, names, files in os.walk(root, followlinks=False):
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        names[:] = sorted(name for name in names if f"{relative}/{name}".removeprefix("./") not in BESIDE)
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                image.note(f"more than {MOST_FILES} files: the rest was not looked at")
                return image
            path = f"{relative}/{name}".removeprefix("./")
            if wanted(path):
                _take(image, root, path)
    return image


def _take(image: Image, root: Path, path: str) -> None:
    """A file of interest, or where a link at its place leads inside the root."""

    def link_of(name: str) -> str | None:
        here = root / name
        return str(here.readlink()) if here.is_symlink() else None

    target = resolve(path, link_of)
    if target is None or not (root / target).is_file():
        return
    size = (root / target).stat().st_size
    if size > limit(path):
        image.note(f"{path}: larger than {limit(path)} bytes, not read")
        return
    if target != path:
        image.link(path, "/" + target)
    if target not in image.files and image.room(size):
        image.keep(target, (root / target).read_bytes())
