"""PostgreSQL and its kin: pg_hba.conf, who may log in from where and how."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes

KINDS = frozenset({"local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"})
METHODS = frozenset(
    {
        "trust",
        "reject",
        "scram-sha-256",
        "md5",
        "password",
        "gss",
        "sspi",
        "ident",
        "peer",
        "ldap",
        "radius",
        "cert",
        "pam",
        "bsd",
        "sha256",
        "sm3",
        "scram-sm3",
        "scram",
    }
)
PORT = 5432


def read(text: str, file: str) -> Reading:
    """Pure. Only records that reach over the network count."""
    notes = ServiceNotes("pg_hba", file)
    plain: list[int] = []
    secured: list[int] = []
    for number, raw in enumerate(split_lines(text), 1):
        words = raw.split("#")[0].split()
        if not words:
            continue
        kind = words[0].lower()
        method = next((word.lower() for word in words[3:] if word.lower() in METHODS), None)
        notes.line(number, known=(kind in KINDS and method is not None) or kind.startswith(("include", "@")))
        if kind not in KINDS or method is None or kind == "local":
            continue
        address = words[3] if len(words) > 3 else ""
        if method == "reject" or re.match(r"127\.|::1|localhost|samehost", address):
            continue
        notes.worst("postgresql", "trusted", method == "trust", number, PORT)
        notes.worst("postgresql", "weak_authentication", method in ("md5", "password"), number, PORT)
        (secured if kind in ("hostssl", "hostgssenc") else plain).append(number)
    for line in plain or secured:
        notes.worst("postgresql", "tls_required", not plain, line, PORT)
    return notes.reading()


FAMILY = Family(
    name="pg_hba",
    kind="service",
    vendor="postgresql",
    marks=(
        (
            r"^\s*(host|hostssl|hostnossl|local)\s+\S+\s+\S+\s+.*(trust|md5|peer|scram-sha-256|password|reject|ident|sha256)\s*$",
            8,
        ),
        (r"PostgreSQL Client Authentication Configuration File", 8),
    ),
    read=read,
    file_names=("pg_hba.conf", "sys_hba.conf"),
    layer="database",
)
