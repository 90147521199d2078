"""H3C (and HPE) Comware, versions 5, 7 and 9."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.vrp_reading import read_device


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "comware", "h3c")


FAMILY = Family(
    name="comware",
    kind="device",
    vendor="h3c",
    marks=(
        (r"^\s*version [579]\.\d+(\.\d+)?, (Alpha|Beta|Release|ESS|Feature|Demo)", 8),
        (r"^\s*sysname \S", 3),
        (r"^\s*undo \S", 3),
        (r"^#\s*$", 1),
        (r"^\s*line (vty|class|aux|con)", 3),
        (r"^\s*local-user \S+ class (manage|network)", 4),
        (r"^\s*local-user \S+\s*$", 3),
        (r"^\s*irf (domain|member|mac-address|mode)|^irf-port ", 4),
        (r"^\s*(undo )?(radius|hwtacacs) scheme ", 4),
        (r"^\s*acl (advanced|basic) ", 4),
        (r"^\s*port link-mode (bridge|route)", 3),
        (r"^\s*password-control ", 3),
        (r"^\s*(undo )?ip https? enable", 3),
        (r"^\s*scheduler logfile size", 3),
        (r"^\s*user-role ", 2),
        (r"^\s*authentication-mode scheme", 3),
        (r"^\s*interface (Vlan-interface|Ten-GigabitEthernet|M-GigabitEthernet|FortyGigE|Bridge-Aggregation)", 4),
        (r"^\s*dhcp server ip-pool ", 4),
        (r"^\s*ntp-service unicast-server", 1),
        (r"^\s*info-center loghost", 1),
        (r"^\s*snmp-agent community ", 1),
        (r"^\s*header (motd|login|legal|shell|incoming) \S\s*$", 3),
    ),
    read=read,
)
