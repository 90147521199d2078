"""The command line: starts fast by importing little, says errors in one line, and exits as the table says."""

import argparse
import sys
from pathlib import Path

import pytest

from inventory.errors import ChengjianError, PermitError, RefusedByPermit
from scanner import cli
from scanner.terminal import safe, table


def test_the_version_needs_no_command_and_no_model() -> None:
    import subprocess

    program = (
        "import sys; from scanner.cli import main; code = main(['--version']);"
        "print(code, [m for m in ('pydantic', 'sqlite3', 'yaml', 'asyncio', 'scanner.commands') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("chengjian ")
    assert done.stdout.endswith("0 []\n")


def test_only_the_called_command_is_imported() -> None:
    import subprocess

    program = (
        "import sys; from scanner.cli import main; main(['permit', '--help']);"
        "print([m for m in sys.modules if m.startswith('scanner.commands.')], 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "['scanner.commands.permit'] False"


def test_every_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    for name in cli.command_names():
        assert cli.main([name, "--help"]) == 0
        assert name in capsys.readouterr().out


@pytest.mark.parametrize("given", [[], ["nonsense"], ["permit"], ["permit", "check"], ["--nonsense"]])
def test_wrong_usage_is_2(given: list[str]) -> None:
    assert cli.main(given) == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), 130),
        (PermitError("wrong\x1b[31m\ndate", "p.yaml", "line 3"), 2),
        (RefusedByPermit("outside"), 4),
        (ChengjianError("ours"), 70),
        (ZeroDivisionError("ours"), 70),
    ],
)
def test_errors_become_exit_codes_and_one_line(
    error: BaseException,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from scanner.commands import permit

    def run(arguments: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(permit, "run", run)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["permit", "check", "x"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "\x1b" not in said.err
    assert len(list(tmp_path.glob("out/bug-*.txt"))) == (1 if code == 70 else 0)


def test_what_comes_from_a_device_cannot_drive_the_terminal() -> None:
    assert safe("a\x1b[2J\u202eb\r\n\x07\ud800中") == "a\\x1b[2J\\u202eb\\r\\n\\x07\\ud800中"
    assert "\x1b" not in table(["a"], [["\x1b[1m"]])


def test_permit_new_then_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.yaml"
    assert cli.main(["permit", "new", str(path), "--network", "10.0.0.0/24"]) == 0
    before = path.read_bytes()
    assert cli.main(["permit", "new", str(path)]) == 2
    assert path.read_bytes() == before
    assert cli.main(["permit", "check", str(path)]) == 0
    monday_night = "2026-11-30T21:00"
    asked = ["permit", "check", str(path), "--at", monday_night, "--class", "server", "--address"]
    path.write_text(path.read_text().replace("valid_from: ", "valid_from: 2026-01-01T00:00 #", 1))
    path.write_text(path.read_text().replace("valid_to: ", "valid_to: 2099-01-01 #", 1))
    assert cli.main([*asked, "10.0.0.9"]) == 0
    assert cli.main([*asked, "10.0.1.9"]) == 4
    assert cli.main(["permit", "check", str(path), "--at", "yesterday"]) == 2
    assert "outside" in capsys.readouterr().out
