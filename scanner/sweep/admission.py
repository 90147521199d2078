"""The permit's decision for many addresses at once: asked once for every stretch of addresses on which it cannot change."""

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from scanner.permit import Network, Permit

_MULTICAST, _BROADCAST, _END = 0xE0000000, 0xFFFFFFFF, 1 << 32


class Admission:
    """For one port, class, intensity and act: which IPv4 addresses (as whole numbers) may be asked, and in which zone they lie.

    What `Permit.decide` says of the first address of a stretch holds for all of it, because stretches end wherever a network
    of the permit begins or ends. Time is not looked at here: the door says before every burst whether the permit still holds.
    """

    def __init__(
        self, permit: Permit, port: int, intensity: int, device_class: str | None = None, act: str = ""
    ) -> None:
        networks = [
            *permit.networks,
            *permit.exclusions,
            *(network for zone in permit.zones for network in zone.networks),
        ]
        self.starts = sorted({0, _MULTICAST, _MULTICAST + (1 << 28), _BROADCAST, *_edges(networks)} - {_END})
        self.zones: list[str | None] = []
        for start in self.starts:
            address = IPv4Address(start)
            zone = permit.zone_of(address)
            allowed = permit.decide(address, port, None, intensity, device_class, act).allowed
            self.zones.append(zone.name if allowed and zone is not None else None)

    def zone(self, address: int) -> str | None:
        """The zone of an address that may be asked; None for all others."""
        return self.zones[self.stretch(address)]

    def stretch(self, address: int) -> int:
        """The number of the stretch that an address lies in, the same for every port of a permit."""
        return bisect_right(self.starts, address) - 1


def _edges(networks: Iterable[Network]) -> set[int]:
    found = set()
    for network in networks:
        if isinstance(network, IPv4Network):
            found |= {int(network.network_address), int(network.broadcast_address) + 1}
    return found
