"""Images of systems: an unpacked root file system, or an archive with layers (OCI image layout, docker-save).

Only files of interest are kept: the release, package databases, configurations. Nothing is unpacked to disk; names that
leave the root are refused and counted; numbers and sizes are bounded. A later layer hides what it replaces or whites out
(OCI image specification, layer.md).
"""

import gzip
import io
import json
import os
import posixpath
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from inventory.errors import ImportFormatError
from inventory.imports import package_databases
from inventory.imports.sbom import Part

LARGEST_KEPT = 64 * 1024 * 1024  # bytes of one kept file
LARGEST_CONFIG = 2 * 1024 * 1024
MOST_FILES = 2_000_000
MOST_LAYERS = 200
LARGEST_UNPACKED = 32 * 1024 * 1024 * 1024  # bytes read from one archive in all

RELEASE = ("etc/os-release", "usr/lib/os-release")
DPKG = re.compile(r"var/lib/dpkg/status(\.d/[^/]+)?")
APK = re.compile(r"(usr/)?lib/apk/db/installed")
RPM_SQLITE = re.compile(r"(var/lib/rpm|usr/lib/sysimage/rpm|usr/share/rpm)/rpmdb\.sqlite")
RPM_NDB = re.compile(r"(var/lib/rpm|usr/lib/sysimage/rpm|usr/share/rpm)/Packages\.db")
RPM_BERKELEY = re.compile(r"(var/lib/rpm|usr/lib/sysimage/rpm)/Packages")
CONFIGURATION = re.compile(
    r"(usr/local/)?(etc|opt|usr/share|srv|var/lib)/(.*/)?("
    r"sshd_config|redis(-[\w.]+)?\.conf|nginx\.conf|nginx/(conf\.d|sites-enabled)/[^/]+|mosquitto\.conf|mosquitto/conf\.d/[^/]+\.conf|my\.cnf|mysqld?\.cnf|"
    r"50-server\.cnf|postgresql\.conf|pg_hba\.conf|snmpd\.conf|vsftpd\.conf|sysctl\.conf|sysctl\.d/[^/]+\.conf|httpd\.conf|apache2\.conf|smb\.conf|"
    r"dovecot\.conf|postfix/main\.cf|named\.conf(\.options)?|memcached\.conf|proftpd\.conf|server\.xml|tomcat-users\.xml|chrony\.conf|rsyslog\.conf|login\.defs)"
)
DATABASES = (DPKG, APK, RPM_SQLITE, RPM_NDB, RPM_BERKELEY)


@dataclass(slots=True)
class Image:
    """What stands in an image. `files` are those of interest, by path without a leading slash; `notes` say what could
    not be read."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    notes: list[str] = field(default_factory=list)

    def content(self, path: str) -> bytes | None:
        """A kept file, through at most eight links inside the root."""
        for _ in range(8):
            if path in self.files:
                return self.files[path]
            if path not in self.links:
                return None
            target = _inside(posixpath.join(posixpath.dirname("/" + path), self.links[path]))
            if target is None:
                return None
            path = target
        return None

    @property
    def release(self) -> dict[str, str]:
        """Fields of os-release(5)."""
        for path in RELEASE:
            data = self.content(path)
            if data is not None:
                pairs = re.findall(r"(?m)^([A-Z_]+)=(.*)$", data[:65536].decode("utf-8", "replace"))
                return {name: value.strip().strip("\"'")[:200] for name, value in pairs}
        return {}

    @property
    def configurations(self) -> dict[str, bytes]:
        """Configurations of services, by path, sorted."""
        return {path: self.files[path] for path in sorted(self.files) if CONFIGURATION.fullmatch(path)}

    @property
    def packages(self) -> tuple[Part, ...]:
        """Installed packages of all databases, sorted by name."""
        distribution = self.release.get("ID", "linux") or "linux"
        found: list[Part] = []
        for path, data in self.files.items():
            if DPKG.fullmatch(path):
                found += package_databases.dpkg(data, distribution)
            elif APK.fullmatch(path):
                found += package_databases.apk(data, distribution)
            elif RPM_SQLITE.fullmatch(path):
                found += package_databases.rpm_sqlite(data, distribution)
            elif RPM_NDB.fullmatch(path):
                found += package_databases.rpm_ndb(data, distribution)
        return tuple(sorted(found, key=lambda part: (part.name, part.version)))


def read(path: Path) -> Image:
    """Read a root file system or an archive. Raises ImportFormatError for what is neither, or cannot be read."""
    try:
        image = _directory(path) if path.is_dir() else _archive(path)
    except (OSError, tarfile.TarError, zlib.error, EOFError) as error:
        raise ImportFormatError(f"cannot be read: {error}", str(path)) from error
    berkeley = [name for name in image.files if RPM_BERKELEY.fullmatch(name)]
    if berkeley:
        image.notes.append(f"{berkeley[0]}: a Berkeley database, its packages are not read")
    if not image.files:
        raise ImportFormatError(
            "no system in it", str(path), hint="a root file system, OCI layout or docker-save archive"
        )
    return image


def wanted(path: str) -> bool:
    """Whether a path is of interest."""
    return path in RELEASE or any(one.fullmatch(path) for one in DATABASES) or CONFIGURATION.fullmatch(path) is not None


def limit(path: str) -> int:
    """The most bytes that are kept of it."""
    return LARGEST_CONFIG if CONFIGURATION.fullmatch(path) else LARGEST_KEPT


def _inside(name: str) -> str | None:
    """The path without a leading slash, `..` held at the root; None where nothing is left."""
    if "\x00" in name:
        return None
    clean = posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
    return clean or None


def _directory(root: Path) -> Image:
    """Links are never followed out of the root; what is no ordinary file is left alone."""
    image = Image()
    seen = 0
    for folder, names, files in os.walk(root, followlinks=False):
        names.sort()
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        names[:] = [name for name in names if f"{relative}/{name}".removeprefix("./") not in ("proc", "sys", "dev")]
        for name in sorted(files):
            seen += 1
            if seen > MOST_FILES:
                image.notes.append(f"more than {MOST_FILES} files: the rest was not looked at")
                return image
            path = f"{relative}/{name}".removeprefix("./")
            if wanted(path):
                _take(image, Path(folder) / name, path)
    return image


def _take(image: Image, file: Path, path: str) -> None:
    if file.is_symlink():
        image.links[path] = str(file.readlink())
        _follow(image, file, path)
    elif file.is_file():
        if file.stat().st_size > limit(path):
            image.notes.append(f"{path}: larger than {limit(path)} bytes, not read")
        else:
            image.files[path] = file.read_bytes()


def _follow(image: Image, file: Path, path: str) -> None:
    """A link to a file beside it in the root, such as etc/os-release: read where it stands."""
    root = file
    for _ in path.split("/"):
        root = root.parent
    target = _inside(posixpath.join(posixpath.dirname("/" + path), image.links[path]))
    if target is not None and not (root / target).is_symlink() and (root / target).is_file():
        real = (root / target).resolve()
        if real.is_relative_to(root.resolve()) and real.stat().st_size <= limit(path):
            image.files[target] = real.read_bytes()


# archives


class _Bounded(io.RawIOBase):
    """Reads at most so many bytes of a stream: a bomb ends in an error."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self.source, self.left = source, most

    def readable(self) -> bool:
        """See io."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See io. Raises tarfile.ReadError where the bound is passed."""
        data = self.source.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            raise tarfile.ReadError(f"unpacks to more than {LARGEST_UNPACKED} bytes")
        buffer[: len(data)] = data
        return len(data)


def _archive(path: Path) -> Image:
    with tarfile.open(path, "r:*") as outer:
        names = {_inside(entry.name) or "": entry for entry in _members(outer)}
        layers = list(_layers(outer, names))
        image = Image()
        if not layers:
            for entry in outer:
                _apply(image, outer, entry)
            return image
        for name in layers[:MOST_LAYERS]:
            member = names.get(_inside(name) or "")
            stream = outer.extractfile(member) if member is not None and member.isfile() else None
            if stream is None:
                image.notes.append(f"layer {name[:80]} is missing")
                continue
            _layer(image, stream, name)
        return image


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for number, member in enumerate(archive):
        if number > MOST_FILES:
            raise tarfile.ReadError(f"more than {MOST_FILES} entries")
        yield member


def _layers(outer: tarfile.TarFile, names: dict[str, tarfile.TarInfo]) -> Iterator[str]:
    """Names of the layers, lowest first: docker-save's manifest.json, else the first manifest of an OCI index."""
    listed = _json(outer, names, "manifest.json")
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        yield from (str(name) for name in listed[0].get("Layers", ()))
        return
    index = _json(outer, names, "index.json")
    for _ in range(4):  # an index may lead to an index
        manifests = index.get("manifests") if isinstance(index, dict) else None
        if isinstance(manifests, list) and manifests and isinstance(manifests[0], dict):
            index = _json(outer, names, _blob(manifests[0]))
    if isinstance(index, dict):
        yield from (_blob(layer) for layer in index.get("layers", ()) if isinstance(layer, dict))


def _blob(descriptor: dict[str, Any]) -> str:
    return "blobs/" + str(descriptor.get("digest", "")).replace(":", "/", 1)


def _json(outer: tarfile.TarFile, names: dict[str, tarfile.TarInfo], name: str) -> Any:
    member = names.get(name)
    if member is None or not member.isfile() or member.size > LARGEST_CONFIG:
        return None
    stream = outer.extractfile(member)
    try:
        return json.loads(stream.read()) if stream is not None else None
    except ValueError:
        return None


def _layer(image: Image, stream: IO[bytes], name: str) -> None:
    head = stream.read(4)
    stream.seek(0)
    if head == b"\x28\xb5\x2f\xfd":
        image.notes.append(f"layer {name[:80]} is compressed with zstd, which is not read")
        return
    plain: Any = gzip.GzipFile(fileobj=stream) if head[:2] == b"\x1f\x8b" else stream
    bounded = io.BufferedReader(_Bounded(plain, LARGEST_UNPACKED), 1 << 20)
    below = (set(image.files), set(image.links))
    with tarfile.open(fileobj=bounded, mode="r|") as inner:
        for number, member in enumerate(inner):
            if number > MOST_FILES:
                image.notes.append(f"layer {name[:80]} has more than {MOST_FILES} entries")
                return
            _apply(image, inner, member, below)


def _apply(
    image: Image, archive: tarfile.TarFile, member: tarfile.TarInfo, below: tuple[set[str], set[str]] = (set(), set())
) -> None:
    """One entry on top of what lies below. An opaque whiteout hides lower layers only."""
    if ".." in member.name.split("/"):
        image.refused += 1
        return
    path = _inside(member.name)
    if path is None:
        return
    base = posixpath.basename(path)
    if base == ".wh..wh..opq":
        folder = posixpath.dirname(path)
        _forget(image, folder, only=below)
    elif base.startswith(".wh."):
        _forget(image, posixpath.join(posixpath.dirname(path), base[4:]))
    elif not member.isdir():
        image.files.pop(path, None)
        image.links.pop(path, None)
        if wanted(path):
            _keep(image, archive, member, path)


def _forget(image: Image, path: str, only: tuple[set[str], set[str]] | None = None) -> None:
    for number, names in enumerate((list(image.files), list(image.links))):
        for name in names:
            hidden = not path or name == path or name.startswith(path + "/")
            if hidden and (only is None or name in only[number]):
                (image.links if number else image.files).pop(name)


def _keep(image: Image, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    if member.issym():
        image.links[path] = member.linkname
    elif member.islnk():
        target = _inside(member.linkname)
        if target is not None and target in image.files:
            image.files[path] = image.files[target]
    elif member.isfile():
        if member.size > limit(path):
            image.notes.append(f"{path}: larger than {limit(path)} bytes, not read")
            return
        stream = archive.extractfile(member)
        if stream is not None:
            image.files[path] = stream.read()
