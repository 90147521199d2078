"""Postfix: main.cf."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes, yes

NAME = re.compile(r"[a-z][a-z0-9_]*(\$\{?\w+\}?)?")
PORT = 25


def read(text: str, file: str) -> Reading:
    """Pure. A line that begins with a space goes on with the one before."""
    notes = ServiceNotes("postfix", file)
    values: dict[str, tuple[int, str]] = {}
    last = ""
    for number, raw in enumerate(split_lines(text), 1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        if raw[:1] in " \t" and last:
            notes.line(number, known=True)
            values[last] = (values[last][0], values[last][1] + " " + raw.strip())
            continue
        name, equal, value = (part.strip() for part in raw.partition("="))
        notes.line(number, known=bool(equal) and bool(NAME.fullmatch(name)))
        if equal:
            last = name
            values[name] = (number, value)
    _look(notes, values)
    return notes.reading()


def _look(notes: ServiceNotes, values: dict[str, tuple[int, str]]) -> None:
    for name, (line, value) in values.items():
        if name == "smtpd_tls_security_level":
            notes.put("smtp", "start_tls", value.lower() in ("may", "encrypt"), line, PORT)
            if value.lower() == "encrypt":
                notes.put("smtp", "plain_login", False, line, PORT)
        elif name == "smtpd_use_tls" and "smtpd_tls_security_level" not in values:
            notes.put("smtp", "start_tls", yes(value), line, PORT)
        elif name == "smtpd_tls_auth_only" and yes(value):
            notes.put("smtp", "plain_login", False, line, PORT)
        elif name == "mynetworks":
            notes.put(
                "smtp",
                "open_relay",
                any(word in ("0.0.0.0/0", "::/0", "[::]/0") for word in re.split(r"[\s,]+", value)),
                line,
                PORT,
            )
        elif name == "myhostname":
            notes.name = value
    login = values.get("smtpd_sasl_auth_enable")
    guard = values.get("smtpd_tls_auth_only")
    if login is not None and yes(login[1]) and guard is not None and yes(guard[1]) is False:
        notes.put("smtp", "plain_login", True, guard[0], PORT)


FAMILY = Family(
    name="postfix",
    kind="service",
    vendor="postfix",
    marks=(
        (
            r"^\s*#?\s*(smtpd_banner|smtpd_tls_\w+|smtpd_recipient_restrictions|mynetworks|mydestination|myhostname|smtp_tls_\w+)\s*=",
            6,
        ),
        (r"^\s*(append_dot_mydomain|compatibility_level|inet_interfaces|biff)\s*=", 4),
    ),
    read=read,
    file_names=("main.cf", "main.cf.debian"),
    layer="application",
)
