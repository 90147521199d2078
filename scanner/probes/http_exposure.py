"""Paths that should not be readable by everybody: a short fixed list, GET only, believed only by their content."""

import re
from dataclasses import dataclass

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.http_exposure import HttpExposureFacts
from scanner.probe import Asking, Probe, Recorder
from scanner.web import PAGE_LIMIT, answer, front, front_page, pages
from scanner.wire.http import Response

NOWHERE = "/chengjian-no-such-page-4f1c"


@dataclass(frozen=True, slots=True)
class Path:
    """A path, the flag that it sets, and what its content must look like to be believed."""

    path: str
    flag: str
    content: re.Pattern[bytes]


def _path(path: str, flag: str, content: bytes) -> Path:
    return Path(path, flag, re.compile(content, re.I | re.S))


PATHS = (
    _path("/.git/HEAD", "git", rb"\A(?:ref: refs/|[0-9a-f]{40}\s*\Z)"),
    _path("/.svn/entries", "svn", rb"\A\d{1,3}\s*\n"),
    _path("/.DS_Store", "ds_store", rb"\A\x00\x00\x00\x01Bud1"),
    _path("/.env", "environment_file", rb"(?:\A|\n)[A-Z][A-Z0-9_]{2,40}=[^\n]*\n?(?:[#A-Z\n]|\Z)(?!.*<html)"),
    _path("/backup.zip", "backup", rb"\APK\x03\x04"),
    _path("/backup.sql", "backup", rb"(?:-- (?:MySQL|MariaDB|PostgreSQL) |CREATE TABLE|INSERT INTO)"),
    _path("/www.tar.gz", "backup", rb"\A\x1f\x8b\x08"),
    _path("/actuator", "actuator", rb"\"_links\"\s*:\s*\{.{0,64}\"self\""),
    _path("/actuator/env", "actuator", rb"\"propertySources\"\s*:"),
    _path("/druid/index.html", "druid", rb"<title>Druid Stat"),
    _path("/v3/api-docs", "swagger", rb"\A\s*\{\s*\"openapi\"\s*:"),
    _path("/v2/api-docs", "swagger", rb"\"swagger\"\s*:\s*\"2"),
    _path("/swagger-ui.html", "swagger", rb"<title>Swagger UI"),
    _path("/phpinfo.php", "phpinfo", rb"<title>(?:PHP [\d.]+[^<]{0,40} - )?phpinfo\(\)"),
    _path("/server-status", "server_status", rb"<title>Apache Status"),
    _path("/nginx_status", "server_status", rb"\AActive connections: \d+"),
    _path("/h2-console/", "console", rb"<title>H2 Console"),
    _path("/manager/html", "console", rb"<title>/manager"),
    _path("/jmx-console/", "console", rb"JMX Agent View|JBoss JMX Management"),
    _path("/WEB-INF/web.xml", "web_config", rb"<web-app[ >]"),
    _path("/web.config", "web_config", rb"<configuration>.{0,4000}<(?:system\.web|connectionStrings|appSettings)"),
)


async def collect(recorder: Recorder, asking: Asking) -> None:
    """A page that cannot exist, then the list, on as few connections as the server allows."""
    tls = await front(recorder, asking, "front", NOWHERE)
    if answer(recorder.exchange(), "front") is not None:
        await pages(recorder, asking, [path.path for path in PATHS], tls=tls)


def interpret(exchange: Exchange) -> dict[str, list[HttpExposureFacts]]:
    """Pure. A flag is False only where every path behind it was answered. Raises NotUnderstood where it is not HTTP."""
    nowhere = front_page(exchange)
    flags: dict[str, bool | None] = {}
    exposed, answered = [], 0
    for path in PATHS:
        found = answer(exchange, path.path)
        if found is None:
            flags[path.flag] = True if flags.get(path.flag) else None
            continue
        answered += 1
        shown = found.status == 200 and _believed(path, found)
        if shown:
            exposed.append(path.path)
        before = flags.get(path.flag, False)
        flags[path.flag] = True if shown or before else before
    if not answered:
        raise NotUnderstood("none of the paths was answered")
    return {
        "http_exposure": [
            HttpExposureFacts(
                **flags,
                paths_asked=answered,
                exposed=len(exposed) if answered == len(PATHS) or exposed else None,
                exposed_paths=" ".join(sorted(exposed)) or None,
                catch_all=nowhere.status == 200,
            )
        ]
    }


def _believed(path: Path, found: Response) -> bool:
    return path.content.search(found.body[:65536]) is not None


PROBE = Probe(
    name="http_exposure",
    table="http_exposure",
    transport="tcp",
    collect=collect,
    interpret=interpret,
    intensity=2,
    connections=len(PATHS) + 1,
    packets=8 * len(PATHS) + PAGE_LIMIT // 4096,
    deadline=60.0,
)
