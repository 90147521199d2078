"""The container of a bundle: a ZIP file of one canonical shape, so that every byte of it is determined by its members.

Members are stored, not compressed (compressors differ between versions), in a fixed order, without times, comments or
extra fields. Reading walks the file from its first byte to its last and refuses whatever a canonical writer would not have
written, naming the part. Any ZIP program opens it.
"""

import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from inventory.errors import WorkspaceError

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _UTF8, _MIDNIGHT, _FIRST_DAY = 20, 0x0800, 0, 0x0021  # 1980-01-01, the first day that ZIP knows
_REGULAR_FILE = 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9_%.-]+(/[A-Za-z0-9_%.-]+)*")
_CHUNK = 1 << 20
LARGEST = 0xFFFFFFFE  # bytes of one member or of the file: the older ZIP without 64-bit fields
MOST_MEMBERS = 0xFFFE


@dataclass(frozen=True, slots=True)
class Member:
    """A member's place: where its header begins, where its data do, how long they are, and their CRC-32."""

    name: str
    header: int
    start: int
    size: int
    crc: int


def _order(name: str) -> tuple[int, str]:
    """Inputs, derived parts and report by name, then the manifest, then the signatures and the time stamps over it."""
    if name == "manifest.json":
        return (1, name)
    return (2 if name.startswith("signatures/") else 3 if name.startswith("timestamps/") else 0, name)


class ContainerWriter:
    """Writes members in canonical order; use it as a context manager, it leaves nothing half-made."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._part = target.with_name(target.name + ".part")
        self._members: list[Member] = []

    def __enter__(self) -> "ContainerWriter":
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w+b")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for piece in _directory(self._members):
                self._file.write(piece)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self.target)
        else:
            self._file.close()
            self._part.unlink(missing_ok=True)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Append a member. Raises WorkspaceError for a name that is unfit or out of order, and for one that is too large."""
        if not _fits(name):
            raise WorkspaceError(f"{name!r} is no name of a member", str(self.target))
        if self._members and _order(name) <= _order(self._members[-1].name):
            raise WorkspaceError(f"member {name} is out of order", str(self.target))
        header = self._file.tell()
        start = header + _LOCAL.size + len(name)
        self._file.seek(start)
        crc = size = 0
        for chunk in chunks:
            crc = zlib.crc32(chunk, crc)
            size += len(chunk)
            if start + size > LARGEST:
                raise WorkspaceError(f"larger than {LARGEST} bytes", str(self.target), name)
            self._file.write(chunk)
        member = Member(name, header, start, size, crc)
        self._file.seek(header)
        self._file.write(_local(member))
        self._file.seek(start + size)
        self._members.append(member)
        if len(self._members) > MOST_MEMBERS:
            raise WorkspaceError(f"more than {MOST_MEMBERS} members", str(self.target))


class Container:
    """An open container whose every byte was checked; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open and check. Raises WorkspaceError that names the part which is not as it should be."""
        self.path = path
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise WorkspaceError(f"cannot be read: {error.strerror}", str(path)) from error
        try:
            self.members = {member.name: member for member in _walk(self._file, str(path))}
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The data of a member. Raises WorkspaceError where there is none of that name."""
        member = self._member(name)
        done = 0
        while done < member.size:
            self._file.seek(member.start + done)
            chunk = self._file.read(min(_CHUNK, member.size - done))
            done += len(chunk)
            yield chunk

    def read(self, name: str, limit: int = 1 << 30) -> bytes:
        """The whole member, if it is no longer than `limit` bytes."""
        if self._member(name).size > limit:
            raise WorkspaceError(f"larger than {limit} bytes", str(self.path), name)
        return b"".join(self.chunks(name))

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member that ends every line with a newline; lines are without it."""
        kept = b""
        for chunk in self.chunks(name):
            *whole, kept = (kept + chunk).split(b"\n")
            yield from whole
        if kept:
            raise WorkspaceError("the last line does not end", str(self.path), name)

    def _member(self, name: str) -> Member:
        if name not in self.members:
            raise WorkspaceError("this part is missing", str(self.path), name)
        return self.members[name]


def _fits(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and len(name) < 1000 and not {".", ".."} & set(name.split("/"))


def _local(member: Member) -> bytes:
    return (
        _LOCAL.pack(
            b"PK\x03\x04",
            _VERSION,
            _UTF8,
            0,
            _MIDNIGHT,
            _FIRST_DAY,
            member.crc,
            member.size,
            member.size,
            len(member.name),
            0,
        )
        + member.name.encode()
    )


def _directory(members: list[Member]) -> Iterator[bytes]:
    start = members[-1].start + members[-1].size if members else 0
    size = 0
    for member in members:
        entry = (
            _CENTRAL.pack(
                b"PK\x01\x02", 0x0300 | _VERSION, _VERSION, _UTF8, 0, _MIDNIGHT, _FIRST_DAY, member.crc, member.size, member.size,
                len(member.name), 0, 0, 0, 0, _REGULAR_FILE, member.header,
            )
            + member.name.encode()
        )  # fmt: skip
        size += len(entry)
        yield entry
    yield _END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), size, start, 0)


def _walk(file: BinaryIO, source: str) -> Iterator[Member]:
    """Every member in turn, then the directory, then the end of the file."""
    members: list[Member] = []
    while True:
        header = file.tell()
        fixed = file.read(_LOCAL.size)
        if fixed[:4] != b"PK\x03\x04":
            break
        if len(fixed) < _LOCAL.size:
            raise WorkspaceError("cut off in a header", source, members[-1].name if members else "")
        crc, size, length = _LOCAL.unpack(fixed)[6], _LOCAL.unpack(fixed)[7], _LOCAL.unpack(fixed)[9]
        raw_name = file.read(length)
        name = raw_name.decode("ascii", "replace")
        after = members[-1].name if members else "the beginning"
        if not _fits(name):
            raise WorkspaceError(f"the header behind {after} was changed", source)
        member = Member(name, header, file.tell(), size, crc)
        if fixed + raw_name != _local(member):
            raise WorkspaceError("its header was changed", source, name)
        if members and _order(name) <= _order(members[-1].name):
            raise WorkspaceError("this part is out of order, or there twice", source, name)
        if _checksum(file, size) != crc:
            raise WorkspaceError("its content was changed or cut off", source, name)
        members.append(member)
        yield member
    if not members:
        raise WorkspaceError("not a bundle", source)
    _check_end(file, header, members, source)


def _checksum(file: BinaryIO, size: int) -> int:
    crc = 0
    while size:
        chunk = file.read(min(_CHUNK, size))
        if not chunk:
            return -1
        crc = zlib.crc32(chunk, crc)
        size -= len(chunk)
    return crc


def _check_end(file: BinaryIO, start: int, members: list[Member], source: str) -> None:
    file.seek(start)
    for piece, member in zip(_directory(members), [*members, None], strict=True):
        if file.read(len(piece)) != piece:
            raise WorkspaceError(
                "the directory was changed or cut off", source, member.name if member else "end of directory"
            )
    if file.read(1):
        raise WorkspaceError("there are bytes behind the end", source)
