"""What the commands of Huawei VRP and H3C Comware mean for security."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from inventory.configuration import Reading
from inventory.imports.dialects.device import DeviceNotes, Form, Meaning, number, read_lines
from inventory.imports.dialects.lines import Dialect, Line, grammar, inside
from inventory.imports.dialects.vrp_accounts import lockout, password_control, password_policy
from inventory.imports.dialects.vrp_grammar import SHARED, TOP


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
    """How VRP and Comware, of one descent, write their lines; made once."""
    return Dialect(
        grammar(SHARED, TOP),
        comment=re.compile(r"[#!]|<[\w.\-]+>|\[[\w.\-~*: ]+\]"),
        resets=re.compile(r"#\s*$"),
        negations=frozenset({"undo"}),
        text_block=lambda line: header_text(line) or key_text(line),
    )


def read_device(text: str, file: str, family: str, vendor: str) -> Reading:
    """Read a configuration of either system. Pure."""
    return read_lines(DeviceNotes(family, file, vendor), text, dialect(), MEANINGS, finish)


def finish(notes: DeviceNotes, lines: tuple[Line, ...]) -> None:
    """Statements about a whole view: blocks of remote login lines, rules of a policy that name nothing."""
    held = inside(lines)
    _policy_rules(notes, lines, held)
    _address_objects(notes, lines)
    _login_sources(notes, lines, held)


def _login_sources(notes: DeviceNotes, lines: tuple[Line, ...], held: Mapping[int, list[Line]]) -> None:
    """Sources of remote login are limited on the line, or (Comware 7, VRP) by a list on each server that is on."""
    served = {
        line.words[0]: line
        for line in lines
        if line.view == "top" and line.starts("ssh|telnet", "server", "acl|ipv6") and "acl" in line.words
    }
    limited = {server: line for server, line in served.items() if not line.negated}
    for opener in lines:
        directly = [line for line in held.get(opener.number, ()) if line.openers[-1] is opener]
        if not directly or not _opens_remote_line(opener):  # an empty block says nothing
            continue
        limits = [line for line in directly if line.starts("acl|access-class") or line.starts("ipv6", "access-class")]
        used = [line for line in limits if not line.negated]
        reached = _servers_of(directly)
        open_to_all = [notes.values.get(f"{server}_enabled") for server in reached if server not in limited]
        if used or not limited:
            notes.every("vty_acl", bool(used), used[0].number if used else opener.number)
        elif True in open_to_all:
            notes.every("vty_acl", False, opener.number)
        elif None not in open_to_all:
            notes.every("vty_acl", True, min(line.number for line in limited.values()))


def _servers_of(block: list[Line]) -> tuple[str, ...]:
    """The servers that lead to a block of lines: those that `protocol inbound` names, else both."""
    inbound = [line.words[2:] for line in block if line.starts("protocol", "inbound") and not line.negated]
    return tuple(server for server in ("ssh", "telnet") if not inbound or {server, "all"} & set(inbound[-1]))


def _opens_remote_line(line: Line) -> bool:
    return line.starts("user-interface|line", "vty") and not line.negated and "class" not in line.words


ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - an address that is read, not bound
SCOPE = ("source-address", "destination-address", "service", "source-ip", "destination-ip", "application", "service-port", "app", "user", "source-ip-host", "destination-ip-host", "source-ip-subnet", "destination-ip-subnet", "source-ip-range", "destination-ip-range")  # fmt: skip


def _policy_rules(notes: DeviceNotes, lines: tuple[Line, ...], held: Mapping[int, list[Line]]) -> None:
    for opener in lines:
        if not (opener.starts("rule") and opener.view == "security-policy") or opener.negated:
            continue
        rule = held.get(opener.number, [])
        permits = [line for line in rule if line.starts("action", "permit|pass") and not line.negated]
        limits = [line for line in rule if line.words[0] in SCOPE and line.words[1:2] != ("any",)]
        zones = [line for line in rule if line.starts("source-zone|destination-zone") and line.words[1:2] != ("any",)]
        from_itself = any(line.words[1:] == ("local",) and line.words[0] == "source-zone" for line in zones)
        if from_itself or len({line.words[0] for line in zones}) == 2:
            limits += zones
        disabled = any(line.starts("disable") or (line.negated and line.starts("enable")) for line in rule)
        if permits and not disabled:
            notes.policy_rule(opener.number, permits_all=not limits, at=(permits[0].number,) if not limits else ())


def _address_objects(notes: DeviceNotes, lines: tuple[Line, ...]) -> None:
    """`address 0 0.0.0.0 mask 0` and its kin mean every address."""
    for line in lines:
        if line.view == "object" and line.starts("address") and not line.negated:
            words = line.words
            whole = "0.0.0.0/0" in words or (
                ANY_ADDRESS in words and words[-1] in ("0", ANY_ADDRESS, "255.255.255.255")
            )
            notes.flag("address_set_any", whole, line.number)


def identity(notes: DeviceNotes, line: Line) -> None:
    """Host name, version, banners."""
    if line.view == "top" and line.starts("sysname") and len(line.raw) > 1 and not line.negated:
        notes.name = line.raw[1]
        notes.lines["hostname"] = [line.number]
    elif line.view == "top" and line.starts("version") and len(line.raw) > 1:
        notes.setting("version", " ".join(line.raw[1:])[:120], line.number)
    elif line.starts("header") and not line.negated:
        notes.flag("banner_set", True, line.number)


# A command's first words, a word that it must hold (empty: none), and what it switches on or, negated, off.
SWITCHES: tuple[tuple[tuple[str, ...], str, Callable[[DeviceNotes, bool, int], None]], ...] = (
    (("telnet", "server|ipv6"), "enable", DeviceNotes.telnet),
    (("service-manage", "telnet", "permit"), "", DeviceNotes.telnet),
    (("sysman", "service", "telnet"), "enable", DeviceNotes.telnet),
    (("http", "server|acl"), "enable", DeviceNotes.http),
    (("ip", "http", "enable"), "", DeviceNotes.http),
    (("service-manage", "http", "permit"), "", DeviceNotes.http),
    (("http", "secure-server"), "enable", DeviceNotes.https),
    (("ip", "https", "enable"), "", DeviceNotes.https),
    (("https", "server"), "enable", DeviceNotes.https),
    (("web-manager", "security"), "", DeviceNotes.https),
    (("web-manager", "enable"), "", DeviceNotes.http),
    (("ftp", "server|ipv6"), "enable", DeviceNotes.ftp),
    (("ftp", "ipv6", "server"), "", DeviceNotes.ftp),
    (("tftp", "server|ipv6"), "enable", DeviceNotes.tftp),
    (("tftp", "ipv6", "server"), "", DeviceNotes.tftp),
    (("ssh", "server", "enable"), "", DeviceNotes.ssh),
    (("stelnet|ssh", "server|ipv4|ipv6|stelnet"), "enable", DeviceNotes.ssh),
)


def management(notes: DeviceNotes, line: Line) -> None:
    """Telnet, web, FTP, SSH."""
    on = not line.negated
    if line.view not in ("top", "interface"):
        return
    if line.starts("ssh", "server", "compatible-ssh1x"):
        if "enable" in line.words:
            notes.ssh_versions(first=on, line=line.number)
        return
    for prefix, word, switch in SWITCHES:
        if line.starts(*prefix) and (not word or word in line.words):
            switch(notes, on, line.number)
            break
    if on and (
        line.starts("ssh", "server", "cipher|hmac|key-exchange|dh-exchange|publickey")
        or line.starts("ssh2", "algorithm")
    ):
        notes.ssh_algorithms(line.words[3:], line.number)


def lines_of_login(notes: DeviceNotes, line: Line) -> None:
    """Lines of remote login and the console."""
    if line.view != "line" or not line.openers:
        return
    opener = line.openers[-1]
    remote = _opens_remote_line(opener)
    if line.starts("authentication-mode"):
        mode = line.words[1] if len(line.words) > 1 else ""
        nothing = mode == "none"
        if remote:
            notes.flag("vty_unauthenticated", nothing and not line.negated, line.number)
            notes.flag("vty_password_only", mode == "password", line.number)
            if nothing and not line.negated:
                notes.interest("vty_no_auth", line.number)
        elif "con" in opener.words[1] or "console" in opener.words[1] or "aux" in opener.words[1]:
            notes.every("console_authenticated", not nothing, line.number)
        notes.flag("aaa", mode in ("aaa", "scheme"), line.number)
    elif line.starts("protocol", "inbound") and remote:
        telnet = any(word in ("telnet", "all") for word in line.words[2:])
        notes.telnet(telnet and not line.negated, line.number)
    elif line.starts("idle-timeout") and not line.negated and len(line.words) > 1:
        minutes = number(line.words[1])
        seconds = number(line.words[2]) if len(line.words) > 2 else 0
        if minutes is not None and seconds is not None:
            notes.worst("idle_minutes", minutes + (1 if seconds else 0), line.number, endless=0)
    elif line.starts("set", "authentication", "password") and len(line.raw) > 3:
        notes.password(_form(line.words[3]), line.raw[-1], line.number)


def _form(word: str) -> Form:
    if word in ("simple", "plain", "plaintext"):
        return "plain"
    return "hashed" if word in ("hash", "irreversible-cipher") else "reversible" if word == "des" else "hashed"


def users(notes: DeviceNotes, line: Line) -> None:
    """Local users and their passwords, password policies, lockout."""
    words = line.words
    if line.starts("local-user") and len(words) > 1:
        if line.view == "aaa" and not line.negated:
            notes.user(line.raw[1], line.number)
            if "password" in words:
                _user_password(notes, line, line.raw[1])
        elif line.view == "top" and not line.negated:
            notes.user(line.raw[1], line.number)
    elif line.view == "user-class" and line.starts("password"):
        _user_password(notes, line, line.openers[-1].raw[1] if line.openers else "")
    elif line.starts("super", "password"):
        _user_password(notes, line, "")
    elif line.view == "password-policy" and line.starts("password"):
        password_policy(notes, line)
    elif line.starts("password-control"):
        password_control(notes, line)
    else:
        _plain_keys(notes, line)


def _plain_keys(notes: DeviceNotes, line: Line) -> None:
    """`simple` or `plain` before a key of a protocol: the key stands in the clear."""
    plain = "simple" in line.words or "plain" in line.words
    if plain and line.view in KEYED and any(word.startswith("**") for word in line.words):
        notes.flag("password_plain", True, line.number)
        notes.interest("plain_or_weak_password", line.number)


KEYED = frozenset({"radius", "hwtacacs", "ospf-area", "ospf", "bgp", "interface", "isis"})


def _user_password(notes: DeviceNotes, line: Line, user: str) -> None:
    words = line.words
    at = words.index("password")
    if len(words) > at + 2 and words[at + 1] in (
        "simple",
        "plain",
        "cipher",
        "irreversible-cipher",
        "hash",
        "plaintext",
    ):
        form = _form(words[at + 1])
        if (
            words[at + 1] == "cipher"
            and not line.raw[at + 2].startswith(("%", "$", "<", '"%', "@%", "*"))
            and len(line.raw[at + 2]) < 17
        ):
            form = "plain"  # a password typed after `cipher` is stored in the clear in an edited template
        notes.password(form, line.raw[at + 2], line.number, user=user)


def snmp(notes: DeviceNotes, line: Line) -> None:
    """The SNMP agent (VRP and Comware write it alike)."""
    if not line.starts("snmp-agent"):
        return
    words = line.words
    if len(words) == 1:
        notes.flag("snmp_enabled", not line.negated, line.number)
    if line.negated:
        if line.starts("snmp-agent", "sys-info", "version") and ("v1" in words or "v2c" in words or "all" in words):
            notes.flag("snmp_plain_versions", False, line.number)
        return
    notes.flag("snmp_enabled", True, line.number)
    if line.starts("snmp-agent", "community", "read|write"):
        rest = list(line.raw[3:])
        while rest and rest[0].lower() in ("simple", "cipher"):
            rest.pop(0)
        if rest:
            limited = any(word in ("acl", "mib-view-acl", "acl-name") for word in (item.lower() for item in rest[1:]))
            notes.community(rest[0], line.number, writes=words[2] == "write", limited=limited)
    elif line.starts("snmp-agent", "acl"):
        notes.communities_limited = True
    elif line.starts("snmp-agent", "sys-info", "version"):
        plain = any(word in ("v1", "v2c", "all") for word in words[3:])
        notes.flag("snmp_plain_versions", plain, line.number)
        notes.flag("snmp_v3", any(word in ("v3", "all") for word in words[3:]), line.number)
    elif line.starts("snmp-agent", "group", "v3"):
        notes.flag("snmp_v3", True, line.number)
        notes.every("snmp_v3_privacy", "privacy" in words, line.number)
    elif line.starts("snmp-agent", "usm-user", "v3"):
        notes.flag("snmp_v3", True, line.number)
        if "simple" in words:
            notes.password("plain", line.raw[-1], line.number)


def time_and_logs(notes: DeviceNotes, line: Line) -> None:
    """Time servers, log servers, central authentication."""
    words, on = line.words, not line.negated
    if line.starts("ntp-service|ntp|sntp", "unicast-server|server|ipv6"):
        if on and any(word in ("unicast-server", "server") for word in words):
            notes.count("ntp_servers", line.number)
            notes.interest("ntp_server", line.number)
    elif line.starts("ntp-service|ntp", "authentication", "enable"):
        notes.flag("ntp_authenticated", on, line.number)
    elif line.starts("info-center", "loghost"):
        if on:
            notes.interest("syslog_server", line.number)
            if len(words) > 2 and words[2] not in ("source", "local-time"):
                notes.count("syslog_servers", line.number)
                notes.flag("syslog_encrypted", "ssl-policy" in words, line.number)
    elif line.starts("info-center", "enable"):
        notes.setting("log_buffer", on, line.number)
    elif line.view == "top" and line.starts("hwtacacs-server|radius-server|hwtacacs|radius", "template|scheme") and on:
        notes.interest("aaa_radius_tacacs", line.number)
    elif line.view in ("radius", "hwtacacs") and on:
        if line.starts("primary|secondary", "authentication") or line.starts(
            "radius-server|hwtacacs-server", "authentication"
        ):
            notes.count("aaa_servers", line.number)
            notes.interest("aaa_radius_tacacs", line.openers[-1].number)
    elif line.view == "top" and line.starts("radius-server|hwtacacs-server") and on:
        notes.interest("aaa_radius_tacacs", line.number)
    if (line.view in ("aaa-scheme", "domain")) and line.starts("accounting-mode|accounting") and on:
        notes.flag("accounting", any("tacacs" in word or "radius" in word for word in words[1:]), line.number)


def access(notes: DeviceNotes, line: Line) -> None:
    """Access lists, policies, zones."""
    words, on = line.words, not line.negated
    if line.view == "acl" and line.starts("rule") and on and line.openers:
        name = _list_name(line.openers[-1])
        rest = [word for word in words[1:] if number(word) is None]
        if rest and rest[0] in ("permit", "deny"):
            narrow = [
                word
                for word in rest[1:]
                if word not in ("ip", "ipv6", "logging", "counting", "source", "destination", "any")
            ]
            notes.access_rule(
                name,
                line.number,
                permits_all=rest[0] == "permit" and not narrow and "advanced" in _list_kind(line.openers[-1]),
            )
    elif words[0] == "acl" and line.view == "top" and on:
        notes.access_list(_list_name(line), line.number)
    elif line.view == "security-policy" and line.starts("default", "action|packet-filter"):
        permits = words[2:3] == ("permit",)
        notes.every("default_deny", not permits, line.number)
        if permits:
            notes.interest("permit_any", line.number)
    elif line.starts("default", "action", "permit") or line.starts("firewall", "packet-filter", "default", "permit"):
        notes.every("default_deny", False, line.number)
        notes.interest("permit_any", line.number)
    elif line.starts("firewall", "packet-filter", "default", "deny"):
        notes.every("default_deny", True, line.number)
    elif line.view in ("interface", "zone") and line.starts("packet-filter|traffic-filter|firewall") and on:
        for word in line.raw[1:]:
            notes.list_in_use(word)
    elif "acl" in words and on:
        notes.list_in_use(line.after("acl"))


def _list_name(opener: Line) -> str:
    words = [
        word
        for word in opener.raw[1:]
        if word.lower() not in ("number", "name", "ipv6", "basic", "advanced", "mac", "match-order", "config", "auto")
    ]
    return words[0] if words else ""


def _list_kind(opener: Line) -> str:
    numbers = [number(word) for word in opener.words[1:]]
    value = next((found for found in numbers if found is not None), 0) or 0
    if "advanced" in opener.words or "advance" in opener.words or 3000 <= value < 4000:
        return "advanced"
    return "basic"


def network(notes: DeviceNotes, line: Line) -> None:
    """Further hardening: DHCP snooping, LLDP, weak VPN proposals, SM algorithms."""
    on = not line.negated
    if line.starts("dhcp", "snooping", "enable") or (line.starts("dhcp", "snooping") and len(line.words) == 2):
        notes.flag("dhcp_snooping", on, line.number)
    elif line.view == "top" and (line.starts("lldp", "enable") or line.starts("lldp", "global", "enable")):
        notes.setting("lldp_enabled", on, line.number)
    elif line.view in ("ipsec", "ike") and on and any("algorithm" in word or word == "dh" for word in line.words):
        weak = any(
            word in ("des", "3des", "des-cbc", "3des-cbc", "md5", "group1", "group2", "group5") for word in line.words
        )
        notes.flag("vpn_weak", weak, line.number)
        notes.flag("encryption_sm", any(word.startswith(("sm1", "sm3", "sm4")) for word in line.words), line.number)
    elif (
        line.starts("port-security", "enable")
        or line.starts("dot1x", "enable")
        or (line.view == "top" and line.starts("dot1x") and len(line.words) == 1)
    ):
        notes.flag("port_security", on, line.number)


MEANINGS: tuple[Meaning, ...] = (
    identity,
    management,
    lines_of_login,
    users,
    lockout,
    snmp,
    time_and_logs,
    access,
    network,
)
