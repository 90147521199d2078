"""OSCAL 1.2.1 assessment results (NIST): assets as inventory items, findings as observations, every rule as an objective.

Identifiers are version-5 UUIDs made from the document's own ids, so that the same report gives the same file.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inventory.canonical import canonical
from inventory.text import Text
from reports.format import Format, Options, Source, Written
from reports.printable import one_line, printable
from reports.report import AssetEntry, FindingEntry, Report, RuleCount, RuleEntry
from reports.words import label, word

VERSION = "1.2.1"
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:chengjian:oscal")
OUR_NAMESPACE = "urn:chengjian:report:1"


def render(source: Source, options: Options, target: Path) -> Written:
    """Write one result."""
    report = source.report
    observations = [_observation(report, finding, options) for finding in source.findings]
    by_rule: dict[str, list[str]] = {}
    for finding, observation in zip(source.findings, observations, strict=True):
        by_rule.setdefault(finding.rule, []).append(observation["uuid"])
    counts = {count.rule: count for count in report.verdicts}
    findings = [
        _finding(report, rule, counts[rule.id], by_rule.get(rule.id, []), options)
        for rule in report.rules
        if rule.id in counts
    ]
    result: dict[str, Any] = {
        "uuid": _uuid("result", report.scan.id),
        "title": _line(report.title.say(options.language)),
        "description": label("self_check_sentence", options.language),
        "start": report.scan.started,
        "end": report.scan.ended,
        "props": [
            _property("simulated", "true" if report.simulated else "false"),
            _property("input-manifest", report.generated_from.input_manifest),
            _property("findings", str(len(observations))),
        ],
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
    }
    items = [_item(asset, options) for asset in report.assets]
    if items:
        result["local-definitions"] = {"inventory-items": items}
    if observations:
        result["observations"] = observations
    if findings:
        result["findings"] = findings
    document = {"assessment-results": {**_head(report, options), "results": [result], **_back(report)}}
    target.write_bytes(canonical(document) + b"\n")
    return Written((target,), len(observations))


def _head(report: Report, options: Options) -> dict[str, Any]:
    return {
        "uuid": _uuid("document", report.scan.id),
        "metadata": {
            "title": _line(report.title.say(options.language)),
            "last-modified": report.scan.ended,
            "version": _line(report.scan.id),
            "oscal-version": VERSION,
        },
        "import-ap": {"href": f"#{_uuid('permit', report.permit.digest)}"},
    }


def _back(report: Report) -> dict[str, Any]:
    permit = {
        "uuid": _uuid("permit", report.permit.digest),
        "title": _line(f"扫描授权书 {report.permit.id}"),
        "description": _text(f"{report.permit.issuer}; {', '.join(report.scope.vantages)}"),
        "rlinks": [{"href": "inputs/permit.json", "hashes": [{"algorithm": "SHA-256", "value": report.permit.digest}]}],
    }
    return {"back-matter": {"resources": [permit]}}


def _item(asset: AssetEntry, options: Options) -> dict[str, Any]:
    props = [_property("asset-id", asset.id), *(_property("ipv4-address", it) for it in asset.addresses if "." in it)]
    props += [_property("ipv6-address", it) for it in asset.addresses if ":" in it]
    for name, value in (("zone", asset.zone), ("department", asset.department), ("system", asset.system)):
        if value.strip():
            props.append(_property(name, value, ours=True))
    name = asset.name or ", ".join(asset.addresses) or asset.id
    return {
        "uuid": _uuid("asset", asset.id),
        "description": _text(f"{name} ({word('device_class', asset.device_class, options.language)})"),
        "props": props,
    }


def _observation(report: Report, finding: FindingEntry, options: Options) -> dict[str, Any]:
    place = finding.address if finding.transport == "none" else f"{finding.address} {finding.port}/{finding.transport}"
    made: dict[str, Any] = {
        "uuid": _uuid("finding", finding.id),
        "title": _line(place or finding.asset),
        "description": _text(finding.reason.say(options.language)),
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": finding.last_seen or report.scan.ended,
        "expires": report.freshness.expires,
        "props": [
            _property("finding-id", finding.id, ours=True),
            _property("verdict", finding.verdict, ours=True),
            _property("severity", finding.severity, ours=True),
            _property("candidate", "true" if finding.candidate else "false", ours=True),
            _property("evidence-class", finding.confidence, ours=True),
        ],
    }
    if ":" not in finding.asset:  # an organisation is no inventory item
        made["subjects"] = [{"subject-uuid": _uuid("asset", finding.asset), "type": "inventory-item"}]
    evidence = [
        {"description": _text(f"{piece.label} +{piece.offset} sha256:{piece.digest} sm3:{piece.sm3}")}
        for piece in finding.evidence
    ]
    if evidence:
        made["relevant-evidence"] = evidence
    return made


def _finding(
    report: Report, rule: RuleEntry, count: RuleCount, observations: list[str], options: Options
) -> dict[str, Any]:
    numbers = {name: count.verdicts.get(name, 0) for name in ("pass", "partial", "fail", "not_assessed")}
    bad, unknown = numbers["fail"] + numbers["partial"], numbers["not_assessed"]
    satisfied = not bad and not unknown and numbers["pass"] > 0
    status = {
        "state": "satisfied" if satisfied else "not-satisfied",
        "reason": "pass" if satisfied else "fail" if bad else "other",
    }
    said = "; ".join(f"{word('verdict', name, options.language)} {number}" for name, number in numbers.items())
    made: dict[str, Any] = {
        "uuid": _uuid("rule", f"{report.scan.id} {rule.id}"),
        "title": _line(rule.title.say(options.language)),
        "description": _text(said),
        "target": {"type": "objective-id", "target-id": rule.id, "status": status},
        "props": [*_clauses(rule)] or [_property("pack", rule.pack, ours=True)],
        "remarks": _text(rule.remediation.auditor.say(options.language)),
    }
    if observations:
        made["related-observations"] = [{"observation-uuid": one} for one in observations]
    return made


def _clauses(rule: RuleEntry) -> Iterator[dict[str, str]]:
    for clause in rule.clauses:
        yield _property("clause", clause, ours=True)


def _property(name: str, value: str, *, ours: bool = False) -> dict[str, str]:
    made = {"name": name, "value": _line(value)}
    return {**made, "ns": OUR_NAMESPACE} if ours or name not in ("asset-id", "ipv4-address", "ipv6-address") else made


def _line(text: str) -> str:
    """One line without blanks at its ends, never empty (OSCAL's string type)."""
    return one_line(text).strip() or "-"


def _text(text: str) -> str:
    return printable(text).strip() or "-"


def _uuid(kind: str, name: str) -> str:
    return str(uuid.uuid5(SPACE, f"{kind}\x1f{name}"))


FORMAT = Format("oscal", ".oscal.json", Text(zh="OSCAL测评结果", en="OSCAL assessment results"), render)
