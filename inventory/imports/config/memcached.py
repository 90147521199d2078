"""Memcached: memcached.conf of Debian (one option a line) and the sysconfig form (OPTIONS="…")."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes, everywhere, loopback

OPTION = re.compile(r"--?([A-Za-z][\w-]*)[= ]*(.*)$")


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("memcached", file)
    options: dict[str, tuple[int, str]] = {}
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.split("#")[0].strip()
        if not line:
            continue
        variable = re.match(r"(PORT|USER|MAXCONN|CACHESIZE|OPTIONS)=\"?([^\"]*)\"?$", line)
        body = variable[2] if variable and variable[1] == "OPTIONS" else line
        parts = re.findall(r"--?[A-Za-z][\w-]*(?:[= ]+[^-\s]\S*)?", body) if body.startswith("-") else []
        notes.line(number, known=bool(parts) or variable is not None or line == "logfile")
        for part in parts:
            if found := OPTION.match(part):
                options[found[1]] = (number, found[2].strip())
        if variable and variable[1] == "PORT" and variable[2].isdecimal():
            options["p"] = (number, variable[2])
    port = int(options["p"][1][:5]) % 65536 if "p" in options and options["p"][1].isdecimal() else 11211
    if "U" in options:
        notes.put("memcached", "udp", options["U"][1] not in ("0", ""), options["U"][0], port)
    sasl = options.get("S") or options.get("enable-sasl") or options.get("Y") or options.get("auth-file")
    listen = options.get("l") or options.get("listen")
    if sasl is not None:
        notes.put("memcached", "authentication_required", True, sasl[0], port)
    elif listen is not None and any(everywhere(part) for part in listen[1].split(",")) and not loopback(listen[1]):
        notes.put("memcached", "authentication_required", False, listen[0], port)
    return notes.reading()


FAMILY = Family(
    name="memcached",
    kind="service",
    vendor="memcached",
    marks=((r"^-[mpulUcI] \S+", 4), (r"(?i)memcached", 2), (r"^(CACHESIZE|MAXCONN)=", 5)),
    read=read,
    file_names=("memcached.conf", "memcached"),
    layer="database",
)
