"""What the commands of single systems of the kin of Cisco IOS mean: one system's command or default says nothing in another."""

import re
from collections.abc import Callable

from inventory.imports.dialects.device import DeviceNotes, Form, Meaning, number
from inventory.imports.dialects.lines import Line, inside

ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+", re.IGNORECASE)

# Cisco password types: 0 clear, 4 unsalted SHA-256, 5 MD5, 6 AES with a master key, 7 Vigenère, 8 PBKDF2, 9 scrypt.
FORMS: dict[str, Form] = {"0": "plain", "4": "weak_hash", "5": "weak_hash", "6": "hashed", "7": "reversible", "8": "hashed", "9": "hashed", "10": "hashed"}  # fmt: skip

# Systems that name the sources of a community in other lines than its own: a bare line there does not say "anybody".
SOURCES_ELSEWHERE = frozenset({"asa", "aoscx"})


def form_of(family: str, kind: str) -> Form:
    """How a password of this type is kept. NX-OS writes salted SHA-256 as type 5 too."""
    return "hashed" if (family, kind) == ("nxos", "5") else FORMS.get(kind, "hashed")


def asa(notes: DeviceNotes, line: Line) -> None:
    """Cisco ASA: `http server enable` is the web interface over TLS; `telnet ADDRESS MASK INTERFACE` lets sources in."""
    on = not line.negated
    if line.view != "top":
        return
    if line.starts("http", "server", "enable"):
        notes.https(on, line.number)
        if on:
            notes.interest("http_on", line.number)
    elif line.starts("telnet") and len(line.words) >= 4 and ADDRESS.fullmatch(line.words[1]):
        notes.telnet(on, line.number)


def iosxr(notes: DeviceNotes, line: Line) -> None:
    """Cisco IOS XR: the web server with or without `ssl`, the Telnet server of an address family or VRF."""
    if line.view != "top":
        return
    if line.starts("http", "server"):
        (notes.https if "ssl" in line.words else notes.http)(not line.negated, line.number)
    elif line.starts("telnet", "ipv4|ipv6|vrf") and "server" in line.words:
        notes.telnet(not line.negated, line.number)


def iosxr_templates(notes: DeviceNotes, lines: tuple[Line, ...]) -> None:
    """A template of lines says something where a pool of lines uses it, and nothing where none does."""
    pools = [line for line in lines if line.starts("vty-pool") and "line-template" in line.words and not line.negated]
    held = inside(lines)
    for opener in lines:
        if not opener.starts("line", "template") or len(opener.raw) < 3:
            continue
        users = [pool for pool in pools if pool.after("line-template") == opener.raw[2]]
        for line in held.get(opener.number, ()):
            if not line.starts("transport", "input"):
                continue
            accepts = not line.negated and any(word in ("telnet", "all") for word in line.words[2:])
            if accepts:
                notes.interest("telnet_on", line.number)
            for pool in users:
                notes.telnet(accepts, line.number)
                notes.telnet(accepts, pool.number)


def nxos(notes: DeviceNotes, line: Line) -> None:
    """Cisco NX-OS: the interface for programs, in the clear or over TLS."""
    if line.view == "top" and line.starts("nxapi", "http|https", "port"):
        (notes.http if line.words[1] == "http" else notes.https)(not line.negated, line.number)


def eos(notes: DeviceNotes, line: Line) -> None:
    """Arista EOS: Telnet and the interface for programs have blocks of their own."""
    opener = line.openers[-1] if line.openers else None
    if opener is None:
        return
    if opener.starts("management", "telnet") and line.starts("shutdown"):
        notes.telnet(line.negated, opener.number)
        notes.telnet(line.negated, line.number)
    elif opener.starts("management", "ssh|telnet") and line.starts("idle-timeout"):
        _idle(notes, line)
    elif opener.starts("management", "ssh|telnet") and line.starts("ip", "access-group") and not line.negated:
        notes.every("vty_acl", True, line.number)
        notes.list_in_use(line.raw[2] if len(line.raw) > 2 else "")
    elif opener.starts("management", "api", "http-commands") and line.starts("protocol", "http|https"):
        (notes.http if line.words[1] == "http" else notes.https)(not line.negated, line.number)


def zte(notes: DeviceNotes, line: Line) -> None:
    """ZTE ROS: settings of the lines of Telnet stand behind `line telnet`."""
    if not line.starts("line", "telnet") or len(line.words) < 3:
        return
    if line.starts("line", "telnet", "server"):
        notes.telnet(not line.negated and "disable" not in line.words, line.number)
    elif line.starts("line", "telnet", "idle-timeout"):
        _idle(notes, line)
    elif line.starts("line", "telnet", "access-class") and not line.negated:
        notes.every("vty_acl", True, line.number)
        notes.list_in_use(line.raw[-1])


def aoscx(notes: DeviceNotes, line: Line) -> None:
    """Aruba AOS-CX: a community's rights and a session's length stand below the line that opens them."""
    opener = line.openers[-1] if line.openers else None
    if opener is None or line.negated:
        return
    if opener.starts("cli-session") and line.starts("timeout"):
        _idle(notes, line)
    elif opener.starts("snmp-server", "community") and line.starts("access-level", "rw"):
        notes.flag("snmp_community_write", True, line.number)
        notes.service("snmp", "write_community", True, line.number, 161, transport="udp")


def _idle(notes: DeviceNotes, line: Line) -> None:
    if not line.negated and (minutes := number(line.words[-1])) is not None:
        notes.worst("idle_minutes", minutes, line.number, endless=0)


def other_web(notes: DeviceNotes, line: Line) -> None:
    """Systems on which `http server` is the web interface in the clear."""
    if line.view == "top" and line.starts("http", "server"):
        notes.http(not line.negated and "disable" not in line.words, line.number)


OWN: dict[str, tuple[Meaning, ...]] = {
    "asa": (asa,),
    "iosxr": (iosxr,),
    "nxos": (nxos,),
    "eos": (eos,),
    "aoscx": (aoscx,),
    "ruijie": (other_web,),
    "zte": (other_web, zte),
}
FINISH: dict[str, Callable[[DeviceNotes, tuple[Line, ...]], None]] = {"iosxr": iosxr_templates}
