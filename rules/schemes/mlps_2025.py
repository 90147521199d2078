"""mlps-2025: a preview of the conclusion in the manner of the 2025 report template (符合, 基本符合, 不符合).

Only accredited bodies give the conclusion. Not settled in public are: whether partial counts (here: no), what holds at exactly
90 % and 60 % (here: the better side), weights (here: none), and a rate above 90 % with a major hazard (here: 基本符合). These are
declared parameters. A fail that reaches a high-risk case may be a major hazard until a person has said that it is not.
"""

from decimal import Decimal

from inventory.text import Text
from rules.grading import (
    About,
    Counts,
    Grade,
    Interval,
    Line,
    Scheme,
    but_autonomy,
    coverage_of,
    graded,
    open_count,
    percent,
    total,
)

VERSION = "2025-preview-1"
TITLE = Text(zh="等级测评结论预判（2025版模板，仅供参考）", en="preview of the 2025 conclusion (for reference only)")
CONFORMS = Text(zh="符合", en="conforms")
MOSTLY = Text(zh="基本符合", en="mostly conforms")
NOT = Text(zh="不符合", en="does not conform")
TO_BE_CONFIRMED = Text(zh="符合或基本符合，待确认", en="conforms or mostly conforms, to be confirmed")
UPPER, LOWER = Decimal(90), Decimal(60)

PARAMETERS = (
    Line("符合率 = 符合 ÷ 已判定；部分符合不计入", "rate = pass ÷ decided; partial does not count"),
    Line("恰为90 %、60 %时按较高一档", "exactly 90 % and 60 % belong to the better side"),
    Line("不使用权重", "no weights"),
    Line("存在已确认的重大风险时最高为基本符合", "with a confirmed major hazard at most mostly conforms"),
)


def grade(counts: Counts) -> Grade:
    """Pure: rate and word over everything but domestic autonomy."""
    items = but_autonomy(counts)
    decided = coverage_of(items).part
    passed, unknown = total(items, "passed"), open_count(items)
    whole = decided + unknown
    point = percent(passed, decided)
    low, high = percent(passed, whole), percent(passed + unknown, whole)
    interval = Interval(low, high) if low is not None and high is not None else None
    lines = (
        Line(
            f"符合率 = {passed} ÷ {decided} = {point} %",
            f"rate = {passed} ÷ {decided} = {point} %",
        ),
        Line(
            f"区间 = [{passed} ÷ {whole}, ({passed} + {unknown}) ÷ {whole}] = [{low} %, {high} %]",
            f"interval = [{passed} ÷ {whole}, ({passed} + {unknown}) ÷ {whole}] = [{low} %, {high} %]",
        ),
    )
    confirmed, pending = total(items, "confirmed"), total(items, "high_risk")
    return graded(
        ABOUT,
        counts,
        items,
        point,
        interval,
        lines,
        lambda rate: conclusion(rate, confirmed=confirmed, pending=pending),
    )


def conclusion(rate: Decimal, *, confirmed: int, pending: int) -> Text:
    """The word for a rate in per cent."""
    if rate < LOWER:
        return NOT
    if rate < UPPER or confirmed:
        return MOSTLY
    return TO_BE_CONFIRMED if pending else CONFORMS


ABOUT = About("mlps-2025", VERSION, TITLE, PARAMETERS)
SCHEME = Scheme(ABOUT.name, VERSION, TITLE, grade, default=True)
