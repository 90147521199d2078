"""Which client that we did not write tells that a service answers, and the words by which it tells so.

One short command for a service: quicker than its confirmation, as it only has to be heard. Where no client of the image speaks
the protocol, nmap says that the port is open.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.city import Host, Service, full_settings
from lab.confirmation import Words, typed
from lab.confirmations import access, field, login, secure, stores

MOST_SECONDS = "4"
LIBRARIES = ("asyncua", "c104", "snap7", "pymodbus")
Asked = Callable[[Host, Service], Words]


@dataclass(frozen=True)
class Client:
    """The command that asks a service, and what must stand in its output."""

    ask: Asked
    sign: str

    def heard(self, said: str) -> str:
        """The words that tell so; nothing where they are not there."""
        found = re.search(self.sign, said, re.MULTILINE)
        return " ".join(found[0].split())[:80] if found else ""


def communities(service: Service) -> list[str]:
    """The SNMP communities that a service answers to."""
    if service.protocol != "snmp":
        return []
    settings = full_settings(service)
    if service.program == "twin":
        return list(settings.communities)
    return [settings.community] if settings.community else []


def curl(scheme: str) -> Asked:
    """curl's side of the greeting."""
    return lambda host, service: (
        "curl", "-s", "-v", "--max-time", MOST_SECONDS, f"{scheme}://{host.address}:{service.port}/",
    )  # fmt: skip


def page(host: Host, service: Service) -> Words:
    schemes = {"http": ("http",), "https": ("https",)}.get(service.protocol, ("http", "https"))
    urls = [f"{scheme}://{host.address}:{service.port}/" for scheme in schemes]
    return ("curl", "-s", "-k", "-i", "--max-time", MOST_SECONDS, "--ciphers", "DEFAULT@SECLEVEL=0", *urls)


def port(host: Host, service: Service) -> Words:
    kind = "-sU" if service.transport == "udp" else "-sS"
    return ("nmap", "-n", "-Pn", kind, "-p", str(service.port), host.address)


def script(*names: str) -> Asked:
    return lambda host, service: login.nmap(*names)(host, service)[0]


def known(host: Host, service: Service) -> Words:
    return ("nmap", "-n", "-Pn", "-sV", "--version-light", "-p", str(service.port), host.address)


def snmp(host: Host, service: Service) -> Words:
    spoken = communities(service)
    who = ("-v2c", "-c", spoken[0]) if spoken else ("-v3", "-l", "noAuthNoPriv", "-u", "nobody")
    return ("snmpget", *who, "-r", "2", "-t", "1", f"{host.address}:{service.port}", "1.3.6.1.2.1.1.5.0")


def ssh(host: Host, service: Service) -> Words:
    return ("ssh-keyscan", "-T", MOST_SECONDS, "-p", str(service.port), host.address)


def postgresql(host: Host, service: Service) -> Words:
    return ("pg_isready", "-t", MOST_SECONDS, "-h", host.address, "-p", str(service.port))


def redis(host: Host, service: Service) -> Words:
    return ("timeout", MOST_SECONDS, "redis-cli", "-h", host.address, "-p", str(service.port), "PING")


def rsync(host: Host, service: Service) -> Words:
    """A daemon may keep its list of modules to itself; that the conversation ended well is rsync's own exit code."""
    told = 'rsync "$@" && echo "exit code $?"'
    return ("sh", "-c", told, "rsync", "--timeout=4", "--contimeout=4", f"rsync://{host.address}:{service.port}/")


def tls(host: Host, service: Service) -> Words:
    return secure.openssl(host, service)


def iec104(host: Host, service: Service) -> Words:
    inside = full_settings(service).tls
    return tls(host, service) if inside else field.iec104(host, service)[0]


def modbus(host: Host, service: Service) -> Words:
    return (*field.PYTHON, field.MODBUS, host.address, str(service.port))


OPEN = Client(port, r"^\d+/\w+ +open[^|\n]*$")
TLS = Client(tls, r"SSL handshake has read [1-9]\d* bytes")
PAGE = Client(page, r"^HTTP/\S+ \d+")
BY_PROTOCOL: Mapping[str, Client] = {
    **dict.fromkeys(("http", "https", "docker", "elasticsearch", "etcd", "influxdb", "prometheus"), PAGE),
    **dict.fromkeys(("tls", "tlcp"), TLS),
    **dict.fromkeys(("postgresql", "kingbase"), Client(postgresql, r"accepting connections")),
    **dict.fromkeys(("imap", "pop3", "smtp", "ftp"), Client(lambda h, s: curl(s.protocol)(h, s), r"^< [^\n]+")),
    "bacnet": Client(script("bacnet-info"), r"^\d+/udp +open +\S+|bacnet-info"),
    "coap": Client(lambda h, s: field.coap(h, s)[0], r"</[^\n]*|4\.0\d"),
    "dns": Client(lambda h, s: field.dns(h, s)[0], r"status: \w+"),
    "iec104": Client(iec104, r"ConnectionState\.OPEN\w*|SSL handshake has read [1-9]\d* bytes"),
    "ipmi": Client(script("ipmi-version"), r"IPMI-\S+|ipmi-version"),
    "ldap": Client(lambda h, s: access.ldap(h, s)[1], r"^dn:|supportedExtension|Confidentiality required"),
    "memcached": Client(lambda h, s: typed(h, s, "version"), r"VERSION \S+|\w*ERROR[^\n]*"),
    "modbus": Client(modbus, r"registers [^\n]*"),
    "mongodb": Client(script("mongodb-info"), r"version = \S+"),
    "mqtt": Client(lambda h, s: field.mqtt(h, s)[0], r"received CONNACK \(\d+\)"),
    "mqtts": Client(lambda h, s: field.mqtt(h, s)[1], r"received CONNACK \(\d+\)"),
    "mssql": Client(known, r"ms-sql-s +Microsoft[^\n]*"),
    "mysql": Client(lambda h, s: stores.mysql(h, s)[-1], r"Version: [^\n]*"),
    "nfs": Client(script("rpcinfo"), r"mountd|rpcbind[^\n]*"),
    "ntp": Client(lambda h, s: field.ntp(h, s)[0], r"Stratum +: \d+"),
    "opcua": Client(lambda h, s: field.opcua(h, s)[0], r"^(?:None_|Sign)\w* [^\n]*"),
    "rdp": Client(script("rdp-enum-encryption"), r"(?:Native RDP|CredSSP \(NLA\)): SUCCESS"),
    "redis": Client(redis, r"PONG|NOAUTH"),
    "rsync": Client(rsync, r"exit code 0"),
    "rtsp": Client(curl("rtsp"), r"RTSP/1\.0 \d+[^\n]*"),
    "s7": Client(lambda h, s: field.s7(h, s)[0], r"connected True"),
    "sip": Client(lambda h, s: field.sip(h, s)[0], r"SIP/2\.0 \d+[^\n]*"),
    "smb": Client(lambda h, s: access.smb(h, s)[0], r"Sharename|NT_STATUS_ACCESS_DENIED|Anonymous login"),
    "snmp": Client(snmp, r" = [^\n]*|Unknown user name"),
    "ssh": Client(ssh, r"SSH-[12]\.\S+"),
    "telnet": Client(script("banner"), r"^\d+/tcp +open[^\n]*|banner: [^\n]*"),
    "tftp": Client(lambda h, s: access.curl("tftp", "/none")(h, s)[0], r"TFTP error: [^\n]*"),
    "vnc": Client(script("vnc-info"), r"Protocol version: \S+"),
    "x11": Client(script("x11-access"), r"X server access is granted|^\d+/tcp +open[^\n]*"),
    "zookeeper": Client(lambda h, s: typed(h, s, "srvr"), r"Zookeeper version[^\n]*|srvr is not executed[^\n]*"),
}
GMSSL = Client(lambda h, s: secure.tlcp(h, s)[0], r"Connection established!|recv \{\w+\}|server_hello")
BY_NAME = {"broken-snmp": OPEN, "tlcp-foreign": GMSSL}
BY_KIND = {"gmssl": GMSSL}


def client(service: Service) -> Client:
    """The client for a service: of its name, of its program, of its protocol, else nmap's word that the port is open; a fragile
    device hears nothing but that knock."""
    if service.settings.get("fragile"):
        return OPEN
    named = BY_NAME.get(service.name) or BY_KIND.get(service.kind)
    return named or BY_PROTOCOL.get(service.protocol, OPEN)


def program(words: Words) -> str:
    """The client's name for people: the program behind `sh -c` and `timeout`, or the library behind Python."""
    if words[0] == "sh":
        return words[3]
    if words[0] == "env":
        return next(each for each in LIBRARIES if each in words[len(field.PYTHON)])
    return words[2] if words[0] == "timeout" else words[0]
