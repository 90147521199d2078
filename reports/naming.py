"""What things of the document are called on paper: assets, places, owners, schemes, organisations."""

from collections.abc import Mapping

from reports.report import FindingEntry, GradeEntry, Report
from reports.section import Context, Line


def number(value: float | None, unit: str = "") -> str:
    """A figure of a grade, or a dash for none."""
    return "—" if value is None else f"{value:g}{unit}"


def span(lower: float | None, upper: float | None, unit: str = "") -> str:
    """An interval, one figure where both ends are the same, or a dash for none."""
    if lower is None or upper is None:
        return "—"
    return number(lower, unit) if lower == upper else f"{lower:g}–{upper:g}{unit}"


WIDEST = ("region", "city", "district", "department", "system", "asset")


def place(finding: FindingEntry) -> str:
    """Address and port as one writes them; the address alone where the finding is about the whole asset."""
    host = f"[{finding.address}]" if ":" in finding.address else finding.address
    return host if finding.transport == "none" else f"{host}:{finding.port}/{finding.transport}"


def asset_names(context: Context) -> Mapping[str, str]:
    """Asset or organisation id → name; the first address of an asset that has none."""
    if not context.names and isinstance(context.names, dict):
        for unit in context.source.report.organisations:
            context.names[unit.id] = context.say(unit.name)
        for asset in context.source.report.assets:
            context.names[asset.id] = asset.name or (asset.addresses[0] if asset.addresses else asset.id)
    return context.names


def asset_lines(context: Context, asset: str) -> tuple[Line, ...]:
    """How an asset is called in a cell."""
    return (asset_names(context).get(asset, asset),)


def owner_of(finding: FindingEntry) -> str:
    """The owner of the finding, or a dash."""
    return finding.owner or "—"


def headline_grades(report: Report) -> list[GradeEntry]:
    """The grades of the widest subject, one a scheme, in the order of the document."""
    known = [grade for grade in report.grades if grade.subject_kind in WIDEST]
    if not known:
        return []
    widest = min(WIDEST.index(grade.subject_kind) for grade in known)
    return [grade for grade in known if grade.subject_kind == WIDEST[widest]]


def scheme_title(context: Context, scheme: str) -> str:
    """The scheme's own title, or its id where the document does not describe it."""
    for used in context.source.report.generated_from.schemes:
        if used.id == scheme:
            return context.say(used.title)
    return scheme


def organisation_names(context: Context) -> dict[str, str]:
    """Id or code of an organisation → its name."""
    named: dict[str, str] = {}
    for item in context.source.report.organisations:
        named[item.id] = context.say(item.name)
        named.setdefault(item.code, context.say(item.name))
    return named
