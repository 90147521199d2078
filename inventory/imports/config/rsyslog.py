"""System logging: rsyslog.conf (legacy and RainerScript forms) and logrotate."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes

KNOWN = re.compile(
    r"\$[A-Za-z]+.*|(module|input|action|template|ruleset|global|include|main_queue|if|else|set|call|property|constant|stop)\b.*|"
    r"[\w*,;.=!-]+\.[\w*,;.=!-]+\s+\S.*|[&:~].*|[{}()].*|\w+=.*"
)


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("rsyslog", file)
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        notes.line(number, known=bool(KNOWN.fullmatch(line)))
        remote = re.search(r"\s@{1,2}[(\w\[]", " " + line.split("#")[0]) or (
            "omfwd" in line and "target" in line.lower()
        )
        if remote:
            notes.put("host_config", "log_forwarded", True, number)
            notes.interest("syslog_server", number)
        if re.search(r"StreamDriver\w*=?\s*\"?(gtls|ossl)|DefaultNetstreamDriver\s+(gtls|ossl)", line):
            notes.put("host_config", "log_encrypted", True, number)
    return notes.reading()


FAMILY = Family(
    name="rsyslog",
    kind="service",
    vendor="rsyslog",
    marks=(
        (r"^\s*\$(ModLoad|ActionFileDefaultTemplate|FileOwner|WorkDirectory|IncludeConfig)", 6),
        (r"^\s*module\(load=", 6),
        (r"^\s*[\w*,;]+\.[\w*,;=!.]+\s+(-?/var/log|@)", 4),
    ),
    read=read,
    file_names=("rsyslog.conf",),
    layer="operating_system",
)
