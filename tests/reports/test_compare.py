"""Comparison: silence never counts as mended, what comes back is reopened, and nothing is in two lists."""

from collections.abc import Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reports.compare import compare, trend_point
from reports.format import Options, Source, format_named, write
from reports.report import AssetEntry, FindingEntry, Gap, Report, VerdictWord
from tests.reports.documents import clean, small, with_findings


def later(report: Report, found: Sequence[FindingEntry]) -> Report:
    """A scan of the week after with these findings."""
    scan = report.scan.model_copy(
        update={"id": "later", "started": "2026-03-09T02:10:00Z", "ended": "2026-03-09T02:14:00Z"}
    )
    return with_findings(report, found).model_copy(update={"scan": scan})


def judged(report: Report, rule: str, asset: str, verdict: VerdictWord) -> Report:
    """The report with another verdict of one rule on one asset."""

    def changed(entry: AssetEntry) -> AssetEntry:
        if entry.id != asset:
            return entry
        kept: dict[VerdictWord, tuple[str, ...]] = {
            word: tuple(name for name in rules if name != rule) for word, rules in entry.verdicts.items()
        }
        kept[verdict] = (*kept.get(verdict, ()), rule)
        return entry.model_copy(update={"verdicts": {word: rules for word, rules in kept.items() if rules}})

    return report.model_copy(update={"assets": tuple(changed(entry) for entry in report.assets)})


def test_a_finding_that_passes_now_is_mended() -> None:
    old = small()
    gone, *rest = old.findings
    new = judged(later(old, rest), gone.rule, gone.asset, "pass")
    seen = compare(old, new)
    assert [item.id for item in seen.mended] == [gone.id]
    assert seen.no_longer_assessed == ()
    assert {entry.finding.id for entry in seen.still_open} == {item.id for item in rest}
    assert {entry.since for entry in seen.still_open} == {"2026-03-01T02:10:00Z"}


def test_a_finding_of_a_host_that_fell_silent_is_no_longer_assessed() -> None:
    old = small()
    gone, *rest = old.findings
    new = judged(later(old, rest), gone.rule, gone.asset, "not_assessed")
    assert [item.id for item in compare(old, new).no_longer_assessed] == [gone.id]
    assert compare(old, new).mended == ()


def test_a_port_that_fell_silent_is_no_longer_assessed_though_another_port_passes() -> None:
    old = small()
    gone, *rest = old.findings
    gap = Gap(
        rule=gone.rule,
        asset=gone.asset,
        address=gone.address,
        transport=gone.transport,
        port=gone.port,
        vantage="office",
        why="filtered",
    )
    new = judged(later(old, rest), gone.rule, gone.asset, "pass")
    new = new.model_copy(update={"not_assessed": (*new.not_assessed, gap)})
    assert [item.id for item in compare(old, new).no_longer_assessed] == [gone.id]


def test_a_finding_of_an_asset_that_is_gone_is_no_longer_assessed() -> None:
    old = small()
    gone = old.findings[0]
    rest = [item for item in old.findings if item.asset != gone.asset]
    new = later(old, rest)
    new = new.model_copy(update={"assets": tuple(item for item in new.assets if item.id != gone.asset)})
    seen = compare(old, new)
    assert gone.id in {item.id for item in seen.no_longer_assessed}
    assert [(change.asset, change.change) for change in seen.changed_assets] == [(gone.asset, "removed")]


def test_what_was_known_before_and_is_back_is_reopened() -> None:
    earlier = clean().model_copy(update={"scan": small().scan})
    back = [item.model_copy(update={"first_seen": "2026-02-01T00:00:00Z"}) for item in small().findings[:2]]
    fresh = small().findings[2].model_copy(update={"first_seen": "2026-03-09T02:12:00Z"})
    seen = compare(earlier, later(small(), [*back, fresh]))
    assert {item.id for item in seen.reopened} == {item.id for item in back}
    assert [item.id for item in seen.new] == [fresh.id]


def test_a_changed_asset_names_what_changed() -> None:
    old = small()
    first, *others = old.assets
    moved = first.model_copy(update={"zone": "elsewhere", "department": "other"})
    new = later(old, old.findings).model_copy(update={"assets": (moved, *others)})
    (change,) = compare(old, new).changed_assets
    assert (change.asset, change.change, change.fields) == (first.id, "changed", ("zone", "department"))


@given(st.sets(st.integers(0, 4)), st.sets(st.integers(0, 4)))
def test_every_finding_is_in_exactly_one_list(before: set[int], now: set[int]) -> None:
    known = small().findings
    old = with_findings(small(), [known[number] for number in before])
    new = later(small(), [known[number] for number in now])
    seen = compare(old, new)
    lists = (
        seen.new,
        seen.mended,
        tuple(entry.finding for entry in seen.still_open),
        seen.reopened,
        seen.no_longer_assessed,
    )
    ids = [item.id for found in lists for item in found]
    assert sorted(ids) == sorted({known[number].id for number in before | now})
    same = compare(old, old)
    assert len(same.still_open) == len(before)
    assert not same.new + same.mended + same.no_longer_assessed + same.reopened


def test_the_trend_follows_the_widest_subject() -> None:
    point = trend_point(small())
    assert point is not None
    assert (point.point, point.lower, point.upper) == (63.64, 27.27, 72.73)
    assert trend_point(small().model_copy(update={"grades": ()})) is None


def test_a_finding_whose_waiver_ended_is_told_apart(tmp_path: Path) -> None:
    fresh = small()
    first, second, *rest = fresh.findings
    old = fresh.model_copy(
        update={
            "findings": (
                first.model_copy(update={"waiver": "W-1"}),
                second.model_copy(update={"waiver": "W-2"}),
                *rest,
            )
        }
    )
    new = later(old, [first.model_copy(update={"waiver": ""}), second.model_copy(update={"waiver": "W-3"}), *rest])
    assert [(entry.finding.id, entry.waiver) for entry in compare(old, new).waiver_ended] == [(first.id, "W-1")]
    assert compare(old, old).waiver_ended == ()
    target = tmp_path / "report.md"
    write(Source(new, new.findings), format_named("markdown"), Options("zh", comparison=compare(old, new)), target)
    told = target.read_text(encoding="utf-8")
    assert "豁免已终止" in told
    assert "W\\-1" in told
