"""Memcached, ZooKeeper, Elasticsearch, Docker and etcd: who may read without saying who he is?"""

import json
from typing import Any

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking, all_probes
from tests.scanner.asking import facts, read, recorded

PLAIN = Asking(contact="tests", tls=False)


def page(body: Any, status: int = 200, **headers: str) -> bytes:
    text = json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(text)}",
        *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + text


@pytest.mark.parametrize(
    ("reply", "required", "version"),
    [
        (b"VERSION 1.6.18\r\n", False, "1.6.18"),
        (b"CLIENT_ERROR unauthenticated\r\n", True, None),
        (b"ERROR\r\n", None, None),
    ],
)
def test_memcached_says_whether_it_wants_a_name(reply: bytes, required: bool | None, version: str | None) -> None:
    got = read("memcached", Turn("version", b"", reply))
    assert (got.answers, got.authentication_required, got.version) == (True, required, version)


@pytest.mark.parametrize(
    ("turn", "udp"),
    [
        (Turn("datagram", b"", b"\x63\x6a\0\0\0\x01\0\0VERSION 1.6.18\r\n"), True),
        (Turn("datagram", b"", b"", "closed-port"), False),
        (Turn("datagram", b"", b"", "timeout"), None),
    ],
)
def test_memcached_over_udp_is_off_only_where_the_host_itself_says_so(turn: Turn, udp: bool | None) -> None:
    assert read("memcached", Turn("version", b"", b"VERSION 1.6.18\r\n"), turn).udp is udp


def test_zookeeper_that_tells_everything() -> None:
    got = read(
        "zookeeper",
        Turn("ruok", b"", b"imok"),
        Turn("srvr", b"", b"Zookeeper version: 3.8.0-abc, built on x\nLatency\nMode: standalone\nNode count: 5\n"),
        Turn("envi", b"", b"Environment:\nzookeeper.version=3.8.0\n"),
    )
    assert (got.commands_allowed, got.environment_readable, got.version, got.mode) == (
        True,
        True,
        "3.8.0-abc",
        "standalone",
    )


def test_zookeeper_that_keeps_to_the_whitelist() -> None:
    refusal = b" is not executed because it is not in the whitelist.\n"
    got = read(
        "zookeeper",
        Turn("ruok", b"", b"ruok" + refusal),
        Turn("srvr", b"", b"srvr" + refusal),
        Turn("envi", b"", b"envi" + refusal),
    )
    assert (got.answers, got.commands_allowed, got.environment_readable) == (True, False, False)


def test_an_open_elasticsearch_over_the_network() -> None:
    root = {
        "name": "n",
        "cluster_name": "city",
        "version": {"number": "7.10.2", "lucene_version": "8.7.0"},
        "tagline": "You Know, for Search",
    }
    pages = {"/": {"json": root}, "/_cat/indices": {"json": [{"index": "a"}, {"index": "b"}]}}
    with serve("http", {"pages": pages}) as (address, port):
        got = facts("elasticsearch", address, port, PLAIN)
    assert (got.authentication_required, got.indices, got.cluster, got.distribution) == (
        False,
        2,
        "city",
        "elasticsearch",
    )


def test_a_closed_elasticsearch_is_recognised_by_its_refusal() -> None:
    body = {"error": {"type": "security_exception", "reason": "missing authentication credentials"}, "status": 401}
    got = read("elasticsearch", Turn("/", b"", page(body, 401, WWW_Authenticate='Basic realm="security"')))
    assert (got.answers, got.authentication_required, got.indices) == (True, True, None)


def test_an_open_docker_engine_over_the_network() -> None:
    pages = {"/version": {"json": {"Version": "24.0.5", "ApiVersion": "1.43"}}, "/containers/json": {"json": []}}
    with serve("http", {"pages": pages}) as (address, port):
        got = facts("docker", address, port, PLAIN)
    assert (got.authentication_required, got.version, got.containers) == (False, "24.0.5", 0)


def test_an_etcd_whose_keys_anybody_reads_over_the_network() -> None:
    pages = {
        "/version": {"json": {"etcdserver": "3.4.23", "etcdcluster": "3.4.0"}},
        "/v2/keys/": {"json": {"action": "get", "node": {}}},
    }
    with serve("http", {"pages": pages}) as (address, port):
        got = facts("etcd", address, port, PLAIN)
    assert (got.authentication_required, got.keys_readable, got.version) == (False, True, "3.4.23")


def test_an_etcd_without_the_old_interface_leaves_the_question_open() -> None:
    version = page({"etcdserver": "3.5.9", "etcdcluster": "3.5.0"})
    got = read("etcd", Turn("/version", b"", version), Turn("/v2/keys/", b"", page({}, 404)))
    assert (got.authentication_required, got.keys_readable) == (None, None)


@pytest.mark.parametrize("name", ["elasticsearch", "docker", "etcd"])
@pytest.mark.parametrize("body", [page({"hello": 1}), page([1, 2]), b"", b"\x16\x03\x01", page({}, 403)])
def test_another_web_server_is_not_understood(name: str, body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        all_probes()[name].interpret(recorded(name, Turn("/", b"", body), Turn("/version", b"", body)))
