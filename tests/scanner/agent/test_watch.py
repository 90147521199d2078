"""The agent as a program: its command lines, its status file, its own commands, and how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inventory.audit import record
from inventory.errors import InputError
from inventory.store import Store
from reports.canonical_form import canonical_report
from scanner.agent.config import Notify, load_agent
from scanner.agent.duty import RunEnded
from scanner.agent.outlook import expiring, left_in, news
from scanner.agent.send import Severity
from scanner.agent.state import Ended, Result, read_status
from scanner.agent.watch import Watch, alone, progress
from scanner.cli import build, main
from tests.inventory.workspaces import add_scan
from tests.reports.documents import small
from tests.scanner.agent.test_duty import PERMIT

ROOT = Path(__file__).parent.parent.parent.parent
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
AGENT = """\
format: chengjian-agent/1
name: nanning-1
folder: duty
status: published/status.json
jobs:
  - name: office
    permit: office.permit.yaml
    workspace: office.db
    schedule: "0 22 * * *"
    windows: [{days: [sat], from: "21:00", to: "06:00"}]
    min_coverage: 60
notify: {language: en, expiry_days: 14}
watch: [{status: other.json, minutes: 15}]
"""


class Listener:
    """A channel that takes everything."""

    name = "listener"

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def takes(self, kind: str) -> bool:
        return True

    def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
        self.heard.append((kind, title))
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the agent's children
    (tmp_path / "agent.yaml").write_text(AGENT)
    permit = PERMIT.format(id="NN-1", network="127.45.1.0/24", valid_to="2099-12-31")
    (tmp_path / "office.permit.yaml").write_text(permit)
    return tmp_path


def kinds(watch: Watch) -> list[str]:
    return sorted(message.kind for message in watch.duty.state.outbox)


def test_the_command_line_is_one_that_scan_understands(folder: Path) -> None:
    watch = Watch(load_agent(folder / "agent.yaml"), [])
    job = watch.config.jobs[0]
    for resume in (False, True):
        words = watch.command(job, resume)
        assert words[:4] == [sys.executable, "-P", "-m", "scanner.cli"]
        read = build(["scan"]).parse_args(words[4:])
        assert (read.permit, read.workspace, read.resume) == (
            (folder / "office.permit.yaml").resolve(),
            (folder / "office.db").resolve(),
            resume,
        )


def test_packs_from_outside_are_handed_to_scan(folder: Path) -> None:
    asked = "    workspace: office.db\n    packs: [packs/city, packs/water]\n"
    for more, unsigned in (("", False), ("    allow_unsigned_packs: true\n", True)):
        (folder / "agent.yaml").write_text(AGENT.replace("    workspace: office.db\n", asked + more))
        watch = Watch(load_agent(folder / "agent.yaml"), [])
        read = build(["scan"]).parse_args(watch.command(watch.config.jobs[0], False)[4:])
        assert read.pack == [(folder / "packs" / name).resolve() for name in ("city", "water")]
        assert read.allow_unsigned_packs is unsigned


def test_the_status_file_says_what_is_next_and_holds_no_secret(folder: Path) -> None:
    watch = Watch(load_agent(folder / "agent.yaml"), [])
    watch.look(NOW)
    status = read_status(folder / "published" / "status.json")
    (job,) = status["jobs"]
    assert (status["agent"], status["on_duty"], status["heartbeat"]) == ("nanning-1", True, "2026-11-28T12:00:00Z")
    assert (job["state"], job["next"], job["permit"]) == ("idle", "2026-11-28T14:00:00Z", "NN-1")
    assert (job["window_open"], job["windows"]) == (False, ["sat 21:00–06:00"])
    watch.stop(NOW + timedelta(minutes=1))
    assert read_status(folder / "published" / "status.json")["on_duty"] is False


def test_a_sign_of_life_comes_every_quarter_of_a_minute_and_not_more_often(folder: Path) -> None:
    watch = Watch(load_agent(folder / "agent.yaml"), [])
    beats = []
    for second in range(31):
        watch.look(NOW + timedelta(seconds=second))
        beats.append(read_status(folder / "published" / "status.json")["heartbeat"])
    assert len(set(beats)) == 3


def test_another_agent_that_is_silent_is_told_once(folder: Path) -> None:
    listener = Listener()
    watch = Watch(load_agent(folder / "agent.yaml"), [listener])
    status = {"format": "chengjian-agent-status/1", "agent": "wuzhou-1", "heartbeat": "2026-11-28T11:59:00Z"}
    (folder / "other.json").write_text(json.dumps(status))
    watch._look_around(NOW)
    assert kinds(watch) == []
    for minute in range(5, 60, 5):
        watch._look_around(NOW + timedelta(minutes=minute))
    assert kinds(watch) == ["agent-silent"]


def test_a_permit_about_to_end_is_told(folder: Path) -> None:
    permit = PERMIT.format(id="NN-1", network="127.45.1.0/24", valid_to="2026-12-05")
    (folder / "office.permit.yaml").write_text(permit)
    (folder / "other.json").write_text('{"format": "chengjian-agent-status/1", "heartbeat": "2026-11-28T12:00:00Z"}')
    watch = Watch(load_agent(folder / "agent.yaml"), [Listener()])
    watch._look_around(NOW)
    watch._look_around(NOW + timedelta(days=1))
    assert "permit-expiry" in kinds(watch)
    assert kinds(watch).count("permit-expiry") == 1


def test_what_became_of_a_scan_is_read_from_its_workspace(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    assert left_in(path, NOW) == "nothing"
    with Store.create(path) as store:
        add_scan(store, "s1", "2026-11-27T12:00:00Z", answers=(b"a",))
        assert left_in(path, NOW) == "nothing"
        store.begin_scan("s2", started="2026-11-28T12:00:00Z", permit={}, profile={}, versions={})
        assert left_in(path, NOW + timedelta(milliseconds=900)) == "unfinished"
        store.end_scan("s2", state="stopped", ended="2026-11-28T12:00:05Z", counters={})
        assert left_in(path, NOW) == "unfinished"
        store.end_scan("s2", state="finished", ended="2026-11-28T12:00:05Z", counters={})
        assert left_in(path, NOW) == "finished"


def test_the_news_of_a_scan_come_from_its_report_and_name_the_newest_audit_digest(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    report = small()
    with Store.create(path) as store:
        add_scan(store, report.scan.id, report.scan.ended, answers=(b"a",))
        head = record(store, "scan", {"scan": report.scan.id}, at=NOW).digest
        store.put_report(report.scan.id, canonical_report(report))
    found = list(news("office", path, Notify(), NOW))
    assert [event.kind for event in found] == ["scan-completed", "new-high-finding"]
    assert head in found[0].body("en")
    ends = datetime.fromisoformat(min(waiver.expires for waiver in report.waivers)).replace(tzinfo=UTC)
    assert expiring(path, Notify(), ends - timedelta(days=2)) is not None
    assert expiring(path, Notify(), ends - timedelta(days=90)) is None


def test_a_finished_scan_is_published_for_the_portal_once(folder: Path) -> None:
    text = (folder / "agent.yaml").read_text().replace("min_coverage: 60", "publish: portal\n    publish_formats: csv")
    (folder / "agent.yaml").write_text(text)
    report = small()
    with Store.create(folder / "office.db") as store:
        add_scan(store, report.scan.id, report.scan.ended, answers=(b"a",))
        store.put_report(report.scan.id, canonical_report(report))
    watch = Watch(load_agent(folder / "agent.yaml"), [])
    published = folder / "portal" / report.scan.id
    give_up = time.monotonic() + 60
    while not published.exists():
        watch.look(NOW)
        assert time.monotonic() < give_up, (folder / "duty" / "office.publish.log").read_text()
        time.sleep(0.01)
    watch.stop(NOW)
    assert (published / "snapshot.db").is_file()
    again = Watch(load_agent(folder / "agent.yaml"), [])
    again.look(NOW)
    assert again._publishing == {}
    again.stop(NOW)


def test_progress_is_the_newest_line_that_says_so(tmp_path: Path) -> None:
    log = tmp_path / "office.log"
    assert progress(log) is None
    log.write_text("scan s1\n1 of 9 hosts looked at, 0 unanswered, 4 answers kept, 80 packets\n")
    with log.open("a") as opened:
        opened.write("3 of 9 hosts looked at, 1 unanswered, 12 answers kept, 200 packets\nunrelated\n")
    assert progress(log) == {"done": 3, "hosts": 9, "unanswered": 1, "answers": 12}


def test_one_agent_a_folder(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(InputError, match="another agent"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("0 22 * * *", "0 25 * * *", "jobs.0"),
        ("name: office", "name: Büro", "jobs.0.name"),
        ("min_coverage: 60", "min_coverage: many", "jobs.0.min_coverage"),
        ("folder: duty", "folders: duty", "folder"),
        ("format: chengjian-agent/1", "format: chengjian-agent/9", "format"),
        ("jobs:", "jobs: [", "line"),
        ("watch: [", "watch: &a [*a, ", ""),
    ],
)
def test_a_bad_agent_file_is_refused_with_its_field(
    folder: Path, old: str, new: str, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "agent.yaml"
    path.write_text(AGENT.replace(old, new))
    assert main(["agent", "check", str(path)]) == 2
    said = capsys.readouterr().err
    assert str(path) in said
    assert where in said
    assert len(said.splitlines()) == 1


def test_check_says_when_a_job_is_due_and_whether_its_permit_can_be_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agent", "check", str(folder / "agent.yaml")]) == 0
    assert "22:00 CST" in capsys.readouterr().out
    (folder / "office.permit.yaml").unlink()
    assert main(["agent", "check", "--json", str(folder / "agent.yaml")]) == 1
    assert "cannot be read" in json.loads(capsys.readouterr().out)["jobs"][0]["problem"]


def test_check_and_scan_hold_the_permit_against_operators_and_revocations(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "    workspace: office.db\n    operator_keys: operators\n    revocations: revoked.txt\n"
    (folder / "agent.yaml").write_text(AGENT.replace("    workspace: office.db\n", asked))
    main(["bundle", "keygen", "--algorithm", "ed25519", "--out", str(folder / "keys")])
    (folder / "operators").mkdir()
    (folder / "operators" / "lead.pub").write_bytes(next((folder / "keys").glob("*.pub")).read_bytes())
    (folder / "revoked.txt").write_text("")
    words = Watch(load_agent(folder / "agent.yaml"), []).command(load_agent(folder / "agent.yaml").jobs[0], False)
    read = build(["scan"]).parse_args(words[4:])
    assert (read.operator_keys, read.revocations) == (folder / "operators", folder / "revoked.txt")
    check = ["agent", "check", str(folder / "agent.yaml")]
    assert main(check) == 1
    assert "is not signed" in capsys.readouterr().out
    key = next(path for path in (folder / "keys").iterdir() if path.suffix != ".pub")
    assert main(["permit", "sign", str(folder / "office.permit.yaml"), "--key", str(key)]) == 0
    assert main(check) == 0
    (folder / "revoked.txt").write_text("NN-1 order 12 was withdrawn\n")
    capsys.readouterr()
    assert main(check) == 1
    assert "order 12 was withdrawn" in capsys.readouterr().out


def test_status_says_that_an_agent_is_silent(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(folder / "agent.yaml")
    assert main(["agent", "status", path]) == 2
    Watch(load_agent(folder / "agent.yaml"), []).look(NOW)
    assert main(["agent", "status", path]) == 1
    assert "not heard of" in capsys.readouterr().out
    (folder / "duty" / "state.json").unlink()  # the schedule starts from now: nothing is due
    Watch(load_agent(folder / "agent.yaml"), []).look(datetime.now(UTC))
    assert main(["agent", "status", "--json", path]) == 0


def test_sigterm_ends_it_in_order(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner.cli", "agent", "run", "agent.yaml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        status = folder / "published" / "status.json"
        give_up = time.monotonic() + 30
        while not status.exists():
            assert time.monotonic() < give_up
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert read_status(status)["on_duty"] is False
    finally:
        process.kill()


def test_a_scan_that_did_not_complete_is_told_in_the_readers_language(folder: Path) -> None:
    (folder / "agent.yaml").write_text(AGENT.replace("language: en", "language: zh"))
    watch = Watch(load_agent(folder / "agent.yaml"), [Listener()])
    job = watch.config.jobs[0]
    results: list[Result] = ["refused", "bad_input", "interrupted", "failed"]
    for result in results:
        ended = Ended(scheduled=NOW, started=NOW, ended=NOW, result=result, exit_code=1)
        watch.duty.keep(watch.duty.state.model_copy(update={"outbox": (), "said": {}}))
        watch._told(RunEnded(job, NOW, ended), NOW)
        (message,) = watch.duty.state.outbox
        assert message.kind == "scan-failed"
        assert not re.search(r"[a-z]", message.title.replace("office", "")), message.title
