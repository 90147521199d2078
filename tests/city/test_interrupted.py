"""A scan that was killed goes on where it stopped: nothing that was answered is asked again, and the result is the same."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.city.running import CHENGJIAN, ROOT, Scanned, differences, finished, lab, papers

pytestmark = pytest.mark.lab


def answers(workspace: Path) -> dict[str, tuple[str, str]]:
    """Question → (time, evidence) of what is stored."""
    if not workspace.exists():
        return {}
    connection = sqlite3.connect(f"file:{workspace}?mode=ro", uri=True)
    try:
        return {
            row[0]: (row[1], row[2]) for row in connection.execute("SELECT question, at, evidence FROM observation")
        }
    except sqlite3.OperationalError:
        return {}
    finally:
        connection.close()


def questions(workspace: Path) -> dict[str, set[str]]:
    """Address → questions about it."""
    found: dict[str, set[str]] = {}
    with contextlib.closing(sqlite3.connect(f"file:{workspace}?mode=ro", uri=True)) as connection:
        for address, question in connection.execute("SELECT address, id FROM question"):
            found.setdefault(address, set()).add(question)
    return found


def test_kill_and_resume(baseline: Scanned, tmp_path: Path) -> None:
    permit, workspace = papers(tmp_path), tmp_path / "city.db"
    command = [sys.executable, "-m", "lab", "run", "--", *CHENGJIAN, "scan", str(permit), "--workspace", str(workspace)]
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wanted = len(answers(baseline.workspace)) // 2  # by then some hosts are done with, and others are not
    for _ in range(1200):
        if len(answers(workspace)) >= wanted:
            break
        assert running.poll() is None, "the scan ended before it could be killed"
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait(timeout=30)
    before = answers(workspace)
    assert wanted <= len(before) < len(answers(baseline.workspace))

    time.sleep(1)  # what the killed connections still had to say to each other
    lab("counters", "--reset")
    lab("run", "--", *CHENGJIAN, "scan", str(permit), "--workspace", str(workspace), "--resume", allowed=(0, 1))
    after = answers(workspace)
    assert {question: after[question] for question in before} == before
    told = {address for address, about in questions(workspace).items() if about <= before.keys()}
    sent = json.loads(lab("counters", "--json"))["packets"]
    assert told
    assert {address: sent[address] for address in sorted(told) if sent.get(address)} == {}

    resumed = finished(tmp_path)
    assert differences(resumed.matrix, baseline.matrix) == []
    assert resumed.comparable == baseline.comparable
