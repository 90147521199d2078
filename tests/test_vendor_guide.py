"""The guide for vendors: every command in it is run, in both languages, in a folder with the files that it names."""

import io
import re
import shlex
import shutil
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from rules.places import read
from scanner.cli import main

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
GUIDES = ("docs/vendor-guide.md", "docs/vendor-guide.zh.md")
FOUND, CLEAN = 1, 0
EXPECTED = {  # the first words of a command that ends otherwise than with findings
    "bundle": CLEAN,
    "rules": CLEAN,
    "new": CLEAN,
}


def blocks(guide: str, kind: str) -> list[str]:
    text = (ROOT / guide).read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{kind}\n(.*?)^```", text)


def commands(guide: str) -> list[str]:
    lines = [line.strip() for block in blocks(guide, "sh") for line in block.splitlines()]
    for block in blocks(guide, "yaml"):
        lines += [found[1] for found in re.finditer(r"(?m)^\s*- (?:run: )?(chengjian .*)$", block)]
    return [line for line in lines if line]


def expected(words: list[str]) -> int:
    return CLEAN if words[1] in EXPECTED or "new" in words else FOUND


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_the_guide_runs(guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(DATA / "config" / "vrp-bad.cfg", tmp_path / "switch.cfg")
    shutil.copy(DATA / "config" / "vrp-good.cfg", tmp_path / "good.cfg")
    shutil.copy(DATA / "sbom" / "own.cdx.json", tmp_path / "sbom.json")
    (tmp_path / "rootfs" / "etc" / "ssh").mkdir(parents=True)
    (tmp_path / "rootfs" / "etc" / "os-release").write_text('ID=centos\nVERSION_ID="7"\n', encoding="utf-8")
    (tmp_path / "rootfs" / "etc" / "ssh" / "sshd_config").write_text("PermitRootLogin yes\n", encoding="utf-8")
    (tmp_path / "answers.json").write_text(blocks(guide, "json")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for line in commands(guide):
        words = shlex.split(line)
        assert words[0] == "chengjian"
        arguments = words[1 : words.index(">")] if ">" in words else words[1:]
        said = io.StringIO()
        with redirect_stdout(said):
            code = main(arguments)
        assert code == expected(words), f"{line}\n{said.getvalue()}"
        ran += 1
    assert ran >= 14
    assert (tmp_path / "out" / "selfcheck.sarif").is_file()


def test_both_languages_hold_the_same_commands() -> None:
    assert commands(GUIDES[0]) == commands(GUIDES[1])


@pytest.mark.parametrize("guide", GUIDES)
def test_the_output_that_the_guide_shows_is_what_comes_out(
    guide: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(DATA / "config" / "vrp-bad.cfg", tmp_path / "switch.cfg")
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    with redirect_stdout(said):
        main(["selfcheck", "--config", "switch.cfg", "--lang", "zh" if "zh" in guide else "en"])
    shown = blocks(guide, "text")[0].splitlines()
    lines = said.getvalue().splitlines()
    assert [line for line in shown if not any(one.startswith(line) for one in lines)] == []


def test_the_hook_runs_a_command_that_exists() -> None:
    (hook,) = read((ROOT / ".pre-commit-hooks.yaml").read_bytes(), ".pre-commit-hooks.yaml").data
    assert hook["id"] == "chengjian-selfcheck"
    said = io.StringIO()
    with redirect_stdout(said):
        assert main([*shlex.split(hook["entry"])[1:], str(DATA / "config" / "vrp-bad.cfg")]) == FOUND
    assert re.search(hook["files"], "core.cfg")
    for guide in GUIDES:
        assert hook["id"] in (ROOT / guide).read_text(encoding="utf-8")
