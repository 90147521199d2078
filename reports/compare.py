"""Two reports side by side: what is new, mended, still open, reopened, and what can no longer be judged.

A finding that vanished because its asset fell silent is *no longer assessed*, never *mended*: mended needs a verdict of
pass or not applicable in the newer report.
"""

from dataclasses import dataclass
from typing import Literal

from reports.report import AssetEntry, FindingEntry, Report


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding with the day since when it is open."""

    finding: FindingEntry
    since: str


@dataclass(frozen=True, slots=True)
class WaiverEnd:
    """A finding that a waiver covered and none covers now: its verdict counts again."""

    finding: FindingEntry
    waiver: str


@dataclass(frozen=True, slots=True)
class AssetChange:
    """An asset that came, went or changed; `fields` names what changed."""

    asset: str
    name: str
    change: Literal["added", "removed", "changed"]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between `old_scan` and `new_scan`, each list in document order."""

    old_scan: str
    old_ended: str
    new_scan: str
    new_ended: str
    new: tuple[FindingEntry, ...]
    mended: tuple[FindingEntry, ...]
    still_open: tuple[OpenFinding, ...]
    reopened: tuple[FindingEntry, ...]
    no_longer_assessed: tuple[FindingEntry, ...]
    changed_assets: tuple[AssetChange, ...]
    waiver_ended: tuple[WaiverEnd, ...] = ()


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One grade of one scan: the whole subject by the default scheme."""

    scan: str
    ended: str
    point: float | None
    lower: float | None
    upper: float | None


def compare(old: Report, new: Report) -> Comparison:
    """Compare two documents. Pure: the same two give the same answer."""
    before = {finding.id: finding for finding in old.findings}
    now = {finding.id: finding for finding in new.findings}
    fresh = [finding for finding in new.findings if finding.id not in before]
    gone = [finding for finding in old.findings if finding.id not in now]
    mended_ids = _mended(gone, new)
    return Comparison(
        old_scan=old.scan.id,
        old_ended=old.scan.ended,
        new_scan=new.scan.id,
        new_ended=new.scan.ended,
        new=tuple(finding for finding in fresh if not _was_seen_before(finding, old)),
        mended=tuple(finding for finding in gone if finding.id in mended_ids),
        still_open=tuple(
            OpenFinding(finding, _since(before[finding.id], finding, old))
            for finding in new.findings
            if finding.id in before
        ),
        reopened=tuple(finding for finding in fresh if _was_seen_before(finding, old)),
        no_longer_assessed=tuple(finding for finding in gone if finding.id not in mended_ids),
        changed_assets=_asset_changes(old.assets, new.assets),
        waiver_ended=tuple(
            WaiverEnd(finding, before[finding.id].waiver)
            for finding in new.findings
            if finding.id in before and before[finding.id].waiver and not finding.waiver
        ),
    )


def _was_seen_before(finding: FindingEntry, old: Report) -> bool:
    """Not in the old report, yet first seen no later than it: the finding was mended in between and is back."""
    return bool(finding.first_seen) and finding.first_seen <= old.scan.ended


def _since(before: FindingEntry, now: FindingEntry, old: Report) -> str:
    known = [time for time in (before.first_seen, now.first_seen) if time]
    return min(known, default=old.scan.ended)


def _mended(gone: list[FindingEntry], new: Report) -> set[str]:
    verdict_of = {
        (asset.id, rule): verdict for asset in new.assets for verdict, rules in asset.verdicts.items() for rule in rules
    }
    gaps = {(gap.rule, gap.asset, gap.address, gap.transport, gap.port) for gap in new.not_assessed}
    mended = set()
    for finding in gone:
        verdict = verdict_of.get((finding.asset, finding.rule))
        gap = (finding.rule, finding.asset, finding.address, finding.transport, finding.port)
        if verdict not in (None, "not_assessed") and gap not in gaps:
            mended.add(finding.id)
    return mended


_COMPARED = (
    "name",
    "addresses",
    "zone",
    "department",
    "system",
    "importance",
    "protection_level",
    "device_class",
    "registered",
    "components",
)


def _asset_changes(old: tuple[AssetEntry, ...], new: tuple[AssetEntry, ...]) -> tuple[AssetChange, ...]:
    before = {asset.id: asset for asset in old}
    now = {asset.id: asset for asset in new}
    changes = []
    for key in sorted(before.keys() | now.keys()):
        if key not in before:
            changes.append(AssetChange(key, now[key].name, "added"))
        elif key not in now:
            changes.append(AssetChange(key, before[key].name, "removed"))
        else:
            fields = tuple(name for name in _COMPARED if getattr(before[key], name) != getattr(now[key], name))
            if fields:
                changes.append(AssetChange(key, now[key].name, "changed", fields))
    return tuple(changes)


def trend_point(report: Report, scheme: str = "self-check") -> TrendPoint | None:
    """The grade of the widest subject by one scheme, or None where the report has none."""
    order = ("region", "city", "district", "department", "system", "asset")
    grades = [grade for grade in report.grades if grade.scheme == scheme and grade.subject_kind in order]
    if not grades:
        return None
    widest = min(grades, key=lambda grade: (order.index(grade.subject_kind), grade.subject))
    return TrendPoint(report.scan.id, report.scan.ended, widest.point, widest.lower, widest.upper)
