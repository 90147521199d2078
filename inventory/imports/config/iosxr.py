"""Cisco IOS XR."""

from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.config.ios import plain_dialect
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect


@cache
def dialect() -> Dialect:
    """How the system writes its lines; made once."""
    return plain_dialect("view top\n  snmp-server vrf -> rpl")


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "iosxr", "cisco", dialect())


FAMILY = Family(
    name="iosxr",
    kind="device",
    vendor="cisco",
    marks=(
        (r"^!! IOS XR", 12),
        (r"^Building configuration", 1),
        (r"^interface (MgmtEth|Bundle-Ether|HundredGigE|TenGigE|GigabitEthernet)\d+(/\w+){2,3}", 5),
        (r"^hostname \S", 2),
        (r"^ ipv4 address ", 4),
        (r"^route-policy \S+\s*$", 2),
        (r"^end-policy|^end-set", 4),
        (r"^router static\s*$", 4),
        (r"^ address-family ipv4 unicast\s*$", 3),
        (r"^line (default|console)\s*$", 3),
        (r"^ssh server v2", 3),
        (r"^taskgroup |^usergroup ", 4),
        (r"^ipv4 access-list ", 4),
        (r"^l2vpn\s*$", 3),
        (r"^vrf \S+\s*$", 2),
        (r"^control-plane\s*$", 1),
        (r"^prefix-set |^(as-path|community)-set ", 4),
        (r"^mpls (ldp|traffic-eng)\s*$", 1),
    ),
    read=read,
)
