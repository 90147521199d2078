"""mlps-2021: history. The score of the 2021 report template, in use from 2021-06-18 to 2025-03-20.

M = Vt + Vm, Vt = max(0, 100·y − Σ f·(1 − x)·S) over technical items, Vm = max(0, 100·(1 − y) − Σ f·(1 − x)·S) over management
items, S = 100 ÷ n, n all items that apply. Management items are those that an auditor answered. y is 0.5 by default; while no
management answers were handed in, y = 1 and the result says so. 优 ≥ 90, 良 ≥ 80, 中 ≥ 70, else 差; a high risk is a veto. Items of several objects follow the discrete rule: all pass 1,
all fail 0, mixed ½ (declared parameter; no official copy of the template settles it).
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
    rounded,
)
from rules.schemes.self_check import letter

VERSION = "2021-history-1"
TITLE = Text(zh="按2021版模板计算（历史口径）", en="by the 2021 template (history)")
Y = Decimal("0.5")

PARAMETERS = (
    Line("关注系数y默认0.5；未提交管理类答卷时y=1", "y is 0.5; it is 1 while no management answers were handed in"),
    Line(
        "管理类仅计人工核查答卷，权重均为1，不符合按中风险；仅计入全部范围",
        "management items are answers of an auditor, each of weight 1, a fail a medium risk; they count for the whole only",
    ),
    Line("一项多对象：全部符合1，全部不符合0，其余½", "an item of several objects: all pass 1, all fail 0, else ½"),
    Line("2025-03-20后官方报告不再使用百分制", "official reports have no such score after 2025-03-20"),
)


def grade(counts: Counts) -> Grade:
    """Pure: M, its interval and its letter."""
    technical = but_autonomy(counts)
    management = list(counts.management) if any(item.decided for item in counts.management) else []
    everything = [*technical, *management]
    y = Y if management else Decimal(1)
    here, low, high = (
        [
            [(item.weight, value) for item in group if (value := pick(item)) is not None]
            for group in (technical, management)
        ]
        for pick in (decided_value, lowest_value, highest_value)
    )
    point = value_of(here[0], here[1], y) if coverage_of(everything).part else None
    interval = Interval(value_of(low[0], low[1], y), value_of(high[0], high[1], y)) if low[0] or low[1] else None
    lines = _arithmetic(here[0], here[1], y)
    return graded(ABOUT, counts, everything, point, interval, lines, lambda value: letter(everything, value))


Item = tuple[int, Decimal]  # weight f and value x


def value_of(technical: Sequence[Item], management: Sequence[Item], y: Decimal) -> Decimal:
    """M for items (f, x). At least one item."""
    first, second = parts_of(technical, management, y)
    return rounded(first + second)


def parts_of(technical: Sequence[Item], management: Sequence[Item], y: Decimal) -> tuple[Decimal, Decimal]:
    """Vt and Vm."""
    unit = Decimal(100) / (len(technical) + len(management))
    return max(Decimal(0), 100 * y - lost(technical) * unit), max(Decimal(0), 100 * (1 - y) - lost(management) * unit)


def lost(items: Sequence[Item]) -> Decimal:
    """Σ f·(1 − x)."""
    return sum((weight * (1 - value) for weight, value in items), Decimal(0))


def _arithmetic(technical: Sequence[Item], management: Sequence[Item], y: Decimal) -> tuple[Line, ...]:
    number = len(technical) + len(management)
    if number == 0:
        return ()
    first, second = parts_of(technical, management, y)
    zh = "管理类已提交答卷" if management else "未提交管理类答卷，y = 1"
    en = "management answers were handed in" if management else "no management answers were handed in, so y = 1"
    of_technical = f"max(0, 100×{y} − {lost(technical)}×100÷{number}) = {rounded(first)}"
    of_management = f"max(0, 100×{1 - y} − {lost(management)}×100÷{number}) = {rounded(second)}"
    return (
        Line(
            f"n = t + m = {len(technical)} + {len(management)} = {number}，S = 100 ÷ {number}，y = {y}（{zh}）",
            f"n = t + m = {len(technical)} + {len(management)} = {number}, S = 100 ÷ {number}, y = {y} ({en})",
        ),
        Line(f"Vt = {of_technical}", f"Vt = {of_technical}"),
        Line(f"Vm = {of_management}", f"Vm = {of_management}"),
        Line(*[f"M = Vt + Vm = {rounded(first + second)}"] * 2),
    )


def decided_value(item: ItemCount) -> Decimal | None:
    """x over the decided objects, None where none is."""
    return _discrete(item.passed, item.partial, item.failed)


def lowest_value(item: ItemCount) -> Decimal | None:
    """x if everything not assessed failed."""
    return _discrete(item.passed, item.partial, item.failed + item.not_assessed)


def highest_value(item: ItemCount) -> Decimal | None:
    """x if everything not assessed passed."""
    return _discrete(item.passed + item.not_assessed, item.partial, item.failed)


def _discrete(passed: int, partial: int, failed: int) -> Decimal | None:
    if passed + partial + failed == 0:
        return None
    if partial + failed == 0:
        return Decimal(1)
    return Decimal(0) if passed + partial == 0 else Decimal("0.5")


ABOUT = About("mlps-2021", VERSION, TITLE, PARAMETERS)
SCHEME = Scheme(ABOUT.name, VERSION, TITLE, grade)
