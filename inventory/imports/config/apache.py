"""Apache httpd: httpd.conf, apache2.conf and the files that they include."""

import re

from inventory.configuration import Family, Reading, split_lines
from inventory.imports.dialects.service import ServiceNotes, tls_versions, unquote, weak_suites

NAME = re.compile(r"</?[A-Z][A-Za-z]+\b.*>?|[A-Z][A-Za-z0-9]*(-[A-Z][a-z]+)*")


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("apache", file)
    joined = ""
    started = 0
    port, encrypted = 80, False
    for number, raw in enumerate(split_lines(text), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        started = started or number
        joined += line.removesuffix("\\")
        if line.endswith("\\"):
            notes.line(number, known=True)
            continue
        words = joined.split()
        notes.line(number, known=bool(NAME.fullmatch(words[0])))
        if words[0].lower() == "<virtualhost":
            last = words[-1].rstrip(">").rsplit(":", 1)[-1]
            port = int(last[:5]) % 65536 if last.isdecimal() else port
        elif words[0].lower() == "</virtualhost>":
            port, encrypted = 80, False
        elif words[0].lower() == "sslengine":
            encrypted = words[-1].lower() == "on"
        _look(notes, words[0].lower(), unquote(" ".join(words[1:])), started, 443 if port == 80 and encrypted else port)
        joined, started = "", 0
    return notes.reading()


def _look(notes: ServiceNotes, name: str, value: str, line: int, port: int) -> None:
    words = value.split()
    if name == "servertokens":
        full = value.lower() not in ("prod", "productonly")
        notes.put("web_config", "server_tokens", full, line)
        notes.put("web_config", "version_hidden", not full, line)
    elif name == "options" and words:
        listing = any(word.lower() in ("indexes", "+indexes", "all") for word in words)
        notes.worst("web_config", "directory_listing", listing, line)
    elif name == "traceenable":
        notes.put("http", "trace_enabled", value.lower() in ("on", "extended"), line, 80)
    elif name == "sslprotocol" and (versions := tls_versions(value)) is not None:
        notes.put("tls", "oldest_version", versions[0], line, 443 if port == 80 else port)
        notes.put("tls", "newest_version", versions[1], line, 443 if port == 80 else port)
    elif name == "sslciphersuite":
        notes.worst("web_config", "weak_suites", weak_suites(value), line)
    elif name in ("customlog", "accesslog"):
        notes.put("web_config", "access_log", True, line)
    elif name == "user" and words:
        notes.put("web_config", "runs_as_root", words[0] == "root", line)
    elif name == "sslverifyclient":
        notes.put("web_config", "client_certificate", value.lower() in ("require", "optional"), line)
    elif (
        name == "header"
        and "strict-transport-security" in value.lower()
        and (age := re.search(r"max-age=(\d{1,9})", value))
    ):
        notes.put("web_config", "hsts_seconds", int(age[1]), line)
    elif name in ("redirect", "redirectpermanent") and "https://" in value:
        notes.put("web_config", "redirects_to_https", True, line)


FAMILY = Family(
    name="apache",
    kind="service",
    vendor="apache",
    marks=(
        (r"^\s*<(VirtualHost|Directory|IfModule|Files|FilesMatch|DirectoryMatch|Location)\b", 5),
        (
            r"^\s*(ServerRoot|DocumentRoot|ServerTokens|ServerSignature|TraceEnable|LoadModule|SSLEngine|IncludeOptional)\s",
            5,
        ),
        (r"^\s*(AllowOverride|Require all|Order (allow|deny))", 3),
    ),
    read=read,
    file_names=("httpd.conf", "apache2.conf"),
    layer="middleware",
)
