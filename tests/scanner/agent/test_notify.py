"""Who is told what: once, in both languages, without secrets or anything about a person, until the other side has it."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InputError
from inventory.text import Text
from scanner.agent.events import (
    Event,
    agent_silent,
    changes,
    harmless,
    permit_expiry,
    scan_completed,
    scan_failed,
    waiver_expiry,
)
from scanner.agent.notify import MOST_TRIES, Postman, after, attempt, next_message, put
from scanner.agent.send import Severity, SyslogChannel, apprise_channels, syslog_message
from scanner.agent.state import State
from tests.reports.documents import clean, small

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


class Recorder:
    """A channel that remembers, and takes a message only while `working`."""

    def __init__(self, name: str = "people", working: bool = True) -> None:
        self.name, self.working = name, working
        self.taken: list[str] = []

    def takes(self, kind: str) -> bool:
        return kind != "scan-completed"

    def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
        if self.working:
            self.taken.append(title)
        return self.working


def kinds(found: list[Event]) -> list[str]:
    return [event.kind for event in found]


def test_a_first_report_tells_its_high_findings_by_rule_and_department() -> None:
    report = small()
    found = changes(None, report)
    assert kinds(found) == ["new-high-finding"]
    high = [finding for finding in report.findings if finding.severity == "high" and not finding.waiver]
    assert str(len(high)) in found[0].title("zh")
    assert "Redis服务无身份鉴别" in found[0].body("zh")
    assert "Redis answers without authentication" in found[0].body("en")


def test_an_unchanged_city_is_no_news() -> None:
    assert changes(small(), small()) == []


def test_a_grade_that_changes_and_a_coverage_that_falls_are_told() -> None:
    new = small()
    first = new.grades[0].model_copy(update={"conclusion": Text(zh="良", en="good")})
    found = changes(new.model_copy(update={"grades": (first, *new.grades[1:])}), new)
    assert kinds(found) == ["grade-change"]
    word = new.grades[0].conclusion or new.grades[0].refusal
    assert word is not None
    assert f"good → {word.en}" in found[0].title("en")
    assert "{" not in found[0].body("en") + found[0].body("zh")
    fewer = new.coverage.model_copy(update={"checks_decided": new.coverage.checks_decided // 2})
    found = changes(new, new.model_copy(update={"coverage": fewer}))
    assert kinds(found) == ["coverage-drop"]
    assert "%" in found[0].body("zh")


def test_no_message_names_an_address_a_host_or_a_person() -> None:
    """Whatever the report holds of these does not reach a message."""
    assets = tuple(asset.model_copy(update={"contact": f"王工-{asset.id}"}) for asset in small().assets)
    report = small().model_copy(update={"assets": assets})
    assert any(finding.owner for finding in report.findings)
    said = "\n".join(
        event.title(language) + event.body(language) for event in changes(clean(), report) for language in ("zh", "en")
    )
    for asset in report.assets:
        assert not any(address in said for address in asset.addresses)
        assert asset.contact not in said
        assert not asset.name or asset.name not in said
    assert not any(finding.owner in said for finding in report.findings if finding.owner)


def test_personal_data_in_a_name_is_masked_and_controls_are_taken_out() -> None:
    assert harmless("值班 13800138000 张") == "值班 *** 张"
    assert harmless("a\x1b[31mb\u202ec") == "a [31mb c"
    event = scan_failed("office", NOW, Text(zh="{job} 身份证 11010519491231002X", en="{job}"), NOW)
    assert "11010519491231002X" not in event.title("zh")


@given(st.text(), st.sampled_from(["zh", "en"]))
def test_any_word_fits_into_any_template(word: str, language: str) -> None:
    event = scan_failed("office", NOW, Text(zh=word or "-", en=word or "-"), NOW)
    assert "office" in event.title("zh" if language == "zh" else "en")


@pytest.mark.parametrize(("days", "told"), [(30, False), (14, True), (1, True), (-1, False)])
def test_a_permit_is_told_in_the_days_before_it_ends(days: int, told: bool) -> None:
    event = permit_expiry("PERMIT-1", NOW + timedelta(days=days), NOW, 14)
    assert (event is not None) == told
    if event:
        assert f"{days}" in event.title("en")


def test_waivers_are_told_before_they_end_and_not_after() -> None:
    report = small()
    ends = min(waiver.expires for waiver in report.waivers if not waiver.expired)
    day = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert waiver_expiry(report, day - timedelta(days=3), 14)
    assert waiver_expiry(report, day - timedelta(days=60), 14) is None
    assert waiver_expiry(report, day + timedelta(days=400), 14) is None


def test_an_agent_is_silent_after_its_minutes_and_once_a_silence() -> None:
    assert agent_silent("a", NOW - timedelta(minutes=14), NOW, 15) is None
    first = agent_silent("a", NOW - timedelta(minutes=16), NOW, 15)
    later = agent_silent("a", NOW - timedelta(minutes=16), NOW + timedelta(hours=1), 15)
    assert first is not None
    assert later is not None
    assert first.key == later.key
    assert agent_silent("a", None, NOW, 15)


def test_the_same_thing_is_said_once() -> None:
    event = scan_failed("office", NOW, "failed", NOW)
    state = put(put(State(), event, "zh", NOW, [Recorder()]), event, "zh", NOW + timedelta(hours=1), [Recorder()])
    assert len(state.outbox) == 1


def test_what_is_not_for_people_goes_to_the_log_platform_only() -> None:
    event = scan_completed("office", "s1", 3, "f" * 64, NOW)
    assert put(State(), event, "zh", NOW, [Recorder()]).outbox == ()
    log = SyslogChannel("127.0.0.1", 9, "udp", 13, "a")
    state = put(State(), event, "zh", NOW, [Recorder(), log])
    assert len(state.outbox) == 1
    assert "f" * 64 in state.outbox[0].body


def test_a_channel_that_failed_is_tried_again_alone_and_the_message_stays_until_all_have_it() -> None:
    works, fails = Recorder("works"), Recorder("fails", working=False)
    state = put(State(), scan_failed("office", NOW, "x", NOW), "zh", NOW, [works, fails])
    message = next_message(state, NOW, None)
    assert message is not None
    state = after(state, attempt(message, [works, fails]), [works, fails])
    assert len(state.outbox) == 1
    assert next_message(state, NOW + timedelta(seconds=30), NOW) is None
    fails.working = True
    message = next_message(state, NOW + timedelta(minutes=1), NOW)
    assert message is not None
    state = after(state, attempt(message, [works, fails]), [works, fails])
    assert (len(state.outbox), len(works.taken), len(fails.taken)) == (0, 1, 1)


def test_what_nobody_takes_is_given_up_in_the_end_and_counted() -> None:
    fails = Recorder(working=False)
    state = put(State(), scan_failed("office", NOW, "x", NOW), "zh", NOW, [fails])
    for _ in range(MOST_TRIES):
        state = after(state, attempt(state.outbox[0], [fails]), [fails])
    assert (state.outbox, state.given_up) == ((), 1)


def test_the_postman_holds_nobody_up() -> None:
    started, go_on = threading.Event(), threading.Event()

    class Hangs(Recorder):
        def deliver(self, kind: str, severity: Severity, title: str, body: str, at: datetime) -> bool:
            started.set()
            go_on.wait(10)
            return super().deliver(kind, severity, title, body, at)

    channel = Hangs()
    postman = Postman([channel])
    state = put(State(), scan_failed("office", NOW, "x", NOW), "zh", NOW, [channel])
    state = postman.look(state, NOW)
    assert started.wait(5)
    state = postman.look(state, NOW)
    assert len(state.outbox) == 1
    go_on.set()
    for _ in range(500):
        state = postman.look(state, NOW)
        if not state.outbox:
            break
        threading.Event().wait(0.005)
    assert channel.taken == [scan_failed("office", NOW, "x", NOW).title("zh")]
    assert state.outbox == ()


def test_syslog_has_the_form_of_rfc_5424() -> None:
    message = syslog_message(
        "grade-change", "warning", "等级\n变化", NOW, facility=13, host="agent-1", agent='a"b]c\\d'
    )
    head, _, text = message.partition(b"\xef\xbb\xbf")
    assert head.startswith(b"<108>1 2026-11-28T12:00:00Z agent-1 chengjian ")
    assert head.endswith(b' grade-change [chengjian@32473 agent="a\\"b\\]c\\\\d" event="grade-change"] ')
    assert text.decode() == "等级 变化"


def test_syslog_reaches_udp_and_tcp_receivers() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        channel = SyslogChannel("127.0.0.1", receiver.getsockname()[1], "udp", 13, "a")
        assert channel.deliver("agent-silent", "error", "t", "长" * 2000, NOW)
        data = receiver.recv(65535)
        assert data.startswith(b"<107>1 ")
        assert len(data) <= 2048
        assert data.decode().endswith("长")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        channel = SyslogChannel("127.0.0.1", listener.getsockname()[1], "tcp", 13, "a")
        assert channel.deliver("agent-silent", "error", "title", "body", NOW)
        connection, _ = listener.accept()
        with connection:
            data = connection.makefile("rb").read()
        size, _, message = data.partition(b" ")
        assert int(size) == len(message)
        assert message.endswith(b"title: body")
    assert not channel.deliver("agent-silent", "error", "t", "b", NOW)


def test_addresses_are_secrets(tmp_path: Path) -> None:
    path = tmp_path / "urls"
    path.write_text("# people\njson://user:geheim@127.0.0.1:9/x\n\n")
    path.chmod(0o644)
    with pytest.raises(InputError, match="others may read"):
        apprise_channels(path)
    path.chmod(0o600)
    (channel,) = apprise_channels(path)
    assert "geheim" not in channel.name
    path.write_text("json://127.0.0.1/\nnonsense://geheim\n")
    with pytest.raises(InputError) as caught:
        apprise_channels(path)
    assert "line 2" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_apprise_posts_to_a_webhook_on_loopback(tmp_path: Path) -> None:
    received: list[bytes] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                data = connection.recv(65536)
                while b'"message"' not in data and len(data) < 65536:
                    data += connection.recv(65536)
                received.append(data)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        path = tmp_path / "urls"
        path.write_text(f"json://127.0.0.1:{listener.getsockname()[1]}/hook\n")
        path.chmod(0o600)
        (channel,) = apprise_channels(path)
        assert channel.deliver("grade-change", "warning", "Grade changed", "body", NOW)
        thread.join(5)
    assert b"POST /hook" in received[0]
    assert b"Grade changed" in received[0]
