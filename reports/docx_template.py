"""DOCX from the customer's own template: Word documents with placeholders such as `{{ title }}`.

`docs/report-templates.md` lists every placeholder. One that is not known is an error with its name; text is escaped, so that
nothing from a device becomes part of the document's structure.
"""

import zipfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from inventory.errors import InputError
from reports.cover import cover_facts
from reports.format import Options, Source, Written
from reports.naming import asset_names, headline_grades, number, organisation_names, owner_of, place, scheme_title, span
from reports.printable import one_line
from reports.report import FindingEntry
from reports.section import Chip, Context, Mono
from reports.sections.findings import rectification_order
from reports.times import day, local

LARGEST = 64 * 1024 * 1024  # bytes of a template, unpacked


def fill(source: Source, options: Options, template: Path, target: Path) -> Written:
    """Fill the template. Raises InputError where it is no DOCX, or has a placeholder that we do not know."""
    _check(template)
    context = Context(source, options, row_limit=options.table_cap)
    values = placeholders(context)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)  # a template only fills in
    try:
        document = DocxTemplate(str(template))
        unknown = sorted(document.get_undeclared_template_variables(environment) - values.keys())
        if unknown:
            known = ", ".join(sorted(values))
            raise InputError(f"unknown placeholder {', '.join(unknown)}", str(template), hint=f"known: {known}")
        document.render(values, environment)
    except UndefinedError as error:
        raise InputError(f"unknown placeholder: {error.message}", str(template)) from error
    except TemplateError as error:
        raise InputError(f"not a valid template: {error}", str(template)) from error
    document.save(str(target))
    shown = len(values["findings"])
    return Written((target,), shown, capped=shown < len(source.findings))


def _check(template: Path) -> None:
    if not template.is_file():
        raise InputError("no such template", str(template))
    try:
        with zipfile.ZipFile(template) as package:
            if "word/document.xml" not in package.namelist():
                raise InputError("not a Word document", str(template))
            if sum(item.file_size for item in package.infolist()) > LARGEST:
                raise InputError(f"larger than {LARGEST} bytes when unpacked", str(template))
    except zipfile.BadZipFile as error:
        raise InputError("not a Word document", str(template)) from error


def placeholders(context: Context) -> dict[str, Any]:
    """Every placeholder with its value: texts, and lists of rows for loops."""
    report = context.source.report
    timezone = report.permit.timezone
    shown = tuple(islice(context.source.findings, context.row_limit))
    findings = _findings(context, shown)
    return {
        "title": _text(context.say(report.title)),
        "number": _text(report.scan.id),
        "simulated": context.label("simulated") if report.simulated else "",
        "statement": context.label("self_check_sentence"),
        "silence": context.label("silence_sentence"),
        "started": local(report.scan.started, timezone),
        "ended": local(report.scan.ended, timezone),
        "date": day(report.scan.ended, timezone),
        "expires": day(report.freshness.expires, timezone),
        "permit": _text(report.permit.id),
        "issuer": _text(report.permit.issuer),
        "permit_digest": report.permit.digest,
        "input_manifest": report.generated_from.input_manifest,
        "vantages": _text(context.listed(report.scope.vantages)),
        "assets_count": str(report.summary.assets),
        "unregistered_count": str(report.summary.unregistered),
        "findings_count": str(len(context.source.findings)),
        "findings_shown": str(len(findings)),
        "high": str(report.summary.findings.get("high", 0)),
        "medium": str(report.summary.findings.get("medium", 0)),
        "low": str(report.summary.findings.get("low", 0)),
        "candidates": str(sum(report.summary.candidates.values())),
        "assessor": _text(report.sign_off.assessor),
        "reviewer": _text(report.sign_off.reviewer),
        "owner": _text(report.sign_off.owner),
        "cover": [{"name": name, "value": _value(value)} for name, value in cover_facts(context)],
        "grades": _grades(context),
        "findings": findings,
        "rectification": [row for _, row in sorted(zip(shown, findings, strict=True), key=_in_order)],
        "first_things": _first_things(context),
        "assets": _assets(context),
        "clauses": _clauses(context),
        "gaps": _gaps(context),
        "exclusions": [
            {"target": _text(item.target), "reason": _text(item.reason)} for item in report.scope.exclusions
        ],
    }


def _text(text: str) -> str:
    return one_line(text) or "—"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (Chip, Mono)):
        return _text(value.text)
    return "；".join(_value(part) for part in value)


def _grades(context: Context) -> list[Mapping[str, Any]]:
    return [
        {
            "name": _text(context.say(grade.name)),
            "scheme": _text(scheme_title(context, grade.scheme)),
            "score": number(grade.point if grade.refusal is None else None),
            "interval": span(grade.lower, grade.upper),
            "conclusion": _text(context.say(grade.refusal or grade.conclusion)),
            "coverage_a": number(grade.coverage_a, "%"),
            "coverage_b": number(grade.coverage_b, "%"),
            "arithmetic": [_text(context.say(step)) for step in grade.arithmetic],
        }
        for grade in headline_grades(context.source.report)
    ]


def _in_order(pair: tuple[FindingEntry, dict[str, Any]]) -> tuple[bool, str, str, int, str, str]:
    return rectification_order(pair[0])


def _findings(context: Context, shown: Sequence[FindingEntry]) -> list[dict[str, Any]]:
    rules = {rule.id: rule for rule in context.source.report.rules}
    names = asset_names(context)
    owner_unit = {asset.id: asset.department for asset in context.source.report.assets}
    units = organisation_names(context)
    rows = []
    for position, finding in enumerate(shown, 1):
        rule = rules.get(finding.rule)
        department = owner_unit.get(finding.asset, "")
        rows.append(
            {
                "number": position,
                "id": finding.id,
                "severity": context.word("severity", finding.severity),
                "rule": finding.rule,
                "title": _text(context.say(rule.title) if rule else finding.rule),
                "asset": _text(names.get(finding.asset, finding.asset)),
                "department": _text(units.get(department, department)),
                "place": _text(place(finding)),
                "verdict": context.word("verdict", finding.verdict),
                "reason": _text(context.say(finding.reason)),
                "clauses": _text(context.parts(finding.clauses)),
                "remediation": _text(context.say(rule.remediation.officer)) if rule else "—",
                "settings": _text(context.say(rule.remediation.vendor)) if rule else "—",
                "check_again": _text(context.say(rule.remediation.auditor)) if rule else "—",
                "evidence": _text(" ".join(f"sha256:{piece.digest[:16]}" for piece in finding.evidence)),
                "owner": _text(owner_of(finding)),
                "due": finding.due,
                "first_seen": day(finding.first_seen, context.source.report.permit.timezone),
                "waiver": _text(finding.waiver),
            }
        )
    return rows


def _first_things(context: Context) -> list[Mapping[str, Any]]:
    from reports.sections.opening import FIRST_THINGS, ranked_rules

    rules = {rule.id: rule for rule in context.source.report.rules}
    return [
        {
            "number": rank,
            "severity": context.word("severity", rules[rule].severity),
            "title": _text(context.say(rules[rule].title)),
            "assets": str(assets),
            "remediation": _text(context.say(rules[rule].remediation.officer)),
        }
        for rank, (rule, assets) in enumerate(ranked_rules(context.source.report)[:FIRST_THINGS], 1)
    ]


def _assets(context: Context) -> list[Mapping[str, Any]]:
    units = organisation_names(context)
    return [
        {
            "name": _text(asset.name),
            "addresses": _text(context.listed(asset.addresses)),
            "zone": _text(asset.zone),
            "department": _text(units.get(asset.department, asset.department)),
            "system": _text(units.get(asset.system, asset.system)),
            "device_class": context.word("device_class", asset.device_class),
            "importance": context.word("importance", asset.importance),
            "protection_level": "—" if asset.protection_level is None else str(asset.protection_level),
        }
        for asset in context.source.report.assets[: context.row_limit]
    ]


def _clauses(context: Context) -> list[Mapping[str, Any]]:
    return [
        {
            "id": _text(clause.id),
            "title": _text(context.say(clause.title)),
            "means": context.word("automation", clause.automation),
            "rules": _text(context.listed(clause.rules)),
            "verdicts": "　".join(
                f"{context.word('verdict', name)} {count}" for name, count in sorted(clause.verdicts.items()) if count
            )
            or "—",
        }
        for clause in context.source.report.coverage.clauses[: context.row_limit]
    ]


def _gaps(context: Context) -> list[Mapping[str, Any]]:
    titles = {rule.id: context.say(rule.title) for rule in context.source.report.rules}
    names = asset_names(context)
    return [
        {
            "title": _text(titles.get(gap.rule, gap.rule)),
            "asset": _text(names.get(gap.asset, gap.asset)),
            "place": _text(gap.address if gap.transport == "none" else f"{gap.address}:{gap.port}/{gap.transport}"),
            "why": context.word("why", gap.why),
            "reason": _text(gap.reason),
        }
        for gap in context.source.report.not_assessed[: context.row_limit]
    ]
