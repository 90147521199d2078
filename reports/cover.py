"""The cover: what every paper format says first."""

from reports.section import Cell, Context, Mono
from reports.times import local
from reports.view import SECTIONS


def cover_facts(context: Context) -> tuple[tuple[str, Cell], ...]:
    """Number, permit, time, scope, packs, versions: one pair a line."""
    report = context.source.report
    permit = report.permit
    made = report.generated_from
    networks = [network for zone in permit.zones for network in zone.networks]
    listed = context.listed(networks[:12]) + (f" … ({len(networks)})" if len(networks) > 12 else "")
    return (
        (context.label("report_number"), report.scan.id),
        (context.label("permit"), f"{permit.id}　{permit.issuer}"),
        (
            context.label("scan_time"),
            f"{local(report.scan.started, permit.timezone)} — {local(report.scan.ended, permit.timezone)}",
        ),
        (context.label("environment"), context.word("environment", permit.environment)),
        (context.label("networks"), listed),
        (context.label("exclusions"), _exclusions(context)),
        (context.label("packs"), context.parts(f"{context.say(pack.title)} {pack.version}" for pack in made.packs)),
        (
            context.label("schemes"),
            context.parts(f"{context.say(item.title)} {item.version}" for item in made.schemes),
        ),
        (
            context.label("versions"),
            context.listed(f"{name} {value}" for name, value in sorted(made.versions.items())),
        ),
        (context.label("permit_digest"), Mono(f"sha256:{permit.digest}")),
    )


def _exclusions(context: Context) -> str:
    count = len(context.source.report.scope.exclusions)
    if not count:
        return context.label("none")
    return context.label("exclusion_count", count=count) if "scope" in SECTIONS[context.options.view] else str(count)
