"""What follows from stored facts: assets and components. Reads and writes the workspace only; the same for scan and replay."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from inventory.asset import Asset, Component
from inventory.components import Known, components
from inventory.errors import ChengjianError, WorkspaceError
from inventory.fact import Fact, all_tables
from inventory.identity import CLASS_TABLES, IDENTITY_COLUMNS, NAME_COLUMNS, Sighting, sighting
from inventory.merge import Place, merge
from inventory.observation import Outcome
from inventory.register import Entry, from_bytes
from inventory.store import Store
from scanner.permit import Permit, in_scope

REGISTER = "scan/register"  # kind of the kept register of a scan; its name is SCAN/register.json
WORKSPACE_REGISTER = "register"  # kind and name of the register that scans of a workspace use by default
TALKS = frozenset({Outcome.ANSWERED, Outcome.CLOSED, Outcome.REFUSED, Outcome.FILTERED})


def derive(store: Store, scan: str) -> list[Asset]:
    """Find the assets and components of a scan and bind its questions to them."""
    assets = assets_of(store, scan)
    parts = components_of(store, scan, assets)
    with store.batch():
        store.put_assets(scan, assets)
        store.put_components(scan, parts)
        store.set_assets_of_questions(scan, {address: asset.id for asset in assets for address in asset.addresses})
    return assets


def register_of(store: Store, scan: str) -> tuple[Entry, ...]:
    """The register that a scan worked with."""
    kept = store.kept(REGISTER).get(f"{scan}/register.json")
    return from_bytes(kept) if kept is not None else ()


def permit_of(store: Store, scan: str) -> Permit:
    """The permit that a scan had. Raises WorkspaceError where it cannot be read any more."""
    try:
        return Permit.model_validate(store.scan(scan)["permit"])
    except ValueError as error:
        raise WorkspaceError(f"the permit of scan {scan} cannot be read", str(store.path or "memory")) from error


def assets_of(store: Store, scan: str) -> list[Asset]:
    """The assets behind what was seen and what is registered within the permit."""
    permit = permit_of(store, scan)
    register = [entry for entry in register_of(store, scan) if in_scope(permit, entry.address) is not None]

    def place_of(address: str) -> Place:
        zone = in_scope(permit, address)
        return Place(zone.name, zone.default_class) if zone is not None else Place()

    assets = list(merge(sightings(store, scan), register, place_of))
    if f"{scan}/register.json" in store.kept(REGISTER):
        return assets
    return [replace(asset, registered=None) for asset in assets]  # without a register nobody can tell


def sightings(store: Store, scan: str) -> Iterator[Sighting]:
    """What each address that talks to us told about itself."""
    observed = store.observations(scan)
    talking: set[str] = set()
    address_of: dict[str, str] = {}
    for question in store.questions(scan):
        address_of[question.id] = question.endpoint.address
        seen = observed.get(question.id)
        if seen is not None and seen.outcome in TALKS:
            talking.add(question.endpoint.address)
    told: dict[str, dict[str, list[Fact]]] = {address: {} for address in talking}
    wanted = (
        {table for table, *_ in IDENTITY_COLUMNS}
        | {table for table, _ in NAME_COLUMNS}
        | set(CLASS_TABLES)
        | {"device_config"}
    )
    for table in sorted(wanted & set(all_tables())):
        for question_id, rows in store.facts(scan, table).items():
            address = address_of.get(question_id)
            if address is None:
                raise ChengjianError(f"facts of {table} without a question: {question_id}")
            told.setdefault(address, {}).setdefault(table, []).extend(rows)
    for address in sorted(told):
        yield sighting(address, told[address])


def components_of(store: Store, scan: str, assets: Sequence[Asset]) -> list[Component]:
    """The products on each asset, judged on the day that the scan ended."""
    row = store.scan(scan)
    day = date.fromisoformat(str(row["ended"] or row["started"])[:10])
    asset_of = {address: asset.id for asset in assets for address in asset.addresses}
    class_of = {asset.id: asset.device_class for asset in assets}
    observed = store.observations(scan)
    owner: dict[str, str] = {}
    for question in store.questions(scan):
        asset = asset_of.get(question.endpoint.address)
        if asset is not None and question.id in observed:
            owner[question.id] = asset
    known: dict[str, list[Known]] = {}
    for table in all_tables():
        for question_id, rows in store.facts(scan, table).items():
            if question_id in owner:
                seen = observed[question_id]
                told = Known(table, rows, seen.evidence_class, seen.evidence)
                known.setdefault(owner[question_id], []).append(told)
    return [part for asset in sorted(known) for part in components(asset, class_of[asset], known[asset], day)]
