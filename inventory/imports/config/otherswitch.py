"""Switches of Brocade, Ruckus, Extreme, Mellanox and MRV, with commands like those of IOS: recognised; only lines of interest are read."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.tolerant import read_tolerant


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_tolerant(text, file, "otherswitch", "other", r"\s*hostname (\S+)")


FAMILY = Family(
    name="otherswitch",
    kind="device",
    vendor="other",
    marks=(
        (r"^ver \d\d\.\d", 6),
        (r"^(module \d|stack unit \d|lag \S+ dynamic id|system-max )", 5),
        (r"^## (Active saved database|Running-config)", 8),
        (r"^\s+untagged ethe |^\s+tagged ethe ", 6),
        (r"^port description \d|^port media-select|^rsyslog \d", 5),
        (r"^remark # ", 5),
        (r"^\s+ports ethernet |^\s+primary-port \d|^ port-name .* ethernet \d", 10),
        (r"^(no )?dual-mode-default-vlan|^cam-partition |^management-vrf |^(no )?route-only", 10),
        (r"^(no )?port (media-select|flood-limiting|tag-outbound-mode|advertise) ", 14),
        (r"^interface vlan vif\d", 14),
        (r'^admin user "|^zone "|^rule id \d+\s*$', 10),  # Hillstone
        (r"^\s+manage (telnet|http|https|ssh|ping)\s*$", 6),
        (r"^configure (system|communications|user-security)", 5),
        (r"^virtual-switch create|^traffic-services |^l2-cft ", 6),
    ),
    read=read,
)
