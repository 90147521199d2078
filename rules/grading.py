"""Grading: pure functions over counts, in integers and Decimal. No file, clock, log or database.

A scheme is a module in `rules/schemes/` with one `SCHEME`; the folder is the list. Every result is a technical self-check
(技术自查), never the conclusion of an accredited body. A score has a point value and an interval: at its low end everything
that was not assessed fails, at its high end it passes. Sums of counts are the counts of the whole, so grades roll up.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import NamedTuple

from inventory.asset import Origin
from inventory.errors import ChengjianError
from inventory.text import Text
from rules import schemes as folder
from rules.verdict import Severity, Word

SELF_CHECK = Text(zh="技术自查", en="technical self-check")
LEAST_COVERAGE = Decimal("0.6")  # below it no grade is given (declared parameter of every scheme)
AUTONOMY_PACK = "domestic-autonomy"
CENT = Decimal("0.01")


class ItemCount(NamedTuple):
    """How one rule came out over some assets. `candidates` are among `not_assessed`: signs of a fail that a person must
    confirm; so are `manual`, which wait for something that a person has to hand in. `high_risk` are among `failed`: fails that reach a high-risk case which nobody has confirmed yet; `confirmed`
    are those that somebody has. `waived_failed` and `waived_partial` are among `failed` and `partial`."""

    rule: str
    pack: str
    weight: int
    severity: Severity
    passed: int = 0
    partial: int = 0
    failed: int = 0
    not_applicable: int = 0
    not_assessed: int = 0
    candidates: int = 0
    high_risk: int = 0
    confirmed: int = 0
    waived_failed: int = 0
    waived_partial: int = 0
    manual: int = 0

    @property
    def decided(self) -> int:
        """Verdicts that count in the score."""
        return self.passed + self.partial + self.failed


NUMBERS = ItemCount._fields[4:]


@dataclass(frozen=True, order=True, slots=True)
class LayerCount:
    """Components of one layer and origin. `proven` False: the origin is only inferred, which counts as unknown."""

    layer: str
    origin: Origin
    proven: bool
    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, as counts."""

    part: int
    whole: int

    @property
    def value(self) -> Decimal | None:
        """Per cent with two places, or None of nothing."""
        return percent(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that a scheme may look at. `clauses`: clauses decided of all clauses (coverage B). `management`: management items
    of which an auditor answered at least one; of the whole only."""

    items: tuple[ItemCount, ...] = ()
    layers: tuple[LayerCount, ...] = ()
    clauses: Share | None = None
    management: tuple[ItemCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends of what a score may be, given what is not known."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of arithmetic that a reader can recompute."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A result. `point` is None where nothing was decided; `word` is None where no grade is given, and `refusal` says why.
    `coverage_a`: automated checks that were decided; `coverage_b`: clauses that were."""

    scheme: str
    version: str
    title: Text
    label: Text
    point: Decimal | None
    interval: Interval | None
    word: Text | None
    refusal: Text | None
    coverage_a: Share
    coverage_b: Share | None
    candidates: int
    high_risk: int
    arithmetic: tuple[Line, ...]
    parameters: tuple[Line, ...]
    layers: tuple["LayerGrade", ...] = ()


@dataclass(frozen=True, slots=True)
class LayerGrade:
    """Share of proven domestic components in one layer: [domestic ÷ N, (domestic + not proven) ÷ N]."""

    layer: str
    total: int
    domestic: int
    foreign: int
    community: int
    unproven: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Scheme:
    """`grade` is pure. `default` schemes are always shown; the others on request."""

    name: str
    version: str
    title: Text
    grade: Callable[[Counts], Grade]
    default: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What a scheme says of itself in every grade: its name, version, title and declared parameters."""

    name: str
    version: str
    title: Text
    parameters: tuple[Line, ...]


def graded(
    about: About,
    counts: Counts,
    items: Sequence[ItemCount],
    point: Decimal | None,
    interval: Interval | None,
    lines: Iterable[Line],
    word: Callable[[Decimal], Text],
) -> Grade:
    """The grade of these items: a point with its arithmetic, and a word for it where enough was decided."""
    coverage = coverage_of(items)
    refusal = refusal_for(coverage)
    return Grade(
        about.name,
        about.version,
        about.title,
        SELF_CHECK,
        point,
        interval,
        None if refusal is not None or point is None else word(point),
        refusal,
        coverage,
        counts.clauses,
        total(items, "candidates"),
        total(items, "high_risk"),
        (*lines, *coverage_lines(counts, coverage)),
        about.parameters,
    )


def but_autonomy(counts: Counts) -> list[ItemCount]:
    """The items of everything but domestic autonomy, which is graded apart."""
    return [item for item in counts.items if item.pack != AUTONOMY_PACK]


@cache
def all_schemes() -> Mapping[str, Scheme]:
    """Every scheme by name: the folder `rules/schemes` is the list."""
    found = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        scheme: Scheme = importlib.import_module(f"{folder.__name__}.{module.name}").SCHEME
        if scheme.name.replace("-", "_") != module.name:
            raise ChengjianError(f"rules/schemes/{module.name}.py holds a scheme named {scheme.name}")
        found[scheme.name] = scheme
    return found


def schemes_shown(more: Iterable[str] = ()) -> tuple[Scheme, ...]:
    """The default schemes, and `more` by name; in the order of their names."""
    wanted = set(more)
    return tuple(scheme for scheme in all_schemes().values() if scheme.default or scheme.name in wanted)


def add_items(items: Iterable[ItemCount]) -> tuple[ItemCount, ...]:
    """Sum counts rule by rule: the counts of the whole, in the order of rules."""
    by_rule: dict[str, list[ItemCount]] = {}
    for item in items:
        by_rule.setdefault(item.rule, []).append(item)
    return tuple(found[0] if len(found) == 1 else _sum(found) for _, found in sorted(by_rule.items()))


def _sum(items: Sequence[ItemCount]) -> ItemCount:
    rule, pack, weight, severity = items[0][:4]
    return ItemCount(rule, pack, weight, severity, *map(sum, zip(*(item[4:] for item in items), strict=True)))


def add_layers(layers: Iterable[LayerCount]) -> tuple[LayerCount, ...]:
    """Sum counts layer by layer and origin by origin, sorted."""
    summed: dict[tuple[str, Origin, bool], int] = {}
    for one in layers:
        key = (one.layer, one.origin, one.proven)
        summed[key] = summed.get(key, 0) + one.count
    return tuple(LayerCount(*key, count) for key, count in sorted(summed.items()))


def without_waived(items: Iterable[ItemCount]) -> tuple[ItemCount, ...]:
    """The counts as if what is waived did not apply: for the second score, beside the first and never instead of it."""
    made = []
    for item in items:
        values = {name: getattr(item, name) for name in NUMBERS}
        values["failed"] -= item.waived_failed
        values["partial"] -= item.waived_partial
        values["not_applicable"] += item.waived_failed + item.waived_partial
        values["high_risk"] = min(values["high_risk"], values["failed"])
        values["confirmed"] = min(values["confirmed"], values["failed"])
        values["waived_failed"] = values["waived_partial"] = 0
        made.append(ItemCount(item.rule, item.pack, item.weight, item.severity, **values))
    return tuple(made)


def count_word(word: Word, *, candidate: bool, high_risk: bool, waived: bool, manual: bool = False) -> dict[str, int]:
    """What one verdict adds to an ItemCount, by field name."""
    name = {
        Word.PASS: "passed",
        Word.PARTIAL: "partial",
        Word.FAIL: "failed",
        Word.NOT_APPLICABLE: "not_applicable",
        Word.NOT_ASSESSED: "not_assessed",
    }[word]
    added = {name: 1}
    if candidate and word is Word.NOT_ASSESSED:
        added["candidates"] = 1
    if manual and word is Word.NOT_ASSESSED:
        added["manual"] = 1
    if high_risk and word is Word.FAIL:
        added["high_risk"] = 1
    if waived and word in (Word.FAIL, Word.PARTIAL):
        added[f"waived_{name}"] = 1
    return added


def percent(part: int, whole: int) -> Decimal | None:
    """100 × part ÷ whole with two places, half up; None of nothing."""
    return None if whole == 0 else rounded(Decimal(100 * part) / Decimal(whole))


def rounded(value: Decimal) -> Decimal:
    """Two places, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def total(items: Sequence[ItemCount], name: str) -> int:
    """The sum of one number over items."""
    return sum(int(getattr(item, name)) for item in items)


def coverage_of(items: Sequence[ItemCount]) -> Share:
    """Coverage A: automated checks decided ÷ (decided + not assessed). What waits for a person is no automated check; the
    interval of the score counts it all the same."""
    decided = sum(item.decided for item in items)
    return Share(decided, decided + total(items, "not_assessed") - total(items, "manual"))


def open_count(items: Sequence[ItemCount]) -> int:
    """Everything that was not assessed: the width of every interval."""
    return total(items, "not_assessed")


def refusal_for(coverage: Share) -> Text | None:
    """Why no grade is given, or None."""
    if coverage.whole == 0:
        return Text(zh="没有适用的检查项，不予评级", en="no check applies; no grade is given")
    if Decimal(coverage.part) < LEAST_COVERAGE * coverage.whole:
        return Text(
            zh=f"证据不足，不予评级：证据覆盖率{coverage.value} %，低于60 %",
            en=f"too little evidence, no grade is given: coverage {coverage.value} %, below 60 %",
        )
    return None


CHECKS = Line("已判定 ÷ (已判定 + 无法判定)", "decided ÷ (decided + not assessed)")


def coverage_lines(counts: Counts, coverage: Share, told: Line = CHECKS) -> tuple[Line, ...]:
    """Coverage A, and B where it is known, as arithmetic; `told` names what A divides by what."""
    figures = f"{coverage.part} ÷ {coverage.whole} = {coverage.value} %"
    lines = [Line(f"证据覆盖率A = {told.zh} = {figures}", f"coverage A = {told.en} = {figures}")]
    if counts.clauses is not None:
        part, whole = counts.clauses.part, counts.clauses.whole
        lines.append(
            Line(
                f"条款覆盖率B = 有判定的条款 ÷ 全部条款 = {part} ÷ {whole} = {counts.clauses.value} %",
                f"coverage B = clauses decided ÷ all clauses = {part} ÷ {whole} = {counts.clauses.value} %",
            )
        )
    return tuple(lines)
