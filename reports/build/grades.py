"""Grades of every unit of the roll-up, domestic shares, and the names of organisations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from inventory.store import Store
from inventory.text import Text
from reports.build.assets import Words
from reports.build.divisions import DIVISIONS
from reports.report import GradeEntry, Organisation, SchemeUsed, Share, VerdictWord
from reports.words import CODES
from rules.grading import AUTONOMY_PACK, Counts, Grade, ItemCount, all_schemes, schemes_shown, without_waived
from rules.grading import Share as Part
from rules.rollup import RollUp, Unit

UNASSIGNED = Text(zh="未归属", en="unassigned")
EVERYTHING = Text(zh="全部范围", en="whole scope")
UNDECLARED = Text(zh="未申报", en="undeclared")
LEVEL_NAMES: Mapping[str, Text] = {
    str(level): Text(zh=f"第{number}级", en=f"level {level}") for level, number in enumerate("一二三四五", start=1)
}
COUNTED: Mapping[str, VerdictWord] = {
    "passed": "pass",
    "partial": "partial",
    "failed": "fail",
    "not_applicable": "not_applicable",
    "not_assessed": "not_assessed",
}


def words_of(item: ItemCount) -> dict[VerdictWord, int]:
    """The verdicts of a count by their words; a word that nothing got is left out."""
    return {word: number for name, word in COUNTED.items() if (number := int(getattr(item, name)))}


@dataclass(frozen=True, slots=True)
class Names:
    """What organisations are called: the workspace's own table first, then the divisions that we know, then their codes."""

    known: Mapping[str, Text]
    whole: Text

    @classmethod
    def read(cls, store: Store, scan: str, rollup: RollUp) -> "Names":
        """The names of a scan; the whole is called after the region, or after its only city."""
        rows = store.connection.execute(
            "SELECT id, kind, code, zh, en FROM organisation WHERE scan = ? ORDER BY id", (scan,)
        ).fetchall()
        known = dict(DIVISIONS)
        whole = None
        for name, kind, code, zh, en in rows:
            text = Text(zh=zh or en or name, en=en or zh or name)
            known[name] = text
            if code:
                known[code] = text
            if kind == "region":
                whole = text
        cities = {unit.path[0] for unit in rollup.of("city") if unit.path[0]}
        if whole is None and len(cities) == 1:
            (city,) = cities
            whole = known.get(city, Text(zh=city, en=city))
        if whole is None and len({city[:2] for city in cities}) == 1:
            whole = known.get(f"{next(iter(cities))[:2]}0000")
        return cls(known, whole or EVERYTHING)

    def of(self, unit: Unit) -> Text:
        """What a unit is called."""
        if not unit.path:
            return self.whole
        last = unit.path[-1]
        return self.known.get(last, Text(zh=last, en=last)) if last else UNASSIGNED


def unit_id(unit: Unit) -> str:
    """`city:450100`, `department:450100//数据局`: the kind and the path; `region` for the whole."""
    return f"{unit.kind}:{'/'.join(unit.path)}" if unit.path else unit.kind


def _shown(rollup: RollUp) -> list[Unit]:
    """All units but those without a name that hold just what their parent holds: they say nothing new."""
    size = {unit.path: unit.assets for unit in rollup.units}
    shown = []
    for unit in rollup.units:
        nameless_twin = unit.path and not unit.path[-1] and unit.assets == size[unit.path[:-1]]
        if not nameless_twin:
            shown.append(unit)
    return shown


def organisations(names: Names, rollup: RollUp, matrix: Mapping[str, Words]) -> tuple[Organisation, ...]:
    """Every unit as a node of the tree, and the verdicts that are about an organisation as a whole."""
    shown = _shown(rollup)
    listed = {unit.path: unit_id(unit) for unit in shown}
    entries = []
    for unit in shown:
        parent = next(
            (listed[unit.path[:n]] for n in range(len(unit.path) - 1, -1, -1) if unit.path[:n] in listed), None
        )
        own = unit_id(unit)
        entries.append(
            Organisation(
                id=own,
                kind=unit.kind,
                code=unit.path[-1] if unit.path else "",
                name=names.of(unit),
                parent=parent if unit.path else None,
                assets=unit.assets,
                verdicts=matrix.get(own, {}),
            )
        )
    return tuple(sorted(entries, key=lambda entry: entry.id))


def used_schemes(more: Iterable[str]) -> tuple[SchemeUsed, ...]:
    """The schemes that the report shows, with their declared parameters."""
    return tuple(
        SchemeUsed(
            id=scheme.name,
            version=scheme.version,
            title=scheme.title,
            parameters=tuple(Text(zh=line.zh, en=line.en) for line in scheme.grade(Counts()).parameters),
        )
        for scheme in schemes_shown(more)
    )


def grade_entries(names: Names, rollup: RollUp, more: Iterable[str]) -> tuple[GradeEntry, ...]:
    """Grades from the whole down, schemes by name, self-check first; then those of the assets of each protection level and
    importance, which tell nothing new of origins and are left out where all assets are alike."""
    schemes = sorted(schemes_shown(more), key=lambda scheme: (scheme.name != "self-check", scheme.name))
    units = [
        _entry(Subject(unit.kind, unit_id(unit), names.of(unit)), unit.counts, scheme.grade(unit.counts))
        for unit in _shown(rollup)
        for scheme in schemes
    ]
    groups = [
        _entry(subject, counts, scheme.grade(counts))
        for subject, counts in _groups(rollup)
        for scheme in schemes
        if scheme.name != "autonomy"
    ]
    return (*units, *groups)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is graded: its kind, its id and what it is called."""

    kind: str
    id: str
    name: Text


def _groups(rollup: RollUp) -> Iterable[tuple[Subject, Counts]]:
    """The assets of each protection level, and of each importance, where there is more than one."""
    if len(rollup.by_level) > 1:
        for level, counts in rollup.by_level.items():
            yield Subject("level", f"level:{level}", LEVEL_NAMES.get(level, UNDECLARED)), counts
    if len(rollup.by_importance) > 1:
        for importance, counts in rollup.by_importance.items():
            name = CODES["importance"].get(importance, UNDECLARED)
            yield Subject("importance", f"importance:{importance}", name), counts


def _entry(subject: Subject, counts: Counts, grade: Grade) -> GradeEntry:
    autonomy = grade.scheme == "autonomy"
    items = [item for item in counts.items if (item.pack == AUTONOMY_PACK) == autonomy]
    waived = any(item.waived_failed or item.waived_partial for item in items)
    return GradeEntry(
        scheme=grade.scheme,
        subject_kind=subject.kind,
        subject=subject.id,
        name=subject.name,
        point=_figure(grade.point),
        lower=_figure(grade.interval.low) if grade.interval else None,
        upper=_figure(grade.interval.high) if grade.interval else None,
        conclusion=grade.word,
        refusal=grade.refusal,
        coverage_a=_share(grade.coverage_a),
        coverage_b=_share(grade.coverage_b),
        counts={word: sum(int(getattr(item, name)) for item in items) for name, word in COUNTED.items()},
        candidates=grade.candidates,
        high_risk=grade.high_risk,
        point_without_waived=_without_waived(counts, grade.scheme) if waived else None,
        arithmetic=tuple(Text(zh=line.zh, en=line.en) for line in grade.arithmetic),
    )


def _without_waived(counts: Counts, scheme: str) -> float | None:
    beside = all_schemes()[scheme].grade(replace(counts, items=without_waived(counts.items)))
    return _figure(beside.point)


def _figure(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _share(share: Part | None) -> float | None:
    return None if share is None else _figure(share.value)


def shares(names: Names, rollup: RollUp) -> tuple[Share, ...]:
    """Domestic shares per layer of the whole, of every city and of every department."""
    del names  # shares name their organisation by id
    scheme = all_schemes()["autonomy"]
    found = []
    for unit in _shown(rollup):
        if unit.kind not in ("region", "city", "department"):
            continue
        for layer in scheme.grade(unit.counts).layers:
            found.append(
                Share(
                    organisation=unit_id(unit),
                    layer=layer.layer,
                    total=layer.total,
                    origins={
                        "domestic": layer.domestic,
                        "community": layer.community,
                        "foreign": layer.foreign,
                        "unknown": layer.unproven,
                    },
                    lower=float(layer.interval.low),
                    upper=float(layer.interval.high),
                )
            )
    return tuple(found)
