"""self-check: our own score, the default. A deduction in the manner of the 2021 template, over what was decided.

score = max(0, 100 − 100 × Σ f·(1 − x) ÷ n), with f the weight 1, 2, 3, x = 1 pass, ½ partial, 0 fail, n the decided verdicts
of checks on assets. The low end counts everything not assessed as fail, the high end as pass. Letters: 优 ≥ 90 without a fail of
high or medium severity, 良 ≥ 80, 中 ≥ 70, else 差; a confirmed high-risk case gives 差, one that waits for a person gives no
letter. Below 60 % coverage there is none either. Domestic autonomy is graded apart and never merged.
"""

from collections.abc import Sequence
from decimal import Decimal

from inventory.text import Text
from rules.grading import (
    About,
    Counts,
    Grade,
    Interval,
    ItemCount,
    Line,
    Scheme,
    but_autonomy,
    coverage_of,
    graded,
    open_count,
    rounded,
    total,
)

VERSION = "1.0"
TITLE = Text(zh="技术自查评分", en="technical self-check score")
LETTERS = (
    (90, Text(zh="优", en="excellent")),
    (80, Text(zh="良", en="good")),
    (70, Text(zh="中", en="fair")),
    (0, Text(zh="差", en="poor")),
)
TO_BE_CONFIRMED = Text(zh="等级待确认", en="to be confirmed")
WEIGHTS = ((3, "关键", "key"), (2, "重要", "important"), (1, "一般", "general"))


def grade(counts: Counts) -> Grade:
    """Pure: the score of everything but domestic autonomy."""
    items = but_autonomy(counts)
    decided, unknown = coverage_of(items).part, open_count(items)
    whole = decided + unknown
    lost = deduction(items)
    unknown_lost = sum(item.weight * item.not_assessed for item in items)
    point = score(lost, decided) if decided else None
    interval = None
    if whole:
        interval = Interval(score(lost + unknown_lost, whole), score(lost, whole))
    lines = _arithmetic(items, lost, unknown_lost, decided, unknown, point, interval)
    return graded(ABOUT, counts, items, point, interval, lines, lambda value: letter(items, value))


def deduction(items: Sequence[ItemCount]) -> Decimal:
    """Σ f·(1 − x) over what was decided."""
    return sum((item.weight * (Decimal(item.failed) + Decimal(item.partial) / 2) for item in items), Decimal(0))


def score(lost: Decimal, number: int) -> Decimal:
    """max(0, 100 − 100 × lost ÷ number), two places; number is not 0."""
    return max(Decimal("0.00"), rounded(100 - 100 * lost / number))


def letter(items: Sequence[ItemCount], point: Decimal) -> Text:
    """The letter in the manner of the 2021 template."""
    if total(items, "confirmed"):
        return LETTERS[-1][1]
    if total(items, "high_risk"):
        return TO_BE_CONFIRMED
    grave = any(item.failed and item.severity in ("high", "medium") for item in items)
    for least, word in LETTERS:
        if point >= least and not (least == 90 and grave):
            return word
    return LETTERS[-1][1]


PARAMETERS = (
    Line("部分符合按½计；权重：一般1、重要2、关键3", "partial counts ½; weights: general 1, important 2, key 3"),
    Line("证据覆盖率低于60 %不予评级", "no grade below 60 % coverage"),
    Line(
        "优≥90且无高、中风险问题，良≥80，中≥70", "excellent ≥ 90 without high or medium findings, good ≥ 80, fair ≥ 70"
    ),
    Line("高风险候选未经人工确认时不给出等级", "no letter while a high-risk case waits for confirmation"),
)


def _arithmetic(
    items: Sequence[ItemCount],
    lost: Decimal,
    unknown_lost: int,
    decided: int,
    unknown: int,
    point: Decimal | None,
    interval: Interval | None,
) -> tuple[Line, ...]:
    passed, partial, failed = (total(items, name) for name in ("passed", "partial", "failed"))
    lines = [
        Line(
            f"已判定 n = 符合{passed} + 部分符合{partial} + 不符合{failed} = {decided}；无法判定{unknown}",
            f"decided n = pass {passed} + partial {partial} + fail {failed} = {decided}; not assessed {unknown}",
        )
    ]
    terms_zh, terms_en = [], []
    for weight, zh, en in WEIGHTS:
        group = [item for item in items if item.weight == weight]
        fails, halves = total(group, "failed"), total(group, "partial")
        terms_zh.append(f"{zh}{weight}×({fails} + {halves}÷2)")
        terms_en.append(f"{en} {weight}×({fails} + {halves}÷2)")
    lines.append(Line(f"扣减 Σf(1−x) = {' + '.join(terms_zh)} = {lost}", f"Σf(1−x) = {' + '.join(terms_en)} = {lost}"))
    if point is not None:
        lines.append(
            Line(
                f"得分 = max(0, 100 − 100×{lost}÷{decided}) = {point}",
                f"score = max(0, 100 − 100×{lost}÷{decided}) = {point}",
            )
        )
    if interval is not None:
        whole = decided + unknown
        lines += [
            Line(
                f"下限（无法判定全部不符合）= max(0, 100 − 100×({lost} + {unknown_lost})÷{whole}) = {interval.low}",
                f"low end (all not assessed fail) = max(0, 100 − 100×({lost} + {unknown_lost})÷{whole}) = {interval.low}",
            ),
            Line(
                f"上限（无法判定全部符合）= max(0, 100 − 100×{lost}÷{whole}) = {interval.high}",
                f"high end (all not assessed pass) = max(0, 100 − 100×{lost}÷{whole}) = {interval.high}",
            ),
        ]
    return tuple(lines)


ABOUT = About("self-check", VERSION, TITLE, PARAMETERS)
SCHEME = Scheme(ABOUT.name, VERSION, TITLE, grade, default=True)
