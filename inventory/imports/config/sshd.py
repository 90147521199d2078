"""OpenSSH server: sshd_config (OpenSSH manual, sshd_config(5))."""

import re

from inventory.configuration import Family
from inventory.imports.dialects.device import SSH_COLUMNS
from inventory.imports.dialects.service import ServiceNotes, Setting, simple_reader, yes

KNOWN_WORDS = """
acceptenv addressfamily allowagentforwarding allowgroups allowstreamlocalforwarding allowtcpforwarding allowusers
authenticationmethods authorizedkeyscommand authorizedkeyscommanduser authorizedkeysfile authorizedprincipalsfile
authorizedprincipalscommand banner casignaturealgorithms challengeresponseauthentication channeltimeout
chrootdirectory ciphers clientalivecountmax clientaliveinterval compression denygroups denyusers disableforwarding
exposeauthinfo fingerprinthash forcecommand gatewayports gssapiauthentication gssapicleanupcredentials
gssapistrictacceptorcheck gssapikeyexchange hostbasedacceptedalgorithms hostbasedauthentication hostcertificate
hostkey hostkeyagent hostkeyalgorithms ignorerhosts ignoreuserknownhosts include ipqos kbdinteractiveauthentication
kerberosauthentication kerberosorlocalpasswd kerberosticketcleanup kexalgorithms keyregenerationinterval
listenaddress logingracetime loglevel logverbose macs match maxauthtries maxsessions maxstartups modulifile
passwordauthentication permitemptypasswords permitlisten permitopen permitrootlogin permittty permittunnel
permituserenvironment permituserrc persourcemaxstartups pidfile port printlastlog printmotd protocol
pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication pubkeyauthoptions rekeylimit requiredrsasize
revokedkeys rhostsrsaauthentication rsaauthentication securitykeyprovider serverkeybits setenv streamlocalbindmask
streamlocalbindunlink strictmodes subsystem syslogfacility tcpkeepalive trustedusercakeys unusedconnectiontimeout
uselogin usedns usepam useprivilegeseparation versionaddendum x11displayoffset x11forwarding x11uselocalhost
xauthlocation debianbanner
"""
KNOWN = frozenset(KNOWN_WORDS.split())
ALGORITHMS = {
    "ciphers": ("cipher_weak", "cipher_cbc", "cipher_aead", "cipher_none"),
    "macs": ("mac_weak", "mac_sha1"),
    "kexalgorithms": ("kex_weak", "kex_sha1"),
    "hostkeyalgorithms": ("host_key_dss",),
}
OF_ALL_LISTS = {"cipher_aead": True, "cipher_none": False}
ROOT_BY_PASSWORD = {
    "yes": True,
    "no": False,
    "prohibit-password": False,
    "without-password": False,
    "forced-commands-only": False,
}
SWITCHES = {
    "passwordauthentication": "password_login",
    "pubkeyauthentication": "public_key_login",
    "permitemptypasswords": "empty_password",
    "x11forwarding": "x11_forwarding",
    "allowtcpforwarding": "tcp_forwarding",
}


def look(notes: ServiceNotes, found: list[Setting]) -> None:
    """The first value of a directive counts; what stands after `Match` holds for some connections only."""
    ports = [item.value for item in found if item.name == "port" and item.value.isdecimal()]
    port = int(ports[0][:5]) % 65536 if ports else 22
    first: dict[str, Setting] = {}
    for item in found:
        if item.name == "match":
            break
        first.setdefault(item.name, item)
    for name, item in first.items():
        value, line = item.value.lower().strip(), item.line
        if name in SWITCHES:
            notes.put("ssh", SWITCHES[name], yes(value), line, port)
        elif name == "permitrootlogin":
            notes.put("ssh", "root_login", value != "no", line, port)
            notes.put("ssh", "root_password_login", ROOT_BY_PASSWORD.get(value), line, port)
        elif name == "protocol":
            _protocol(notes, "1" in value.split(","), line, port)
        elif name == "maxauthtries" and value.isdecimal():
            notes.put("ssh", "max_tries", int(value[:9]), line, port)
        elif name == "logingracetime" and (seconds := duration(value)) is not None:
            notes.put("ssh", "login_grace_seconds", seconds, line, port)
        elif name in ("allowusers", "allowgroups", "denyusers", "denygroups"):
            notes.put("ssh", "sources_limited", True, line, port)
        elif name == "banner":
            notes.put("ssh", "warning_banner", value != "none", line, port)
        elif name in ALGORITHMS and value[:1] not in ("-", "^"):
            _algorithms(notes, name, value.lstrip("+"), line, port, added=value.startswith("+"))
    _idle(notes, first, port)


def _protocol(notes: ServiceNotes, first: bool, line: int, port: int) -> None:
    notes.put("ssh", "protocol_1", first, line, port)
    if first:
        notes.interest("weak_ssh", line)


def _algorithms(notes: ServiceNotes, name: str, value: str, line: int, port: int, *, added: bool = False) -> None:
    names = value.split(",")
    for column, pattern in SSH_COLUMNS:
        if column in ALGORITHMS[name]:
            weak = any(pattern.fullmatch(item.strip()) for item in names)
            if weak or not added:
                notes.put("ssh", column, weak, line, port)
            elif column in OF_ALL_LISTS:  # `+` adds to the server's own list, which is never without these
                notes.put("ssh", column, OF_ALL_LISTS[column], line, port)
            if weak and column in ("cipher_weak", "cipher_cbc", "mac_weak", "kex_weak", "host_key_dss"):
                notes.interest("weak_ssh", line)


def _idle(notes: ServiceNotes, first: dict[str, Setting], port: int) -> None:
    interval = first.get("clientaliveinterval")
    if interval is None or (seconds := duration(interval.value)) is None:
        return
    count = first.get("clientalivecountmax")
    if seconds == 0:
        notes.put("ssh", "idle_seconds", 0, interval.line, port)
    elif count is not None and count.value.isdecimal():
        notes.put("ssh", "idle_seconds", seconds * int(count.value[:4]), interval.line, port)


def duration(text: str) -> int | None:
    """Seconds of `30`, `2m`, `1h30m`; None where it is something else."""
    if not re.fullmatch(r"(\d{1,7}[smhdw]?)+", text.strip().lower()):
        return None
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "": 1}
    return sum(int(number) * unit[mark] for number, mark in re.findall(r"(\d+)([smhdw]?)", text.strip().lower()))


FAMILY = Family(
    name="sshd",
    kind="service",
    vendor="openbsd",
    marks=(
        (r"(?i)^#?\s*(PermitRootLogin|PubkeyAuthentication|PasswordAuthentication|PermitEmptyPasswords)\s+\S", 4),
        (r"(?i)^#?\s*(HostKey|AuthorizedKeysFile|Subsystem\s+sftp|UsePAM|ClientAliveInterval|MaxAuthTries)\s+\S", 4),
        (r"(?i)^\s*(KexAlgorithms|Ciphers|MACs)\s+\S+,", 3),
        (r"(?i)^#?\s*X11Forwarding\s", 2),
    ),
    read=simple_reader("sshd", KNOWN, look),
    file_names=("sshd_config", "sshd_config.txt", "sshd.conf"),
    layer="application",
)
