"""Replay: the evidence of a bundle gives the report again, byte for byte, in any process; and says why where it does not."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inventory.register import Entry, to_bytes
from inventory.store import Store
from reports.build import make_report
from reports.bundle import MANIFEST, attach, check, export
from reports.container import Container
from reports.differences import differences
from reports.inputs import restore
from reports.report import Report
from reports.timestamp import request
from rules.answers import ANSWERS, Answers, ClauseAnswer, answers_name
from rules.answers import to_bytes as to_clause_answers
from rules.load import RuleSet, load_packs
from scanner.cli import main
from scanner.derive import REGISTER, derive
from scanner.replay import replay
from tests.reports.test_bundle_timestamp import authority
from tests.scanner.permits import permit_for
from tests.scanner.test_pipeline import city, pipeline_on

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a scan of a small city in memory."""
    permit = permit_for("10.0.0.0/28", exclusions=["10.0.0.7"])
    register = tuple(
        Entry(f"10.0.0.{last}", name=f"主机{last}", department="数据局", city="450100") for last in (1, 2, 3, 7)
    )
    pipeline = pipeline_on(city, permit, register=register)
    store = pipeline.store
    store.keep("s/register.json", REGISTER, to_bytes(register))
    asyncio.run(pipeline.run())
    store.end_scan("s", state="finished", ended="2026-03-02T03:00:00Z", counters={"packets": 40})
    derive(store, "s")
    said = ClauseAnswer(clause="数据安全法 27", result="pass", by="王工", on="2026-03-02")
    store.keep(answers_name("s"), ANSWERS, to_clause_answers(Answers({said.clause: said})))
    make_report(store, "s")
    target = tmp_path_factory.mktemp("bundle") / "city.bundle.zip"
    export(store, "s", target)
    return target


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scanner.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_report_is_about_something(bundle: Path) -> None:
    report = check(bundle).report
    assert len(report.assets) >= 3
    assert report.not_assessed
    assert any(asset.verdicts for asset in report.assets)
    assert [clause.id for clause in report.coverage.clauses if clause.answer] == ["数据安全法 27"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "America/Caracas", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "4242"},
    ],
)
def test_replay_gives_the_same_bytes_in_another_process(bundle: Path, environment: dict[str, str]) -> None:
    done = run("bundle", "replay", str(bundle), "--json", **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["same"] is True
    assert said["differences"] == []
    assert said["before"] == said["now"]


def test_a_time_stamp_lies_outside_the_compared_part(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stamped = tmp_path / "stamped.zip"
    stamped.write_bytes(bundle.read_bytes())
    with Container(stamped) as container:
        asked = request(container.read(MANIFEST))
    attach(stamped, authority(tmp_path / "authority").answer(asked))
    assert check(stamped).manifest_sha256 == check(bundle).manifest_sha256
    assert main(["bundle", "replay", str(stamped), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["same"] is True


@pytest.mark.slow
def test_verify_names_the_part_that_was_changed(bundle: Path, tmp_path: Path) -> None:
    assert run("bundle", "verify", str(bundle)).returncode == 0
    data = bytearray(bundle.read_bytes())
    with Container(bundle) as container:
        evidence = container.members["inputs/evidence.jsonl"]
    data[evidence.start + 10] ^= 1
    (tmp_path / "x.zip").write_bytes(data)
    for action in ("verify", "replay"):
        done = run("bundle", action, str(tmp_path / "x.zip"))
        assert done.returncode == 1
        assert "inputs/evidence.jsonl" in done.stdout
    assert run("bundle", "verify", str(tmp_path / "none.zip")).returncode == 2


def replayed(bundle: Path, ruleset: RuleSet | None = None) -> tuple[Store, str, Report]:
    """The replay in this process, with other rules if given."""
    with Container(bundle) as container:
        store, scan = restore(container)
    replay(store, scan)
    return store, scan, make_report(store, scan, ruleset)


def test_another_rule_is_named_as_the_cause(bundle: Path) -> None:
    ruleset = load_packs()
    rule = next(rule for rule in ruleset.rules if rule.id == "ds-redis-authentication")
    changed = rule.model_copy(update={"requires": "speaks_redis"})
    rules = tuple(changed if item is rule else item for item in ruleset.rules)
    store, scan, new = replayed(bundle, RuleSet(ruleset.packs, rules, ruleset.files, ruleset.clauses))
    with store, Container(bundle) as container:
        found = differences(container, store, scan, check(bundle).report, new)
    assert {item.kind for item in found} == {"verdict"}
    assert all(item.what.startswith("ds-redis-authentication on ") for item in found)
    assert {item.now for item in found} == {"pass"}


def test_other_facts_are_named_as_the_cause(bundle: Path) -> None:
    store, scan, _ = replayed(bundle)
    with store, Container(bundle) as container:
        question, (fact,) = next(iter(store.facts(scan, "redis").items()))
        with store.batch():
            store.put_facts(scan, question, "redis", [fact.model_copy(update={"authentication_required": True})])
        found = differences(container, store, scan, check(bundle).report, make_report(store, scan))
    assert [item.what for item in found if item.kind == "fact"] == [f"redis {question}"]
    verdicts = [item for item in found if item.kind == "verdict"]
    assert verdicts
    assert {item.why for item in verdicts} == {"facts of redis changed"}
