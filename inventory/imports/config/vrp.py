"""Huawei VRP: switches and routers (S, CE, AR, NE) and USG firewalls."""

import re
from collections.abc import Callable
from functools import cache

from inventory.configuration import Family, Reading
from inventory.imports.dialects.lines import Dialect, grammar
from inventory.imports.dialects.vrp_grammar import SHARED, TOP
from inventory.imports.dialects.vrp_reading import MEANINGS, read_device


def header_text(line: str) -> Callable[[str], bool] | None:
    """A banner: `header login information "…"` or `header motd %…%`, over as many lines as its closing mark needs."""
    found = re.match(r"\s*header\s+(?:shell|login|motd|legal|incoming)\s+(?:information\s+|file\s+\S+)?(\S)(.*)$", line)
    if found is None or found[1] in found[2]:
        return None
    mark = found[1]
    return lambda text: text.rstrip().endswith(mark) or text.strip().startswith(mark)


def key_text(line: str) -> Callable[[str], bool] | None:
    """Hexadecimal text of a public key or certificate, until the word that ends it."""
    if re.match(r"\s*public-key-code begin|\s*certificate\s+\S+$|\s*pki import .* begin", line):
        return lambda text: "public-key-code end" in text or text.strip() in ("quit", "#")
    return None


@cache
def dialect() -> Dialect:
    """How VRP writes its lines; made once."""
    return Dialect(
        grammar(SHARED, TOP),
        comment=re.compile(r"[#!]|<[\w.\-]+>|\[[\w.\-~*]+\]"),
        resets=re.compile(r"#\s*$"),
        negations=frozenset({"undo"}),
        text_block=lambda line: header_text(line) or key_text(line),
    )


def read(text: str, file: str) -> Reading:
    """Pure."""
    return read_device(text, file, "vrp", "huawei", dialect(), MEANINGS)


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
