"""autonomy: shares of proven domestic origin by layer, and an index over layers. A management figure of ours: no official
formula exists. Never merged with data security.

share of a layer = [domestic ÷ N, (domestic + not proven) ÷ N]. index = Σ s(origin) ÷ N over all components of all layers, with
s = 1 listed or certified, 1 domestic where the layer has no list and ½ where it has one, ½ derived, community and licensed,
0 foreign. The point value rests on proven origins alone; the interval counts what is not proven as 0 and as 1.
"""

from collections.abc import Sequence
from decimal import Decimal

from inventory.asset import LAYERS, Origin
from inventory.code_names import LAYER_NAMES, named
from inventory.text import Text
from rules.grading import (
    SELF_CHECK,
    Counts,
    Grade,
    Interval,
    LayerCount,
    LayerGrade,
    Line,
    Scheme,
    Share,
    coverage_lines,
    percent,
    refusal_for,
    rounded,
)

VERSION = "1.0"
TITLE = Text(zh="自主可控指数", en="domestic autonomy index")
DOMESTIC: frozenset[Origin] = frozenset({"domestic_certified", "domestic", "domestic_derived"})
COMPONENTS = Line("来源已证实组件 ÷ 全部组件", "components of proven origin ÷ all components")
LISTED_LAYERS = frozenset({"chip", "operating_system", "database"})  # 安全可靠测评 announces these

PARAMETERS = (
    Line(
        "管理指标，非官方公式；与数据安全分别计算", "a management figure, no official formula; apart from data security"
    ),
    Line(
        "来源得分：已公告或认证1；国产1（有公告目录的层为½）；衍生、社区、合资½；国外0",
        "score: listed or certified 1; domestic 1 (½ where the layer has a list); derived, community, licensed ½; foreign 0",
    ),
    Line("推断来源和来源不明均不计为国产", "an inferred or unknown origin never counts as domestic"),
    Line("来源证实率低于60 %不予评级", "no index below 60 % proven origins"),
)


def grade(counts: Counts) -> Grade:
    """Pure: index and shares; None where there is no component."""
    whole = sum(one.count for one in counts.layers)
    proven = [one for one in counts.layers if is_proven(one)]
    known = sum(one.count for one in proven)
    halves = sum(halves_of(one) * one.count for one in proven)
    point = percent(halves, 2 * known)
    interval = None
    if whole:
        interval = Interval(
            rounded(Decimal(100 * halves) / (2 * whole)),
            rounded(Decimal(100 * (halves + 2 * (whole - known))) / (2 * whole)),
        )
    coverage = Share(known, whole)
    refusal = refusal_for(coverage)
    layers = tuple(
        layer_grade(layer, counts.layers) for layer in LAYERS if any(o.layer == layer for o in counts.layers)
    )
    return Grade(
        "autonomy",
        VERSION,
        TITLE,
        SELF_CHECK,
        point if refusal is None else None,
        interval,
        None,
        refusal,
        coverage,
        counts.clauses,
        sum(one.count for one in counts.layers if one.origin != "unknown" and not one.proven),
        0,
        (*_arithmetic(halves, known, whole, point, interval, layers), *coverage_lines(counts, coverage, COMPONENTS)),
        PARAMETERS,
        layers,
    )


def is_proven(one: LayerCount) -> bool:
    """Whether the origin is proven and known."""
    return one.proven and one.origin != "unknown"


def halves_of(one: LayerCount) -> int:
    """Twice the score of an origin in its layer: 0, 1 or 2."""
    if one.origin == "domestic_certified":
        return 2
    if one.origin == "domestic":
        return 1 if one.layer in LISTED_LAYERS else 2
    return 1 if one.origin in ("domestic_derived", "community", "licensed") else 0


def layer_grade(layer: str, counts: Sequence[LayerCount]) -> LayerGrade:
    """The share of one layer, which has at least one component."""
    members = [one for one in counts if one.layer == layer]
    whole = sum(one.count for one in members)
    proven = [one for one in members if is_proven(one)]
    domestic = sum(one.count for one in proven if one.origin in DOMESTIC)
    unproven = whole - sum(one.count for one in proven)
    return LayerGrade(
        layer,
        whole,
        domestic,
        sum(one.count for one in proven if one.origin in ("foreign", "licensed")),
        sum(one.count for one in proven if one.origin == "community"),
        unproven,
        Interval(
            rounded(Decimal(100 * domestic) / whole),
            rounded(Decimal(100 * (domestic + unproven)) / whole),
        ),
    )


def _arithmetic(
    halves: int,
    known: int,
    whole: int,
    point: Decimal | None,
    interval: Interval | None,
    layers: Sequence[LayerGrade],
) -> tuple[Line, ...]:
    lines = []
    if interval is not None:
        gained = Decimal(halves) / 2
        lines += [
            Line(
                f"指数 = 来源得分合计 ÷ 来源已证实组件 = {gained} ÷ {known} = {point} %",
                f"index = sum of scores ÷ components of proven origin = {gained} ÷ {known} = {point} %",
            ),
            Line(
                f"区间 = [{gained} ÷ {whole}, ({gained} + {whole - known}) ÷ {whole}] = [{interval.low} %, {interval.high} %]",
                f"interval = [{gained} ÷ {whole}, ({gained} + {whole - known}) ÷ {whole}] = [{interval.low} %, {interval.high} %]",
            ),
        ]
    for one in layers:
        share = f"[{one.domestic} ÷ {one.total}, ({one.domestic} + {one.unproven}) ÷ {one.total}]"
        layer = named(LAYER_NAMES, one.layer)
        value = f"[{one.interval.low} %, {one.interval.high} %]"
        lines.append(
            Line(f"{layer.zh}层国产占比 = {share} = {value}", f"domestic share, {layer.en} = {share} = {value}")
        )
    return tuple(lines)


SCHEME = Scheme("autonomy", VERSION, TITLE, grade, default=True)
