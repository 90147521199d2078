"""Files join a scan: the same rules judge them, and what network and file tell differently is told."""

import json
from pathlib import Path

import pytest

from inventory.store import Store
from scanner.cli import main
from scanner.documents import named_address
from tests.scanner.permits import permit_for
from tests.scanner.test_passport import live

DATA = Path(__file__).parent.parent / "data"


def bring(workspace: Path, file: Path, *more: str) -> int:
    return main(["inventory", "import", str(file), "--workspace", str(workspace), *more])


def test_a_configuration_joins_the_scan_and_the_conflict_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=True)
    assert bring(tmp_path / "city.db", DATA / "config" / "vrp-good.cfg", "--address", "10.45.10.2") == 0
    out = capsys.readouterr().out
    assert "parsed 54 of 54 lines" in out
    assert "told differently: 10.45.10.2:23 telnet.answers" in out
    with Store.open(tmp_path / "city.db") as store:
        assert {question.table for question in store.questions("live")} >= {"telnet", "device_config", "ssh"}
        (asset,) = store.assets("live")
        assert (asset.name, asset.device_class) == ("ACCESS-GOOD-01", "network")
        assert store.report("live")


def test_parts_and_answers_join_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=False)
    assert bring(tmp_path / "city.db", DATA / "sbom" / "own.cdx.json", "--address", "10.45.10.2") == 0
    answers = tmp_path / "answers.json"
    answers.write_text(
        '{"answers": [{"asset": "10.45.10.2", "table": "host_config", "facts": {"log_days": 9}, "by": "W", "on": "2026-11-01"}]}',
        encoding="utf-8",
    )
    assert bring(tmp_path / "city.db", answers) == 0
    out = capsys.readouterr().out
    assert "3 parts" in out
    assert "1 answers" in out


def test_what_nobody_can_import_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live(tmp_path / "city.db", "10.45.10.2", answers=False)
    (tmp_path / "letter.txt").write_text("Dear Sir or Madam\n", encoding="utf-8")
    assert bring(tmp_path / "city.db", tmp_path / "letter.txt") == 2
    assert "no importer" in capsys.readouterr().err
    assert bring(tmp_path / "city.db", tmp_path / "missing.cfg") == 2


VERSION = """core-1#show version
System description      : Ruijie 10G Ethernet Switch(S5760C-24GT8XS-X) By Ruijie Networks
System hardware version : 1.00
System software version : S5760C_RGOS 12.5(4)B0101
"""


def bill(*parts: tuple[str, str, str]) -> str:
    listed = [{"type": kind, "name": name, "version": "1", "supplier": {"name": who}} for kind, name, who in parts]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": listed})


def scanned(path: Path) -> None:
    """A workspace with one scan of the city that heard nothing."""
    permit = permit_for("10.45.0.0/16").document()
    with Store.create(path) as store:
        store.begin_scan("live", started="2026-11-01T00:00:00Z", permit=permit, profile={}, versions={})
        store.end_scan("live", state="finished", ended="2026-11-01T01:00:00Z", counters={})


def tables(workspace: Path) -> set[str]:
    with Store.open(workspace) as store:
        return {question.table for question in store.questions("live")}


def folder_of(tmp_path: Path) -> Path:
    """Documents of one system, in a folder of folders."""
    folder = tmp_path / "documents"
    (folder / "servers").mkdir(parents=True)
    (folder / "10.45.10.2.version.txt").write_text(VERSION, encoding="utf-8")
    (folder / ".note").write_text("nobody reads this", encoding="utf-8")
    (folder / "servers" / "10.45.10.2_sbom.json").write_text(bill(("application", "nginx", "nginx")), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("10.45.50.11.version.txt", "10.45.50.11"),
        ("10.45.10.13_sbom.json", "10.45.10.13"),
        ("10.45.10.13", "10.45.10.13"),
        ("fd00-45--11.version.txt", "fd00:45::11"),
        ("2001-db8-0-0-0-0-0-1_sbom.json", "2001:db8::1"),
        ("10.45.10.999.txt", ""),
        ("10.45.10.1333.txt", ""),
        ("add-bed-bad-cafe.txt", ""),
        ("core-1.cfg", ""),
        ("sbom.json", ""),
    ],
)
def test_the_name_of_a_document_says_of_which_system_it_is(name: str, address: str) -> None:
    assert named_address(Path(name)) == address


def test_a_folder_of_documents_joins_the_scan_which_is_judged_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scanned(tmp_path / "city.db")
    assert bring(tmp_path / "city.db", folder_of(tmp_path)) == 0
    told = capsys.readouterr().out
    assert "10.45.10.2: vendor ruijie, os rgos, product S5760C-24GT8XS-X, version 12.5(4)B0101" in told
    assert "10.45.10.2: 1 parts" in told
    assert told.count("was judged again") == 1
    with Store.open(tmp_path / "city.db") as store:
        assert {part.layer for part in store.components("live") if part.strength == "proven"} == {
            "network",
            "middleware",
        }


def test_several_files_are_documents_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scanned(tmp_path / "city.db")
    folder = folder_of(tmp_path)
    files = [str(folder / "10.45.10.2.version.txt"), str(folder / "servers" / "10.45.10.2_sbom.json")]
    assert main(["inventory", "import", *files, "--workspace", str(tmp_path / "city.db")]) == 0
    assert capsys.readouterr().out.count("judged again") == 1
    assert tables(tmp_path / "city.db") >= {"device_version", "software"}


def test_of_several_documents_none_is_stored_where_one_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every document in the way is named."""
    scanned(tmp_path / "city.db")
    folder = folder_of(tmp_path)
    (folder / "192.0.2.9_sbom.json").write_text(bill(), encoding="utf-8")
    (folder / "core-1.version.txt").write_text(VERSION, encoding="utf-8")
    (folder / "10.45.10.2_broken.json").write_text("{", encoding="utf-8")
    (folder / "10.45.10.2_letter.txt").write_text("Dear Sir or Madam\n", encoding="utf-8")
    (folder / "register.csv").write_text("address\n10.45.10.2\n", encoding="utf-8")
    before = tables(tmp_path / "city.db")
    assert bring(tmp_path / "city.db", folder) == 2
    told = capsys.readouterr()
    for name in (
        "192.0.2.9_sbom.json: 192.0.2.9 is outside",
        "core-1.version.txt: does not say",
        "broken.json:1: not JSON",
    ):
        assert name in told.err
    for name in ("letter.txt: no importer", "register.csv: speaks of many systems (register)"):
        assert name in told.err
    assert "nothing was imported: 5 of 7 documents cannot be" in told.err
    assert told.out == ""
    assert tables(tmp_path / "city.db") == before


def test_one_document_is_held_against_the_permit_too_where_its_name_says_the_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scanned(tmp_path / "city.db")
    (tmp_path / "192.0.2.9.version.txt").write_text(VERSION, encoding="utf-8")
    assert bring(tmp_path / "city.db", tmp_path / "192.0.2.9.version.txt") == 2
    assert "192.0.2.9 is outside the permit" in capsys.readouterr().err
    assert tables(tmp_path / "city.db") == set()


def test_an_empty_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    scanned(tmp_path / "city.db")
    (tmp_path / "none").mkdir()
    assert bring(tmp_path / "city.db", tmp_path / "none") == 2
    files = [str(folder_of(tmp_path)), str(tmp_path / "missing.cfg")]
    assert main(["inventory", "import", *files, "--workspace", str(tmp_path / "city.db")]) == 2
    assert "software" not in tables(tmp_path / "city.db")


def test_a_folder_that_is_a_root_file_system_stays_one_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scanned(tmp_path / "city.db")
    root = tmp_path / "10.45.10.2"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "os-release").write_text('ID=debian\nVERSION_ID="12"\n', encoding="utf-8")
    assert bring(tmp_path / "city.db", root) == 0
    assert "10.45.10.2: 0 packages, 0 configurations" in capsys.readouterr().out
    with Store.open(tmp_path / "city.db") as store:
        assert [part.product for part in store.components("live")] == ["Debian"]


def test_a_document_that_names_another_system_than_the_wire_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scanned(tmp_path / "city.db")
    for name, system in (("a", "Debian"), ("b", "Kylin Linux Advanced Server")):
        document = tmp_path / f"10.45.10.2_{name}.json"
        who = {"Debian": "Debian"}.get(system, "KylinSoft")
        document.write_text(bill(("operating-system", system, who)), encoding="utf-8")
        assert bring(tmp_path / "city.db", document) == 0
    assert "told differently: 10.45.10.2 operating_system: Debian 1 (read); Kylin" in capsys.readouterr().out
