"""Twins that stand in for real servers where there are no containers: the same protocol with the same setting.

What a stand-in cannot show (a real implementation's own behaviour) is what the containers are for. A server whose protocol no
twin speaks is stood in for by an open port that says nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from lab.city import Host, Service, full_settings
from lab.server import Place
from lab.servers import haproxy, nginx

Made = dict[str, Any]


def stand_in(host: Host, service: Service) -> tuple[str, Made]:
    """The twin and its settings for a service; a twin stands for itself."""
    if service.program == "twin":
        return service.kind, dict(service.settings)
    place = Place(host.name, host.address, service.port, "")
    twin, make = STAND_INS.get(service.kind, SAYS_NOTHING)
    return twin, make(full_settings(service), place)


def _certificate(place: Place, **fields: Any) -> Made:
    return asdict(place.certificate(**fields))


def _ssh(settings: Any, _: Place) -> Made:
    if settings.algorithms == "good":
        return {"kex": ["curve25519-sha256", "curve25519-sha256@libssh.org", "diffie-hellman-group16-sha512"]}
    return {
        "kex": ["curve25519-sha256", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
        "host_keys": ["rsa-sha2-256", "ssh-rsa"],
        "ciphers": ["aes128-ctr", "aes128-cbc", "3des-cbc"],
        "macs": ["hmac-sha2-256", "hmac-sha1", "hmac-md5"],
    }


def _http(settings: Any, place: Place) -> Made:
    secure = settings.tls != "none"
    headers = {}
    if settings.headers:
        headers = {"X-Content-Type-Options": "nosniff"}
        if secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
    made: Made = {"server": "nginx/1.22.1" if settings.tokens else "nginx", "headers": headers, "pages": {}}
    for name, text in nginx.site(settings).items():
        made["pages"]["/" if name == "index.html" else f"/{name}"] = text
    if secure:
        certificate = _certificate(place, days=settings.days, key=settings.key, issuer=settings.issuer)
        made["tls"] = {"minimum": "1.2" if settings.tls == "good" else "1.0", "certificate": certificate}
        if settings.tls == "old":
            made["tls"] |= {"maximum": "1.2", "ciphers": "ALL:!aNULL:!eNULL"}
    return made


def _mysql(settings: Any, place: Place) -> Made:
    return {
        "certificate": _certificate(place),
        "version": "5.5.5-10.11.11-MariaDB-0+deb12u1",
        "auth_plugin": "mysql_native_password",
        "tls": settings.tls != "none",
        "require_tls": settings.tls == "required",
    }


def _postgresql(settings: Any, place: Place) -> Made:
    auth = {"scram-sha-256": "scram"}.get(settings.auth, settings.auth)
    secure = settings.tls != "none"
    certificate = _certificate(place)
    return {"tls": secure, "require_tls": settings.tls == "required", "auth": auth, "certificate": certificate}


def _ftp(settings: Any, place: Place) -> Made:
    certificate = _certificate(place)
    return {
        "anonymous": settings.anonymous,
        "tls": settings.tls,
        "require_tls": settings.tls,
        "certificate": certificate,
    }


def _snmp(settings: Any, place: Place) -> Made:
    common = {"name": place.host, "location": settings.location, "engine": "80001f8804" + place.host.encode().hex()}
    if settings.community:
        return {**common, "communities": [settings.community], "versions": [1, 2, 3]}
    return {**common, "communities": [], "versions": [3]}


def _dns(settings: Any, place: Place) -> Made:
    return {
        "address": place.address,
        "recursion": bool(getattr(settings, "recursion", True)),
        "version": "9.18.33-1~deb12u2-Debian" if getattr(settings, "version", False) else "",
    }


def _gateway(settings: Any, place: Place) -> Made:
    made: Made = {"server": "", "pages": {"/": haproxy.PAGE}}
    return made if settings.tls == "none" else {**made, **_secure(place)}


def _application(settings: Any, place: Place) -> Made:
    made: Made = {"server": "", "pages": {"/": "<html><head><title>模拟应用</title></head><body></body></html>"}}
    return {**made, **_secure(place)} if settings.tls else made


def _interface(pages: Made, settings: Any, place: Place) -> Made:
    """An interface whose last page wants a log-in where the setting says so."""
    if not settings.auth:
        return {"server": "", "pages": pages}
    closed = {**pages, list(pages)[-1]: {"status": 401, "body": "Unauthorized"}}
    return {"server": "", "pages": closed, **_secure(place)}


def _secure(place: Place) -> Made:
    headers = {"Strict-Transport-Security": "max-age=31536000"}
    return {"headers": headers, "tls": {"minimum": "1.2", "certificate": _certificate(place)}}


ETCD = {"/version": {"json": {"etcdserver": "3.4.23"}}, "/v2/keys/": {"json": {"node": {"dir": True}}}}
PROMETHEUS = {
    "/api/v1/status/buildinfo": {"json": {"status": "success", "data": {"version": "2.42.0", "goVersion": "go1.19.8"}}},
    "/api/v1/targets": {"json": {"status": "success", "data": {"activeTargets": []}}},
}
SAYS_NOTHING: tuple[str, Callable[[Any, Place], Made]] = ("greeting", lambda _, __: {})
STAND_INS: Mapping[str, tuple[str, Callable[[Any, Place], Made]]] = {
    "openssh": ("ssh", _ssh),
    "nginx": ("http", _http),
    "redis": ("redis", lambda settings, _: {"password": "lab-Redis-4500" if settings.auth else None}),
    "mariadb": ("mysql", _mysql),
    "postgresql": ("postgresql", _postgresql),
    "mosquitto": ("mqtt", lambda settings, _: {"anonymous": settings.anonymous, "tls": settings.tls}),
    "netsnmp": ("snmp", _snmp),
    "telnetd": ("telnet", lambda _, place: {"banner": "", "prompt": f"\n{place.host} login: "}),
    "vsftpd": ("ftp", _ftp),
    "bind": ("dns", _dns),
    "dnsmasq": ("dns", _dns),
    "chrony": ("ntp", lambda settings, _: {"stratum": settings.stratum, "reference": "127.127.1.1"}),
    "memcached": ("memcached", lambda _, __: {}),
    "haproxy": ("http", _gateway),
    "tomcat": ("http", _application),
    "etcd": ("http", lambda settings, place: _interface(ETCD, settings, place)),
    "prometheus": ("http", lambda settings, place: _interface(PROMETHEUS, settings, place)),
    "tftpd": ("tftp", lambda _, __: {}),
    "aiocoap": ("coap", lambda settings, _: {"readable": settings.listed}),
    "pymodbus": (
        "modbus",
        lambda settings, _: {"vendor": settings.vendor, "product": settings.product, "revision": settings.revision},
    ),
}
