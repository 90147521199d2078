"""What is worth telling: the differences between two reports, and what is about to expire.

A message carries no secret and nothing about a person: no address, no name of a host (which a device may have chosen), no
owner, contact or excerpt; only words of ours, rule titles, and names of organisations from the register. What looks like
personal data all the same is masked.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from inventory.personal_data import matches
from inventory.text import Language, Text
from reports.naming import span
from reports.report import FindingEntry, GradeEntry, Report

Kind = Literal[
    "new-high-finding",
    "grade-change",
    "coverage-drop",
    "permit-expiry",
    "waiver-expiry",
    "agent-silent",
    "scan-failed",
    "scan-completed",
]
MOST_LISTED = 5
LONGEST = 600  # characters of one filled-in value

TITLES: dict[Kind, Text] = {
    "new-high-finding": Text(zh="新增高风险问题 {count} 项", en="{count} new high-risk findings"),
    "grade-change": Text(zh="等级变化：{before} → {after}", en="Grade changed: {before} → {after}"),
    "coverage-drop": Text(zh="检测覆盖率下降 {points} 个百分点", en="Coverage fell by {points} points"),
    "permit-expiry": Text(zh="扫描授权书 {permit} 将于 {days} 天后到期", en="Permit {permit} ends in {days} days"),
    "waiver-expiry": Text(zh="{count} 项豁免将在 {days} 天内到期", en="{count} waivers end within {days} days"),
    "agent-silent": Text(
        zh="值守程序 {agent} 已 {minutes} 分钟无消息", en="Agent {agent} was not heard of for {minutes} minutes"
    ),
    "scan-failed": Text(zh="计划扫描 {job} 未完成：{why}", en="Scheduled scan {job} did not complete: {why}"),
    "scan-completed": Text(zh="计划扫描 {job} 已完成", en="Scheduled scan {job} completed"),
}
BODIES: dict[Kind, Text] = {
    "new-high-finding": Text(zh="涉及：{where}\n{rules}", en="Where: {where}\n{rules}"),
    "grade-change": Text(
        zh="{subject}：{before}（{span_before}）变为 {after}（{span_after}）。本结果为技术自查。",
        en="{subject}: {before} ({span_before}) became {after} ({span_after}). A technical self-check.",
    ),
    "coverage-drop": Text(
        zh="{subject}：已判定的检查由 {before}% 降至 {after}%。未判定不等于合规。",
        en="{subject}: checks decided fell from {before}% to {after}%. Not assessed is not compliant.",
    ),
    "permit-expiry": Text(
        zh="到期时间 {until}。到期后停止扫描，正在进行的扫描会中止。请办理新的授权书。",
        en="It ends {until}. Nothing is scanned after that, and a running scan stops. A new permit is needed.",
    ),
    "waiver-expiry": Text(
        zh="{waivers}\n到期后原判定重新计入等级。", en="{waivers}\nAfter that the verdict counts in the grade again."
    ),
    "agent-silent": Text(
        zh="最后一次消息：{last}。计划中的扫描可能没有进行。",
        en="Last heard of: {last}. Scheduled scans may not be running.",
    ),
    "scan-failed": Text(
        zh="计划时间 {scheduled}。请查看值守程序的日志。", en="It was scheduled for {scheduled}. See the agent's log."
    ),
    "scan-completed": Text(
        zh="扫描 {scan}；审计日志 {entries} 条，最新摘要 {head}",
        en="Scan {scan}; audit log of {entries} entries, newest {head}",
    ),
}
SEVERITY: dict[Kind, Literal["notice", "warning", "error"]] = {
    "new-high-finding": "error",
    "grade-change": "warning",
    "coverage-drop": "warning",
    "permit-expiry": "notice",
    "waiver-expiry": "notice",
    "agent-silent": "error",
    "scan-failed": "error",
    "scan-completed": "notice",
}
WIDEST = ("region", "city", "district", "department", "system", "asset")


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell, ready to be put in words. `key` is the same for the same thing, so that it is said once."""

    kind: Kind
    key: str
    at: datetime
    words: tuple[tuple[str, Text], ...]

    def title(self, language: Language) -> str:
        """One line."""
        return self._fill(TITLES[self.kind], language)

    def body(self, language: Language) -> str:
        """A few lines."""
        return self._fill(BODIES[self.kind], language)

    def _fill(self, template: Text, language: Language) -> str:
        text = template.say(language)
        for name, value in self.words:  # not str.format: a value may hold braces
            text = text.replace("{" + name + "}", harmless(value.say(language)))
        return text


def harmless(text: str) -> str:
    """Text for a message: personal data masked, control characters taken out, not overly long."""
    for match in reversed(list(matches(text))):
        text = f"{text[: match.start]}***{text[match.end :]}"
    clean = "".join(character if character.isprintable() or character == "\n" else " " for character in text)
    return clean if len(clean) <= LONGEST else clean[:LONGEST] + "…"


def _event(kind: Kind, key: str, at: datetime, **words: Text | str | int) -> Event:
    both = (
        (name, value if isinstance(value, Text) else Text(zh=str(value), en=str(value)))
        for name, value in words.items()
    )
    return Event(kind, f"{kind}:{key}", at, tuple(both))


def changes(old: Report | None, new: Report, *, coverage_points: int = 5) -> list[Event]:
    """What `new` says that `old` did not. Without an old report every high finding is new."""
    at = _moment(new.scan.ended)
    return [
        *_new_high_findings(old, new, at),
        *_grade_changes(old, new, at),
        *_coverage_drops(old, new, at, coverage_points),
    ]


def _new_high_findings(old: Report | None, new: Report, at: datetime) -> Iterable[Event]:
    known = {finding.id for finding in old.findings} if old else set()
    fresh = [item for item in new.findings if item.severity == "high" and not item.waiver and item.id not in known]
    if not fresh:
        return
    titles = {rule.id: rule.title for rule in new.rules}
    counts = Counter(finding.rule for finding in fresh).most_common(MOST_LISTED)
    yield _event(
        "new-high-finding",
        new.scan.id,
        at,
        count=len(fresh),
        where=_where(fresh, new),
        rules=_both(
            [
                Text(zh=f"{titles[rule].zh} × {count}", en=f"{titles[rule].en} × {count}")
                for rule, count in counts
                if rule in titles
            ],
            "\n",
        ),
    )


def _where(findings: Sequence[FindingEntry], report: Report) -> Text:
    """The departments of the findings, as the register names them."""
    names = {organisation.id: organisation.name for organisation in report.organisations}
    department_of = {asset.id: asset.department for asset in report.assets}
    seen = Counter(department_of.get(finding.asset, "") for finding in findings)
    listed = [
        names.get(department, Text(zh=department or "未登记部门", en=department or "no department registered"))
        for department, _ in seen.most_common(MOST_LISTED)
    ]
    return _both(listed, "、")


def _both(texts: Sequence[Text], between: str) -> Text:
    return Text(
        zh=between.join(text.zh for text in texts) or "–",
        en=(", " if between == "、" else between).join(text.en for text in texts) or "–",
    )


def _widest(report: Report) -> dict[str, GradeEntry]:
    """Scheme → the grade of its widest subject."""
    found: dict[str, GradeEntry] = {}
    units = [grade for grade in report.grades if grade.subject_kind in WIDEST]
    for grade in sorted(units, key=lambda grade: (WIDEST.index(grade.subject_kind), grade.subject)):
        found.setdefault(grade.scheme, grade)
    return found


def _grade_changes(old: Report | None, new: Report, at: datetime) -> Iterable[Event]:
    before_of = _widest(old) if old else {}
    for scheme, after in _widest(new).items():
        before = before_of.get(scheme)
        if before is None or _conclusion(before) == _conclusion(after):
            continue
        yield _event(
            "grade-change",
            f"{new.scan.id}:{scheme}",
            at,
            subject=after.name,
            before=_conclusion(before),
            after=_conclusion(after),
            span_before=span(before.lower, before.upper),
            span_after=span(after.lower, after.upper),
        )


def _conclusion(grade: GradeEntry) -> Text:
    return grade.refusal or grade.conclusion or Text(zh="无等级", en="no grade")


def _coverage_drops(old: Report | None, new: Report, at: datetime, points: int) -> Iterable[Event]:
    if old is None or not old.coverage.checks:
        return
    before = 100 * old.coverage.checks_decided / old.coverage.checks
    after = 100 * new.coverage.checks_decided / new.coverage.checks if new.coverage.checks else 0.0
    if before - after >= points:
        yield _event(
            "coverage-drop",
            new.scan.id,
            at,
            points=round(before - after),
            subject=new.title,
            before=f"{before:.1f}",
            after=f"{after:.1f}",
        )


def permit_expiry(permit: str, ends: datetime, now: datetime, days: int) -> Event | None:
    """A permit that ends within so many days, once; nothing after its end."""
    if not now < ends <= now + timedelta(days=days):
        return None
    return _event(
        "permit-expiry",
        f"{permit}:{ends:%Y%m%d}",
        now,
        permit=permit,
        days=(ends - now).days,
        until=f"{ends:%Y-%m-%d %H:%M %Z}".strip(),
    )


def waiver_expiry(report: Report, now: datetime, days: int) -> Event | None:
    """Waivers of the report that end within so many days."""
    until = f"{now + timedelta(days=days):%Y-%m-%d}"
    ending = sorted(
        (waiver.expires, waiver.id)
        for waiver in report.waivers
        if not waiver.expired and f"{now:%Y-%m-%d}" <= waiver.expires <= until
    )
    if not ending:
        return None
    return _event(
        "waiver-expiry",
        ",".join(f"{name}:{expires}" for expires, name in ending),
        now,
        count=len(ending),
        days=days,
        waivers="\n".join(f"{name}  {expires}" for expires, name in ending[:MOST_LISTED]),
    )


def agent_silent(agent: str, last: datetime | None, now: datetime, minutes: int) -> Event | None:
    """An agent whose status file is older than so many minutes, or says nothing; once a silence."""
    if last is not None and now - last <= timedelta(minutes=minutes):
        return None
    quiet = minutes if last is None else int((now - last).total_seconds() // 60)
    return _event(
        "agent-silent",
        f"{agent}:{last.isoformat() if last else now.date()}",
        now,
        agent=agent,
        minutes=quiet,
        last=Text(zh="无记录", en="never") if last is None else f"{last.astimezone(UTC):%Y-%m-%d %H:%M UTC}",
    )


def scan_failed(job: str, scheduled: datetime, why: Text | str, now: datetime) -> Event:
    """A scheduled scan that did not complete."""
    return _event(
        "scan-failed",
        f"{job}:{scheduled.isoformat()}",
        now,
        job=job,
        why=why,
        scheduled=f"{scheduled.astimezone(UTC):%Y-%m-%d %H:%M UTC}",
    )


def scan_completed(job: str, scan: str, entries: int, head: str, now: datetime) -> Event:
    """For the log platform: the scan, and the newest digest of the audit log, which cannot be cut off unseen from now on."""
    return _event("scan-completed", f"{job}:{scan}", now, job=job, scan=scan, entries=entries, head=head)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
