"""Cisco IOS and IOS-XE."""

import re
from collections.abc import Callable
from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.dialects.ios_grammar import SHARED, TOP
from inventory.imports.dialects.ios_reading import read_device
from inventory.imports.dialects.lines import Dialect, grammar

BANNER = re.compile(
    r"banner\s+(?:motd|login|exec|incoming|slip-ppp|prompt-timeout|config-save)\s+(\^C|\^\S|\x03|\S)(.*)$"
)
# Besides comments what `show running-config` says around the configuration, and the prompt at which it was asked.
COMMENT = re.compile(
    r"!|:(\s|$)|;|Building configuration|Cryptochecksum:|Current configuration\s*:|Using \d+ out of \d+ bytes|Load for |Time source is "
    r"|[\w.()-]+[#>]\s*(?:show|sho|sh|term|terminal|exit|end|wr|write|en|enable)\b|[\w.()-]+#\s*$"
)
CERTIFICATE = re.compile(r"\s+certificate\s+(?:self-signed|ca|rollover-ca|\w+)(?:\s+\w+)?(?:\s+nvram:\S+)?\s*$")


def free_text(line: str) -> Callable[[str], bool] | None:
    """A banner until its delimiter comes again; hexadecimal text of a certificate until `quit`."""
    found = BANNER.match(line.strip())
    if found is not None:
        mark, rest = found[1], found[2]
        if mark.startswith("^") and mark != "^C":  # a caret as delimiter, its text begins at once
            mark, rest = "^", mark[1:] + rest
        return None if mark in rest else (lambda text: mark in text)
    if CERTIFICATE.match(line):
        return lambda text: text.strip() == "quit" or text.strip() == "!"
    if re.match(r"\s*macro name ", line):
        return lambda text: text.strip() == "@"
    return None


def plain_dialect(own: str = "", *, first: str = "") -> Dialect:
    """How IOS and its kin write their lines, with commands of one system's own; those of `first` open other views than the
    same words do elsewhere."""
    return Dialect(grammar(SHARED, first, TOP, own), comment=COMMENT, resets=re.compile(r"(?!)"), text_block=free_text)


@cache
def dialect() -> Dialect:
    """How IOS writes its lines; made once."""
    return plain_dialect()


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "ios", "cisco", dialect())


FAMILY = Family(
    name="ios",
    kind="device",
    vendor="cisco",
    marks=(
        (r"^version 1[0-9]\.\d+", 4),
        (r"^hostname \S", 3),
        (r"^boot-start-marker", 3),
        (r"^service (timestamps|password-encryption|pad|tcp-keepalives)|^no service ", 3),
        (r"^enable (secret|password) ", 2),
        (r"^aaa new-model|^no aaa new-model", 4),
        (r"^line (con|vty|aux) ", 3),
        (
            r"^ip (classless|cef|subnet-zero|http server|ssh version|domain[- ]lookup|forward-protocol)|^no ip (http|domain|classless|cef)",
            2,
        ),
        (r"^!RANCID-CONTENT-TYPE: cisco\s*$", 8),
        (r"^Building configuration|^Current configuration : \d+ bytes", 3),
        (r"^snmp-server ", 2),
        (r"^router (bgp|ospf|eigrp|rip)", 1),
        (r"^interface (GigabitEthernet|FastEthernet|Ethernet|Serial|Loopback|Vlan|Tunnel|TenGigabitEthernet)", 2),
        (r"^access-list \d+ (permit|deny|remark)|^ip access-list (standard|extended) ", 2),
        (r"^username \S+ (privilege|password|secret)", 1),
        (r"^ntp server |^logging (host|buffered|trap)", 1),
        (r"^banner (motd|login|exec) ", 1),
        (r"exit-address-family", 1),
    ),
    read=read,
)
