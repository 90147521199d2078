"""Apache Tomcat and its kin (TongWeb, BES): server.xml, web.xml, tomcat-users.xml."""

import re

from inventory.configuration import Family, Reading, blanked, split_lines
from inventory.imports.dialects.device import is_weak_password
from inventory.imports.dialects.service import ServiceNotes, tls_versions, yes

ELEMENT = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*/?>", re.DOTALL)
ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def read(text: str, file: str) -> Reading:
    """Pure. Attributes are found by a scanner of our own that expands nothing, so hostile XML stays text."""
    notes = ServiceNotes("tomcat", file)
    bare = blanked(text[:2_000_000], "<!--", "-->")
    covered: set[int] = set()
    for found in ELEMENT.finditer(bare):
        line = bare.count("\n", 0, found.start()) + 1
        covered |= set(range(line, line + found[0].count("\n") + 1))
        attributes = {
            item[1].lower(): (
                item[2] or item[3] or "",
                line + found[0].count("\n", 0, found.start(2) - found.start() + item.start()),
            )
            for item in ATTRIBUTE.finditer(found[2])
        }
        _look(notes, found[1], attributes, line)
    for number, raw in enumerate(split_lines(bare), 1):
        if raw.strip():
            notes.line(
                number,
                known=number in covered
                or bool(re.fullmatch(r"\s*(</[\w:.-]+>|<\?xml.*\?>|<[\w-]+>[^<]*</[\w-]+>)\s*", raw)),
            )
    listings = re.search(r"<param-name>\s*listings\s*</param-name>\s*<param-value>\s*(true|false)", bare)
    if listings:
        notes.put("web_config", "directory_listing", listings[1] == "true", bare.count("\n", 0, listings.start(1)) + 1)
    return notes.reading()


def _look(notes: ServiceNotes, name: str, attributes: dict[str, tuple[str, int]], line: int) -> None:
    if name == "Connector":
        port = attributes.get("port", ("", line))
        tls = yes(attributes.get("sslenabled", ("false", line))[0])
        number = int(port[0][:5]) % 65536 if port[0].isdecimal() else 0
        if "AJP" not in attributes.get("protocol", ("", 0))[0]:
            notes.worst("web_config", "plain_listener", not tls, line)
        if tls and number and (word := attributes.get("sslenabledprotocols")) and (versions := tls_versions(word[0])):
            notes.put("tls", "oldest_version", versions[0], word[1], number)
            notes.put("tls", "newest_version", versions[1], word[1], number)
    elif name == "SSLHostConfig" and (word := attributes.get("protocols")) and (versions := tls_versions(word[0])):
        notes.put("tls", "oldest_version", versions[0], word[1], 8443)
        notes.put("tls", "newest_version", versions[1], word[1], 8443)
    elif name == "Valve" and attributes.get("classname", ("", 0))[0].endswith("AccessLogValve"):
        notes.put("web_config", "access_log", True, line)
    elif (
        name == "Valve"
        and attributes.get("classname", ("", 0))[0].endswith("ErrorReportValve")
        and "showserverinfo" in attributes
    ):
        notes.put("web_config", "version_hidden", yes(attributes["showserverinfo"][0]) is False, line)
    elif name == "user" and "password" in attributes:
        user = (attributes.get("username") or attributes.get("name") or ("", line))[0]
        roles = attributes.get("roles", ("", line))[0]
        weak = is_weak_password(attributes["password"][0], user) or attributes["password"][0] in (
            "tomcat",
            "s3cret",
            "must-be-changed",
        )
        notes.interest("plain_or_weak_password", line)
        if "manager" in roles or "admin" in roles:
            notes.worst("web_config", "management_default", weak, line)


FAMILY = Family(
    name="tomcat",
    kind="service",
    vendor="apache",
    marks=(
        (r"<Server port=\"-?\d+\"", 8),
        (r"<Connector\s", 4),
        (r"<tomcat-users", 10),
        (r"org\.apache\.catalina", 5),
        (r"<web-app\b", 6),
    ),
    read=read,
    file_names=("server.xml", "tomcat-users.xml", "web.xml"),
    layer="middleware",
)
