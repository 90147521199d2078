"""From stored facts to a report: derive assets, judge, grade, keep the report, and say in a few lines what came out."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.endpoint import Endpoint
from inventory.errors import InputError
from inventory.store import Store
from inventory.text import Text
from reports.build import make_report
from reports.canonical_form import digest, read_report
from reports.report import FindingEntry, GradeEntry, Report
from rules.judge import endpoint_verdicts
from rules.kept_packs import outside_of, ruleset_of, with_builtin
from rules.load import RuleSet
from rules.profile import Profile
from rules.profile_file import load_profile
from rules.verdict import SEVERITIES, WORD_TEXT, Severity, Word
from scanner.baseline import new_since, tell_new
from scanner.derive import derive
from scanner.logbook import write_down
from scanner.terminal import safe, say, say_json, table

EXIT_FINDINGS, EXIT_COVERAGE = 1, 3
# Tables that tell which device it is, what runs on it and who made it, whether a rule asks for them or not.
IDENTIFYING = frozenset({"host", "service", "http", "ssh", "snmp", "certificate", "smb"})
MAIN_SCHEME = "self-check"
REFUSED = Text(zh="不予评级", en="no grade")
TOLD_KINDS = ("region", "city", "department")
KIND_WORDS = {"region": "全域 whole", "city": "城市 city", "department": "部门 department"}


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What is judged by: a profile and the rules that it picks."""

    profile: Profile
    ruleset: RuleSet

    @property
    def tables(self) -> frozenset[str]:
        """The fact tables that a scan has to ask about."""
        return self.ruleset.tables_needed() | IDENTIFYING


def yardstick(profile_file: Path | None, packs: Mapping[str, bytes] | None = None) -> Yardstick:
    """The profile of a file, or the default one, with its packs and `packs`, the files of packs from outside the product.
    Raises RuleError with file, line and field."""
    everything = with_builtin(packs or {})
    if profile_file is None:
        return _with_packs(Profile(), everything, packs or {})
    profile, _ = load_profile(profile_file, everything)
    return _with_packs(profile, everything, packs or {})


def yardstick_of(store: Store, scan: str, packs: Mapping[str, bytes] | None = None) -> Yardstick:
    """What a scan began with: an interrupted one goes on with the same; `packs` from outside come on top."""
    profile = Profile.model_validate(store.scan(scan)["profile"] or {})
    kept = outside_of(ruleset_of(store, scan, profile.packs))
    given = {name.split("/")[0] for name in packs or {}}
    files = {name: content for name, content in kept.items() if name.split("/")[0] not in given} | dict(packs or {})
    return _with_packs(profile, with_builtin(files), packs or {})


def _with_packs(profile: Profile, everything: RuleSet, packs: Mapping[str, bytes]) -> Yardstick:
    """The profile with the packs that were handed in, and the rules that it picks then."""
    more = sorted({name.split("/")[0] for name in packs} - set(profile.packs))
    wider = profile.model_copy(update={"packs": (*profile.packs, *more)})
    return Yardstick(wider, everything.only(wider.packs))


def judged(store: Store, scan: str, by: Yardstick | None = None) -> Report:
    """Derive, judge and report a scan that has ended; without a yardstick, by the profile that it began with."""
    derive(store, scan)
    report = make_report(store, scan) if by is None else make_report(store, scan, by.ruleset, by.profile)
    write_down(store, "judge", scan=scan, report=digest(report))
    for waiver in report.waivers:
        if waiver.matched:
            write_down(store, "waive", scan=scan, waiver=waiver.id, rule=waiver.rule, findings=str(waiver.matched))
    return report


def tell(report: Report, *, json: bool, more: dict[str, Any] | None = None) -> None:
    """What came out, on stdout."""
    if json:
        say_json({"scan": report.scan.id, "state": report.scan.state, **_figures(report), **(more or {})})
        return
    if report.simulated:
        say("模拟数据 simulated data")
    rows = [
        _grade_row(entry)
        for kind in TOLD_KINDS
        for entry in report.grades
        if entry.subject_kind == kind and (kind == "region" or entry.scheme == MAIN_SCHEME)
    ]
    say(table(["", "", "scheme", "grade", "score", "interval", "coverage A", "coverage B"], rows))
    findings, candidates = report.summary.findings, report.summary.candidates
    say("")
    say(
        table(
            ["findings", *SEVERITIES],
            [
                ["confirmed", *(findings.get(severity, 0) for severity in SEVERITIES)],
                ["candidates", *(candidates.get(severity, 0) for severity in SEVERITIES)],
            ],
        )
    )
    say("")
    words = ", ".join(f"{word} {number}" for word, number in report.summary.verdicts.items())
    say(f"{report.summary.assets} assets, {report.summary.unregistered} of them unregistered; verdicts: {words}")


def conclude(report: Report, arguments: Namespace, old: Report | None, more: dict[str, Any] | None = None) -> int:
    """Tell what came out and, with a baseline, what is new since; the exit code for it."""
    new = None if old is None else new_since(old, report)
    added: dict[str, Any] = {} if old is None else {"baseline": old.scan.id, "new": new}
    tell(report, json=arguments.json, more={**(more or {}), **added})
    if old is not None and new is not None and not arguments.json:
        tell_new(old, new)
    return exit_code(report, arguments.fail_on, arguments.min_coverage, new)


def _grade_row(entry: GradeEntry) -> Sequence[object]:
    word = entry.conclusion or (REFUSED if entry.refusal is not None else None)
    return [
        KIND_WORDS[entry.subject_kind],
        safe(entry.name.zh),
        entry.scheme,
        f"{word.zh} {word.en}" if word is not None else "",
        _number(entry.point),
        f"[{_number(entry.lower)}, {_number(entry.upper)}]" if entry.lower is not None else "",
        f"{_number(entry.coverage_a)} %",
        f"{_number(entry.coverage_b)} %",
    ]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _figures(report: Report) -> dict[str, Any]:
    return {
        "summary": report.summary.model_dump(mode="json"),
        "grades": [
            entry.model_dump(mode="json", exclude={"arithmetic"})
            for entry in report.grades
            if entry.subject_kind in TOLD_KINDS
        ],
        "coverage": {"checks_decided": report.coverage.checks_decided, "checks": report.coverage.checks},
    }


def exit_code(
    report: Report, fail_on: str, min_coverage: float | None, new: Mapping[Severity, int] | None = None
) -> int:
    """3 below the coverage that was asked for, else 1 with findings at or above a severity (of `new` ones alone, where a baseline
    says which they are), else 0."""
    checks, decided = report.coverage.checks, report.coverage.checks_decided
    if min_coverage is not None and 100 * decided < min_coverage * checks:
        return EXIT_COVERAGE
    if fail_on == "none":
        return 0
    bad = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    counted = [(report.summary.findings if new is None else new).get(severity, 0) for severity in bad]
    return EXIT_FINDINGS if any(counted) else 0


def finding_of(store: Store, wanted: str) -> FindingEntry:
    """A finding of the newest report by its id, or by a beginning of it that fits one alone. Raises InputError."""
    report = read_report(store.report(str(store.scan()["id"])))
    fitting = [found for found in report.findings if found.id.startswith(wanted)]
    if len(fitting) != 1:
        word = "no finding" if not fitting else f"{len(fitting)} findings"
        raise InputError(f"{word} {wanted} in the newest report", str(store.path), hint="the report lists their ids")
    return fitting[0]


def tell_again(store: Store, scan: str, found: FindingEntry, by: Yardstick, *, json: bool) -> int:
    """What the rule of a finding says now, and the exit code for it."""
    ended = str(store.scan(scan)["ended"])
    where = Endpoint(found.address, found.transport, found.port)  # type: ignore[arg-type]
    verdicts = endpoint_verdicts(store.connection, scan, by.ruleset, by.profile, ended)
    about = [verdict for verdict in verdicts if verdict.rule == found.rule and verdict.endpoint == where]
    now = min((verdict.word for verdict in about), key=list(Word).index, default=Word.NOT_ASSESSED)
    why = next((verdict.why for verdict in about if verdict.word == now), "never_asked")
    if json:
        say_json({"finding": found.id, "rule": found.rule, "before": found.verdict, "now": now.value, "why": why})
    else:
        say(f"{found.id} {found.rule} {where}: {found.verdict} → {WORD_TEXT[now].zh} {now.value} ({safe(why)})")
    if now == Word.NOT_ASSESSED:
        return EXIT_COVERAGE
    return EXIT_FINDINGS if now in (Word.FAIL, Word.PARTIAL) else 0
