"""InfluxDB, Consul, Nacos, Prometheus, kubelet, Kubernetes, Redfish and Hadoop: open, closed, or something else."""

from typing import Any

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking, all_probes
from tests.scanner.asking import facts, read, recorded
from tests.scanner.probes.test_data_services import page

PLAIN = Asking(contact="tests", tls=False)
SERIES = {
    "results": [
        {"statement_id": 0, "series": [{"name": "databases", "columns": ["name"], "values": [["_internal"], ["iot"]]}]}
    ]
}
BEANS = {"beans": [{"name": "Hadoop:service=NameNode,name=NameNodeInfo", "Version": "3.3.4, r1"}]}
OPEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "influxdb": (
        {"/ping": {"status": 200, "headers": {"X-Influxdb-Version": "1.8.10"}, "body": ""}, "/query": {"json": SERIES}},
        {"authentication_required": False, "databases": 2, "version": "1.8.10"},
    ),
    "consul": (
        {
            "/v1/agent/self": {
                "json": {"Config": {"Datacenter": "dc1", "Version": "1.15.2"}, "DebugConfig": {"ACLsEnabled": False}}
            },
            "/v1/catalog/services": {"json": {"consul": []}},
        },
        {"authentication_required": False, "acl_enabled": False, "version": "1.15.2"},
    ),
    "nacos": (
        {
            "/nacos/v1/console/server/state": {"json": {"version": "2.2.0", "standalone_mode": "standalone"}},
            "/nacos/v1/cs/configs": {"json": {"totalCount": 3, "pageItems": []}},
        },
        {"authentication_required": False, "configurations_readable": True, "version": "2.2.0"},
    ),
    "prometheus": (
        {
            "/api/v1/status/buildinfo": {
                "json": {"status": "success", "data": {"version": "2.42.0", "goVersion": "go1.19"}}
            },
            "/api/v1/targets": {"json": {"status": "success", "data": {"activeTargets": []}}},
        },
        {"authentication_required": False, "targets_readable": True, "version": "2.42.0"},
    ),
    "kubelet": (
        {"/healthz": {"body": "ok", "type": "text/plain"}, "/pods": {"json": {"kind": "PodList", "items": [{}, {}]}}},
        {"authentication_required": False, "pods": 2},
    ),
    "kubernetes": (
        {
            "/version": {"json": {"gitVersion": "v1.26.1"}},
            "/api/v1/namespaces": {"json": {"kind": "NamespaceList", "items": []}},
        },
        {"authentication_required": False, "anonymous_resources": True, "version": "v1.26.1"},
    ),
    "redfish": (
        {
            "/redfish/v1/": {"json": {"RedfishVersion": "1.8.0", "Vendor": "Huawei", "Product": "iBMC", "UUID": "u-1"}},
            "/redfish/v1/Systems": {"status": 401, "body": ""},
        },
        {"inventory_open": False, "vendor": "Huawei", "product": "iBMC", "version": "1.8.0"},
    ),
    "hadoop": ({"/jmx": {"json": BEANS}}, {"authentication_required": False, "component": "namenode"}),
}


@pytest.mark.parametrize("name", sorted(OPEN))
def test_a_service_is_read_over_the_network(name: str) -> None:
    pages, expected = OPEN[name]
    with serve("http", {"pages": pages}) as (address, port):
        got = facts(name, address, port, PLAIN)
    assert got.answers is True
    assert {field: getattr(got, field) for field in expected} == expected


def test_a_closed_influxdb() -> None:
    ping = b"HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.8.10\r\n\r\n"
    got = read(
        "influxdb",
        Turn("/ping?verbose=true", b"", ping),
        Turn("/query?q=SHOW%20DATABASES", b"", page({"error": "unable to parse"}, 401)),
    )
    assert (got.authentication_required, got.databases) == (True, None)


def test_a_closed_consul_is_known_by_its_headers() -> None:
    closed = page({}, 403, X_Consul_Default_Acl_Policy="deny")
    got = read("consul", Turn("/v1/agent/self", b"", closed), Turn("/v1/catalog/services", b"", closed))
    assert (got.authentication_required, got.acl_enabled) == (True, True)


def test_a_closed_kubernetes_names_itself_in_its_refusal() -> None:
    closed = page({"kind": "Status", "apiVersion": "v1", "code": 401}, 401)
    got = read("kubernetes", Turn("/version", b"", closed), Turn("/api/v1/namespaces?limit=1", b"", closed))
    assert (got.authentication_required, got.anonymous_resources) == (True, False)


def test_a_closed_kubelet() -> None:
    closed = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\n\r\nUnauthorized"
    got = read("kubelet", Turn("/healthz", b"", closed), Turn("/pods", b"", closed))
    assert (got.authentication_required, got.pods) == (True, None)


@pytest.mark.parametrize("name", sorted(OPEN))
@pytest.mark.parametrize("body", [page({"hello": 1}), page([1]), page({}, 404), b"", b"SSH-2.0-x\r\n"])
def test_another_web_server_is_not_understood(name: str, body: bytes) -> None:
    labels = [
        path
        for path in vars(__import__(f"scanner.probes.{name}", fromlist=["x"])).values()
        if isinstance(path, str) and path.startswith("/")
    ]
    with pytest.raises(NotUnderstood):
        all_probes()[name].interpret(recorded(name, *(Turn(label, b"", body) for label in labels)))
