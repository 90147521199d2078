"""The bundle: the same bytes every time, checked to the last of them, and restored as it was."""

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.canonical import sha256, sm3
from inventory.errors import WorkspaceError
from reports.bundle import check, export
from reports.container import Container, ContainerWriter
from reports.inputs import input_manifest, restore
from reports.signature import ALGORITHMS, load_public_key, new_key, save_key
from tests.reports.workspaces import ASKED, HEARD, SILENT, put_report, workspace


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle signed with both algorithms."""
    target = tmp_path_factory.mktemp("bundle") / "a.bundle"
    with workspace() as store:
        export(store, "s1", target, [new_key(algorithm) for algorithm in ALGORITHMS])
    return target


def refused(path: Path, data: bytes) -> str:
    """What verification says of other bytes."""
    path.write_bytes(data)
    with pytest.raises(WorkspaceError) as caught:
        check(path)
    return str(caught.value)


def test_the_same_workspace_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with workspace() as store:
            export(store, "s1", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert check(tmp_path / "a").signatures == ()


def test_it_holds_the_things_themselves(signed: Path) -> None:
    with zipfile.ZipFile(signed) as foreign:
        assert foreign.testzip() is None
        names = foreign.namelist()
        assert foreign.read("inputs/kept/register/register%2Fcity.csv").decode() == "地址,部门\n127.45.1.10,数据局\n"
        assert foreign.read("inputs/evidence.jsonl") == HEARD.to_bytes() + b"\n"
        manifest = json.loads(foreign.read("manifest.json"))
        for name, wanted in manifest["members"].items():
            assert wanted == {
                "sha256": sha256(foreign.read(name)),
                "sm3": sm3(foreign.read(name)),
                "size": len(foreign.read(name)),
            }
    for part in ("permit.json", "scan.json", "questions.jsonl", "observations.jsonl", "organisations.json"):
        assert f"inputs/{part}" in names
    assert "derived/facts/redis.jsonl" in names


def test_both_signatures_are_good_and_trust_is_the_callers(tmp_path: Path) -> None:
    keys = [new_key(algorithm) for algorithm in ALGORITHMS]
    with workspace() as store:
        export(store, "s1", tmp_path / "a", keys)
    ids = [load_public_key(save_key(key, tmp_path / key.algorithm)[1]) for key in keys]
    assert sorted(signature.key_id for signature in check(tmp_path / "a").signatures) == sorted(ids)
    for known in ids:
        check(tmp_path / "a", [known])
    with pytest.raises(WorkspaceError, match="none of the keys"):
        check(tmp_path / "a", ["0" * 64])


def test_signatures_lie_outside_the_compared_part(tmp_path: Path) -> None:
    with workspace() as store:
        export(store, "s1", tmp_path / "bare")
        export(store, "s1", tmp_path / "signed", [new_key("sm2")])
    with Container(tmp_path / "bare") as bare, Container(tmp_path / "signed") as signed_one:
        assert bare.read("manifest.json") == signed_one.read("manifest.json")


def test_any_changed_byte_is_refused(signed: Path, tmp_path: Path) -> None:
    data = signed.read_bytes()
    choose = random.Random(20260302)
    with Container(signed) as container:
        members = list(container.members.values())
    positions = [choose.randrange(len(data)) for _ in range(250)]
    for member in members[:: max(1, len(members) // 60)]:
        positions += [member.header + 14, member.start - 1] + ([member.start + member.size // 2] if member.size else [])
    for position in positions:
        changed = bytearray(data)
        changed[position] ^= 1 << choose.randrange(8)
        refused(tmp_path / "x", bytes(changed))


def test_a_change_inside_a_member_names_it(signed: Path, tmp_path: Path) -> None:
    data = signed.read_bytes()
    with Container(signed) as container:
        members = [member for member in container.members.values() if member.size]
    for member in members:
        changed = bytearray(data)
        changed[member.start + member.size // 2] ^= 0x01
        assert member.name in refused(tmp_path / "x", bytes(changed))


@pytest.mark.parametrize("cut", [0, 1, 29, 1000, -1, -22, -100])
def test_a_file_that_was_cut_is_refused(signed: Path, tmp_path: Path, cut: int) -> None:
    refused(tmp_path / "x", signed.read_bytes()[:cut])


def test_bytes_behind_the_end_or_before_the_beginning_are_refused(signed: Path, tmp_path: Path) -> None:
    data = signed.read_bytes()
    assert "behind the end" in refused(tmp_path / "x", data + b"\n")
    refused(tmp_path / "x", b"\n" + data)


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """A well-formed container with other members."""
    with Container(source) as container:
        parts = {name: container.read(name) for name in container.members}
    change(parts)
    order = sorted(
        parts, key=lambda name: ((name.startswith("signatures/") and 2) or int(name == "manifest.json"), name)
    )
    with ContainerWriter(target) as writer:
        for name in order:
            writer.add(name, [parts[name]])


def test_members_missing_added_or_swapped_are_named(signed: Path, tmp_path: Path) -> None:
    with workspace(answer=b"-NOAUTH\r\n") as store:
        export(store, "s1", tmp_path / "other")
    with Container(tmp_path / "other") as other:
        foreign = {
            name: other.read(name) for name in ("inputs/evidence.jsonl", "report.json", "inputs/observations.jsonl")
        }

    def say(change: Callable[[dict[str, bytes]], None]) -> str:
        repacked(signed, tmp_path / "x", change)
        return refused(tmp_path / "x", (tmp_path / "x").read_bytes())

    for name, content in foreign.items():
        assert name in say(lambda parts, name=name: parts.pop(name))  # type: ignore[misc]
        assert name in say(lambda parts, name=name, content=content: parts.update({name: content}))  # type: ignore[misc]
    assert "inputs/extra.json" in say(lambda parts: parts.update({"inputs/extra.json": b"{}"}))
    assert "manifest.json" in say(lambda parts: parts.update({"manifest.json": parts["manifest.json"] + b" "}))

    def foreign_signature(parts: dict[str, bytes]) -> None:
        name = next(name for name in parts if name.startswith("signatures/sm2"))
        parts[name] = parts[next(name for name in parts if name.startswith("signatures/ed25519"))]

    assert "signatures/sm2" in say(foreign_signature)


def test_a_manifest_made_to_fit_other_inputs_does_not_fit_the_report(signed: Path, tmp_path: Path) -> None:
    """Whoever changes an input and mends the manifest is caught by the report, which names the digest of its inputs."""

    def forge(parts: dict[str, bytes]) -> None:
        for name in [name for name in parts if name.startswith("signatures/")]:
            del parts[name]
        parts["inputs/permit.json"] = b'{"id":"p2"}'
        manifest = json.loads(parts["manifest.json"])
        content = parts["inputs/permit.json"]
        manifest["members"]["inputs/permit.json"] = {
            "sha256": sha256(content),
            "sm3": sm3(content),
            "size": len(content),
        }
        parts["manifest.json"] = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()

    repacked(signed, tmp_path / "x", forge)
    assert "not made from these inputs" in refused(tmp_path / "x", (tmp_path / "x").read_bytes())


def test_restoring_gives_the_same_inputs(signed: Path) -> None:
    with workspace() as store, Container(signed) as container:
        again, scan = restore(container)
        with again:
            assert input_manifest(again, scan) == input_manifest(store, "s1")
            assert set(again.questions(scan)) == {ASKED, SILENT}
            assert again.facts(scan, "redis") == {}, "facts are derived again"
            assert again.evidence(HEARD.digest) == HEARD


def test_inputs_that_changed_since_the_report_are_not_exported(tmp_path: Path) -> None:
    with workspace() as store:
        store.keep("register/city.csv", "register", b"other")
        with pytest.raises(WorkspaceError, match="judge the scan again"):
            export(store, "s1", tmp_path / "a")
        assert list(tmp_path.iterdir()) == []
        put_report(store, "s1")
        export(store, "s1", tmp_path / "a")


def test_reports_of_one_workspace_form_a_chain(tmp_path: Path) -> None:
    store = workspace("s1")
    workspace("s2", started="2026-03-09T02:10:00Z", store=store)
    with store:
        first = export(store, "s1", tmp_path / "a")
        second = export(store, "s2", tmp_path / "b")
    assert first.chain.previous == ""
    assert second.chain.previous == first.chain.link
    check(tmp_path / "b")


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="out of order"), ContainerWriter(tmp_path / "a") as writer:
        writer.add("b", [b"1"])
        writer.add("a", [b"2"])
    assert list(tmp_path.iterdir()) == []
    for name in ("../a", "a//b", "/a", "a\\b", "ä", ""):
        with pytest.raises(WorkspaceError), ContainerWriter(tmp_path / "a") as writer:
            writer.add(name, [b"1"])
