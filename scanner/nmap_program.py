"""nmap as a program, for services that none of our probes recognised: `-n -Pn -sT -sV`, validated literals only, no scripts,
never on fragile classes, ended by its process id. python-nmap reads its XML.

Only what nmap recognised by an answer counts; its guess from the port number does not.
"""

import asyncio
import ipaddress
import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError

import nmap
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from inventory.canonical import canonical
from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood, RefusedByPermit
from inventory.exchange import Exchange, Turn
from inventory.facts.service import ServiceFacts
from scanner.door import Door, Guest
from scanner.gate import opening

KIND = "nmap"
DEADLINE = 120.0  # seconds for one host
PACKETS_A_PORT = 40  # an estimate from above, for pace and counters
KEPT = ("name", "product", "version", "extrainfo", "conf")
LONGEST = 256  # characters of a value

# nmap's word → ours, where they differ (nmap-services names)
WORDS = {
    **{"microsoft-ds": "smb", "netbios-ssn": "smb", "ms-sql-s": "mssql", "ms-wbt-server": "rdp", "domain": "dns"},
    **{"oracle-tns": "oracle", "http-proxy": "http", "https": "http", "mongod": "mongodb", "rpcbind": "portmapper"},
    **{"sip-proxy": "sip", "X11": "x11", "vnc-http": "http", "amqp": "amqp", "s7-comm": "s7", "iso-tsap": "s7"},
}


def available() -> str | None:
    """The path of the program, or None."""
    return shutil.which("nmap")


def version_of(program: str) -> str:
    """What the program says that it is, such as 7.93; nothing where it does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"Nmap version (\d[\w.+-]{0,40})", said.stdout)
    return found[1] if found else ""


def command(program: str, address: str, ports: Sequence[int], rate: int) -> list[str]:
    """The whole command line: every part is a literal of ours or a number that was parsed. Raises ValueError."""
    where = ipaddress.ip_address(address)
    listed = ",".join(str(int(port)) for port in sorted(ports) if 0 < int(port) < 65536)
    return [
        *(program, "-n", "-Pn", "--unprivileged", "-sT", "-sV", "--version-intensity", "5", "--max-retries", "1"),
        *("--max-rate", str(max(1, int(rate))), "--host-timeout", f"{int(DEADLINE)}s", "-oX", "-", "-p", listed),
        *(("-6",) if where.version == 6 else ()),
        str(where),
    ]


class Recogniser:
    """Asks nmap what speaks on ports of one host, through the permit and pace of the door."""

    def __init__(self, door: Door, program: str) -> None:
        self.door = door
        self.program = program
        self.one_at_a_time = asyncio.Semaphore(2)
        self.packets = 0  # its packets are counted apart from ours

    async def __call__(self, address: str, ports: Sequence[int], guest: Guest) -> Mapping[int, Exchange]:
        """Port → exchange. Raises RefusedByPermit; fragile hosts are never handed over."""
        if self.door.is_fragile(address, guest):
            raise RefusedByPermit("intensity: nmap is never used on fragile classes")
        async with self.one_at_a_time:
            allowed = []
            for port in ports:
                self.door.check(address, port, guest)
                allowed.append(port)
            pace = self.door.pace
            await pace.wait(address, self.door.zone_name(address), False, 1, 1)
            self.door.check(address, allowed[0], guest)
            self.packets += PACKETS_A_PORT * len(allowed)
            arguments = command(self.program, address, allowed, self.door.permit.pace.host_packets)
            return to_exchanges(address, await run(arguments))


async def run(arguments: Sequence[str]) -> str:
    """Run the program and give its output; it is ended by its id when we are cancelled or it takes too long."""
    with opening():
        process = await asyncio.create_subprocess_exec(
            *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    try:
        async with asyncio.timeout(DEADLINE + 10):
            output, _ = await process.communicate()
    except TimeoutError:
        return ""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode("utf-8", "replace")


def to_exchanges(address: str, xml: str) -> dict[int, Exchange]:
    """One exchange a port from the program's XML; an output that cannot be read gives none."""
    scanner = nmap.PortScanner.__new__(nmap.PortScanner)  # its constructor runs the program once more for nothing
    scanner._scan_result = {}
    try:
        root = fromstring(xml)  # first by the parser that refuses entities; an unfinished run is not read at all
        if root.find("runstats/finished") is None or root.find("runstats/hosts") is None:
            return {}
        found = scanner.analyse_nmap_xml_scan(xml)
        ports = found["scan"][address]["tcp"]
        inside_tls = tunnels(root)
    except (nmap.PortScannerError, DefusedXmlException, ParseError, KeyError):
        return {}
    exchanges = {}
    for port, values in ports.items():
        kept = {name: str(values.get(name, ""))[:LONGEST] for name in KEPT}
        kept["tunnel"] = inside_tls.get(int(port), "")
        if values.get("state") == "open":
            turn = Turn("service", b"", canonical(kept), "")
            exchanges[int(port)] = Exchange(KIND, Endpoint(address, "tcp", int(port)), (turn,))
    return exchanges


def tunnels(root: Element) -> dict[int, str]:
    """Port → `ssl` where the service runs inside TLS, which python-nmap leaves out."""
    found = {}
    for port in root.iter("port"):
        service = port.find("service")
        if service is not None and service.get("tunnel"):
            found[int(port.get("portid", "0"))] = str(service.get("tunnel"))
    return found


def interpret(exchange: Exchange) -> dict[str, list[ServiceFacts]]:
    """Pure: what nmap recognised. Raises NotUnderstood where it only guessed from the port number."""
    turn = exchange.turn("service")
    try:
        values = json.loads(turn.received) if turn is not None else {}
        name, confidence = str(values["name"]), int(values["conf"] or 0)
    except (ValueError, KeyError, TypeError) as error:
        raise NotUnderstood("not an nmap answer") from error
    if confidence < 10 or not name or name in ("tcpwrapped", "unknown"):
        raise NotUnderstood("not recognised by an answer")
    inside_tls = values.get("tunnel") == "ssl" or name == "https"
    return {
        "service": [
            ServiceFacts(
                protocol=WORDS.get(name, name),
                tls=inside_tls,
                product=str(values.get("product") or "") or None,
                version=str(values.get("version") or "") or None,
            )
        ]
    }
