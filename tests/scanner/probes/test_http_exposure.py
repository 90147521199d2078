"""Exposed paths: content convinces, a status does not."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.http_exposure import PATHS, interpret
from tests.scanner.asking import ask, read, recorded, row

MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
SHOWN = {
    "/.git/HEAD": b"ref: refs/heads/main\n",
    "/.svn/entries": b"12\n",
    "/.DS_Store": b"\x00\x00\x00\x01Bud1",
    "/.env": b"APP_ENV=prod\nDB_PASSWORD=canary-secret\n",
    "/backup.zip": b"PK\x03\x04",
    "/backup.sql": b"-- MySQL dump 10.13",
    "/www.tar.gz": b"\x1f\x8b\x08",
    "/actuator": b'{"_links":{"self":{"href":"http://x/actuator"}}}',
    "/actuator/env": b'{"activeProfiles":[],"propertySources":[]}',
    "/druid/index.html": b"<title>Druid Stat Index</title>",
    "/v3/api-docs": b'{"openapi":"3.0.1"}',
    "/v2/api-docs": b'{"swagger":"2.0"}',
    "/swagger-ui.html": b"<title>Swagger UI</title>",
    "/phpinfo.php": b"<title>PHP 7.4.3 - phpinfo()</title>",
    "/server-status": b"<title>Apache Status</title>",
    "/nginx_status": b"Active connections: 1 \n",
    "/h2-console/": b"<title>H2 Console</title>",
    "/manager/html": b"<title>/manager</title>",
    "/jmx-console/": b"JBoss JMX Management Console",
    "/WEB-INF/web.xml": b"<web-app version='3.0'>",
    "/web.config": b"<configuration><appSettings>",
}


def answers(shown: dict[str, bytes]) -> list[Turn]:
    turns = [Turn("front", b"", MISSING)]
    for path in PATHS:
        body = shown.get(path.path)
        data = MISSING if body is None else b"HTTP/1.1 200 OK\r\n\r\n" + body
        turns.append(Turn(path.path, b"", data))
    return turns


def test_a_repository_is_found_over_the_network_on_few_connections() -> None:
    with serve("http", {"pages": {"/.git/HEAD": "ref: refs/heads/main\n"}}) as (address, port):
        exchange, ended = ask("http_exposure", address, port)
    assert ended is None
    assert row(exchange).git is True
    assert row(exchange).exposed_paths == "/.git/HEAD"
    assert row(exchange).svn is False
    assert max(turn.connection for turn in exchange.turns) <= 2


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.path)
def test_each_path_is_believed_by_its_content(path: object) -> None:
    name, flag = path.path, path.flag  # type: ignore[attr-defined]
    got = read("http_exposure", *answers({name: SHOWN[name]}))
    assert getattr(got, flag) is True
    assert got.exposed == 1
    others = {each.flag for each in PATHS} - {flag}
    assert all(getattr(got, other) is False for other in others)


def test_a_server_that_answers_every_path_alike_exposes_nothing() -> None:
    welcome = b"<html><title>Welcome</title>A=1</html>"
    turns = [Turn("front", b"", b"HTTP/1.1 200 OK\r\n\r\n" + welcome)]
    turns += [Turn(path.path, b"", b"HTTP/1.1 200 OK\r\n\r\n" + welcome) for path in PATHS]
    got = read("http_exposure", *turns)
    assert got.exposed == 0
    assert got.catch_all is True


def test_a_path_that_was_not_answered_is_unknown_and_not_absent() -> None:
    got = read("http_exposure", Turn("front", b"", MISSING), Turn("/.git/HEAD", b"", MISSING))
    assert got.git is False
    assert got.swagger is None
    assert got.exposed is None
    with pytest.raises(NotUnderstood):
        interpret(recorded("http_exposure", Turn("front", b"", MISSING)))


def test_secrets_of_an_exposed_file_are_not_kept_and_the_finding_is() -> None:
    exchange = recorded("http_exposure", *answers({"/.env": SHOWN["/.env"]}))
    assert b"canary-secret" not in b"".join(turn.received for turn in exchange.turns)
    assert row(exchange).environment_file is True
