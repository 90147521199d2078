"""ISC BIND: named.conf."""

import re

from inventory.configuration import Family, Reading, blanked
from inventory.imports.dialects.service import ServiceNotes, yes
from inventory.overseas import is_resolver

COMMENT = re.compile(r"//[^\n]*|#[^\n]*")
STATEMENT = re.compile(r"[{};]|\"[^\"\n]*\"|[^\s{};\"]+|\n|\"")
PORT = 53
KNOWN = re.compile(
    r"(acl|controls|dnssec-policy|http|include|key|keys|logging|managed-keys|masters|primaries|options|parental-agents|server|statistics-channels|tls|trust-anchors|"
    r"trusted-keys|view|zone|allow-\S+|also-notify|auth-nxdomain|auto-dnssec|blackhole|check-\S+|directory|dnssec-\S+|dump-file|empty-zones-enable|file|forward|forwarders|"
    r"hostname|inline-signing|interface-interval|key-directory|lame-ttl|listen-on|listen-on-v6|managed-keys-directory|match-\S+|max-\S+|memstatistics-file|min-\S+|minimal-\S+|"
    r"notify|notify-source|pid-file|port|prefetch|querylog|query-source|query-source-v6|rate-limit|recursing-file|recursion|recursive-clients|response-policy|"
    r"root-key-sentinel|rrset-order|secroots-file|serial-query-rate|server-id|session-keyfile|sortlist|stale-\S+|statistics-file|tcp-\S+|tkey-\S+|transfer-\S+|transfers-\S+|"
    r"type|update-policy|version|zone-statistics|channel|category|severity|print-\S+|algorithm|secret|inet|bindkeys-file|edns-\S+|in-view|max-cache-size|filter-\S+|ixfr-\S+|queryport-pool-ports|deny-answer-\S+|disable-\S+|dns64|window|responses-per-second|syslog|stderr|null|keep-response-order|nsec3param|geoip-directory|nta-\S+|reserved-sockets|resolver-\S+|request-\S+|require-server-cookie|cookie-\S+|provide-ixfr)"
)


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("bind", file)
    bare = COMMENT.sub("", blanked(text, "/*", "*/"))
    line, started, words = 1, 1, list[str]()
    lists: list[tuple[list[str], int, list[str]]] = []
    for found in STATEMENT.finditer(bare):
        token = found[0]
        if token == "\n":  # noqa: S105 - a token of the language
            line += 1
        elif token == "{":  # noqa: S105
            lists.append((words, started, []))
            words = []
        elif token == "}":  # noqa: S105
            if lists:
                head, at, members = lists.pop()
                if head:
                    notes.line(at, known=bool(KNOWN.fullmatch(head[0].lower())))
                    _list(notes, head[0].lower(), members, at)
            words = []
        elif token == ";":  # noqa: S105
            if words and lists and not KNOWN.fullmatch(words[0].lower()):
                lists[-1][2].append(" ".join(words))
            elif words:
                notes.line(started, known=bool(KNOWN.fullmatch(words[0].lower())))
                _single(notes, words, started)
            words = []
        else:
            if not words:
                started = line
            words.append(token.strip('"'))
    return notes.reading()


def _single(notes: ServiceNotes, words: list[str], line: int) -> None:
    name = words[0].lower()
    if name == "recursion" and len(words) > 1 and yes(words[1]) is False:
        notes.put("dns", "recursion", False, line, PORT, "udp")
    elif name == "version" and len(words) > 1:
        notes.put("dns", "version_disclosed", bool(re.search(r"\d+\.\d+", " ".join(words[1:]))), line, PORT, "udp")


def _list(notes: ServiceNotes, name: str, members: list[str], line: int) -> None:
    everybody = any(member in ("any", "0.0.0.0/0") for member in members)
    if name == "allow-recursion":
        notes.worst("dns", "recursion", everybody, line, PORT, "udp")
    elif name == "allow-transfer":
        notes.worst("dns", "zone_transfer", everybody, line, PORT, "udp")
    elif name == "forwarders" and members:
        abroad = any(is_resolver(member.split()[0]) for member in members if member.split())
        notes.worst("dns", "overseas_forwarder", abroad, line, PORT, "udp")


FAMILY = Family(
    name="bind",
    kind="service",
    vendor="isc",
    marks=(
        (r"^\s*(options|zone \"[^\"]+\"|view \"[^\"]+\"|acl \S+|controls)\s*(IN\s*)?\{", 5),
        (r"^\s*(allow-(query|recursion|transfer)|listen-on(-v6)?|recursion|dnssec-validation|forwarders)\s", 4),
        (r"^\s*include \"[^\"]*named[^\"]*\";", 6),
        (r"BIND DNS server", 4),
    ),
    read=read,
    file_names=("named.conf", "named.conf.options"),
    layer="application",
)
