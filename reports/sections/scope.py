"""Made by the machine: what was allowed, what was reached, what it cost the targets, and the assets themselves."""

import json
from collections.abc import Iterator, Mapping

from reports.naming import organisation_names
from reports.report import AssetEntry, ComponentEntry
from reports.section import Block, Build, Cell, Chip, Column, Context, Facts, Heading, Line, Mono, Paragraph, Table
from reports.times import local
from reports.words import CODES, in_order

OUTCOMES = tuple(CODES["outcome"])


def scope(context: Context) -> Iterator[Block]:
    """Permit, networks, exclusions, vantage zones, reach per zone, packs, schemes, parameters, versions."""
    report = context.source.report
    permit = report.permit
    made = report.generated_from
    yield Paragraph(context.label("method_sentence"))
    yield Facts(
        (
            (context.label("permit"), (permit.id, Mono(f"sha256:{permit.digest}"))),
            (context.label("issuer"), permit.issuer or "—"),
            (context.label("contact"), permit.contact or "—"),
            (context.label("environment"), context.word("environment", permit.environment)),
            (
                context.label("valid"),
                f"{local(permit.valid_from, permit.timezone)} — {local(permit.valid_to, permit.timezone)}",
            ),
            (context.label("hours"), context.parts(permit.hours)),
            (
                context.label("acts"),
                context.listed(context.word("act", act) for act in permit.acts)
                if permit.acts
                else context.label("none"),
            ),
            (
                context.label("pace"),
                context.parts(f"{context.word('pace', name)} {value}" for name, value in in_order("pace", permit.pace)),
            ),
            (
                context.label("scan_time"),
                f"{local(report.scan.started, permit.timezone)} — {local(report.scan.ended, permit.timezone)}",
            ),
            (context.label("scan_state"), context.word("state", report.scan.state)),
            (context.label("vantage"), context.listed(report.scope.vantages)),
            (context.label("unanswered"), str(report.scope.unanswered_addresses)),
            (
                context.label("packs"),
                tuple(f"{context.say(pack.title)} {pack.version}" for pack in made.packs) or "—",
            ),
            (context.label("profile"), tuple(_profile(context)) or "—"),
            (
                context.label("schemes"),
                tuple(f"{context.say(scheme.title)} {scheme.version}" for scheme in made.schemes) or "—",
            ),
            (
                context.label("versions"),
                context.listed(f"{name} {value}" for name, value in sorted(made.versions.items())),
            ),
            (context.label("manifest"), Mono(f"sha256:{made.input_manifest}")),
        )
    )
    yield from _zones(context)


def _profile(context: Context) -> Iterator[Line]:
    """The profile and everything that it sets apart from the defaults of the rules: for all, and for organisations."""
    for setting in context.source.report.generated_from.profile:
        if setting.name == "id":
            yield context.say(setting.text)
            yield Mono(setting.value)
        elif setting.name == "parameters":
            yield from _set(json.loads(setting.value), "")
        elif setting.name == "overlays":
            for overlay in json.loads(setting.value):
                yield from _set(overlay["parameters"], f"{overlay['organisation']}: ")
        else:
            yield Mono(f"{setting.name} = {setting.value}")


def _set(parameters: Mapping[str, Mapping[str, object]], whose: str) -> Iterator[Line]:
    for rule, changed in sorted(parameters.items()):
        for name, value in sorted(changed.items()):
            yield Mono(f"{whose}{rule} {name} = {value}")


def _zones(context: Context) -> Iterator[Block]:
    report = context.source.report
    if report.permit.zones:
        yield Heading(context.label("networks"))
        yield Table(
            (
                Column(context.label("zone"), 1.2),
                Column(context.label("networks"), 2.4),
                Column(context.label("intensity"), 2.4),
            ),
            [
                (
                    (context.say(zone.title), Mono(zone.name)) if zone.title else zone.name,
                    tuple(Mono(network) for network in zone.networks),
                    context.listed(_intensity(context, name, level) for name, level in sorted(zone.intensity.items())),
                )
                for zone in report.permit.zones
            ],
            total=len(report.permit.zones),
            shown=len(report.permit.zones),
            dense=True,
        )
    yield Heading(context.label("exclusions"))
    if report.scope.exclusions:
        yield Table(
            (Column(context.label("exclusions"), 1), Column(context.label("exclusion_reason"), 2)),
            [(Mono(item.target), item.reason or "—") for item in report.scope.exclusions],
            total=len(report.scope.exclusions),
            shown=len(report.scope.exclusions),
        )
    else:
        yield Paragraph(context.label("none"))
    present = [name for name in OUTCOMES if any(zone.outcomes.get(name) for zone in report.scope.zones)]
    if report.scope.zones:
        yield Heading(context.label("outcome"))
        yield Table(
            (
                Column(context.label("zone"), 1.4),
                Column(context.label("assets_count"), 0.8, "right"),
                *(Column(context.word("outcome", name), 0.8, "right") for name in present),
            ),
            [
                (zone.zone or "—", str(zone.assets), *(str(zone.outcomes.get(name, 0)) for name in present))
                for zone in report.scope.zones
            ],
            total=len(report.scope.zones),
            shown=len(report.scope.zones),
        )


def _intensity(context: Context, device_class: str, level: int) -> str:
    name = "*" if device_class == "default" else context.word("device_class", device_class)
    return f"{name} {level}{context.aside(context.word('intensity', str(level)))}"


def do_no_harm(context: Context) -> Iterator[Block]:
    """What was sent, and that none of it was malformed."""
    harm = context.source.report.do_no_harm
    rows = [(context.word("counter", name), f"{value:,}") for name, value in in_order("counter", harm.counters)]
    rows.append((context.label("malformed"), str(harm.malformed)))
    yield Table(
        (Column(context.label("counter"), 3), Column(context.label("value"), 1, "right")),
        rows,
        total=len(rows),
        shown=len(rows),
    )


def assets(context: Context) -> Iterator[Block]:
    """Every asset with its place, owner, level and components."""
    report = context.source.report
    if not report.assets:
        return
    limit = min(context.row_limit or context.options.page_rows, context.options.page_rows)
    shown = report.assets[:limit]
    names = organisation_names(context)
    yield Table(
        (
            Column(context.label("asset"), 1.7),
            Column(context.label("zone"), 0.9),
            Column(context.label("department"), 1.2),
            Column(context.label("device_class"), 0.9),
            Column(context.label("protection_level"), 0.8),
            Column(context.label("component"), 3.2),
        ),
        (_asset_row(context, asset, names) for asset in shown),
        total=len(report.assets),
        shown=len(shown),
        dense=True,
    )


def _asset_row(context: Context, asset: AssetEntry, organisations: Mapping[str, str]) -> tuple[Cell, ...]:
    names: list[Line] = [asset.name or "—", *(Mono(address) for address in asset.addresses)]
    if asset.registered is False:
        names.append(Chip("candidate", context.label("unregistered")))
    level = "—" if asset.protection_level is None else str(asset.protection_level)
    return (
        tuple(names),
        asset.zone or "—",
        (
            organisations.get(asset.department, asset.department) or "—",
            *((organisations.get(asset.system, asset.system),) if asset.system else ()),
        ),
        context.word("device_class", asset.device_class),
        (level, context.word("importance", asset.importance)),
        tuple(_component(context, item) for item in asset.components) or "—",
    )


def _component(context: Context, item: ComponentEntry) -> str:
    product = " ".join(part for part in (item.vendor, item.product, item.version) if part) or "—"
    origin = context.word("origin", item.origin)
    strength = context.word("strength", item.strength)
    return f"{context.word('layer', item.layer)}: {product}{context.aside(context.listed((origin, strength)))}"


BUILDERS: Mapping[str, Build] = {"scope": scope, "do_no_harm": do_no_harm, "assets": assets}
