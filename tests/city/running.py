"""Runs the lab and the product as commands, and reads what they print: nothing is imported from either."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
CHENGJIAN = (sys.executable, "-m", "scanner.cli")
Matrix = dict[tuple[str, str], str]
"""(address, rule) → verdict."""


def run(*words: str | Path, timeout: int = 900, allowed: Iterable[int] = (0,)) -> str:
    """A command's standard output; fails with everything it said if it ends otherwise than allowed."""
    done = subprocess.run(
        words, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=timeout
    )
    assert done.returncode in allowed, (
        f"{words} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    )
    return done.stdout


def lab(*words: str | Path, timeout: int = 900, allowed: Iterable[int] = (0,)) -> str:
    """`python -m lab …`."""
    return run(sys.executable, "-m", "lab", *words, timeout=timeout, allowed=allowed)


def chengjian(*words: str | Path, allowed: Iterable[int] = (0,)) -> str:
    """`chengjian …` on the host: for what needs no network."""
    return run(*CHENGJIAN, *words, allowed=allowed)


@dataclass(frozen=True)
class Scanned:
    """A finished scan: its workspace, and its canonical report as it is and in the comparable form."""

    workspace: Path
    report: dict[str, Any]
    comparable: bytes

    @property
    def matrix(self) -> Matrix:
        """Every verdict of every asset, by address."""
        return {
            (address, rule): verdict
            for asset in self.report["assets"]
            for verdict, rules in asset["verdicts"].items()
            for rule in rules
            for address in asset["addresses"]
        }

    def grade(self, scheme: str = "self-check") -> dict[str, Any]:
        """The grade of the whole under a scheme."""
        found = [
            g
            for g in self.report["grades"]
            if g["scheme"] == scheme and g["subject_kind"] in ("region", "all", "whole")
        ]
        assert len(found) == 1, [(g["scheme"], g["subject_kind"]) for g in self.report["grades"]]
        return dict(found[0])


def papers(folder: Path) -> Path:
    """The lab's permit, with its register beside it."""
    permit = folder / "permit.yaml"
    lab("permit", "-o", permit)
    return permit


def copied(workspace: Path, folder: Path) -> None:
    """A copy of a finished workspace with its evidence and key, so that the next scan there remembers this one."""
    folder.mkdir(parents=True, exist_ok=True)
    chengjian("workspace", "backup", folder / "city.db", "--workspace", workspace)
    shutil.copy2(workspace.with_suffix(".key"), folder / "city.key")


def scan(folder: Path, *words: str) -> Scanned:
    """Scan the whole city from the office, into a new workspace unless one is there, and write the report."""
    folder.mkdir(parents=True, exist_ok=True)
    lab(
        "run",
        "--",
        *CHENGJIAN,
        "scan",
        str(papers(folder)),
        "--workspace",
        str(folder / "city.db"),
        *words,
        allowed=(0, 1),
    )
    return finished(folder)


def finished(folder: Path) -> Scanned:
    """The report of the newest scan in a workspace."""
    workspace = folder / "city.db"
    for name, words in (("whole", ()), ("comparable", ("--comparable",))):
        chengjian("report", "--workspace", workspace, "--format", "json", *words, "--out", folder / name)
    whole, comparable = (next((folder / name).glob("*.json")).read_bytes() for name in ("whole", "comparable"))
    return Scanned(workspace, json.loads(whole), comparable)


def truth(*words: str) -> Matrix:
    """What a correct scan must say, from the lab's own description; after `--documents` with what owners handed in."""
    told = json.loads(lab("truth", "--json", *words))
    return {(host["address"], each["rule"]): each["verdict"] for host in told["hosts"] for each in host["verdicts"]}


def differences(one: Matrix, other: Matrix) -> list[str]:
    """What differs between two matrices, one line a verdict."""
    return [
        f"{address} {rule}: {one.get((address, rule))} / {other.get((address, rule))}"
        for address, rule in sorted(one.keys() | other.keys())
        if one.get((address, rule)) != other.get((address, rule))
    ]
