"""What is kept of an image: the release, package databases, configurations, and the links that lead to them."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from inventory.imports import package_databases
from inventory.imports.sbom import Part

LARGEST_DATABASE = 256 * 1024 * 1024  # bytes of one package database
LARGEST_CONFIG = 2 * 1024 * 1024
MOST_KEPT = 4096  # files and links
MOST_KEPT_BYTES = 1024 * 1024 * 1024
MOST_FILES = 2_000_000
MOST_HOPS = 40  # links on the way to one file, as Linux allows

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


READERS = (
    (DPKG, package_databases.dpkg),
    (APK, package_databases.apk),
    (RPM_SQLITE, package_databases.rpm_sqlite),
    (RPM_NDB, package_databases.rpm_ndb),
    (RPM_BERKELEY, package_databases.rpm_berkeley),
)


@dataclass(slots=True)
class Image:
    """What stands in an image, by path without a leading slash. `links` are those at the paths of interest, or on the way
    from there; `folders` holds whatever is above something kept; `notes` say what could not be read."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    refused: int = 0
    size: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say something once."""
        if text not in self.notes:
            self.notes.append(text)

    def room(self, size: int) -> bool:
        """Whether one more file of that size may be kept; says so where not."""
        full = len(self.files) + len(self.links) >= MOST_KEPT or self.size + size > MOST_KEPT_BYTES
        if full:
            self.note(
                f"more than {MOST_KEPT} files of interest, or more than {MOST_KEPT_BYTES} bytes: the rest was not read"
            )
        return not full

    def keep(self, path: str, data: bytes) -> None:
        """Keep a file, where there is room."""
        if self.room(len(data)):
            self.files[path] = data
            self.size += len(data)
            self._above(path)

    def link(self, path: str, target: str) -> None:
        """Keep a link, where there is room."""
        if self.room(0):
            self.links[path] = target
            self._above(path)

    def _above(self, path: str) -> None:
        while path := posixpath.dirname(path):
            self.folders.add(path)

    def forget(self, path: str) -> None:
        """Something else takes this path, or nothing: what was there, and beneath, is gone."""
        names = [path]
        if path in self.folders:
            names += [name for name in (*self.files, *self.links) if name.startswith(path + "/")]
            self.folders.discard(path)
        for name in names:
            self.size -= len(self.files.pop(name, b""))
            self.links.pop(name, None)

    def content(self, path: str) -> bytes | None:
        """A kept file, through links inside the root."""
        target = resolve(path, self.links.get)
        return self.files.get(target) if target else None

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
        """Configurations of services by path, sorted; each once, under its own name before that of a link to it."""
        found: dict[str, tuple[str, bytes]] = {}
        for path in (*sorted(self.files), *sorted(self.links)):
            target = resolve(path, self.links.get)
            if CONFIGURATION.fullmatch(path) and target in self.files and target not in found:
                found[target] = (path, self.files[target])
        return dict(sorted(found.values()))

    @property
    def packages(self) -> tuple[Part, ...]:
        """Installed packages of all databases, sorted by name."""
        distribution = self.release.get("ID", "linux") or "linux"
        found: list[Part] = []
        for path in (*self.files, *self.links):
            reader = next((read for pattern, read in READERS if pattern.fullmatch(path)), None)
            data = self.content(path) if reader else None
            if reader is not None and data is not None and not (path in self.links and self._read_anyway(path)):
                found += reader(data, distribution)
        return tuple(sorted(found, key=lambda part: (part.name, part.version)))

    def _read_anyway(self, path: str) -> bool:
        """Whether a link leads to a database that is read under its own name."""
        target = resolve(path, self.links.get) or ""
        return any(pattern.fullmatch(target) for pattern in DATABASES)


def wanted(path: str) -> bool:
    """Whether a path is of interest."""
    return path in RELEASE or any(one.fullmatch(path) for one in DATABASES) or CONFIGURATION.fullmatch(path) is not None


def limit(path: str) -> int:
    """The most bytes that are kept of it."""
    return LARGEST_DATABASE if any(one.fullmatch(path) for one in DATABASES) else LARGEST_CONFIG


def inside(name: str) -> str | None:
    """The path without a leading slash, `..` held at the root; None where nothing is left."""
    if "\x00" in name:
        return None
    clean = posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
    return clean or None


def resolve(path: str, link_of: Callable[[str], str | None]) -> str | None:
    """Where a path leads, link by link and never above the root; None for a circle, or more links than a system allows."""
    done: list[str] = []
    left = path.split("/")[::-1]
    hops = 0
    while left:
        part = left.pop()
        if part == "..":
            done = done[:-1]
        elif part not in ("", "."):
            done.append(part)
            target = link_of("/".join(done))
            if target is not None:
                hops += 1
                if hops > MOST_HOPS or len(target) > 4096 or "\x00" in target:
                    return None
                done = [] if target.startswith("/") else done[:-1]
                left += target.split("/")[::-1]
    return "/".join(done) or None
