"""Dovecot: dovecot.conf and conf.d."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes, yes

NAME = re.compile(r"[a-z][a-z0-9_/]*|!include(_try)?|\}")
PORTS = (("imap", 143), ("pop3", 110))


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("dovecot", file)
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.split("#")[0].strip()
        if not line:
            continue
        name, _, value = (part.strip() for part in line.partition("="))
        notes.line(number, known=bool(NAME.fullmatch(name.split()[0] if name else "")))
        for table, port in PORTS:
            if name in ("disable_plaintext_auth", "auth_allow_cleartext"):
                on = yes(value)
                if on is not None:
                    notes.put(table, "plain_login", not on if name == "disable_plaintext_auth" else on, number, port)
            elif name == "ssl" and value.split()[0:1]:
                word = value.split()[0].lower()
                notes.put(table, "start_tls", word != "no", number, port)
                if word == "required":
                    notes.put(table, "plain_login", False, number, port)
                elif word == "no":
                    notes.put(table, "plain_login", True, number, port)
        if name in ("ssl_min_protocol",) and value:
            version = {"sslv3": 0x0300, "tlsv1": 0x0301, "tlsv1.1": 0x0302, "tlsv1.2": 0x0303, "tlsv1.3": 0x0304}.get(
                value.lower()
            )
            notes.put("tls", "oldest_version", version, number, 993)
    return notes.reading()


FAMILY = Family(
    name="dovecot",
    kind="service",
    vendor="dovecot",
    marks=(
        (
            r"^\s*#?\s*(disable_plaintext_auth|auth_mechanisms|mail_location|ssl_cert|ssl_dh|ssl_min_protocol|auth_cache_size)\s*=",
            6,
        ),
        (r"^\s*!include(_try)? ", 4),
        (r"^\s*(passdb|userdb|service [\w-]+|protocol \w+|namespace \w+)\s*\{", 4),
    ),
    read=read,
    file_names=("dovecot.conf", "10-auth.conf", "10-ssl.conf"),
    layer="application",
)
