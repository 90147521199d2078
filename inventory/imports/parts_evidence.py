"""Bills of materials and images as evidence: the list of parts and the release, so that a replay finds the facts again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from inventory.canonical import canonical
from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact
from inventory.facts.host_config import HostConfigFacts
from inventory.imports.sbom import Part
from inventory.supply_chain import facts, sourced

KIND = "parts"


def exchange(address: str, parts: Iterable[Part], release: Mapping[str, str], notes: Mapping[str, str]) -> Exchange:
    """One exchange for a list of parts and the fields of os-release (may be empty)."""
    turns = (
        Turn("parts", received=canonical([asdict(part) for part in parts])),
        Turn("release", received=canonical(dict(release))),
    )
    return Exchange(KIND, Endpoint(address), turns, notes)


def parts_of(evidence: Exchange) -> tuple[Part, ...]:
    """The parts again. Raises NotUnderstood where the evidence holds none."""
    turn = evidence.turn("parts")
    known = {item.name for item in fields(Part)}
    try:
        rows: Any = json.loads(turn.received) if turn is not None else None
        return tuple(Part(**{name: value for name, value in row.items() if name in known}) for row in rows)
    except (ValueError, TypeError, AttributeError) as error:
        raise NotUnderstood("no list of parts") from error


def release_of(evidence: Exchange) -> dict[str, str]:
    """The fields of os-release again."""
    turn = evidence.turn("release")
    return dict(json.loads(turn.received)) if turn is not None and turn.received else {}


def interpret(evidence: Exchange) -> Mapping[str, Sequence[Fact]]:
    """Pure: the rows of `software`, and those of `host_config` that a release tells."""
    release = release_of(evidence)
    told: dict[str, Sequence[Fact]] = {"software": facts(sourced(parts_of(evidence)))}
    if release:
        told["host_config"] = [
            HostConfigFacts(
                os_id=release.get("ID") or None,
                os_name=release.get("PRETTY_NAME") or release.get("NAME") or None,
                os_version=release.get("VERSION_ID") or None,
                os_like=release.get("ID_LIKE") or None,
            )
        ]
    return told
