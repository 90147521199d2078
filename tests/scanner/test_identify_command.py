"""`chengjian identify` reads lines from a file or standard input and answers line by line."""

import io
import json
import sys
from pathlib import Path

import pytest

from scanner.cli import main

LINE = {"id": "7", "kind": "banner", "protocol": "ssh", "banner": "SSH-2.0-Cisco-1.25"}


def test_lines_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(
        json.dumps(LINE).encode() + b"\n\n" + b'{"id": "8", "kind": "banner", "protocol": "x", "banner": "\xff"}\n'
    )
    assert main(["identify", str(file)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["id"], first["vendor"], first["origin"]) == ("7", "cisco", "foreign")
    assert (second["id"], second["vendor"]) == ("8", None)


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(LINE).encode())))
    assert main(["identify"]) == 0
    assert json.loads(capsys.readouterr().out)["vendor"] == "cisco"


def test_bad_input_is_one_error_with_the_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(json.dumps(LINE) + "\n{nonsense\n", "utf-8")
    assert main(["identify", str(file)]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["id"] == "7"
    assert "2" in captured.err
    assert captured.err.count("\n") == 1
    assert main(["identify", str(tmp_path / "missing")]) == 2


def test_hostile_text_comes_out_as_ascii(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(json.dumps({**LINE, "id": "\u009b31m\u202e", "banner": "nginx \x1b[31m\u202e"}), "utf-8")
    assert main(["identify", str(file)]) == 0
    assert capsys.readouterr().out.isascii()
