"""Images: directories and archives with layers and whiteouts; packages; nothing leaves the root."""

import gzip
import hashlib
import io
import json
import sqlite3
import struct
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError
from inventory.imports import image as images
from inventory.imports import package_databases

RELEASE = b'ID=centos\nNAME="CentOS Linux"\nVERSION_ID="7"\nID_LIKE="rhel fedora"\n'
STATUS = (
    b"Package: openssl\nStatus: install ok installed\nVersion: 3.0.11-1\nMaintainer: Someone <a@example.invalid>\n\n"
    b"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: redis-server\nStatus: install ok installed\nVersion: 7.0.15\n"
)


def tar(entries: dict[str, bytes | None], links: dict[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in entries.items():
            member = tarfile.TarInfo(name)
            member.size = len(content or b"")
            archive.addfile(member, io.BytesIO(content or b""))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return buffer.getvalue()


def saved(tmp_path: Path, *layers: bytes) -> Path:
    """A docker-save archive."""
    names = {f"{number}/layer.tar": layer for number, layer in enumerate(layers)}
    manifest = json.dumps([{"Config": "c.json", "Layers": list(names)}]).encode()
    path = tmp_path / "image.tar"
    path.write_bytes(tar({**names, "manifest.json": manifest}))
    return path


def oci(tmp_path: Path, *layers: bytes) -> Path:
    """An OCI layout in an archive, with gzip layers and an index that leads to a manifest."""
    blobs = {}

    def put(data: bytes) -> dict[str, str | int]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return {"digest": f"sha256:{digest}", "size": len(data)}

    manifest = put(json.dumps({"layers": [put(gzip.compress(layer)) for layer in layers]}).encode())
    path = tmp_path / "oci.tar"
    path.write_bytes(tar({**blobs, "index.json": json.dumps({"manifests": [manifest]}).encode()}))
    return path


def test_a_root_file_system_gives_release_packages_and_configurations(tmp_path: Path) -> None:
    for name, data in {
        "usr/lib/os-release": RELEASE,
        "var/lib/dpkg/status": STATUS,
        "etc/ssh/sshd_config": b"PermitRootLogin yes\n",
        "etc/passwd": b"root:x:0:0::/root:/bin/sh\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "etc/os-release").symlink_to("../usr/lib/os-release")
    found = images.read(tmp_path)
    assert found.release["VERSION_ID"] == "7"
    assert [(part.name, part.version) for part in found.packages] == [
        ("openssl", "3.0.11-1"),
        ("redis-server", "7.0.15"),
    ]
    assert found.configurations == {"etc/ssh/sshd_config": b"PermitRootLogin yes\n"}
    assert "etc/passwd" not in found.files


def test_links_of_a_directory_never_lead_out_of_it(tmp_path: Path) -> None:
    outside = tmp_path / "secret.conf"
    outside.write_text("requirepass outside\n", encoding="utf-8")
    root = tmp_path / "root"
    (root / "etc/redis").mkdir(parents=True)
    (root / "etc/redis/redis.conf").symlink_to(outside)
    (root / "etc/os-release").write_bytes(RELEASE)
    found = images.read(root)
    assert b"outside" not in b"".join(found.files.values())


@pytest.mark.parametrize("build", [saved, oci])
def test_upper_layers_replace_and_white_out(tmp_path: Path, build: object) -> None:
    lower = tar({
        "etc/os-release": b"ID=debian\nVERSION_ID=11\n",
        "etc/ssh/sshd_config": b"PermitRootLogin yes\n",
        "etc/redis/redis.conf": b"protected-mode no\n",
        "etc/nginx/conf.d/a.conf": b"server { listen 80; }\n",
    })  # fmt: skip
    upper = tar({
        "./etc/os-release": b"ID=debian\nVERSION_ID=12\n",
        "etc/ssh/.wh.sshd_config": None,
        "etc/nginx/.wh..wh..opq": None,
        "etc/nginx/nginx.conf": b"http { server_tokens off; }\n",
    })  # fmt: skip
    found = images.read(build(tmp_path, lower, upper))  # type: ignore[operator]
    assert found.release["VERSION_ID"] == "12"
    assert sorted(found.configurations) == ["etc/nginx/nginx.conf", "etc/redis/redis.conf"]


def test_names_that_leave_the_root_are_refused_and_counted(tmp_path: Path) -> None:
    layer = tar({"../../etc/ssh/sshd_config": b"PermitRootLogin yes\n", "etc/os-release": RELEASE})
    found = images.read(saved(tmp_path, layer))
    assert found.refused == 1
    assert found.configurations == {}


def test_a_link_in_an_archive_is_followed_inside_only(tmp_path: Path) -> None:
    layer = tar({"usr/lib/os-release": RELEASE}, {"etc/os-release": "../usr/lib/os-release"})
    assert images.read(saved(tmp_path, layer)).release["ID"] == "centos"
    loop = tar({"etc/ssh/sshd_config": b"Port 22\n"}, {"etc/os-release": "/etc/os-release"})
    assert images.read(saved(tmp_path, loop)).release == {}


@pytest.mark.parametrize("data", [b"", b"not a tar", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_image_is_refused_with_the_file_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.tar"
    path.write_bytes(data)
    with pytest.raises(ImportFormatError, match=r"odd\.tar"):
        images.read(path)


def test_alpine_packages() -> None:
    (part,) = package_databases.apk(b"P:musl\nV:1.2.4-r2\nL:MIT\n\n")
    assert (part.name, part.version, part.licence) == ("musl", "1.2.4-r2", "MIT")


def header(name: str, version: str, release: str) -> bytes:
    data, entries = b"", b""
    for tag, text in ((1000, name), (1001, version), (1002, release), (1014, "MIT")):
        entries += struct.pack(">IIII", tag, 6, len(data), 1)
        data += text.encode() + b"\x00"
    return struct.pack(">II", 4, len(data)) + entries + data


def test_rpm_packages_of_sqlite_and_ndb(tmp_path: Path) -> None:
    blob = header("bash", "5.1", "3.oe")
    connection = sqlite3.connect(tmp_path / "rpmdb.sqlite")
    connection.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)")
    connection.execute("INSERT INTO Packages VALUES (1, ?)", (blob,))
    connection.commit()
    connection.close()
    (part,) = package_databases.rpm_sqlite((tmp_path / "rpmdb.sqlite").read_bytes(), "openeuler")
    assert (part.name, part.version, part.purl) == ("bash", "5.1-3.oe", "pkg:rpm/openeuler/bash@5.1-3.oe")
    ndb = bytearray(8192)
    struct.pack_into("<4sIII", ndb, 0, b"RpmP", 0, 1, 1)
    struct.pack_into("<4sIII", ndb, 32, b"Slot", 1, 4096 // 16, 1)
    struct.pack_into("<4sIII", ndb, 4096, b"BlbS", 1, 1, len(blob))
    ndb[4112 : 4112 + len(blob)] = blob
    (part,) = package_databases.rpm_ndb(bytes(ndb))
    assert (part.name, part.version, part.licence) == ("bash", "5.1-3.oe", "MIT")


@given(st.binary(max_size=300))
def test_no_bytes_make_a_package_database_fail(data: bytes) -> None:
    for reader in (
        package_databases.dpkg,
        package_databases.apk,
        package_databases.rpm_sqlite,
        package_databases.rpm_ndb,
    ):
        list(reader(data))
    list(package_databases.rpm_ndb(b"RpmP" + data))
    list(package_databases.rpm_sqlite(b"SQLite format 3\x00" + data))
    package_databases.rpm_header(data)
