"""ProFTPD: proftpd.conf."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes, yes

NAME = re.compile(r"</?[A-Z]\w*.*>|[A-Z][A-Za-z0-9]*")


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("proftpd", file)
    port, anonymous, tls, required = 21, 0, None, None
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        words = line.split()
        name = words[0].lower()
        notes.line(number, known=bool(NAME.fullmatch(words[0])) or line.startswith("<"))
        if name == "port" and len(words) > 1 and words[1].isdecimal():
            port = int(words[1][:5]) % 65536
        elif name == "<anonymous":
            anonymous = number
        elif name == "tlsengine" and len(words) > 1:
            tls = (number, yes(words[1]))
        elif name == "tlsrequired" and len(words) > 1:
            required = (number, yes(words[1]))
        elif name == "servername":
            notes.name = " ".join(words[1:]).strip("\"'")
    if anonymous:
        notes.put("ftp", "anonymous", True, anonymous, port)
    if tls is not None:
        notes.put("ftp", "tls_offered", tls[1], tls[0], port)
        if tls[1] is False:
            notes.put("ftp", "plain_login", True, tls[0], port)
            notes.put("ftp", "tls_required", False, tls[0], port)
            notes.put("ftp", "implicit_tls", False, tls[0], port)
    if required is not None and tls is not None and tls[1]:
        notes.put("ftp", "tls_required", required[1], required[0], port)
        notes.put("ftp", "plain_login", not required[1], required[0], port)
    return notes.reading()


FAMILY = Family(
    name="proftpd",
    kind="service",
    vendor="proftpd",
    marks=(
        (r"(?i)proftpd", 4),
        (r"^\s*(ServerType|DefaultRoot|MaxInstances|UseIPv6|RequireValidShell|TLSEngine|IdentLookups|<Anonymous)\b", 5),
    ),
    read=read,
    file_names=("proftpd.conf",),
    layer="application",
)
