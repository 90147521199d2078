"""Documentation that cannot go stale: the `console` blocks of a page are executed, in order, in one empty directory.

A line `$ command` is executed; the lines below it, where there are any, are what it prints. `…` stands for anything on
one line, a line `…` for any number of lines. `$ command  # exit 1` expects that exit code.
"""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanner.cli import main

NAMES: dict[str, str] = {}  # words of a page that stand for something which only the test knows
OWN_PROCESS = {"scan"}  # it seals the process, and has signals of its own
PROGRAMS = {"cat", "cp", "ls", "mkdir", "mv", "rm", "sha256sum"}  # what a page may use besides our own command


@dataclass
class Command:
    """One command of a page, and where it stands."""

    line: int
    words: list[str]
    exit_code: int = 0
    output: list[str] = field(default_factory=list)


def commands(page: Path) -> Iterator[Command]:
    """The commands of a page, in order."""
    inside, current = False, None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("```"):
            if current:
                yield current
            inside, current = line == "```console", None
        elif inside and line.startswith("$ "):
            if current:
                yield current
            text, _, code = line[2:].partition("  # exit ")
            current = Command(number, shlex.split(text, comments=True), int(code or 0))
        elif inside and current:
            current.output.append(line)
    assert not inside, f"{page}: a block is not closed"


def execute(page: Path, directory: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Execute a page in `directory`; returns how many commands it has. Fails with page and line."""
    monkeypatch.chdir(directory)
    count = 0
    for command in commands(page):
        count += 1
        code, printed = _run([NAMES.get(word, word) for word in command.words])
        where = f"{page.name}:{command.line}: {shlex.join(command.words)}"
        assert code == command.exit_code, f"{where}: exit {code}\n{printed}"
        if command.output:
            assert re.fullmatch(_pattern(command.output), printed.strip("\n")), f"{where} printed\n{printed}"
    return count


def _run(words: list[str]) -> tuple[int, str]:
    if words[0] == "chengjian" and words[1] in OWN_PROCESS:
        words = [sys.executable, "-m", "scanner.cli", *words[1:]]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout or done.stderr
    if words[0] == "chengjian":
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words[1:])
        return code, out.getvalue() or err.getvalue()
    assert words[0] in PROGRAMS, words[0]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout or done.stderr


def _pattern(lines: list[str]) -> str:
    parts = [
        r"(?:.*\n)*" if line == "…" else re.escape(line.rstrip()).replace("…", ".*") + r"[ \t]*\n" for line in lines
    ]
    whole = "".join(parts)
    return whole.removesuffix(r"\n") + r"\n?" if lines[-1] != "…" else whole + ".*"
