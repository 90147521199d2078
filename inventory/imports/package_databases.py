"""Installed packages of dpkg, apk and rpm, from the bytes of their databases. Pure and bounded; what is broken is left out.

rpm keeps one header blob a package (rpm's format description, `hdrindex`), in SQLite, in its own `ndb`, or in the Berkeley
database of old systems.
"""

import contextlib
import re
import sqlite3
import struct
from collections.abc import Iterator

from inventory.imports.berkeley import hash_values
from inventory.imports.sbom import Part

MOST_PACKAGES = 100_000
LARGEST_HEADER = 4 * 1024 * 1024  # bytes of one rpm header
NDB_MAGIC, NDB_SLOT, NDB_BLOB = b"RpmP", b"Slot", b"BlbS"
TAGS = {1000: "name", 1001: "version", 1002: "release", 1011: "vendor", 1014: "licence", 1022: "architecture"}


def dpkg(data: bytes, distribution: str = "debian") -> Iterator[Part]:
    """Stanzas of /var/lib/dpkg/status whose package is installed (deb-control(5))."""
    for number, stanza in enumerate(re.split(r"\n\s*\n", data.decode("utf-8", "replace"))):
        fields = dict(re.findall(r"(?m)^([A-Za-z-]+):[ \t]*(.*)$", stanza))
        status = fields.get("Status", "install ok installed")
        if "Package" not in fields or not status.endswith(" installed") or number > MOST_PACKAGES:
            continue
        name, version = fields["Package"].strip(), fields.get("Version", "").strip()
        purl = f"pkg:deb/{distribution}/{name}@{version}"
        yield Part(
            name=name[:200],
            version=version[:100],
            supplier=fields.get("Maintainer", "")[:200],
            purl=purl[:300],
            kind="package",
        )


def apk(data: bytes, distribution: str = "alpine") -> Iterator[Part]:
    """Stanzas of /lib/apk/db/installed: P name, V version, L licence, m maintainer."""
    for number, stanza in enumerate(data.decode("utf-8", "replace").split("\n\n")):
        fields = {line[0]: line[2:].strip() for line in stanza.splitlines() if line[1:2] == ":"}
        if "P" in fields and number <= MOST_PACKAGES:
            yield Part(
                name=fields["P"][:200],
                version=fields.get("V", "")[:100],
                supplier=fields.get("m", "")[:200],
                licence=fields.get("L", "")[:200],
                purl=f"pkg:apk/{distribution}/{fields['P']}@{fields.get('V', '')}"[:300],
                kind="package",
            )


def rpm_sqlite(data: bytes, distribution: str = "rpm") -> Iterator[Part]:
    """The table `Packages` of rpmdb.sqlite, read from memory. rpm keeps a write-ahead log, which memory cannot have: the two
    bytes of the header that say so (SQLite file format, 1.3.3) are set back."""
    if not data.startswith(b"SQLite format 3\x00"):
        return
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
            rows = connection.execute("SELECT blob FROM Packages LIMIT ?", (MOST_PACKAGES,)).fetchall()
        except sqlite3.Error:
            return
    for (blob,) in rows:
        if isinstance(blob, bytes) and (part := _rpm_part(blob, distribution)) is not None:
            yield part


def rpm_ndb(data: bytes, distribution: str = "rpm") -> Iterator[Part]:
    """Slots and blobs of Packages.db: 4096-byte pages of 16-byte slots, blobs at multiples of 16 bytes."""
    if data[:4] != NDB_MAGIC or len(data) < 32:
        return
    pages = struct.unpack_from("<I", data, 12)[0]
    for at in range(32, min(pages * 4096, len(data) - 16, MOST_PACKAGES * 16), 16):
        magic, number, block, _ = struct.unpack_from("<4sIII", data, at)
        start = block * 16
        if magic != NDB_SLOT or number == 0 or start + 16 > len(data):
            continue
        head, owner, _, size = struct.unpack_from("<4sIII", data, start)
        if head == NDB_BLOB and owner == number and size <= LARGEST_HEADER:
            part = _rpm_part(data[start + 16 : start + 16 + size], distribution)
            if part is not None:
                yield part


def rpm_berkeley(data: bytes, distribution: str = "rpm") -> Iterator[Part]:
    """Values of the hash file `Packages`; the one under the key 0 is a counter and no header."""
    for blob in hash_values(data, LARGEST_HEADER, MOST_PACKAGES):
        part = _rpm_part(blob, distribution)
        if part is not None:
            yield part


def _rpm_part(blob: bytes, distribution: str) -> Part | None:
    fields = rpm_header(blob)
    name = fields.get("name", "")
    if not name or name == "gpg-pubkey":
        return None
    version = "-".join(filter(None, (fields.get("version", ""), fields.get("release", ""))))
    return Part(
        name=name,
        version=version[:100],
        supplier=fields.get("vendor", ""),
        licence=fields.get("licence", ""),
        purl=f"pkg:rpm/{distribution}/{name}@{version}"[:300],
        kind="package",
    )


def rpm_header(blob: bytes) -> dict[str, str]:
    """Texts of an rpm header: counts of entries and of data bytes (big-endian), entries of four words, then the data."""
    if not 8 <= len(blob) <= LARGEST_HEADER:
        return {}
    count, size = struct.unpack_from(">II", blob)
    start = 8 + 16 * count
    if count > 10_000 or start > len(blob):
        return {}
    data = blob[start : start + size]
    found: dict[str, str] = {}
    for number in range(count):
        tag, kind, offset, _ = struct.unpack_from(">IIII", blob, 8 + 16 * number)
        if tag in TAGS and kind in (6, 8, 9) and offset < len(data):  # STRING, STRING_ARRAY, I18NSTRING
            text = data[offset : offset + 1000].split(b"\x00", 1)[0]
            found[TAGS[tag]] = text.decode("utf-8", "replace")[:200]
    return found
