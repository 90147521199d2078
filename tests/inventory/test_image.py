"""Images: directories and archives with layers and whiteouts; packages; nothing leaves the root."""

import gzip
import hashlib
import io
import json
import sqlite3
import struct
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import ImportFormatError
from inventory.imports import image as images
from inventory.imports import image_archive, image_files, package_databases
from inventory.imports.berkeley import OVERFLOW, hash_values

DATA = Path(__file__).parent.parent / "data" / "rpm"
RELEASE = b'ID=centos\nNAME="CentOS Linux"\nVERSION_ID="7"\nID_LIKE="rhel fedora"\n'
STATUS = (
    b"Package: openssl\nStatus: install ok installed\nVersion: 3.0.11-1\nMaintainer: Someone <a@example.invalid>\n\n"
    b"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: redis-server\nStatus: install ok installed\nVersion: 7.0.15\n"
)


def tar(entries: Mapping[str, bytes | None], links: Mapping[str, str] | None = None) -> bytes:
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


def oci(tmp_path: Path, *layers: bytes, pack: Callable[[bytes], bytes] = gzip.compress) -> Path:
    """An OCI layout in an archive, with compressed layers and an index that leads to a manifest."""
    blobs = {}

    def put(data: bytes) -> dict[str, str | int]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return {"digest": f"sha256:{digest}", "size": len(data)}

    manifest = put(json.dumps({"layers": [put(pack(layer)) for layer in layers]}).encode())
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
    connection.execute("PRAGMA journal_mode=WAL")  # as rpm does
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
        package_databases.rpm_berkeley,
    ):
        list(reader(data))
    list(package_databases.rpm_ndb(b"RpmP" + data))
    list(package_databases.rpm_sqlite(b"SQLite format 3\x00" + data))
    package_databases.rpm_header(data)


@pytest.mark.parametrize("name", ["berkeley", "berkeley-big-endian"])
def test_rpm_packages_of_a_berkeley_database(tmp_path: Path, name: str) -> None:
    """Made with Berkeley DB 5.3 (`db5.3_load`) from 60 entries of our own: a counter, a key, and 58 packages, some of them
    longer than a page."""
    (tmp_path / "var/lib/rpm").mkdir(parents=True)
    (tmp_path / "var/lib/rpm/Packages").write_bytes(gzip.decompress((DATA / f"{name}.gz").read_bytes()))
    found = images.read(tmp_path)
    named = {part.name: part for part in found.packages}
    assert len(found.packages) == len(named) == 58
    assert (named["glibc"].version, named["glibc"].supplier) == ("2.17-326.el7", "模拟 Vendor")
    assert {f"package-{number}" for number in range(4, 60)} < set(named)
    assert found.notes == []


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), max_size=30), st.integers(0, 40_000))
def test_a_damaged_berkeley_database_gives_no_more_than_it_held(changes: list[tuple[int, int]], end: int) -> None:
    data = bytearray(gzip.decompress((DATA / "berkeley-big-endian.gz").read_bytes()))
    for at, value in changes:
        data[at] = value
    read = list(hash_values(bytes(data[: len(data) - end]), 1 << 20, 1000))
    assert sum(map(len, read)) <= len(data)


def test_a_chain_of_pages_that_runs_in_circles_gives_nothing() -> None:
    data = bytearray(gzip.decompress((DATA / "berkeley.gz").read_bytes()))
    before = len(list(hash_values(bytes(data), 1 << 20, 1000)))
    chained = [at for at in range(4096, len(data), 4096) if data[at + 25] == OVERFLOW]
    for at in chained:
        struct.pack_into("<I", data, at + 16, at // 4096)
    left = len(list(hash_values(bytes(data), 1 << 20, 1000)))
    assert chained
    assert 0 < left < before


def test_layers_compressed_with_zstd_are_read(tmp_path: Path) -> None:
    pack = zstandard.ZstdCompressor().compress
    lower = tar({"etc/os-release": RELEASE, "etc/redis/redis.conf": b"protected-mode no\n"})
    upper = tar({"etc/redis/.wh.redis.conf": None, "var/lib/dpkg/status": STATUS})
    found = images.read(oci(tmp_path, lower, upper, pack=pack))
    assert found.release["ID"] == "centos"
    assert [part.name for part in found.packages] == ["openssl", "redis-server"]
    assert found.configurations == {}
    with pytest.raises(ImportFormatError, match="cannot be read"):
        images.read(oci(tmp_path, lower, pack=lambda layer: pack(layer)[:40]))


SITES = {"etc/nginx/sites-available/default": b"server { listen 80; }\n", "etc/os-release": RELEASE}
ENABLED = {"etc/nginx/sites-enabled/default": "/etc/nginx/sites-available/default"}


@pytest.mark.parametrize("build", [saved, oci])
def test_a_link_of_interest_leads_to_a_file_that_would_not_be(tmp_path: Path, build: object) -> None:
    found = images.read(build(tmp_path, tar(SITES, ENABLED)))  # type: ignore[operator]
    assert found.configurations == {"etc/nginx/sites-enabled/default": b"server { listen 80; }\n"}


def test_the_same_link_in_a_directory(tmp_path: Path) -> None:
    for name, data in SITES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (link,) = ENABLED
    (tmp_path / link).parent.mkdir(parents=True)
    (tmp_path / link).symlink_to(ENABLED[link])  # absolute: it means the image's own root
    assert images.read(tmp_path).configurations == {link: b"server { listen 80; }\n"}


def test_links_of_folders_on_the_way_are_followed_inside_the_root(tmp_path: Path) -> None:
    files = {"data/sites/shop": b"server { listen 81; }\n", "etc/os-release": RELEASE}
    links = {"etc/nginx/sites-enabled/shop": "../../../srv/sites/shop", "srv": "../../../../data"}
    found = images.read(saved(tmp_path, tar(files, links)))
    assert found.configurations == {"etc/nginx/sites-enabled/shop": b"server { listen 81; }\n"}


def test_an_opaque_folder_hides_what_lies_below_whatever_the_order_of_its_layer(tmp_path: Path) -> None:
    lower = tar({"etc/os-release": RELEASE, "etc/nginx/conf.d/a.conf": b"old", "etc/nginx/conf.d/b.conf": b"old"})
    upper = tar({"etc/nginx/conf.d/a.conf": b"new", "etc/nginx/conf.d/.wh..wh..opq": None})
    assert images.read(saved(tmp_path, lower, upper)).configurations == {"etc/nginx/conf.d/a.conf": b"new"}


def test_a_link_that_takes_the_place_of_a_folder_hides_what_was_in_it(tmp_path: Path) -> None:
    lower = tar({"etc/os-release": RELEASE, "etc/nginx/nginx.conf": b"user root;\n"})
    upper = tar({}, {"etc/nginx": "/nowhere"})
    assert images.read(saved(tmp_path, lower, upper)).configurations == {}


def test_what_unpacks_to_too_much_ends_in_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = tar({"etc/os-release": RELEASE, "var/filling": b"\x00" * 3_000_000})
    for pack in (gzip.compress, zstandard.ZstdCompressor().compress):
        path = oci(tmp_path, layer, pack=pack)
        assert images.read(path).release["ID"] == "centos"
        with monkeypatch.context() as patch, pytest.raises(ImportFormatError, match="more than 2000000 bytes"):
            patch.setattr(image_archive, "LARGEST_UNPACKED", 2_000_000)
            images.read(path)


def test_too_many_entries_end_in_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_archive, "MOST_FILES", 50)
    layer = tar({"etc/os-release": RELEASE, **{f"etc/{number}": b"" for number in range(60)}})
    with pytest.raises(ImportFormatError, match="more than 50 entries"):
        images.read(saved(tmp_path, layer))


def test_more_files_of_interest_than_are_kept_are_said_to_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_files, "MOST_KEPT", 5)
    layer = tar({"etc/os-release": RELEASE, **{f"etc/sysctl.d/{number}.conf": b"" for number in range(9)}})
    found = images.read(saved(tmp_path, layer))
    assert len(found.files) == 5
    assert len(found.notes) == 1


def test_an_extended_header_that_fills_memory_is_refused(tmp_path: Path) -> None:
    member = tarfile.TarInfo("./PaxHeaders/x")
    member.type, member.size = tarfile.XHDTYPE, 2_000_000
    layer = member.tobuf(tarfile.USTAR_FORMAT) + b"\x00" * 2_000_000
    with pytest.raises(ImportFormatError, match="an extended header of 2000000 bytes"):
        images.read(saved(tmp_path, layer))


@given(st.text("ab/.", max_size=12), st.dictionaries(st.sampled_from(["a", "b", "a/b"]), st.text("ab/.", max_size=8)))
def test_a_path_leads_to_a_place_inside_without_links_or_nowhere(path: str, links: dict[str, str]) -> None:
    target = image_files.resolve(path, links.get)
    if target is not None:
        parts = target.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert not any("/".join(parts[:end]) in links for end in range(1, len(parts) + 1))
