"""net-snmp's snmpd: a community that everybody knows, or SNMPv3 with authentication and privacy only."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup


@dataclass(frozen=True)
class Settings:
    """`community` empty: SNMPv3 only."""

    community: str = ""
    location: str = "模拟机房"


def setup(settings: Settings, place: Place) -> Setup:
    lines = [
        f"agentaddress udp:0.0.0.0:{place.port}",
        f"sysName {place.host}",
        f"sysLocation {settings.location}",
        "sysContact lab",
    ]
    if settings.community:
        lines.append(f"rocommunity {settings.community} default")
    else:
        lines += ['createUser labview SHA-256 "lab-Snmp-4500" AES "lab-Snmp-0054"', "rouser labview priv"]
    return Setup(
        f"snmpd -f -Lo -C -c {place.folder}/snmpd.conf",
        {"snmpd.conf": "\n".join(lines) + "\n"},
        ("mkdir -p /var/lib/snmp",),
    )


SERVER = Server(161, "snmp", Settings, setup, "udp")
