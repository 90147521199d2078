"""Archives of images, and their layers: OCI image layout, docker-save, or a plain tar of a root file system.

Everything is bounded: bytes in all, entries, layers, headers, what is kept. A later layer hides what it replaces or whites
out (OCI image specification, layer.md). Where a link of interest leads to a file that is not, the archive is read again for
it, a few times at most.
"""

import bz2
import gzip
import io
import json
import lzma
import posixpath
import re
import tarfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import zstandard

from inventory.imports.image_files import LARGEST_CONFIG, MOST_FILES, Image, inside, limit, resolve, wanted

MOST_LAYERS = 200
MOST_READINGS = 4
LARGEST_UNPACKED = 32 * 1024 * 1024 * 1024  # bytes read from one archive in all
LARGEST_HEADER = 1024 * 1024  # bytes of one extended header
LARGEST_WINDOW = 128 * 1024 * 1024  # bytes that zstd may look back
ZSTD = b"\x28\xb5\x2f\xfd"
OPENERS: dict[bytes, Callable[[Any], Any]] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
PARTS = re.compile(r"(manifest|index)\.json|blobs/.*|.*\.(tar|tgz|tar\.gz)")  # of an archive that holds layers
EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class _Entry(tarfile.TarInfo):
    """An entry whose extended headers are of a reasonable size: tarfile reads these whole."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """See tarfile. Raises ReadError."""
        made = super().frombuf(buf, encoding, errors)
        if made.type in EXTENDED and made.size > LARGEST_HEADER:
            raise tarfile.ReadError(f"an extended header of {made.size} bytes")
        return made


@dataclass(slots=True)
class _Budget:
    """What may still be read."""

    size: int = field(default_factory=lambda: LARGEST_UNPACKED)
    entries: int = field(default_factory=lambda: MOST_FILES)

    def spend(self, size: int) -> None:
        """Raises tarfile.ReadError where it is used up: a bomb ends here."""
        self.size -= size
        if self.size < 0:
            raise tarfile.ReadError(f"unpacks to more than {LARGEST_UNPACKED} bytes")

    def members(self, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        """The entries, counted; the archive does not gather them, as it would."""
        for member in archive:
            self.entries -= 1
            if self.entries < 0:
                raise tarfile.ReadError(f"more than {MOST_FILES} entries")
            archive.members.clear()  # type: ignore[attr-defined]
            yield member


class _Bounded(io.RawIOBase):
    """A stream whose bytes are taken from a budget."""

    def __init__(self, source: IO[bytes], budget: _Budget) -> None:
        self.source, self.budget = source, budget

    def readable(self) -> bool:
        """See io."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See io. Raises tarfile.ReadError where the budget is used up."""
        data = self.source.read(len(buffer))
        self.budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def read_archive(path: Path) -> Image:
    """Read an archive, again where links lead to what was not kept. Raises OSError, EOFError, tarfile.TarError, zlib.error."""
    also: set[str] = set()
    image = Image()
    for _ in range(MOST_READINGS):
        try:
            image = _read(path, also)
        except zstandard.ZstdError as error:
            raise tarfile.ReadError(str(error)) from error
        missing = _missing(image)
        if missing <= also:
            break
        also |= missing
    return image


def _missing(image: Image) -> set[str]:
    """Paths on the way from links of interest that lead to nothing kept."""
    found: set[str] = set()
    for link in image.links:
        target = resolve(link, image.links.get) if wanted(link) else None
        if target is not None and target not in image.files:
            parts = target.split("/")
            found |= {"/".join(parts[:end]) for end in range(1, len(parts) + 1)}
    return found


def _read(path: Path, also: Collection[str]) -> Image:
    budget = _Budget()
    image = Image()
    with tarfile.open(path, "r:*", tarinfo=_Entry) as outer:
        parts = {}
        for entry in budget.members(outer):
            budget.spend(entry.size)
            name = inside(entry.name) or ""
            if PARTS.fullmatch(name) and entry.isfile():
                parts[name] = entry
        layers = list(_layers(outer, parts))
        if len(layers) > MOST_LAYERS:
            image.note(f"{len(layers)} layers: only the first {MOST_LAYERS} were read")
        for name in layers[:MOST_LAYERS]:
            member = parts.get(inside(name) or "")
            stream = outer.extractfile(member) if member is not None else None
            if stream is None:
                image.note(f"layer {name[:80]} is missing")
            else:
                _layer(image, _unpacked(stream), budget, also)
    if not layers:
        with path.open("rb") as file:
            _layer(image, _unpacked(file), _Budget(), also)
    return image


def _layers(outer: tarfile.TarFile, names: dict[str, tarfile.TarInfo]) -> Iterator[str]:
    """Names of the layers, lowest first: docker-save's manifest.json, else the first manifest of an OCI index."""
    listed = _json(outer, names, "manifest.json")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        yield from (str(name) for name in listed[0].get("Layers") or ())
        return
    index = _json(outer, names, "index.json")
    for _ in range(4):  # an index may lead to an index
        manifests = index.get("manifests") if isinstance(index, dict) else None
        if isinstance(manifests, list) and manifests and isinstance(manifests[0], dict):
            index = _json(outer, names, _blob(manifests[0]))
    if isinstance(index, dict):
        yield from (_blob(layer) for layer in index.get("layers") or () if isinstance(layer, dict))


def _blob(descriptor: dict[str, Any]) -> str:
    return "blobs/" + str(descriptor.get("digest", "")).replace(":", "/", 1)


def _json(outer: tarfile.TarFile, names: dict[str, tarfile.TarInfo], name: str) -> Any:
    member = names.get(name)
    if member is None or not member.isfile() or member.size > LARGEST_CONFIG:
        return None
    stream = outer.extractfile(member)
    try:
        return json.loads(stream.read()) if stream is not None else None
    except (ValueError, RecursionError):
        return None


def _layer(image: Image, stream: IO[bytes], budget: _Budget, also: Collection[str]) -> None:
    """A tar on top of what the image holds already."""
    bounded = io.BufferedReader(_Bounded(stream, budget), 1 << 20)
    below = {*image.files, *image.links}
    with tarfile.open(fileobj=bounded, mode="r|", tarinfo=_Entry) as inner:
        for member in budget.members(inner):
            _apply(image, inner, member, below, also)


def _unpacked(stream: IO[bytes]) -> Any:
    """A tar as it is, or out of gzip or zstd, as the media types of the specification name them; bzip2 and xz for files."""
    head = stream.read(6)
    stream.seek(0)
    if head.startswith(ZSTD):
        unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        return unpacker.stream_reader(stream, read_across_frames=True)
    opener = next((opener for magic, opener in OPENERS.items() if head.startswith(magic)), None)
    return opener(stream) if opener else stream


def _apply(
    image: Image,
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    below: set[str],
    also: Collection[str],
) -> None:
    """One entry on top of what lies below. An opaque whiteout hides lower layers only: `below` is what is left of them."""
    if ".." in member.name.split("/"):
        image.refused += 1
        return
    path = inside(member.name)
    if path is None:
        return
    folder, base = posixpath.split(path)
    if base == ".wh..wh..opq":
        for name in [name for name in below if not folder or name.startswith(folder + "/")]:
            image.forget(name)
    elif base.startswith(".wh."):
        image.forget(posixpath.join(folder, base[4:]))
    elif not member.isdir():
        image.forget(path)
        below.discard(path)
        if path in also or wanted(path):
            _keep(image, archive, member, path)


def _keep(image: Image, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    if member.issym():
        image.link(path, member.linkname)
    elif member.islnk():
        target = inside(member.linkname)
        if target is not None and target in image.files:
            image.keep(path, image.files[target])
    elif member.isfile():
        if member.size > limit(path):
            image.note(f"{path}: larger than {limit(path)} bytes, not read")
            return
        stream = archive.extractfile(member) if image.room(member.size) else None
        if stream is not None:
            image.keep(path, stream.read())
