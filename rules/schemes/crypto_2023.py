"""crypto-2023: what a remote scan may say for the 2023 quantification rules of cryptography assessment: dimension A alone.

An object is an asset's observed transport (unit 网络和通信, GB/T 39786-2021 8.2) or administration channel (unit 设备和计算, 8.3 b).
A is compliant (1) where SM algorithms are offered, else not (0). D (effective use) and K (key management) need a person, and so no
score of an object, layer or system follows: the result is a share of objects, never 密评得分. Where cleartext was seen, D is hinted
to be missing. Declared: which rules stand for which unit, and the unit weights 1 and 1.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from inventory.text import Text
from rules.grading import (
    SELF_CHECK,
    Counts,
    Grade,
    Interval,
    ItemCount,
    Line,
    Scheme,
    Share,
    coverage_lines,
    percent,
    refusal_for,
    total,
)

VERSION = "2023-dimension-A-1"
TITLE = Text(
    zh="密码算法合规性（维度A，仅观测到的传输）", en="compliance of algorithms (dimension A, observed transport only)"
)
UNITS: Mapping[str, tuple[Text, frozenset[str]]] = {
    "8.2": (Text(zh="网络和通信", en="network and communication"), frozenset({"da-tlcp-offered"})),
    "8.3 b": (
        Text(zh="设备和计算：远程管理通道", en="devices: administration channel"),
        frozenset({"da-ssh-sm-algorithms"}),
    ),
}
CLEAR_TEXT = frozenset({"ds-telnet-enabled", "ds-http-login-plain", "ds-ftp-plain-login", "ds-clear-text-credentials"})

PARAMETERS = (
    Line(
        "仅评维度A；维度D、K须现场核查，不计算密评得分",
        "dimension A alone; D and K need an assessment on site, no score is given",
    ),
    Line("网络和通信取TLCP规则，设备和计算取SSH国密规则", "the rules on TLCP and on SM in SSH stand for the two units"),
    Line("部分支持国密不计为合规", "partial support of SM does not comply"),
)


def grade(counts: Counts) -> Grade:
    """Pure: the share of objects whose algorithms comply, as an interval."""
    chosen = {name: [item for item in counts.items if item.rule in rules] for name, (_, rules) in UNITS.items()}
    items = [item for group in chosen.values() for item in group]
    known = sum(item.decided for item in items)
    unknown = total(items, "not_assessed")
    passed = total(items, "passed")
    low, high = percent(passed, known + unknown), percent(passed + unknown, known + unknown)
    coverage = Share(known, known + unknown)
    refusal = refusal_for(coverage)
    return Grade(
        "crypto-2023",
        VERSION,
        TITLE,
        SELF_CHECK,
        percent(passed, known) if refusal is None else None,
        Interval(low, high) if low is not None and high is not None else None,
        None,
        refusal,
        coverage,
        counts.clauses,
        total(items, "candidates"),
        0,
        (*_arithmetic(chosen, counts.items), *coverage_lines(counts, coverage)),
        PARAMETERS,
    )


def object_score(d: bool, a: bool, k: bool, ra: Decimal, rk: Decimal) -> Decimal:
    """Score of one object by the rules of 2023, for whoever has D and K: 1, ½·Ra, ½·Rk, ¼·Ra·Rk or 0, four places."""
    if not d:
        value = Decimal(0)
    elif a and k:
        value = Decimal(1)
    elif k:
        value = ra / 2
    elif a:
        value = rk / 2
    else:
        value = ra * rk / 4
    return value.quantize(Decimal("0.0001"))


def _arithmetic(chosen: Mapping[str, Sequence[ItemCount]], items: Sequence[ItemCount]) -> tuple[Line, ...]:
    lines = []
    for name, group in chosen.items():
        title = UNITS[name][0]
        passed, known = total(group, "passed"), sum(item.decided for item in group)
        unknown = total(group, "not_assessed")
        lines.append(
            Line(
                f"{title.zh}（{name}）：算法合规对象{passed} ÷ 已判定{known}；无法判定{unknown}",
                f"{title.en} ({name}): {passed} objects comply of {known} decided; {unknown} not assessed",
            )
        )
    clear = sum(item.failed for item in items if item.rule in CLEAR_TEXT)
    if clear:
        lines.append(
            Line(
                f"另有{clear}处明文，提示维度D缺失，须人工确认",
                f"{clear} places in clear text hint at D missing; a person confirms",
            )
        )
    return tuple(lines)


SCHEME = Scheme("crypto-2023", VERSION, TITLE, grade)
