"""Captures: hosts that sent, server endpoints, and the protocols that are claimed for them, against another reader."""

import ipaddress
from itertools import islice
from pathlib import Path
from typing import Any

from bench.scoring.figure import Figure, read_lines
from inventory.errors import ImportFormatError
from scanner.capture.files import Capture
from scanner.capture.signs import protocol_of
from scanner.capture.talk import Heard

FIRST = 5000  # frames that the known answers speak of
# Our word for a protocol, where the dissector of the known answers has others.
NAMES = {
    "modbus": {"mbtcp", "modbus"},
    "ads": {"ams"},
    "fins": {"omron"},
    "wireguard": {"wg"},
    "s7": {"s7comm", "s7comm-plus", "cotp"},
    "redis": {"resp"},
    "upnp": {"ssdp"},
    "netbios": {"nbns", "nbdgm"},
    "ethernetip": {"enip", "cip", "cipcls"},
    "bacnet": {"bvlc", "bacnet", "bacapp"},
    "pop3": {"pop"},
    "smb": {"nbss", "smb", "smb2"},
    "mssql": {"tds"},
    "postgresql": {"pgsql"},
    "iec104": {"iec60870_104", "iec60870_asdu", "104apci", "104asdu"},
    "iked": {"isakmp"},
    "rdp": {"rdp", "tpkt", "cotp"},
    "tlcp": {"tls"},
    "ipmi": {"rmcp", "ipmi"},
    "mongodb": {"mongo"},
    "oracle": {"tns"},
    "portmapper": {"portmap", "rpc"},
}
Endpoints = dict[tuple[str, str, int], set[str]]


def score(folder: Path, misses: int) -> list[Figure]:
    """See the module."""
    hosts = [0, 0, 0]
    services = [0, 0, 0]
    claims = [0, 0]
    for record in read_lines(folder / "pcap" / "truth.jsonl"):
        try:
            heard = Heard().take(islice(Capture(folder / "pcap" / record["file"]), FIRST))
        except ImportFormatError:
            heard = Heard()
        ours, theirs = {address for address in heard.hosts if is_unicast(address)}, set(record["hosts"])
        for place, count in enumerate((len(ours & theirs), len(ours), len(theirs))):
            hosts[place] += count
        truth: Endpoints = {(one["l4"], one["ip"], one["port"]): set(one["app"]) for one in record["services"]}
        found = {(talk.transport, talk.server, talk.server_port): protocol_of(talk) for talk in heard.talks.values()}
        if record["services_total"] == len(truth):
            for place, count in enumerate((len(found.keys() & truth.keys()), len(found), len(truth))):
                services[place] += count
        for where, told in truth.items():
            claimed = found.get(where)
            if claimed is not None and told:
                claims[1] += 1
                right = bool(({claimed} | NAMES.get(claimed, set())) & told)
                claims[0] += right
                if not right and misses > 0:
                    misses -= 1
                    print(f"  {record['id']} {where}: {claimed} for {sorted(told)}")
    return [
        Figure("pcap", "host recall", hosts[0], hosts[2], 0.98),
        Figure("pcap", "host precision", hosts[0], hosts[1], 0.98),
        Figure("pcap", "service recall", services[0], services[2], 0.95),
        Figure("pcap", "service precision", services[0], services[1]),
        Figure("pcap", "claimed protocols", claims[0], claims[1], 0.90),
    ]


def is_unicast(address: str) -> bool:
    """Neither a group, nor everybody, nor nobody."""
    parsed: Any = ipaddress.ip_address(address)
    return not (parsed.is_multicast or parsed.is_unspecified or address == "255.255.255.255")
