"""A device on the bench: asked over the network, within a permit, before its files are read beside it."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from inventory.errors import InputError, RefusedByPermit
from inventory.store import Store
from rules.kept_packs import with_builtin
from rules.profile import Profile
from scanner.door import Door
from scanner.gate import sealed
from scanner.judging import Yardstick
from scanner.net import SocketWire
from scanner.pace import Pace
from scanner.permit import Permit
from scanner.permit_file import read_permit
from scanner.pipeline import Options, Pipeline
from scanner.scan import asking, begin, drive, end, reducer, sockets_allowed


def ask(
    target: str,
    permit_file: Path,
    profile: Profile,
    workspace: Path,
    ports: tuple[int, ...] = (),
    packs: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[Store, str]:
    """Scan one address within the permit; gives the open workspace and the scan. `ports` are tried besides the usual ones;
    `packs` are files of packs from outside that the profile names.
    Raises RefusedByPermit where the permit does not name the address, InputError where it is no address."""
    permit, _ = read_permit(permit_file)
    decision = permit.decide(target, at=datetime.now(UTC))
    if not decision.allowed:
        raise RefusedByPermit(f"{target}: {decision.why}")
    held = permit.when(datetime.now(UTC))
    if not held.allowed:
        raise RefusedByPermit(held.why)
    narrow = narrowed(permit, target)
    by = Yardstick(profile, with_builtin(packs, profile.packs))
    store = Store.create(workspace)
    name = begin(store, narrow, (), by)
    door = Door(narrow, SocketWire(), Pace(narrow.pace, time.monotonic), knocks_at_once=max(1, sockets_allowed() - 400))
    options = Options(tables=by.tables, register=(), extra_ports=ports, asking=asking(narrow, None))
    pipeline = Pipeline(store, name, door, options, reducer(workspace), None)
    with sealed():
        state = asyncio.run(drive(pipeline, quiet=True))
    end(store, name, state, door)
    return store, name


def narrowed(permit: Permit, target: str) -> Permit:
    """The same permit for one address alone: zone, intensity and pace stay."""
    zone = permit.zone_of(target)
    if zone is None:
        raise InputError("not an address of the permit", target)
    written = permit.document()
    alone = f"{target}/{128 if ':' in target else 32}"
    zones = [{**one, "networks": [alone]} for one in written["zones"] if one["name"] == zone.name]
    return Permit.model_validate({**written, "networks": [alone], "exclusions": [], "zones": zones})
