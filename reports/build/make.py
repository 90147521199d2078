"""Judge a stored scan and keep its report: the step that scan, judge and replay share."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from inventory.canonical import canonical
from inventory.errors import WorkspaceError
from inventory.store import Store
from reports.accuracy import installed_accuracy, read_accuracy
from reports.build.document import build_report
from reports.build.judged import Judged
from reports.canonical_form import canonical_report, read_report
from reports.report import Accuracy, Report
from rules.answers import ANSWERS, Answers, answers_name, from_bytes
from rules.kept_packs import builtin_packs, keep_packs, outside_of, ruleset_of
from rules.load import RuleSet, load_packs
from rules.profile import Profile
from rules.side_by_side import judge_side_by_side

HISTORY = "scan/history"  # kind of the kept list finding → first seen; its name is SCAN/history.json
PROFILE = "scan/profile"  # kind of the kept profile that a scan was judged by last; its name is SCAN/profile.json
ACCURACY = "accuracy"  # kind of the kept figures of the known-answer lab


def make_report(store: Store, scan: str, ruleset: RuleSet | None = None, profile: Profile | None = None) -> Report:
    """Judge a scan as of its end, build its report, and keep it as the report of that scan. Without a profile, the one
    that it was judged by last holds, else the one that it was begun with; without rules, the installed packs that the
    profile picks."""
    row = store.scan(scan)
    if not row["ended"]:
        raise WorkspaceError(f"scan {scan} has not ended", str(store.path or "memory"), hint="resume it first")
    profile = _profile(store, scan, row["profile"], profile)
    if ruleset is None:
        ruleset = _rules(store, scan, profile.packs)
    elif outside_of(ruleset):
        with store.batch():
            keep_packs(store, scan, ruleset)
    known = history(store, scan)
    judgement = judge_side_by_side(store, scan, ruleset, profile, str(row["ended"]))
    judged = Judged(
        ruleset,
        profile,
        judgement,
        first_seen=known,
        accuracy=accuracy_of(store),
        answers=answers_of(store, scan),
    )
    report = build_report(store, scan, judged)
    with store.batch():
        store.put_report(scan, canonical_report(report))
    return report


def _rules(store: Store, scan: str, packs: tuple[str, ...]) -> RuleSet:
    """The packs of the product, read once a process; with those from outside that are kept with the scan."""
    return _installed(packs) if builtin_packs().issuperset(packs) else ruleset_of(store, scan, packs)


@cache
def _installed(packs: tuple[str, ...]) -> RuleSet:
    """The installed packs, read once a process."""
    return load_packs(packs=packs)


def _profile(store: Store, scan: str, begun_with: Any, given: Profile | None) -> Profile:
    """The profile to judge by; another one than before is kept as an input of the scan, so that a replay knows it."""
    name = f"{scan}/profile.json"
    kept = store.kept(PROFILE).get(name)
    known = Profile.model_validate(json.loads(kept) if kept is not None else begun_with or {})
    if given is None or given == known:
        return known
    with store.batch():
        store.keep(name, PROFILE, canonical(given.model_dump(mode="json")))
    return given


def history(store: Store, scan: str) -> Mapping[str, str]:
    """Finding → when the workspace saw it first, from the report of the scan before and what that one knew. It is kept as an
    input of the scan, so that a replay knows it too."""
    name = f"{scan}/history.json"
    kept = store.kept(HISTORY)
    if name in kept:
        return {str(finding): str(seen) for finding, seen in json.loads(kept[name]).items()}
    known: dict[str, str] = {}
    for row in store.scans():
        if row["id"] == scan:
            break
        known |= {
            finding: seen
            for finding, seen in json.loads(kept.get(f"{row['id']}/history.json", b"{}")).items()
            if finding not in known
        }
        try:
            earlier = read_report(store.report(row["id"]))
        except WorkspaceError:
            continue
        for finding in earlier.findings:
            known.setdefault(finding.id, finding.first_seen)
    with store.batch():
        store.keep(name, HISTORY, canonical(known))
    return known


def answers_of(store: Store, scan: str) -> Answers:
    """What persons said of a scan."""
    kept = store.kept(ANSWERS).get(answers_name(scan))
    return from_bytes(kept) if kept is not None else Answers()


def accuracy_of(store: Store) -> Accuracy | None:
    """The newest accuracy figures that were handed to this workspace, else those that the program was released with."""
    kept = store.kept(ACCURACY)
    return read_accuracy(kept[max(kept)], max(kept)) if kept else installed_accuracy()
