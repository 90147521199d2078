"""What the commands of Cisco IOS and its kin mean for security."""

from collections.abc import Callable

from inventory.configuration import Reading
from inventory.imports.dialects import ios_systems
from inventory.imports.dialects.device import DeviceNotes, any_to_any, number, read_lines
from inventory.imports.dialects.lines import Dialect, Line, inside


def read_device(text: str, file: str, family: str, vendor: str, dialect: Dialect) -> Reading:
    """Read a configuration of one of these systems. Pure."""
    own = ios_systems.OWN.get(family, ())
    return read_lines(DeviceNotes(family, file, vendor), text, dialect, (*MEANINGS, *own), _finish)


def _finish(notes: DeviceNotes, lines: tuple[Line, ...]) -> None:
    _login_lines(notes, lines)
    if notes.family in ios_systems.FINISH:
        ios_systems.FINISH[notes.family](notes, lines)


def identity(notes: DeviceNotes, line: Line) -> None:
    """Host name, version, banners."""
    if line.negated:
        return
    if line.view == "top" and line.starts("hostname|sysname|switchname") and len(line.raw) > 1:
        notes.name = line.raw[1].strip('"')
        notes.lines["hostname"] = [line.number]
    elif line.view == "top" and line.starts("version") and len(line.raw) > 1:
        notes.setting("version", " ".join(line.raw[1:])[:120], line.number)
    elif line.starts("banner"):
        notes.flag("banner_set", True, line.number)


# A command's first words, a word that it must hold (empty: none), and what it switches on or, negated, off.
SWITCHES: tuple[tuple[tuple[str, ...], str, Callable[[DeviceNotes, bool, int], None]], ...] = (
    (("ip", "http", "server"), "", DeviceNotes.http),
    (("enable", "service", "web-server", "https"), "", DeviceNotes.https),
    (("enable", "service", "web-server"), "", DeviceNotes.http),
    (("web-server", "enable"), "", DeviceNotes.http),
    (("ip", "http", "secure-server"), "", DeviceNotes.https),
    (("enable", "service", "telnet-server"), "", DeviceNotes.telnet),
    (("feature", "telnet"), "", DeviceNotes.telnet),
    (("telnet", "server"), "", DeviceNotes.telnet),
    (("telnet-server", "enable"), "", DeviceNotes.telnet),
    (("enable", "service", "ssh-server"), "", DeviceNotes.ssh),
    (("feature", "ssh"), "", DeviceNotes.ssh),
    (("ssh", "server", "enable|v2|vrf"), "", DeviceNotes.ssh),
    (("ftp-server",), "enable", DeviceNotes.ftp),
    (("ip", "ftp-server"), "enable", DeviceNotes.ftp),
    (("feature", "ftp"), "", DeviceNotes.ftp),
    (("tftp-server",), "", DeviceNotes.tftp),
    (("feature", "tftp"), "", DeviceNotes.tftp),
)


def management(notes: DeviceNotes, line: Line) -> None:
    """Web, Telnet, FTP, SSH, Smart Install."""
    on = not line.negated
    if line.view != "top":
        return
    for prefix, word, switch in SWITCHES:
        if line.starts(*prefix) and (not word or word in line.words):
            switch(notes, on and "disable" not in line.words, line.number)
            break
    if line.starts("ip", "ssh", "version") or line.starts("ssh", "version") or line.starts("ssh", "server", "v2"):
        if on:  # without a version the system's own default holds, which differs between systems and releases
            notes.ssh_versions(
                first="version" in line.words and "1" in line.words[line.words.index("version") :], line=line.number
            )
            notes.ssh(True, line.number)
    elif on and (
        line.starts("ip", "ssh") or line.starts("ssh", "ciphers|macs|kexalgos|cipher|key-exchange|algorithm|server")
    ):
        notes.ssh_algorithms(line.words[2:], line.number)
    elif line.starts("vstack") and len(line.words) == 1:
        notes.flag("smart_install", on, line.number)
    elif line.starts("ip", "source-route"):
        notes.flag("source_route", on, line.number)


def lines_of_login(notes: DeviceNotes, line: Line) -> None:
    """Settings on lines; what a block lacks is settled when all lines are known."""
    if line.view != "line" or not line.openers:
        return
    opener = line.openers[-1]
    if line.starts("transport", "input") and not opener.starts("line", "template"):
        telnet = not line.negated and any(word in ("telnet", "all", "any") for word in line.words[2:])
        notes.telnet(telnet, line.number)
    elif line.starts("protocol", "inbound"):
        notes.telnet(any(word in ("telnet", "all") for word in line.words[2:]), line.number)
    elif line.starts("exec-timeout"):
        numbers = [number(word) for word in line.words[1:3]]
        if line.negated:
            notes.worst("idle_minutes", 0, line.number, endless=0)
        elif numbers and numbers[0] is not None:
            minutes = numbers[0] + (1 if len(numbers) > 1 and numbers[1] else 0)
            notes.worst("idle_minutes", minutes, line.number, endless=0)
    elif line.starts("login") and _remote(opener) and notes.family in LOGIN_OF_IOS:
        nobody = line.negated and len(line.words) == 1
        notes.flag("vty_unauthenticated", nobody, line.number)
        if nobody:
            notes.interest("vty_no_auth", line.number)
    elif line.starts("authentication", "none") and _remote(opener):
        notes.flag("vty_unauthenticated", True, line.number)
        notes.interest("vty_no_auth", line.number)
    elif line.starts("password|secret") and not line.negated and len(line.raw) > 1:
        _secret(notes, line, 1, "")


# Systems on whose lines `login` asks for the line's one password, and `no login` for nothing.
LOGIN_OF_IOS = frozenset({"ios", "ruijie"})


def _remote(opener: Line) -> bool:
    return opener.starts("line", "vty") or opener.starts("line", "telnet|ssh")


def _login_lines(notes: DeviceNotes, lines: tuple[Line, ...]) -> None:
    """Blocks of remote login lines: access lists, and logins with one shared password."""
    new_model = [line for line in lines if line.starts("aaa", "new-model") and line.view == "top"]
    central = bool(new_model) and not new_model[-1].negated
    if new_model:
        notes.flag("aaa", central, new_model[-1].number)
    held = inside(lines)
    for opener in lines:
        if not (opener.view == "top" and _remote(opener) and not opener.negated):
            continue
        directly = [line for line in held.get(opener.number, ()) if line.openers[-1] is opener]
        limits = [
            line
            for line in directly
            if line.starts("access-class") or line.starts("ipv6|ip", "access-class|access-group")
        ]
        limits = [line for line in limits if not line.negated]
        if directly:
            notes.every("vty_acl", bool(limits), limits[0].number if limits else opener.number)
        logins = [line for line in directly if line.starts("login") and not line.negated]
        if not central and notes.family in LOGIN_OF_IOS:
            shared = [line for line in logins if len(line.words) == 1]
            for line in logins:
                notes.flag("vty_password_only", line in shared, line.number)
        for line in limits:
            for word in line.raw[1:]:
                notes.list_in_use(word)
    none = [
        line
        for line in lines
        if line.starts("aaa", "authentication", "login", "?") or line.starts("aaa", "authentication", "login")
    ]
    for line in none:
        if central and not line.negated and len(line.words) > 4 and line.words[3] == "default":
            open_to_all = line.words[4] == "none"
            notes.flag("vty_unauthenticated", open_to_all, line.number)
            if open_to_all:
                notes.interest("vty_no_auth", line.number)


def _secret(notes: DeviceNotes, line: Line, at: int, user: str) -> None:
    """A password from word `at` on: an optional type, then the text."""
    rest = line.raw[at:]
    if not rest:
        return
    if len(rest) > 1 and rest[1] in ("encrypted", "pbkdf2", "nt-encrypted"):  # ASA: the kind stands behind the text
        notes.password("weak_hash" if rest[1] == "encrypted" else "hashed", rest[0], line.number, user=user)
    elif rest[0].isdecimal() and len(rest) > 1:
        notes.password(ios_systems.form_of(notes.family, rest[0]), rest[1], line.number, user=user)
    elif rest[0] in ("encrypted", "ciphertext", "cipher", "clear", "sha512", "pbkdf2") and len(rest) > 1:
        notes.password("plain" if rest[0] == "clear" else "hashed", rest[1], line.number, user=user)
    elif line.words[at - 1] == "secret" or not rest[0].startswith(("<", "$")):
        notes.password("plain", rest[0], line.number, user=user)


# A command's first words, the word before the number (empty: the last word is it), and the column.
NUMBERS = (
    (("security", "passwords", "min-length"), "", "password_minimum_length"),
    (("password", "policy", "min-size"), "", "password_minimum_length"),
    (("password-policy", "min-length"), "", "password_minimum_length"),
    (("password", "policy", "life-cycle"), "", "password_days"),
    (("login", "block-for"), "attempts", "login_tries"),
    (("security", "authentication", "failure", "rate"), "rate", "login_tries"),
    (("password", "policy", "no-repeat-times"), "", "password_history"),
    (("aaa", "local", "authentication", "attempts"), "", "login_tries"),
    (("login", "lockout|attempts"), "", "login_tries"),
)


def users(notes: DeviceNotes, line: Line) -> None:
    """Users, enable passwords, keys, policies, lockout."""
    words = line.words
    if line.negated:
        return
    for prefix, word, column in NUMBERS:
        if line.starts(*prefix) and (value := number(line.after(word) if word else words[-1])) is not None:
            notes.setting(column, value, line.number)
            return
    if line.starts("username|user") and line.view == "top" and len(words) > 1:
        _user(notes, line)
    elif line.view == "role" and line.starts("password|secret"):
        _secret(notes, line, 1, line.openers[-1].raw[1] if line.openers and len(line.openers[-1].raw) > 1 else "")
    elif line.starts("enable", "password|secret"):
        at = 4 if "level" in words[2:3] else 2
        _secret(notes, line, at, "")
    elif line.starts("enable", "password-display"):
        notes.interest("plain_or_weak_password", line.number)
    elif line.starts("password", "policy", "strong"):
        notes.setting("password_complexity", True, line.number)
    else:
        _other_secrets(notes, line)


def _user(notes: DeviceNotes, line: Line) -> None:
    name, words = line.raw[1].strip('"'), line.words
    notes.user(name, line.number)
    for word in ("password", "secret"):
        if word in words[2:]:
            _secret(notes, line, words.index(word, 2) + 1, name)
            break
    if "nopassword" in words:
        notes.flag("vty_unauthenticated", True, line.number)


def _other_secrets(notes: DeviceNotes, line: Line) -> None:
    """Passwords and keys of protocols: `password 7 …`, `key 0 …`, in whatever view."""
    words = line.words
    for word in ("password", "key", "pre-shared-key", "authentication-key"):
        if (word in words[:-1] and not line.starts("key")) or (
            line.starts("key") and word == "key" and line.view in ("server", "aaa-group")
        ):
            at = words.index(word)
            kind = words[at + 1]
            if kind in ("0", "7") and at + 2 < len(words):
                notes.flag("password_plain", kind == "0", line.number)
                if kind == "0" or word == "password":
                    notes.interest("plain_or_weak_password", line.number)
                return


def snmp(notes: DeviceNotes, line: Line) -> None:
    """The SNMP agent."""
    words = line.words
    if not line.starts("snmp-server|snmp") or line.view not in ("top", "?"):
        return
    if line.negated:
        return
    if line.starts("snmp-server", "community") and len(line.raw) > 2:
        rest = list(line.raw[2:])
        if (
            rest[0].lower() in ("0", "7", "8", "encrypted", "cipher", "2")
            and len(rest) > 1
            and rest[1].lower() not in ("ro", "rw", "view")
        ):
            rest.pop(0)
        lower = [word.lower() for word in rest[1:]]
        writes = "rw" in lower or "network-admin" in lower or "write" in lower
        options = [
            word
            for index, word in enumerate(lower)
            if word not in ("ro", "rw", "view", "group", "read", "write", "systemowner", "sdrowner")
            and (index == 0 or lower[index - 1] not in ("view", "group"))
        ]
        limited = bool(options) or (None if notes.family in ios_systems.SOURCES_ELSEWHERE else False)
        if lower[:1] and lower[0].startswith("use-"):  # NX-OS names the list of a community in a line of its own
            notes.limit_last_community()
        notes.flag("snmp_enabled", True, line.number)
        notes.community(rest[0], line.number, writes=writes, limited=limited)
    elif line.starts("snmp-server", "access-list|access-group|acl"):
        notes.communities_limited = True
    elif line.starts("snmp-server", "group") and "v3" in words:
        notes.flag("snmp_enabled", True, line.number)
        notes.flag("snmp_v3", True, line.number)
        notes.every("snmp_v3_privacy", "priv" in words, line.number)
        if "noauth" in words or "auth" in words:
            notes.service("snmp", "unencrypted_level", True, line.number, 161, transport="udp")
    elif line.starts("snmp-server", "user") and "auth" in words:
        notes.flag("snmp_v3", True, line.number)
        notes.service("snmp", "weak_authentication", "md5" in words, line.number, 161, transport="udp")
        notes.service("snmp", "weak_privacy", "des" in words or "des56" in words, line.number, 161, transport="udp")
    else:
        notes.flag("snmp_enabled", True, line.number)


def time_and_logs(notes: DeviceNotes, line: Line) -> None:
    """Time servers, log servers, central authentication."""
    words, on = line.words, not line.negated
    if line.starts("ntp|sntp", "server|unicast-server") or (line.view == "ntp" and line.starts("server")):
        if on and len(words) > 1:
            notes.count("ntp_servers", line.number)
            notes.interest("ntp_server", line.number)
    elif (
        line.starts("ntp", "authenticate")
        or (line.view == "ntp" and line.starts("authenticate"))
        or line.starts("ntp", "authentication", "enable")
    ):
        notes.flag("ntp_authenticated", on, line.number)
    elif line.starts("logging|syslog", "host|server|?") or line.starts("logging|syslog-server|syslog"):
        _logging(notes, line)
    elif (
        line.starts("radius-server|tacacs-server|tacplus-server|radius|tacacs|aaa-server|aaa") and line.view == "top"
    ) and on:
        if words[0] in ("radius-server", "tacacs-server"):
            notes.interest("aaa_radius_tacacs", line.number)
        if line.starts("radius-server|tacacs-server|tacplus-server", "host|server") or line.starts(
            "radius|tacacs", "server"
        ):
            notes.count("aaa_servers", line.number)
            notes.interest("aaa_radius_tacacs", line.number)
        elif line.starts("aaa", "group", "server") or line.starts("aaa-server"):
            notes.interest("aaa_radius_tacacs", line.number)
        elif line.starts("aaa", "accounting"):
            notes.flag("accounting", "none" not in words, line.number)
    elif line.view == "aaa-group" and line.starts("server|server-private") and on:
        notes.count("aaa_servers", line.number)


def _logging(notes: DeviceNotes, line: Line) -> None:
    words = line.words
    if line.starts("logging", "on") and len(words) == 2:
        notes.setting("log_buffer", not line.negated, line.number)
        return
    if line.starts("logging", "buffered") and not line.negated:
        notes.flag("log_buffer", True, line.number)
        return
    if line.negated or len(words) < 2:
        return
    target = words[2] if words[1] in ("host", "server") and len(words) > 2 else words[1]
    hosts = words[1] in ("host", "server") or bool(ios_systems.ADDRESS.fullmatch(target))
    if hosts and line.view == "top":
        notes.count("syslog_servers", line.number)
        notes.flag("syslog_encrypted", "secure" in words or "tls" in words, line.number)
        notes.interest("syslog_server", line.number)


def access(notes: DeviceNotes, line: Line) -> None:
    """Access lists and where they are used."""
    words, on = line.words, not line.negated
    if line.view == "acl" and line.openers and on:
        entry = words[1:] if words[0] in ("rule", "seq") and len(words) > 2 else words  # ZTE and its kin
        entry = entry[1:] if number(entry[0]) is not None and len(entry) > 1 else entry
        if entry[0] in ("permit", "deny"):
            notes.access_rule(
                line.openers[-1].raw[-1], line.number, permits_all=entry[0] == "permit" and any_to_any(entry[1:])
            )
        if "permit ip any any" in " ".join(words):
            notes.interest("permit_any", line.number)
    elif line.starts("access-list") and on and len(words) > 2:
        name = line.raw[1]
        rest = [word for word in words[2:] if word not in ("line", "extended", "standard")]
        if rest and rest[0] in ("permit", "deny"):
            notes.access_rule(name, line.number, permits_all=rest[0] == "permit" and any_to_any(tuple(rest[1:])))
    elif line.starts("ip|ipv6|ipv4", "access-list") and on and line.view == "top":
        notes.access_list(line.raw[-1], line.number)
    elif line.starts("ip|ipv6|ipv4", "access-group|traffic-filter") and on and len(words) > 2:
        notes.list_in_use(line.raw[2])
    elif line.starts("access-group") and on and len(words) > 1:
        notes.list_in_use(line.raw[1])


def network(notes: DeviceNotes, line: Line) -> None:
    """DHCP snooping, LLDP, port access, weak VPN proposals."""
    on = not line.negated
    if line.starts("ip", "dhcp", "snooping"):
        notes.flag("dhcp_snooping", on, line.number)
    elif line.view == "top" and line.starts("lldp", "run|enable"):
        notes.setting("lldp_enabled", on, line.number)
    elif (
        line.view == "crypto"
        and line.starts("encr|encryption|hash|group|integrity")
        and on
        and line.openers
        and "policy" in line.openers[-1].words
    ) or line.starts("crypto", "ipsec", "transform-set"):
        weak = any(
            word in ("des", "3des", "md5", "esp-des", "esp-3des", "esp-md5-hmac", "ah-md5-hmac") for word in line.words
        )
        weak = weak or (line.starts("group") and line.words[-1] in ("1", "2", "5"))
        notes.flag("vpn_weak", weak, line.number)
    elif line.view == "interface" and (
        line.starts("switchport", "port-security")
        or line.starts("dot1x", "port-control|pae")
        or line.starts("authentication", "port-control")
    ):
        notes.flag("port_security", on, line.number)


MEANINGS = (identity, management, lines_of_login, users, snmp, time_and_logs, access, network)
