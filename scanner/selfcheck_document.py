"""What a self-check tells: one JSON document, SARIF 2.1.0, JUnit, and the annotations of code hosts."""

import xml.etree.ElementTree as ET  # written only, never read
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.configuration import Reading
from rules.verdict import SEVERITIES
from scanner.correction import spoken
from scanner.selfcheck import Checked, Statement
from scanner.selfcheck_source import Source

SCHEMA = "chengjian-selfcheck/1"
BAD = ("fail", "partial")


def is_bad(statement: Statement) -> bool:
    """Whether it counts for `--fail-on`: a fail or partial, confirmed or not."""
    return statement.verdict in BAD


def document(checked: Checked, known: Iterable[str] | None = None) -> dict[str, Any]:
    """The JSON document. `known`: ids of the baseline's findings; each finding then says whether it is new."""
    before = set(known) if known is not None else None
    findings = [_finding(statement, before) for statement in checked.statements]
    bad = [statement for statement in checked.statements if is_bad(statement)]
    return {
        "schema": SCHEMA,
        "summary": {
            "files": len(checked.sources),
            "findings": {word: sum(one.rule.severity == word for one in bad) for word in SEVERITIES},
            "not_assessed": len(checked.not_assessed),
            "conflicts": len(checked.conflicts),
        },
        "findings": findings,
        "not_assessed": [{"rule": rule, "asset": asset, "why": why} for rule, asset, why in checked.not_assessed],
        "parsed": {source.reading.file: parsed(source) for source in checked.sources},
        "conflicts": [
            {
                "address": one.address,
                "port": one.port,
                "table": one.table,
                "column": one.column,
                "said": dict(one.said),
            }
            for one in checked.conflicts
        ],
        **checked.documents,
    }


def parsed(source: Source) -> dict[str, Any]:
    """How far a file was understood, and its lines of interest, without secrets."""
    reading: Reading = source.reading
    return {
        "family": reading.family,
        "lines": reading.lines_total,
        "understood": reading.lines_understood,
        "not_understood": list(reading.not_understood),
        "lines_of_interest": [
            {"line": item.line, "class": item.word, "text": source.line(item.line)} for item in reading.interest
        ],
    }


def _finding(statement: Statement, before: set[str] | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": statement.id,
        "rule": statement.rule.id,
        "title": {"zh": statement.rule.title.zh, "en": statement.rule.title.en},
        "verdict": statement.verdict,
        "candidate": statement.candidate,
        "severity": statement.rule.severity,
        "asset": statement.asset,
        "address": statement.address,
        "port": statement.port,
        "file": statement.file,
        "line": statement.line or None,
        "lines": list(statement.lines),
        "quote": statement.quote,
        "correction": statement.correction,
        "reason": dict(statement.reason),
        "clauses": list(statement.clauses),
    }
    if before is not None:
        told["new"] = is_bad(statement) and statement.id not in before
    return told


LEVELS = {"high": "error", "medium": "warning", "low": "note"}


# How code hosts rank results of security tools: points from 0 to 10.
POINTS = {"high": "8.0", "medium": "5.5", "low": "3.0"}


def sarif(checked: Checked, language: str, version: str, known: Iterable[str] | None = None) -> dict[str, Any]:
    """SARIF 2.1.0 (OASIS): one result a finding, with file and line; with a baseline (`known` ids) also whether it is new."""
    before = set(known) if known is not None else None
    bad = [statement for statement in checked.statements if is_bad(statement)]
    rules = {statement.rule.id: statement.rule for statement in bad}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "chengjian",
                        "version": version,
                        "rules": [
                            {
                                "id": rule.id,
                                "shortDescription": {"text": _say(rule.title, language)},
                                "help": {"text": _say(rule.remediation.vendor, language)},
                                "defaultConfiguration": {"level": LEVELS[rule.severity]},
                                "properties": {"security-severity": POINTS[rule.severity], "tags": ["security"]},
                            }
                            for _, rule in sorted(rules.items())
                        ],
                    }
                },
                "results": [_result(statement, language, before) for statement in bad],
            }
        ],
    }


def _say(text: Any, language: str) -> str:
    return str(text.zh if language == "zh" else text.en)


def message(statement: Statement, language: str) -> str:
    """Reason and corrected line in one sentence or two."""
    reason = statement.reason[language]
    if not statement.correction:
        return reason
    return (
        f"{reason}。应改为：{spoken(statement.correction, language)}"
        if language == "zh"
        else f"{reason}. Should be: {statement.correction}"
    )


def _result(statement: Statement, language: str, before: set[str] | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": statement.rule.id,
        "kind": "fail",
        "level": LEVELS[statement.rule.severity],
        "message": {"text": message(statement, language)},
        "partialFingerprints": {"chengjianFinding/v1": statement.id},
    }
    if before is not None:
        result["baselineState"] = "unchanged" if statement.id in before else "new"
    if statement.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": uri(statement.file)}}
        if statement.line:
            snippet = {"snippet": {"text": statement.quote}} if statement.quote else {}
            place["region"] = {"startLine": statement.line, **snippet}
        result["locations"] = [{"physicalLocation": place}]
    return result


def uri(file: str) -> str:
    """A relative reference (RFC 3986) for a file name."""
    from urllib.parse import quote

    return quote(file.replace("\\", "/").removeprefix("./"), safe="/:!.-_~")


def junit(checked: Checked, language: str) -> bytes:
    """JUnit XML: one suite a file (configuration, bill of materials, image), one case a rule; not assessed is skipped, so
    that it is seen. Rules that no line decides are a suite of their own."""
    root = ET.Element("testsuites", name="chengjian selfcheck")
    told = [source.reading.file for source in checked.sources] + [one.file for one in checked.statements]
    for file in dict.fromkeys(told):
        said = [statement for statement in checked.statements if statement.file == file]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_xml(file),
            tests=str(len(said)),
            failures=str(sum(map(is_bad, said))),
            skipped=str(sum(statement.verdict == "not_assessed" for statement in said)),
        )
        for statement in said:
            case = ET.SubElement(suite, "testcase", classname=_xml(file), name=statement.rule.id)
            if is_bad(statement):
                failure = ET.SubElement(
                    case, "failure", type=statement.rule.severity, message=_xml(message(statement, language))
                )
                failure.text = _xml(f"{file}:{statement.line}: {statement.quote}")
            elif statement.verdict == "not_assessed":
                ET.SubElement(case, "skipped", message=_xml(statement.reason[language]))
    _undecided(root, checked)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _undecided(root: ET.Element, checked: Checked) -> None:
    number = str(len(checked.not_assessed))
    suite = ET.SubElement(root, "testsuite", name="not assessed", tests=number, failures="0", skipped=number)
    for rule, asset, why in checked.not_assessed:
        case = ET.SubElement(suite, "testcase", classname=_xml(asset), name=rule)
        ET.SubElement(case, "skipped", message=_xml(why))


def _xml(text: str) -> str:
    """Characters that XML 1.0 allows."""
    return "".join(
        char
        if char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"
        else "\ufffd"
        for char in text
    )


GITHUB = {"high": "error", "medium": "warning", "low": "notice"}


def github(checked: Checked, language: str) -> str:
    """Workflow commands: one line a finding."""

    def escaped(text: str, *, value: bool = False) -> str:
        text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return text.replace(":", "%3A").replace(",", "%2C") if value else text

    return "\n".join(
        f"::{GITHUB[one.rule.severity]} file={escaped(one.file, value=True)},line={max(1, one.line)},"
        f"title={escaped(one.rule.id, value=True)}::{escaped(message(one, language))}"
        for one in checked.statements
        if is_bad(one) and one.file
    )


GITLAB: Mapping[str, str] = {"high": "critical", "medium": "major", "low": "minor"}


def gitlab(checked: Checked, language: str) -> list[dict[str, Any]]:
    """A Code Quality report."""
    return [
        {
            "description": message(one, language),
            "check_name": one.rule.id,
            "fingerprint": one.id,
            "severity": GITLAB[one.rule.severity],
            "location": {"path": one.file, "lines": {"begin": max(1, one.line)}},
        }
        for one in checked.statements
        if is_bad(one) and one.file
    ]
