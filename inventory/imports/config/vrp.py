"""Huawei VRP: switches and routers (S, CE, AR, NE) and USG firewalls."""

from inventory.configuration import Family, Reading
from inventory.imports.dialects.vrp_reading import read_device


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "vrp", "huawei")


FAMILY = Family(
    name="vrp",
    kind="device",
    vendor="huawei",
    marks=(
        (r"^(!Software Version |\[)V\d+R\d+", 10),
        (r"^\s*undo \S", 3),
        (r"^\s*sysname \S", 3),
        (r"^#\s*$", 1),
        (r"^\s*user-interface (vty|con|maximum-vty)", 3),
        (r"^\s*security-policy\s*$", 2),
        (r"^\s*ntp-service unicast-server", 1),
        (r"^\s*info-center loghost", 1),
        (r"^\s*local-user \S+ (password (irreversible-cipher|cipher)|privilege level|service-type)", 3),
        (r"^\s*local-aaa-user ", 3),
        (r"^\s*stelnet (ipv4 |ipv6 )?server enable", 3),
        (r"^\s*authentication-scheme ", 2),
        (r"^\s*firewall zone ", 3),
        (r"^\s*hwtacacs-server template|^\s*radius-server template", 3),
        (r"^\s*undo (http|telnet|ftp) (secure-)?server", 1),
        (r"^\s*interface (GE|XGE|10GE|25GE|40GE|100GE|MEth|Eth-Trunk|XGigabitEthernet|GigabitEthernet)\d", 1),
        (r"^\s*ip address-set |^\s*ip service-set ", 3),
        (r"^\s*drop-profile |^\s*vlan batch ", 2),
    ),
    read=read,
)
