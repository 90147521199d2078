"""Gathering what a device configuration says, each value with the lines that it stands on."""

import re
from collections.abc import Callable, Iterable
from typing import Literal

from inventory.configuration import Interest, Reading, Row, Value
from inventory.endpoint import Transport
from inventory.imports.dialects.lines import Dialect, Line, Parsed, parse

DEFAULT_COMMUNITIES = frozenset(
    {"public", "private", "community", "snmp", "cisco", "admin", "write", "manager", "default"}
)
SHARED_ACCOUNTS = frozenset(
    {"admin", "administrator", "root", "cisco", "huawei", "h3c", "ruijie", "zte", "user", "test", "guest"}
)
Form = Literal["plain", "reversible", "weak_hash", "hashed"]
WEAK_PASSWORDS = frozenset(
    {"admin", "admin123", "admin@123", "admin@huawei", "admin@huawei.com", "password", "123456", "12345678", "cisco",
     "huawei", "h3c", "ruijie", "zte", "root", "default", "huawei@123", "changeme", "888888", "000000", "111111",
     "test", "guest", "user", "ruijie@123", "zxr10", "zsr", "h3capadmin", "1234", "12345"}
)  # fmt: skip


class DeviceNotes:
    """Values of the `device_config` row and further rows of one file, gathered line by line."""

    def __init__(self, family: str, file: str, vendor: str) -> None:
        self.family = family
        self.file = file
        self.name = ""
        self.users: set[str] = set()
        self.lists: dict[str, list[int]] = {}
        self.used: set[str] = set()
        self.values: dict[str, Value] = {"os": family, "vendor": vendor} if vendor else {}
        self.lines: dict[str, list[int]] = {}
        self.seen: set[Interest] = set()
        self.services: dict[tuple[str, Transport, int], tuple[dict[str, Value], dict[str, list[int]]]] = {}
        self.communities: dict[int, bool | None] = {}  # line → whether sources are limited; None: said elsewhere
        self.communities_limited = False  # by a line of its own, which holds for all of them

    def flag(self, column: str, value: bool, line: int) -> None:
        """A yes or no, where one yes outweighs any no; the lines are those that say what counts."""
        before = self.values.get(column)
        if before is None or (value and not before):
            self.values[column] = value
            self.lines[column] = [line]
        elif before == value:
            self.lines[column].append(line)

    def setting(self, column: str, value: Value, line: int) -> None:
        """A value that a later line replaces."""
        self.values[column] = value
        self.lines[column] = [line]

    def every(self, column: str, value: bool, line: int) -> None:
        """A yes or no that must hold everywhere: one no outweighs any yes."""
        before = self.values.get(column)
        if before is None or (before and not value):
            self.values[column] = value
            self.lines[column] = [line]
        elif before == value:
            self.lines[column].append(line)

    def count(self, column: str, line: int) -> None:
        """One more of something."""
        self.values[column] = int(self.values.get(column, 0)) + 1
        self.lines.setdefault(column, []).append(line)

    def worst(self, column: str, value: int, line: int, *, endless: int | None = None) -> None:
        """The highest value, where `endless` (say 0 for never) counts above all others."""
        before = self.values.get(column)
        if before is None or (value == endless, value) > (before == endless, int(before)):
            self.values[column] = value
            self.lines[column] = [line]

    def interest(self, word: str, line: int) -> None:
        """Mark a line of interest."""
        self.seen.add(Interest(line, word))

    def service(
        self,
        table: str,
        column: str,
        value: Value,
        line: int,
        port: int,
        *,
        every: bool = False,
        transport: Transport = "tcp",
    ) -> None:
        """A value in another fact table, on the port of the service; a yes outweighs a no, or with `every` a no a yes."""
        values, lines = self.services.setdefault((table, transport, port), ({}, {}))
        before = values.get(column)
        if before == value:
            lines[column].append(line)
        elif before is None or not isinstance(value, bool) or value is not every:
            values[column] = value
            lines[column] = [line]

    # what every family knows

    def community(self, text: str, line: int, *, writes: bool, limited: bool | None) -> None:
        """A community of SNMP version 1 or 2c. `limited`: whether the line names the sources that may ask; None where the
        system says so in another place."""
        default = is_default_community(text)
        self.flag("snmp_plain_versions", True, line)
        self.flag("snmp_community_default", default, line)
        self.flag("snmp_community_write", writes, line)
        self.communities[line] = limited
        for column, value in (
            ("plain_versions", True),
            ("default_community", default),
            ("write_community", writes),
            ("default_write_community", default and writes),
        ):
            self.service("snmp", column, value, line, 161, transport="udp")
        self.interest("snmp_community", line)
        if default:
            self.interest("snmp_default_string", line)

    def limit_last_community(self) -> None:
        """A line of its own limits the sources of the community that was named last."""
        for line in list(self.communities)[-1:]:
            self.communities[line] = True

    def password(self, form: Form, text: str, line: int, *, user: str = "") -> None:
        """A password of a user or line; `text` may be hidden already."""
        self.flag("password_plain", form == "plain", line)
        self.flag("password_reversible", form == "reversible", line)
        if form != "reversible":
            self.flag("password_weak_hash", form == "weak_hash", line)
        if form == "plain":
            self.flag("password_default", is_weak_password(text, user), line)
        if form in ("plain", "reversible"):
            self.interest("plain_or_weak_password", line)

    def user(self, name: str, line: int) -> None:
        """A local user."""
        if name.lower() not in self.users:
            self.users.add(name.lower())
            self.count("local_users", line)
        self.flag("shared_account", name.lower() in SHARED_ACCOUNTS, line)

    def telnet(self, on: bool, line: int) -> None:
        """A Telnet server, or a line that accepts Telnet."""
        self.flag("telnet_enabled", on, line)
        self.service("telnet", "answers", on, line, 23)
        if on:
            self.interest("telnet_on", line)

    def http(self, on: bool, line: int) -> None:
        """A web server without TLS."""
        self.flag("http_enabled", on, line)
        if on:
            self.interest("http_on", line)

    def ftp(self, on: bool, line: int) -> None:
        """An FTP server of a device: it takes logins in the clear."""
        self.flag("ftp_enabled", on, line)
        if on:
            self.service("ftp", "plain_login", True, line, 21)
            self.service("ftp", "tls_required", False, line, 21)
            self.service("ftp", "implicit_tls", False, line, 21)
            self.interest("ftp_on", line)

    def https(self, on: bool, line: int) -> None:
        """A web server with TLS."""
        self.flag("https_enabled", on, line)

    def tftp(self, on: bool, line: int) -> None:
        """A TFTP server."""
        self.flag("tftp_enabled", on, line)
        if on:
            self.interest("ftp_on", line)

    def ssh(self, on: bool, line: int) -> None:
        """An SSH server."""
        self.flag("ssh_enabled", on, line)

    def ssh_versions(self, *, first: bool, line: int) -> None:
        """Whether SSH protocol 1 is accepted."""
        self.setting("ssh_version", 1 if first else 2, line)
        self.service("ssh", "protocol_1", first, line, 22)
        if first:
            self.interest("weak_ssh", line)

    def ssh_algorithms(self, words: Iterable[str], line: int) -> None:
        """Names of algorithms that the SSH server is told to offer."""
        names = [part for word in words for part in word.lower().replace("_", "-").split(",") if part]
        for column, pattern in SSH_COLUMNS:
            if any(pattern.fullmatch(name) for name in names):
                self.service("ssh", column, True, line, 22)
                if column in ("cipher_weak", "cipher_cbc", "mac_weak", "kex_weak", "host_key_dss"):
                    self.interest("weak_ssh", line)
        for column, pattern in SSH_KINDS:
            if any(pattern.fullmatch(name) for name in names):
                for judged in SSH_OF_KIND[column]:
                    self.service("ssh", judged, False, line, 22)

    def access_list(self, name: str, line: int) -> None:
        """An access list begins, or goes on."""
        if name not in self.lists:
            self.lists[name] = []
            self.count("acl_count", line)

    def access_rule(self, name: str, line: int, *, permits_all: bool) -> None:
        """A rule of an access list; whether the list is in use may be said elsewhere in the file."""
        self.access_list(name, line)
        self.count("acl_rule_count", line)
        if permits_all:
            self.lists[name].append(line)
            self.interest("permit_any", line)

    def list_in_use(self, name: str) -> None:
        """An access list is bound to an interface, a line or a service."""
        self.used.add(name)

    def policy_rule(self, line: int, *, permits_all: bool, at: tuple[int, ...] = ()) -> None:
        """A rule of a policy that is always in use."""
        self.flag("acl_permit_any", permits_all, line)
        if permits_all:
            self.lines["acl_permit_any"].extend(at)
            for number in (line, *at):
                self.interest("permit_any", number)

    def _settle_communities(self) -> None:
        for line, own in self.communities.items():
            limited = own or self.communities_limited or own
            if limited is not None:
                self.flag("snmp_community_unlimited", not limited, line)
                self.service("snmp", "access_limited", limited, line, 161, transport="udp", every=True)

    def _settle_lists(self) -> None:
        for name, lines in self.lists.items():
            if name in self.used:
                for line in lines:
                    self.flag("acl_permit_any", True, line)
        if self.used & set(self.lists) and "acl_permit_any" not in self.values:
            self.values["acl_permit_any"] = False
            self.lines["acl_permit_any"] = list(self.lines["acl_count"])

    def reading(self, parsed: Parsed) -> Reading:
        """The finished reading."""
        self._settle_lists()
        self._settle_communities()
        self.values |= {"lines": parsed.total, "understood": parsed.total - len(parsed.not_understood)}
        if self.name:
            self.values["hostname"] = self.name
        spoken = bool(set(self.values) - {"lines", "understood"})
        rows = [Row("device_config", dict(self.values), _tuples(self.lines))] if spoken else []
        for (table, transport, port), (values, lines) in sorted(self.services.items()):
            rows.append(Row(table, dict(values), _tuples(lines), transport, port))
        missed = parsed.not_understood
        return Reading(
            self.family, self.file, "device", tuple(rows), tuple(sorted(self.seen)), parsed.total,
            parsed.total - len(missed), missed, self.name,
        )  # fmt: skip


Meaning = Callable[[DeviceNotes, Line], None]


def read_lines(
    notes: DeviceNotes,
    text: str,
    dialect: Dialect,
    meanings: Iterable[Meaning],
    finish: Callable[[DeviceNotes, tuple[Line, ...]], None],
) -> Reading:
    """Parse, let every meaning look at every line, then `finish` at what spans several, and gather."""
    parsed = parse(text, dialect)
    for line in parsed.lines:
        for meaning in meanings:
            meaning(notes, line)
    finish(notes, parsed.lines)
    return notes.reading(parsed)


def _tuples(lines: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(dict.fromkeys(at)) for name, at in lines.items()}


def is_default_community(text: str) -> bool:
    """Whether a community is a published default."""
    return text.strip("\"'").lower() in DEFAULT_COMMUNITIES


def is_weak_password(text: str, user: str = "") -> bool:
    """Whether a password is a published default or the user's own name; the hidden form says `**weak**`."""
    plain = text.strip("\"'").lower()
    return plain in WEAK_PASSWORDS or (bool(user) and plain == user.lower()) or plain == "**weak**"


SSH_COLUMNS = (
    (
        "cipher_weak",
        re.compile(r"arcfour\w*|rc4|3?des(-(cbc|ede3))?|3des(-[a-z]+)*|blowfish.*|cast128.*|idea.*|seed.*"),
    ),
    ("cipher_aead", re.compile(r".*gcm.*|chacha20.*")),
    ("cipher_none", re.compile(r"none")),
    ("cipher_cbc", re.compile(r".*-cbc|.*-cbc@.*")),
    ("mac_weak", re.compile(r"(hmac-)?md5(-96)?.*|(hmac-)?sha1-96.*|umac-64.*|none")),
    ("mac_sha1", re.compile(r"(hmac-)?sha1(-96)?")),
    ("kex_weak", re.compile(r"(diffie-hellman|dh)-group1(-sha1)?|(diffie-hellman|dh)-group-exchange-sha1")),
    ("kex_sha1", re.compile(r"(diffie-hellman|dh)-group.*-sha1")),
    ("host_key_dss", re.compile(r"(ssh-)?(dss|dsa)")),
    ("cipher_sm4", re.compile(r"sm4.*")),
    ("mac_sm3", re.compile(r"(hmac-)?sm3.*")),
)
SSH_KINDS = (
    ("cipher", re.compile(r"(aes|3?des|arcfour|chacha|blowfish|sm4|rc4|cast|camellia).*")),
    ("mac", re.compile(r"(hmac|umac|md5|sha1|sha2|sha256|sha512|sm3).*")),
    ("kex", re.compile(r"(diffie-hellman|dh-group|ecdh|curve25519|sm2-kep|sntrup|mlkem).*")),
)
SSH_OF_KIND = {
    "cipher": ("cipher_weak", "cipher_cbc", "cipher_aead", "cipher_none"),
    "mac": ("mac_weak",),
    "kex": ("kex_weak", "kex_sha1"),
}


def number(text: str) -> int | None:
    """A decimal number of at most nine digits, or None."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else None


def any_to_any(words: tuple[str, ...]) -> bool:
    """Whether the words after `permit` name every source, destination and service: `ip any any` and its kin."""
    rest = [
        word
        for word in words
        if word not in ("log", "log-input", "logging", "counting", "rule", "advanced", "extended")
    ]
    return rest in (
        ["ip", "any", "any"],
        ["ipv4", "any", "any"],
        ["any", "any", "any"],
        ["ipv6", "any", "any"],
        ["any4", "any4"],
        ["ip", "any4", "any4"],
    )
