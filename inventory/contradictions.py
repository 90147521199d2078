"""Where two sources name different makers for what a system has one of: its operating system, or the device that it is. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from inventory.asset import Component

ONE_OF_A_KIND = frozenset({"operating_system", "network", "security", "video", "ics", "iot"})


def contradictions(parts: Iterable[Component]) -> Iterator[tuple[Component, ...]]:
    """Components of one asset and layer that cannot all be right, in the order of assets and layers."""
    groups: dict[tuple[str, str], list[Component]] = {}
    for part in parts:
        if part.layer in ONE_OF_A_KIND and part.vendor:
            groups.setdefault((part.asset, part.layer), []).append(part)
    for _, group in sorted(groups.items()):
        if len({part.vendor for part in group}) > 1:
            yield tuple(group)


def as_line(address: str, group: Sequence[Component]) -> str:
    """`10.45.1.1 operating_system: Debian (handshake); Kylin V10 (read)`."""
    said = "; ".join(
        f"{' '.join(word for word in (part.product or part.vendor, part.version) if word)} ({part.evidence_class.value})"
        for part in group
    )
    return f"{address} {group[0].layer}: {said}"
