"""Grades: vectors that a reader can recompute, and what must hold for every set of counts."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.asset import LAYERS, Asset, Component, Origin
from inventory.observation import EvidenceClass
from rules.answers import ClauseAnswer, Result, management_items
from rules.grading import (
    Counts,
    Grade,
    ItemCount,
    LayerCount,
    add_items,
    add_layers,
    all_schemes,
    schemes_shown,
    without_waived,
)
from rules.load import load_packs
from rules.schemes import crypto_2023, mlps_2021
from rules.verdict import AssetVerdict, Severity, Word
from tests.rules.judgements import rolled_up


def item(rule: str = "r", weight: int = 1, severity: Severity = "low", **numbers: int) -> ItemCount:
    return ItemCount(rule, "data-security", weight, severity, **numbers)


def graded(scheme: str, *items: ItemCount) -> Grade:
    return all_schemes()[scheme].grade(Counts(items))


def test_self_check_is_a_deduction_over_what_was_decided() -> None:
    found = graded("self-check", item("a", 3, "high", failed=1, passed=5), item("b", 2, partial=1, passed=3))
    assert found.point == Decimal("60.00")  # 100 − 100 × (3·1 + 2·½) ÷ 10
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (Decimal("60.00"), Decimal("60.00"))
    assert found.word is not None
    assert found.word.zh == "差"
    assert found.label.zh == "技术自查"


def test_what_was_not_assessed_widens_the_interval_and_leaves_the_point() -> None:
    found = graded("self-check", item("a", 2, failed=1, passed=7, not_assessed=2))
    assert found.point == Decimal("75.00")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (Decimal("40.00"), Decimal("80.00"))


def test_the_floor_is_nought() -> None:
    assert graded("self-check", item(weight=3, failed=9, passed=1)).point == Decimal("0.00")


@pytest.mark.parametrize(
    ("decided", "unknown", "refused"), [(59, 41, True), (60, 40, False), (0, 5, True), (0, 0, True)]
)
def test_no_grade_below_sixty_per_cent_coverage(decided: int, unknown: int, refused: bool) -> None:
    for scheme in ("self-check", "mlps-2025", "mlps-2021"):
        found = graded(scheme, item(passed=decided, not_assessed=unknown))
        assert (found.refusal is not None, found.word is None) == (refused, refused)


def test_letters_of_the_self_check() -> None:
    def word(**numbers: int) -> str:
        found = graded("self-check", item("r", 1, "medium", **numbers)).word
        assert found is not None
        return found.zh

    assert word(passed=100) == "优"
    assert word(passed=95, failed=5) == "良"  # a medium finding is in the way of 优
    assert word(passed=75, failed=25) == "中"
    assert word(passed=60, failed=40) == "差"
    assert word(passed=95, failed=5, high_risk=1) == "等级待确认"
    assert word(passed=95, failed=5, confirmed=1) == "差"


@pytest.mark.parametrize(
    ("passed", "numbers", "word"),
    [
        (91, {}, "符合"),
        (90, {}, "符合"),
        (89, {}, "基本符合"),
        (60, {}, "基本符合"),
        (59, {}, "不符合"),
        (95, {"high_risk": 1}, "符合或基本符合，待确认"),
        (95, {"confirmed": 1}, "基本符合"),
        (50, {"confirmed": 1}, "不符合"),
    ],
)
def test_the_2025_preview(passed: int, numbers: dict[str, int], word: str) -> None:
    found = graded("mlps-2025", item("r", 1, "low", passed=passed, failed=100 - passed, **numbers))
    assert found.word is not None
    assert found.word.zh == word
    assert found.point == Decimal(passed)


def test_the_2021_formula_gives_the_known_values() -> None:
    one, half, none = Decimal(1), Decimal("0.5"), Decimal(0)
    technical = [(3, none), (2, half), (1, one), (1, one), (1, one), (1, one)]
    management = [(1, none), (1, one), (1, one), (1, one)]
    assert mlps_2021.value_of(technical, management, half) == Decimal("50.00")  # Vt = 10, Vm = 40
    assert mlps_2021.value_of([(1, one)] * 6, [(1, one)] * 4, half) == Decimal("100.00")
    assert mlps_2021.value_of([(3, none), (3, none), (1, none), *technical[3:]], management, half) == Decimal("40.00")
    assert "y = 1" in graded("mlps-2021", item(passed=9, failed=1)).arithmetic[0].en


TECHNICAL = (item("a", 3, failed=1), item("b", 2, partial=1), *(item(name, 1, passed=1) for name in "cdef"))


def answered(*results: Result) -> tuple[ItemCount, ...]:
    clauses = [f"GB/T 22239-2019 8.1.10.{number} a" for number in range(1, 5)]
    said = {
        clause: ClauseAnswer(clause=clause, result=result, by="Li", on="2026-03-01")
        for clause, result in zip(clauses, results, strict=False)
    }
    return management_items([*clauses, "GB/T 22239-2019 8.1.4.1 d", "数据安全法 27"], said)


@pytest.mark.parametrize(
    ("results", "point", "low", "high"),
    [
        (("fail", "pass", "pass", "pass"), "50.00", "50.00", "50.00"),  # Vt = 50 − 40, Vm = 50 − 10
        (("pass", "pass", "pass", "pass"), "60.00", "60.00", "60.00"),
        (("fail", "fail", "fail", "fail"), "20.00", "20.00", "20.00"),
        (("partial", "pass", "pass", "not_applicable"), "50.00", "50.00", "50.00"),  # n = 9: 50 − 400÷9 + 50 − 50÷9
        (("pass",), "50.00", "30.00", "60.00"),  # n = 7: 50 − 57.14 is nought, Vm = 50; three wait
    ],
)
def test_answers_on_management_count_in_the_2021_score_of_the_whole(
    results: tuple[Result, ...], point: str, low: str, high: str
) -> None:
    found = all_schemes()["mlps-2021"].grade(Counts(TECHNICAL, management=answered(*results)))
    assert found.interval is not None
    assert (str(found.point), str(found.interval.low), str(found.interval.high)) == (point, low, high)
    assert "y = 0.5" in found.arithmetic[0].en
    assert found.coverage_a.part == found.coverage_a.whole  # what waits for a person is no automated check


def test_management_counts_for_the_whole_alone() -> None:
    asset = Asset("a1", ("address:127.0.0.1",), ("127.0.0.1",), city="450100", department="water")
    management = answered("pass", "fail")
    rolled = rolled_up(load_packs().rules, [], [asset], management=management)
    assert rolled.whole.counts.management == management
    assert all(unit.counts.management == () for unit in rolled.units if unit.path)


def test_without_answers_on_management_the_2021_score_is_technical_alone_and_says_so() -> None:
    scheme = all_schemes()["mlps-2021"]
    bare = scheme.grade(Counts(TECHNICAL))
    assert (bare.point, bare.arithmetic[0].en) == (
        Decimal("33.33"),
        "n = t + m = 6 + 0 = 6, S = 100 ÷ 6, y = 1 (no management answers were handed in, so y = 1)",
    )
    assert answered() == ()
    assert scheme.grade(Counts(TECHNICAL, management=answered("not_applicable"))) == bare
    for other in ("self-check", "mlps-2025", "crypto-2023", "autonomy"):
        with_answers = Counts(TECHNICAL, management=answered("fail", "fail"))
        assert all_schemes()[other].grade(with_answers) == all_schemes()[other].grade(Counts(TECHNICAL))


@given(st.lists(st.sampled_from(["pass", "partial", "fail"]), min_size=1, max_size=4), st.integers(0, 3))
def test_a_better_answer_on_management_never_lowers_the_2021_score(results: list[Result], place: int) -> None:
    scheme = all_schemes()["mlps-2021"]
    place %= len(results)
    better: list[Result] = [*results[:place], "pass", *results[place + 1 :]]
    before, after = (scheme.grade(Counts(TECHNICAL, management=answered(*said))) for said in (results, better))
    assert before.point is not None
    assert after.point is not None
    assert before.interval is not None
    assert after.interval is not None
    assert before.point <= after.point
    assert before.interval.low <= after.interval.low
    # Taking an answer back never raises the low end while another one stays.
    if len(results) > 1:
        fewer = scheme.grade(Counts(TECHNICAL, management=answered(*results[:-1])))
        assert fewer.interval is not None
        assert fewer.interval.low <= before.interval.low


def test_the_autonomy_index_rests_on_proven_origins() -> None:
    layers = (
        LayerCount("database", "domestic_certified", True, 2),
        LayerCount("database", "domestic", True, 2),
        LayerCount("database", "foreign", True, 4),
        LayerCount("database", "domestic", False, 1),
        LayerCount("database", "unknown", False, 1),
    )
    found = all_schemes()["autonomy"].grade(Counts((), layers))
    assert found.point == Decimal("37.50")  # (2·1 + 2·½) ÷ 8
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == (Decimal("30.00"), Decimal("50.00"))
    assert (found.layers[0].domestic, found.layers[0].unproven) == (4, 2)
    assert (found.layers[0].interval.low, found.layers[0].interval.high) == (Decimal("40.00"), Decimal("60.00"))
    assert "coverage A = components of proven origin ÷ all components" in " ".join(line.en for line in found.arithmetic)
    only_unknown = all_schemes()["autonomy"].grade(Counts((), (LayerCount("network", "unknown", False, 9),)))
    assert (only_unknown.point, only_unknown.refusal is not None) == (None, True)


def test_autonomy_and_data_security_are_never_merged() -> None:
    other = ItemCount("da-x", "domestic-autonomy", 3, "high", failed=50)
    for scheme in ("self-check", "mlps-2025", "mlps-2021"):
        assert graded(scheme, item(passed=9), other) == graded(scheme, item(passed=9))


def test_every_arithmetic_line_of_the_score_can_be_recomputed() -> None:
    found = graded("self-check", item("a", 3, "high", failed=2, passed=5), item("b", 1, partial=3, passed=7))
    line = next(line.en for line in found.arithmetic if line.en.startswith("score"))
    formula, _, value = line.removeprefix("score = ").rpartition(" = ")
    assert f"{eval(formula.replace('−', '-').replace('×', '*').replace('÷', '/')):.2f}" == value


ITEMS = st.lists(
    st.builds(
        lambda number, weight, severity, passed, partial, failed, absent, unknown: ItemCount(
            f"r{number}", "data-security", weight, severity, passed, partial, failed, absent, unknown
        ),
        st.integers(0, 5),
        st.integers(1, 3),
        st.sampled_from(["high", "medium", "low"]),
        *[st.integers(0, 6)] * 5,
    ),
    max_size=8,
    unique_by=lambda one: one.rule,
)
SCORES = ("self-check", "mlps-2025", "mlps-2021")
SCORED = st.sampled_from(SCORES)


def ends(grade: Grade) -> tuple[Decimal, Decimal]:
    assert grade.interval is not None
    return grade.interval.low, grade.interval.high


@given(ITEMS, SCORED)
def test_the_point_lies_in_the_interval(items: list[ItemCount], scheme: str) -> None:
    found = graded(scheme, *items)
    if found.point is not None:
        low, high = ends(found)
        assert 0 <= low <= found.point <= high <= 100


@given(
    ITEMS,
    SCORED,
    st.integers(0, 7),
    st.sampled_from([("failed", "partial"), ("failed", "passed"), ("partial", "passed")]),
)
def test_mending_never_lowers_anything(items: list[ItemCount], scheme: str, which: int, move: tuple[str, str]) -> None:
    if not items:
        return
    chosen = items[which % len(items)]
    old, new = move
    if getattr(chosen, old) == 0:
        return
    values = {old: getattr(chosen, old) - 1, new: getattr(chosen, new) + 1}
    mended = [one._replace(**values) if one is chosen else one for one in items]
    before, after = graded(scheme, *items), graded(scheme, *mended)
    assert before.point is not None
    assert after.point is not None
    assert after.point >= before.point
    assert ends(after)[0] >= ends(before)[0]
    assert ends(after)[1] >= ends(before)[1]


@given(ITEMS, SCORED, st.integers(0, 7), st.sampled_from(["passed", "partial", "failed"]))
def test_losing_evidence_never_raises_the_low_end(items: list[ItemCount], scheme: str, which: int, old: str) -> None:
    if not items:
        return
    chosen = items[which % len(items)]
    if getattr(chosen, old) == 0:
        return
    values = {old: getattr(chosen, old) - 1, "not_assessed": chosen.not_assessed + 1}
    lost = [one._replace(**values) if one is chosen else one for one in items]
    before, after = graded(scheme, *items), graded(scheme, *lost)
    assert ends(after)[0] <= ends(before)[0]
    assert ends(after)[1] >= ends(before)[1]


ORIGINS: list[Origin] = [
    "domestic_certified",
    "domestic",
    "domestic_derived",
    "community",
    "licensed",
    "foreign",
    "unknown",
]
LAYER_COUNTS = st.lists(
    st.builds(LayerCount, st.sampled_from(LAYERS), st.sampled_from(ORIGINS), st.booleans(), st.integers(1, 9)),
    max_size=8,
)


@given(LAYER_COUNTS, st.randoms(use_true_random=False))
def test_order_never_matters(layers: list[LayerCount], order: random.Random) -> None:
    shuffled = list(layers)
    order.shuffle(shuffled)
    one, two = (all_schemes()["autonomy"].grade(Counts((), add_layers(some))) for some in (layers, shuffled))
    assert one == two


@given(LAYER_COUNTS)
def test_a_proof_that_is_lost_widens_the_autonomy_interval(layers: list[LayerCount]) -> None:
    if not layers:
        return
    lost = [replace(layers[0], proven=False), *layers[1:]]
    before, after = (all_schemes()["autonomy"].grade(Counts((), add_layers(some))) for some in (layers, lost))
    assert ends(after)[0] <= ends(before)[0]
    assert ends(after)[1] >= ends(before)[1]


RULES = load_packs().rules
VERDICTS = st.lists(
    st.builds(
        AssetVerdict,
        st.sampled_from([rule.id for rule in RULES]),
        st.sampled_from([f"a{n}" for n in range(6)]),
        st.sampled_from(Word),
        st.just("requires"),
        st.booleans(),
    ),
    max_size=30,
    unique_by=lambda verdict: (verdict.rule, verdict.asset),
)
ASSETS = [
    Asset("a0", (), (), city="450100", district="450103", department="water", system="s1", protection_level=3),
    Asset("a1", (), (), city="450100", district="450103", department="water", system="s2", importance="critical"),
    Asset("a2", (), (), city="450100", district="450103", department="", system="s1"),
    Asset("a3", (), (), city="450100", district="", department="power", system="s1"),
    Asset("a4", (), (), city="450200", department="water"),
    Asset("a5", (), ()),
]


@given(VERDICTS, st.randoms(use_true_random=False))
def test_the_roll_up_of_the_parts_is_the_whole(verdicts: list[AssetVerdict], order: random.Random) -> None:
    components = [Component("a0", "database", "v", "p", None, "foreign", "proven", EvidenceClass.HANDSHAKE)]
    rolled = rolled_up(RULES, verdicts, ASSETS, components)
    shuffled = list(verdicts)
    order.shuffle(shuffled)
    assert rolled_up(RULES, shuffled, list(reversed(ASSETS)), components) == rolled
    assert (rolled.whole.kind, rolled.whole.assets) == ("region", len(ASSETS))
    whole = rolled.whole.counts
    assert sum(one.decided + one.not_assessed + one.not_applicable for one in whole.items) == len(verdicts)
    for kind in ("city", "district", "department", "system"):
        parts = rolled.of(kind)
        assert add_items(one for unit in parts for one in unit.counts.items) == whole.items
        assert add_layers(one for unit in parts for one in unit.counts.layers) == whole.layers
    assert add_items(one for counts in rolled.by_level.values() for one in counts.items) == whole.items
    assert add_items(one for counts in rolled.by_importance.values() for one in counts.items) == whole.items


def test_a_waiver_gives_a_second_score_and_leaves_the_first() -> None:
    waived = item(passed=8, failed=2, waived_failed=1)
    assert graded("self-check", waived).point == Decimal("80.00")
    assert graded("self-check", *without_waived([waived])).point == Decimal("88.89")


def test_the_default_schemes_are_shown_without_asking() -> None:
    assert [scheme.name for scheme in schemes_shown()] == ["autonomy", "mlps-2025", "self-check"]
    assert [scheme.name for scheme in schemes_shown(["mlps-2021"])] == [
        "autonomy",
        "mlps-2021",
        "mlps-2025",
        "self-check",
    ]
    assert all(scheme.grade(Counts()).label.zh == "技术自查" for scheme in all_schemes().values())


def test_what_waits_for_a_person_widens_the_interval_and_leaves_the_coverage() -> None:
    found = graded("self-check", item(passed=6, not_assessed=6, manual=5))
    assert (found.coverage_a.part, found.coverage_a.whole) == (6, 7)
    assert ends(found) == (Decimal("50.00"), Decimal("100.00"))


def test_a_department_with_verdicts_of_its_own_stands_once_in_the_tree() -> None:
    named = ("department:450100/450103/water", "city:450100")
    verdicts = [AssetVerdict("da-single-supplier", name, Word.FAIL, "requires") for name in named]
    rolled = rolled_up(RULES, verdicts, ASSETS[:2])
    assert [unit.path for unit in rolled.of("department")] == [("450100", "450103", "water")]
    assert [len(unit.counts.items) for unit in rolled.of("department")] == [1]
    assert rolled.of("city")[0].counts.items[0].failed == 2


def test_the_crypto_scheme_speaks_of_algorithms_alone() -> None:
    rules = load_packs()
    assert all(rules.rule(name) for _, names in crypto_2023.UNITS.values() for name in names)
    assert all(rules.rule(name) for name in crypto_2023.CLEAR_TEXT)
    sm = ItemCount("da-tlcp-offered", "domestic-autonomy", 2, "medium", passed=3, failed=1, not_assessed=1)
    clear = ItemCount("ds-telnet-enabled", "data-security", 3, "high", failed=2)
    found = all_schemes()["crypto-2023"].grade(Counts((sm, clear)))
    assert (found.point, ends(found)) == (Decimal("75.00"), (Decimal("60.00"), Decimal("80.00")))
    assert found.word is None
    assert any("hint at D missing" in line.en for line in found.arithmetic)


@pytest.mark.parametrize(
    ("d", "a", "k", "ra", "rk", "score"),
    [
        (True, True, True, "1", "1", "1.0000"),
        (True, False, True, "0.2", "1", "0.1000"),
        (True, True, False, "1", "1.2", "0.6000"),
        (True, False, False, "1", "1.2", "0.3000"),
        (False, True, True, "1", "1", "0.0000"),
    ],
)
def test_the_score_of_an_object_by_the_rules_of_2023(d: bool, a: bool, k: bool, ra: str, rk: str, score: str) -> None:
    assert crypto_2023.object_score(d, a, k, Decimal(ra), Decimal(rk)) == Decimal(score)
