"""What the built-in rules say, held to what an auditor and a vendor need: clauses that say it, a way to check again, no phrase
that stands for another rule."""

import re
from collections import Counter

from rules.coverage import clause_coverage
from rules.high_risk import cases
from rules.load import load_packs
from rules.rule import Rule

RULES = load_packs().rules
MLPS = "GB/T 22239-2019 "
# Level 3 → the item of level 2 that asks for the same. Level 2 knows no confidentiality of data, in transit or at rest.
TWINS = {
    "8.1.2.1 c": "7.1.2.1 a",
    "8.1.2.1 d": "7.1.2.1 b",
    "8.1.2.2 a": "7.1.2.2 a",
    "8.1.3.1 a": "7.1.3.1 a",
    "8.1.4.7 a": "7.1.4.7 a",
    "8.1.4.9 a": "7.1.4.8 a",
    "8.1.4.9 b": "7.1.4.8 b",
    "8.1.4.11 a": "7.1.4.10 a",
    "8.1.4.11 b": "7.1.4.10 b",
    **{f"8.1.3.2 {letter}": f"7.1.3.2 {letter}" for letter in "abcd"},
    **{f"8.1.4.1 {letter}": f"7.1.4.1 {letter}" for letter in "abc"},
    **{f"8.1.4.2 {letter}": f"7.1.4.2 {letter}" for letter in "abcd"},
    **{f"8.1.4.3 {letter}": f"7.1.4.3 {letter}" for letter in "abc"},
    **{f"8.1.4.4 {letter}": f"7.1.4.4 {letter}" for letter in "abcde"},
}
WEAKER = {"7.1.2.2 a"}  # level 2 is content with a check of integrity; what ails a certificate does not break it
AGAIN_ZH = re.compile(r"复测|复查|复扫|再次抓包|重新(扫描|评估|导入|读取)|应(返回|为|失败|无|关闭|含|显示|被拒绝)")
AGAIN_EN = re.compile(r"[Tt]est again|[Ss]can again|assess again|import .* again|must ")
WHO = re.compile(r"请.*(单位|部门|法务)")
BASIS = re.compile(r"依据|关联|属管理指标")
SHOWN = re.compile(r"证据|核对|核查")
NUMBER = re.compile(r"(?<![\d.])(\d+(?:\.\d+){2,3})(?![\d.])((?: ?[a-z]\)、?)*)")


def mlps(rule: Rule, scope: str) -> set[str]:
    return {clause.removeprefix(MLPS) for clause in rule.clauses_for(int(scope)) if clause.startswith(MLPS)}


def test_the_vendor_learns_how_to_check_again() -> None:
    told = {rule.id: rule.remediation.vendor for rule in RULES}
    assert [name for name, text in told.items() if not AGAIN_ZH.search(text.zh)] == []
    assert [name for name, text in told.items() if not AGAIN_EN.search(text.en)] == []


def test_the_officer_learns_who_mends_it_and_the_auditor_what_shows_it() -> None:
    told = {rule.id: rule.remediation for rule in RULES}
    assert [name for name, said in told.items() if not WHO.search(said.officer.zh)] == []
    assert [name for name, said in told.items() if not BASIS.search(said.auditor.zh)] == []
    assert [name for name, said in told.items() if not SHOWN.search(said.auditor.zh)] == []


def test_level_2_is_cited_for_what_it_asks_and_nothing_else() -> None:
    for rule in RULES:
        wanted = {TWINS[clause] for clause in mlps(rule, "3") if clause in TWINS}
        assert mlps(rule, "2") <= wanted, rule.id
        assert wanted - mlps(rule, "2") <= WEAKER, rule.id


def test_the_auditor_is_told_clauses_that_the_rule_cites() -> None:
    for rule in RULES:
        listed = [clause for scope in rule.clauses.values() for clause in scope]
        cited = {clause.split(" ", 2)[-1] for clause in listed if clause.startswith("GB")}
        for number, letters in NUMBER.findall(rule.remediation.auditor.zh):
            told = {f"{number} {letter}" for letter in re.findall("[a-z]", letters)} or {number}
            assert number in cases() or told <= cited, (rule.id, told)


def test_no_text_stands_in_two_rules() -> None:
    said = Counter(
        (place, language, getattr(text, language))
        for rule in RULES
        for place, text in (
            ("title", rule.title),
            ("reason", rule.reason),
            ("officer", rule.remediation.officer),
            ("auditor", rule.remediation.auditor),
            ("vendor", rule.remediation.vendor),
        )
        for language in ("zh", "en")
    )
    assert [text for text, times in said.items() if times > 1] == []


def test_what_is_for_declared_critical_infrastructure_alone_is_not_cited_for_others() -> None:
    alone = re.compile(
        r"关键信息基础设施安全保护条例|网络安全法 3[5-9]$|网络安全法 40$|密码法 27$|商用密码管理条例 (38|39|40)$"
    )
    assert [
        (rule.id, clause)
        for rule in RULES
        for scope, listed in rule.clauses.items()
        if scope != "cii"
        for clause in listed
        if alone.match(clause)
    ] == []


def test_every_clause_has_rules_or_is_left_to_a_person_and_says_so() -> None:
    covered = clause_coverage(load_packs())
    assert [one.clause.id for one in covered if one.state == "no rule yet"] == []
    assert [one.clause.id for one in covered if one.rules and one.clause.coverage == "impossible"] == []


def test_a_clause_that_is_automated_is_decided_by_more_than_a_sign() -> None:
    by_id = {rule.id: rule for rule in RULES}
    for one in clause_coverage(load_packs()):
        if one.clause.coverage == "automated":
            assert any(by_id[name].can_fail for name in one.rules), one.clause.id
