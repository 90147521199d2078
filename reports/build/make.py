"""Judge a stored scan and keep its report: the step that scan, judge and replay share."""

import json
from collections.abc import Mapping

from inventory.canonical import canonical
from inventory.errors import WorkspaceError
from inventory.store import Store
from reports.build.document import build_report
from reports.build.judged import Judged
from reports.canonical_form import canonical_report, read_report
from reports.report import Accuracy, Report, WaiverEntry
from rules.judge import Judgement, judge
from rules.load import RuleSet, load_packs
from rules.profile import Profile

HISTORY = "scan/history"  # kind of the kept list finding → first seen; its name is SCAN/history.json
ACCURACY = "accuracy"  # kind of the kept figures of the known-answer lab


def make_report(store: Store, scan: str, ruleset: RuleSet | None = None, profile: Profile | None = None) -> Report:
    """Judge a scan as of its end, build its report, and keep it as the report of that scan. Without a profile, the one
    that the scan was begun with holds; without rules, the installed packs that the profile picks."""
    row = store.scan(scan)
    if not row["ended"]:
        raise WorkspaceError(f"scan {scan} has not ended", str(store.path or "memory"), hint="resume it first")
    profile = profile or Profile.model_validate(row["profile"] or {})
    ruleset = ruleset or load_packs(packs=profile.packs)
    known = history(store, scan)
    judgement = judge(store.connection, scan, ruleset, profile, str(row["ended"]))
    judged = Judged(
        ruleset,
        profile,
        judgement,
        waived=judgement.waived,
        waivers=waiver_entries(profile, judgement, str(row["ended"])),
        first_seen=known,
        accuracy=accuracy_of(store),
    )
    report = build_report(store, scan, judged)
    with store.batch():
        store.put_report(scan, canonical_report(report))
    return report


def waiver_entries(profile: Profile, judgement: Judgement, as_of: str) -> tuple[WaiverEntry, ...]:
    """Every waiver of the profile, also the expired ones, with how many findings carry it."""
    return tuple(
        WaiverEntry(
            id=waiver.id,
            rule=waiver.rule,
            selector=str(waiver.where),
            reason=waiver.reason,
            approver=waiver.approver,
            expires=waiver.expires,
            expired=waiver.expires < as_of[:10],
            matched=sum(1 for finding in judgement.findings if finding.waiver == waiver.id),
        )
        for waiver in sorted(profile.waivers, key=lambda waiver: waiver.id)
    )


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


def accuracy_of(store: Store) -> Accuracy | None:
    """The newest accuracy figures that were handed to this workspace."""
    kept = store.kept(ACCURACY)
    return Accuracy.model_validate_json(kept[max(kept)]) if kept else None
