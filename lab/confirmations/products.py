"""Which product answers: the name that a foreign client reads in a banner, a header, a version page or a system's description."""

from lab.city import Host, Service
from lab.confirmation import Ask, Confirmation, Words
from lab.confirmations import access, field, login, stores, web

RULES = {
    "component, application": ("da-application-origin",),
    "component, middleware": ("da-middleware-origin", "da-middleware-support"),
    "component, database": ("da-database-origin", "da-database-support", "da-database-listed"),
    "component, operating system": ("da-server-system-origin", "da-system-support", "da-desktop-system-origin"),
    "component, operating system that stands in the announced list": ("da-system-listed",),
    "component, network": ("da-core-network-origin", "da-access-network-origin"),
    "component, video": ("da-video-origin",),
    "component, cloud": ("da-virtualisation-origin",),
}


def named(layer: str, services: tuple[str, ...], ask: Ask, pattern: str) -> Confirmation:
    """A product of a layer: whatever the verdict, the name must be read."""
    subject = f"component, {layer}"
    return Confirmation(subject, services, ask, {rule: {"*": pattern} for rule in RULES[subject]})


def greeting(host: Host, service: Service) -> tuple[Words, ...]:
    """What a mail box says first."""
    return access.curl(service.protocol)(host, service)


def described(host: Host, service: Service) -> tuple[Words, ...]:
    """sysDescr and sysObjectID to everybody."""
    where = ("-r", "1", "-t", "2", f"{host.address}:{service.port}")
    return (("snmpget", "-v2c", "-c", "public", *where, "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"),)


DESCRIPTION = r"(\.1\.1\.0 = STRING: [^\n]*|sysDescr\.0 = STRING: [^\n]*)"
CONFIRMATIONS = (
    named("application", ("openssh", "ssh-terrapin", "ssh-ancient", "ssh-sm"), login.ssh, r"(SSH-[12]\S+OpenSSH_\S+)"),
    named("application", ("vsftpd",), access.curl("ftp"), r"(^< 220 \(vsFTPd[^\n]*)"),
    named("application", ("postfix",), access.curl("smtp"), r"(^< 220 [^\n]*Postfix[^\n]*)"),
    named("application", ("dovecot",), greeting, r"(Dovecot[^\n]*)"),
    named("application", ("kamailio",), field.sip, r"(Server: kamailio[^\n]*)"),
    named("application", ("dns-open", "dnsmasq"), field.dns, r"(\"(?:9\.|dnsmasq-)[^\"]*\")"),
    named("application", ("netsnmp",), login.nmap("snmp-info"), r"(enterprise: net-snmp)"),
    named(
        "application",
        ("watch-open", "prometheus-open", "prometheus-closed"),
        web.pages("/api/v1/status/buildinfo", "/classic/graph"),
        r"(\"goVersion\"[^\n]*|Prometheus[^\n<]*)",
    ),
    named("middleware", ("nginx",), web.front, r"(?i)(^server: nginx[^\n]*)"),
    named("middleware", ("api-leak",), web.front, r"(Apache-Coyote[^\n]*)"),
    named(
        "middleware",
        ("zookeeper", "zookeeper-open", "zookeeper-closed"),
        field.words,
        r"(Zookeeper version[^\n]*|srvr is not executed[^\n]*)",
    ),
    named("middleware", ("hadoop-open", "hadoop-closed"), web.pages("/jmx"), r"([^\n]*[Hh]adoop[^\n]*)"),
    named(
        "middleware",
        ("nacos-open", "nacos-closed"),
        web.pages("/nacos/v1/console/server/state"),
        r"(\"version\": \"2[^\n]*\"standalone_mode\"[^\n]*)",
    ),
    named(
        "middleware", ("consul-open", "consul-closed"), web.pages("/v1/catalog/services"), r"(?i)([^\n]*consul[^\n]*)"
    ),
    named("database", ("etcd", "etcd-open", "etcd-closed"), web.pages("/version"), r"(\"?etcd[^\n]*)"),
    named(
        "database", ("influxdb", "influxdb-open", "influxdb-closed"), web.pages("/ping"), r"(?i)(^x-influxdb-[^\n]*)"
    ),
    named("database", ("redis",), stores.redis, r"(redis_version:\S+|NOAUTH[^\n]*)"),
    named("database", ("mariadb", "mysql-modern"), stores.mysql, r"(Version: [58][^\n]*)"),
    named("database", ("memcached-closed",), stores.refused, r"(CLIENT_ERROR [^\n]*)"),
    named("database", ("kingbase-tls",), stores.postgresql, r"(no sys_hba\.conf entry[^\n]*)"),
    named("database", ("memcached",), stores.memcached, r"(Version +[^\n]*|memcached)"),
    named("database", ("elastic-open", "elastic-auth"), web.pages("/"), r"(?i)(^x-elastic-product: [^\n]*)"),
    named("database", ("mongodb",), login.nmap("mongodb-info"), r"(version = [^\n]*)"),
    named("operating system", ("openssh",), login.ssh, r"(OpenSSH_\S+ Debian[^\n]*)"),
    named("operating system that stands in the announced list", ("openssh",), login.ssh, r"(OpenSSH_\S+ Debian[^\n]*)"),
    named("network", ("vrp-snmp", "station-public"), described, DESCRIPTION),
    named("network", ("comware-ssh",), login.ssh, r"(SSH-2\.0-Comware\S*)"),
    named("video", ("rtsp",), field.rtsp, r"(?i)(^Server: [^\n]*)"),
    named("cloud", ("hypervisor",), web.front, r"(<title>VMware ESXi)"),
    named("cloud", ("docker",), web.pages("/version"), r"([^\n]*Docker[^\n]*)"),
    named("cloud", ("kubernetes-open", "kubernetes-closed"), web.pages("/version"), r"(\"?gitVersion[^\n]*)"),
)
