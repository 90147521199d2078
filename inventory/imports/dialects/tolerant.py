"""Systems that we recognise but whose commands we do not know: lines of interest are pointed at, all others are listed as
not understood, and nothing is concluded."""

import re

from inventory.configuration import Reading, split_lines
from inventory.imports.dialects.device import DeviceNotes, is_default_community
from inventory.imports.dialects.lines import Line, Parsed

COMMUNITY = re.compile(
    r"(?:set snmp community(?: read-\S+)?|snmp-server community(?: \d)?|snmp-agent community (?:read|write)|snmp community|/snmp community add .*name=|"
    r"snmp-community-string|community(?= \S+ \{)|rocommunity|rwcommunity)\s*\"?([^\s\"{;=]+)",
    re.IGNORECASE,
)
SYSLOG = re.compile(
    r"(?:syslog (?:server|host)|logging (?:host|server|\d+\.)|info-center loghost|syslogclient server|rsyslog \d|set server|set system syslog host|remote=)",
    re.IGNORECASE,
)
NTP = re.compile(
    r"\b(?:s?ntp[- ]?(?:client |service )?(?:unicast-)?server|time ntp server|set system ntp server|ntp-server|sntpclient server)\b",
    re.IGNORECASE,
)
AAA = re.compile(
    r"\b(?:radius-server|tacacs-server|tacplus-server|hwtacacs|radius scheme|auth server|aaa group server|config user (?:radius|tacacs\+)|radius (?:auth|acct) add)\b",
    re.IGNORECASE,
)
TELNET = re.compile(
    r"^\s*(?:telnet;|manage telnet\s*$|access telnet\s*$|(?:set )?(?:.*allowaccess|.*services).*\btelnet\b|telnet (?:server )?enable|transport input .*telnet|protocol inbound (?:telnet|all)|config network telnet enable|disable-telnet no;|/ip service set telnet .*disabled=no)",
    re.IGNORECASE,
)
HTTP = re.compile(
    r"^\s*(?:http;|manage http\s*$|(?:set )?.*allowaccess.*\bhttp\b|http server enable|ip http server\s*$|config network webmode enable|disable-http no;)",
    re.IGNORECASE,
)
PERMIT = re.compile(r"\bpermit (?:ip|any) any any\b|\bpermit ip any any\b", re.IGNORECASE)
PASSWORD = re.compile(
    r"\b(?:username|user|mgmtuser add)\s+\S+.*\bpassword\s+(?!encrypted|cipher|hash)\S+|^\s*enable password-display",
    re.IGNORECASE,
)


def read_tolerant(text: str, file: str, family: str, vendor: str, name: str = "") -> Reading:
    """Lines of interest only. `name` is a pattern whose first group is the host name."""
    notes = DeviceNotes(family, file, vendor)
    comment = re.compile(r"^\s*(?:#|!|//|;|/\*|\*/?\s|remark #)")
    lines = []
    for number, line in enumerate(split_lines(text), 1):
        if not line.strip() or comment.match(line):
            continue
        known = _look(notes, line, number)
        if name and (found := re.match(name, line)):
            notes.name = notes.name or found[1].strip("\"';")
            known = True
        words = tuple(line.lower().split())
        lines.append(Line(number, words, tuple(line.split()), False, (), (), known, 0))
    return notes.reading(Parsed(tuple(lines), ()))


def _look(notes: DeviceNotes, line: str, number: int) -> bool:
    """Mark lines of interest; nothing is concluded from a language that we do not know."""
    found = COMMUNITY.search(line)
    if found and not re.search(r"\b(?:no|undo|delete)\b", line):
        notes.interest("snmp_community", number)
        if is_default_community(found[1]):
            notes.interest("snmp_default_string", number)
    for pattern, word in MARKS:
        if pattern.search(line):
            notes.interest(word, number)
    return any(seen.line == number for seen in notes.seen)


MARKS = (
    (SYSLOG, "syslog_server"),
    (NTP, "ntp_server"),
    (AAA, "aaa_radius_tacacs"),
    (TELNET, "telnet_on"),
    (HTTP, "http_on"),
    (PERMIT, "permit_any"),
    (PASSWORD, "plain_or_weak_password"),
)
