"""`chengjian scan` as a process, against twins on loopback: whatever ends it, what was learned is kept and asked once."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inventory.observation import Outcome
from inventory.store import Store
from lab.loopback import serve
from reports.canonical_form import comparable as comparable_form
from reports.canonical_form import read_report

ROOT = Path(__file__).parent.parent.parent
PERMIT = """\
format: chengjian-permit/1
id: LOOP-1
issuer: {{organisation: 测试局, authorised_by: 甲}}
contact: test@example.invalid
environment: lab
valid_from: 2026-01-01T00:00
valid_to: 2099-12-31
networks: [127.45.77.0/29]
exclusions: [127.45.77.5]
zones:
  - {{name: office, networks: [127.45.77.0/29], classes: {{server: 2}}}}
vantage: office
pace: {{host_packets: {rate}, host_connections: {rate}, zone_packets: 20000, total_packets: 20000}}
register: register.csv
stop_file: stop
"""
REGISTER = "address,name,city,protection_level,device_class\n" + "".join(
    f"127.45.77.{last},host {last},450100,3,server\n" for last in (1, 2, 3, 5)
)
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[dict[str, int]]:
    """Redis without and with a password, and a web server; the excluded address has a Redis too."""
    with contextlib.ExitStack() as running:

        def start(twin: str, settings: dict[str, Any], address: str, port: int) -> int:
            return running.enter_context(serve(twin, settings, address=address, port=port))[1]

        redis = start("redis", {}, "127.45.77.1", 0)
        start("redis", {"password": "x"}, "127.45.77.2", redis)
        start("redis", {}, "127.45.77.5", redis)
        http = start("http", {}, "127.45.77.1", 0)
        (tmp_path / "permit.yaml").write_text(PERMIT.format(rate=900), encoding="utf-8")
        (tmp_path / "slow.yaml").write_text(PERMIT.format(rate=3), encoding="utf-8")
        (tmp_path / "register.csv").write_text(REGISTER, encoding="utf-8")
        yield {"redis": redis, "http": http}


def command(tmp_path: Path, city: dict[str, int], permit: str = "permit.yaml", *more: str) -> list[str]:
    ports = ",".join(str(port) for port in city.values())
    words = ["scan", str(tmp_path / permit), "--workspace", str(tmp_path / "city.db"), "--no-nmap", "--quiet"]
    return [sys.executable, "-m", "scanner.cli", *words, "--ports", ports, *more]


def run(tmp_path: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )


def wait_for_answers(tmp_path: Path, number: int) -> None:
    """Until so many answers are stored; the process writes at most 100 ms late."""
    for _ in range(600):
        time.sleep(0.05)
        with contextlib.suppress(Exception), Store.open(tmp_path / "city.db") as store:
            if len(store.observations(store.scan()["id"])) >= number:
                return
    raise AssertionError("no answers came")


def outcomes(tmp_path: Path) -> dict[tuple[str, str, int], Outcome]:
    with Store.open(tmp_path / "city.db") as store:
        scan = store.scan()["id"]
        observed = store.observations(scan)
        return {
            (question.table, question.endpoint.address, question.endpoint.port): observed[question.id].outcome
            for question in store.questions(scan)
            if question.id in observed
        }


def test_a_scan_ends_in_a_report_and_the_excluded_host_is_forbidden(tmp_path: Path, city: dict[str, int]) -> None:
    done = run(tmp_path, command(tmp_path, city, "permit.yaml", "--json", "--fail-on", "none"))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["state"] == "finished"
    assert document["summary"]["assets"] >= 4
    with Store.open(tmp_path / "city.db") as store:
        scan = store.scan()
        report = json.loads(store.report(scan["id"]))
        facts = store.facts(scan["id"], "redis")
        services = [row for rows in store.facts(scan["id"], "service").values() for row in rows]
    assert report["simulated"] is True
    assert scan["counters"]["malformed"] == 0
    assert scan["counters"]["connections"] > 0
    assert sorted(bool(getattr(row, "authentication_required", None)) for rows in facts.values() for row in rows) == [
        False,
        True,
    ]
    assert {getattr(row, "protocol", None) for row in services} == {"redis", "http"}
    assert {outcome for (_, address, _), outcome in outcomes(tmp_path).items() if address == "127.45.77.5"} == {
        Outcome.FORBIDDEN
    }


@pytest.mark.slow
def test_findings_and_coverage_are_exit_codes(tmp_path: Path, city: dict[str, int]) -> None:
    assert run(tmp_path, command(tmp_path, city)).returncode == 1
    judge = [sys.executable, "-m", "scanner.cli", "judge", "--workspace", str(tmp_path / "city.db")]
    assert run(tmp_path, [*judge, "--min-coverage", "100"]).returncode == 3
    assert run(tmp_path, [*judge, "--fail-on", "none"]).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_whatever_ends_it_resume_goes_on_and_comes_to_the_same(
    tmp_path: Path, city: dict[str, int], number: signal.Signals, code: int
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    for name in ("permit.yaml", "slow.yaml", "register.csv"):
        (whole / name).write_text((tmp_path / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert run(whole, command(whole, city, "permit.yaml", "--fail-on", "none")).returncode == 0

    process = subprocess.Popen(
        command(tmp_path, city, "slow.yaml"),
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for_answers(tmp_path, 3)
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=30) == code
    assert time.monotonic() - began < 10
    before = outcomes(tmp_path)
    assert len(before) >= 3
    done = run(tmp_path, command(tmp_path, city, "permit.yaml", "--resume", "--fail-on", "none"))
    assert done.returncode == 0, done.stderr
    after = outcomes(tmp_path)
    assert {key: after[key] for key in before} == before
    assert after == outcomes(whole)
    assert comparable(tmp_path) == comparable(whole)
    again = run(tmp_path, command(tmp_path, city, "permit.yaml", "--resume"))
    assert again.returncode == 2
    assert "nothing to resume" in again.stderr


def comparable(tmp_path: Path) -> Any:
    """The comparable form without the permit: the interrupted scan began with a slower one."""
    with Store.open(tmp_path / "city.db") as store:
        document: dict[str, Any] = comparable_form(read_report(store.report(store.scan()["id"])))
    document.pop("permit")
    return document


def test_the_stop_file_stops_a_running_scan(tmp_path: Path, city: dict[str, int]) -> None:
    process = subprocess.Popen(
        command(tmp_path, city, "slow.yaml"), cwd=tmp_path, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    wait_for_answers(tmp_path, 1)
    (tmp_path / "stop").touch()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "stop file" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("valid_to: 2099-12-31", "valid_to: 2026-13-31"), "valid_to"),
        (("networks: [127.45.77.0/29]\nexcl", "networks: []\nexcl"), "networks"),
        (("stop_file: stop", "stop_fil: stop"), "stop_fil: unknown key"),
    ],
)
def test_a_wrong_permit_changes_nothing(
    tmp_path: Path, city: dict[str, int], change: tuple[str, str], says: str
) -> None:
    path = tmp_path / "permit.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    done = run(tmp_path, command(tmp_path, city))
    assert done.returncode == 2
    assert says in done.stderr
    assert not (tmp_path / "city.db").exists()


@pytest.mark.slow
def test_a_finding_is_tested_again_without_a_trace(tmp_path: Path) -> None:
    for name in ("permit.yaml", "register.csv"):
        text = PERMIT.format(rate=900) if name == "permit.yaml" else REGISTER
        (tmp_path / name).write_text(text, encoding="utf-8")
    with serve("redis", {}, address="127.45.77.1") as (_, port):
        ports = {"redis": port}
        run(tmp_path, command(tmp_path, ports))
        with Store.open(tmp_path / "city.db") as store:
            report = read_report(store.report(store.scan()["id"]))
        found = next(one for one in report.findings if one.port == port)
        again = command(tmp_path, ports, "permit.yaml", "--finding", found.id, "--json")
        still = run(tmp_path, again)
    assert still.returncode == 1, still.stderr
    assert json.loads(still.stdout)["now"] == "fail"
    with serve("redis", {"password": "x"}, address="127.45.77.1", port=port):
        mended = run(tmp_path, again)
    assert mended.returncode == 0, mended.stderr
    gone = run(tmp_path, again)
    assert gone.returncode in (0, 3)
    assert run(tmp_path, command(tmp_path, ports, "permit.yaml", "--finding", "zz")).returncode == 2
    with Store.open(tmp_path / "city.db") as store:
        assert len(store.scans()) == 1


def test_an_expired_permit_is_refused(tmp_path: Path, city: dict[str, int]) -> None:
    path = tmp_path / "permit.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("2099-12-31", "2026-01-31"), encoding="utf-8")
    done = run(tmp_path, command(tmp_path, city))
    assert done.returncode == 4
    assert "expired" in done.stderr
    assert not (tmp_path / "city.db").exists()


def test_a_dry_run_sends_nothing_and_says_the_budget(tmp_path: Path, city: dict[str, int]) -> None:
    done = run(tmp_path, command(tmp_path, city, "permit.yaml", "--dry-run", "--json"))
    assert done.returncode == 0
    plan = json.loads(done.stdout)
    assert plan["zones"]["office"]["registered"] == 4
    assert plan["zones"]["office"]["probe_packets"] > 0
    assert not (tmp_path / "city.db").exists()


@pytest.mark.slow
def test_inventory_shows_what_is_known(tmp_path: Path, city: dict[str, int]) -> None:
    run(tmp_path, command(tmp_path, city))
    base = [sys.executable, "-m", "scanner.cli", "inventory"]
    where = ["--workspace", str(tmp_path / "city.db")]
    listed = json.loads(run(tmp_path, [*base, "list", *where, "--json"]).stdout)
    assert {asset["name"] for asset in listed["assets"] if asset["registered"]} == {f"host {n}" for n in (1, 2, 3, 5)}
    shown = json.loads(run(tmp_path, [*base, "show", "127.45.77.1", *where, "--json"]).stdout)
    redis = next(item for item in shown["questions"] if item["table"] == "redis" and item["outcome"] == "answered")
    [facts] = redis["facts"]
    assert facts["authentication_required"] is False
    text = run(tmp_path, [*base, "show", *where, "--evidence", redis["evidence"][0]])
    assert "+PONG" in text.stdout
    assert run(tmp_path, [*base, "show", "10.0.0.1", *where]).returncode == 2
    exported = run(tmp_path, [*base, "export", *where]).stdout
    assert "host 1" in exported
    run(tmp_path, command(tmp_path, city))
    with Store.open(tmp_path / "city.db") as store:
        first = store.scans()[0]["id"]
    assert run(tmp_path, [*base, "diff", first, *where]).stdout.count("\n") == 1
    words = run(tmp_path, [*base, "dictionary"]).stdout
    assert "## redis" in words
