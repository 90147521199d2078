"""Bad packs: each mistake is said with file, line and a hint, and nothing is loaded."""

from pathlib import Path

import pytest

from inventory.errors import RuleError
from rules.load import gather, load_files, load_packs, problems

PACK = """id: city
title: {zh: 市级, en: City}
version: "1"
description: {zh: 示例, en: an example}
"""
RULE = """id: cy-redis-open
title: {zh: 未鉴别, en: Not authenticated}
subject: redis
applies: asset.protection_level >= 2
requires: authentication_required
closed: not_applicable
parameters: {}
severity: high
weight: 3
evidence: handshake
clauses:
  3: [GB/T 22239-2019 8.1.4.1 a]
  law: [数据安全法 27]
reason: {zh: "{address}无口令", en: "{address} has no password"}
remediation:
  officer: {zh: 请整改, en: have it mended}
  auditor: {zh: 请核对, en: compare it}
  vendor: {zh: 请设置口令, en: set a password}
examples:
  - {asset: {protection_level: 3}, redis: {authentication_required: false}, verdict: fail}
  - {asset: {protection_level: 3}, redis: {authentication_required: true}, verdict: pass}
  - {asset: {protection_level: 3}, redis: {authentication_required: null}, verdict: not_assessed}
  - {asset: {protection_level: 1}, redis: {authentication_required: null}, verdict: not_applicable}
"""


def files(rule: str = RULE, pack: str = PACK) -> dict[str, bytes]:
    return {"city/pack.yaml": pack.encode(), "city/cy-redis-open.yaml": rule.encode()}


def test_the_good_pack_is_good() -> None:
    ruleset = load_files(files())
    assert [rule.id for rule in ruleset.rules] == ["cy-redis-open"]
    assert ruleset.tables_needed() == {"redis"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "hint"),
    [
        ("severity: high", "severty: high", 8, "unknown field severty", "did you mean severity?"),
        ("severity: high\n", "", 1, "severity is missing", "add it"),
        ("severity: high", "severity: extreme", 8, "severity", "docs/writing-rules.md"),
        ("subject: redis", "subject: rediss", 3, "no fact table rediss", "did you mean redis"),
        ("requires: authentication_required", "requires: authentication_requird", 5, "no column", "did you mean"),
        ("requires: authentication_required", "requires: authentication_required IS NOT NULL", 5, "IS NOT", "compare"),
        (
            "requires: authentication_required",
            "requires: CASE WHEN authentication_required THEN 1 END",
            5,
            "CASE",
            "AND, OR",
        ),
        ("requires: authentication_required", "requires: version >= 6", 5, "mixed types", "SQLite would compare"),
        ("requires: authentication_required", "requires: version >= :least", 5, "no parameter :least", "declare it"),
        ("requires: authentication_required", "requires: asset.registered", 5, "reads no fact", "what was seen"),
        ("parameters: {}", "parameters: {n: {type: integer, default: x, zh: 数, en: n}}", 7, "type integer", "docs"),
        ("parameters: {}", "parameters: {n: {type: integer, default: 1, zh: 数, en: n}}", 7, "never used", "use :n"),
        ("8.1.4.1 a]", "8.1.4.1 z]", 12, "unknown clause", "did you mean"),
        (
            "  3: [GB/T 22239-2019 8.1.4.1 a]",
            "  2: [GB/T 22239-2019 8.1.4.1 a]",
            12,
            "does not belong under 2",
            "under 3",
        ),
        (
            "  - {asset: {protection_level: 3}, redis: {authentication_required: false}, verdict: fail}\n",
            "",
            19,
            "no example for fail",
            "each verdict",
        ),
        (
            "{authentication_required: null}, verdict: not_assessed",
            "{authentication_required: 3}, verdict: not_assessed",
            22,
            "boolean, not int",
            "that type",
        ),
        ("{protection_level: 1}", "{protection: 1}", 23, "no column protection", "did you mean protection_level?"),
        ("{address}无口令", "{adress}无口令", 14, "no column or parameter adress", "did you mean address?"),
        ("{address}无口令", "{address无口令", 14, "braces", "{column}"),
        ("title: {zh: 未鉴别, en: Not authenticated}", "title: {zh: 未鉴别}", 2, "title.en is missing", "add it"),
        ("closed: not_applicable", "closed: not_applicable\nclosed: pass", 7, "written twice", "keep one"),
        ("closed: not_applicable", "closed: [", 8, "not YAML", "check indentation"),
        ("id: cy-redis-open", "id: cy-other-name", 1, "not the name of the file", "make them equal"),
        ("weight: 3", "weight: 9", 9, "weight", "docs/writing-rules.md"),
        (
            "evidence: handshake",
            "high_risk: 6.4.1.1\nevidence: port",
            10,
            "class port never fails",
            "ask for stronger evidence",
        ),
        ("law: [数据安全法 27]", "law: [密码法 27]", 13, "does not belong under law", "under cii"),
        ("weight: 3", "weight: 3\nhigh_risk: 6.4.1.9", 10, "no high-risk case 6.4.1.9", "did you mean 6.4.1."),
        (
            "subject: redis\n",
            "subject: redis\npartial: version LIKE '7%'\n",
            20,
            "no example for partial",
            "each verdict",
        ),
    ],
)
def test_a_mistake_is_said_with_file_line_and_hint(old: str, new: str, line: int, said: str, hint: str) -> None:
    assert old in RULE
    with pytest.raises(RuleError) as caught:
        load_files(files(RULE.replace(old, new, 1)))
    error = caught.value
    assert (error.source, error.where) == ("city/cy-redis-open.yaml", str(line)), str(error)
    assert said in error.message, str(error)
    assert hint in error.hint, str(error)
    assert error.exit_code == 2


def test_all_bad_files_are_named_at_once() -> None:
    found = problems(files(RULE.replace("redis\n", "rediss\n", 1), PACK.replace("version", "versoin")))
    assert [error.source for error in found] == ["city/cy-redis-open.yaml", "city/pack.yaml"]


def test_a_pack_is_a_folder_with_a_name_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such pack folder"):
        load_packs([tmp_path / "missing"])
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "pack.yaml").write_text(PACK)
    with pytest.raises(RuleError, match="not the name of the folder"):
        load_packs([tmp_path / "town"])
    with pytest.raises(RuleError, match=r"no pack\.yaml"):
        load_files({"city/cy-redis-open.yaml": RULE.encode()})
    with pytest.raises(RuleError, match="no pack nowhere"):
        load_files(files(), ["nowhere"])


def test_a_pack_beside_the_built_in_ones(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    ruleset = load_packs([folder], ["city"])
    assert [rule.pack for rule in ruleset.rules] == ["city"]
    assert set(gather([folder])) == set(ruleset.files)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"- a\n- b\n", b"", b"a: !!python/object:os.system {}\n"])
def test_what_is_no_rule_at_all(content: bytes) -> None:
    with pytest.raises(RuleError) as caught:
        load_files({"city/pack.yaml": PACK.encode(), "city/cy-x.yaml": content})
    assert caught.value.source == "city/cy-x.yaml"
