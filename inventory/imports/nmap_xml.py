"""Reads reports that nmap wrote with -oX (nmap.dtd, versions 1.00 to 1.05), also from scans that were cut off.

Only what the report says is kept; nothing is looked up. Hostile files are refused before they can grow: entity declarations,
a document type with a subset of its own, foreign roots, deep nesting, endless attributes. A report that ends too early gives
all its complete hosts and says that it is incomplete.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat  # entities and subsets are refused in the handlers below

from inventory.errors import ImportFormatError

LARGEST_FILE = 1024 * 1024 * 1024
CHUNK = 64 * 1024
DEEPEST = 32
LONGEST_ATTRIBUTE = 256 * 1024
_FORBIDDEN = {code: "\ufffd" for code in range(32) if code not in (9, 10, 13)} | {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
MOST_HOSTS = 4_000_000
MOST_PORTS = 131_072  # TCP and UDP of one host


@dataclass(frozen=True, slots=True)
class Service:
    """What nmap says of a port. `method` is `table` (from the port number alone) or `probed`; `conf` is nmap's 0 to 10."""

    transport: str
    port: int
    state: str
    name: str | None = None
    product: str | None = None
    version: str | None = None
    extra: str | None = None
    os_type: str | None = None
    device_type: str | None = None
    tunnel: str | None = None
    method: str | None = None
    conf: str | None = None
    cpe: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OsMatch:
    """A guess at the operating system with its accuracy in percent."""

    name: str
    accuracy: int


@dataclass(frozen=True, slots=True)
class Host:
    """One host: `addresses` are (address, type) with type ipv4, ipv6 or mac, in the report's order."""

    status: str | None
    addresses: tuple[tuple[str, str], ...]
    hostnames: tuple[str, ...]
    services: tuple[Service, ...]
    os_matches: tuple[OsMatch, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `complete` is False when it ended too early or broke off; `problem` then says where."""

    arguments: str | None
    nmap_version: str | None
    finished: str | None
    hosts: tuple[Host, ...]
    complete: bool
    problem: str | None = None


class _Hostile(Exception):  # travels through expat only
    """What a report never needs and an attacker does."""


def read_report(file: Path) -> Report:
    """Read a report from a file. Raises ImportFormatError for files that are none, or hostile."""
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise ImportFormatError(f"is larger than {LARGEST_FILE} bytes", str(file))
        with file.open("rb") as stream:
            return read_stream(stream, str(file))
    except OSError as error:
        raise ImportFormatError(f"cannot be read: {error.strerror}", str(file)) from error


def read_stream(stream: IO[bytes], source: str = "nmap report") -> Report:
    """Read a report from a stream of bytes. Raises ImportFormatError for what is no report, or hostile."""
    reader = _Reader()
    problem = None
    try:
        reader.feed(stream)
    except expat.ExpatError as error:
        line = f"line {error.lineno}, column {error.offset}"
        if not reader.is_report:
            raise ImportFormatError(f"is no nmap report: {expat.ErrorString(error.code)}", source, line) from error
        problem = f"{expat.ErrorString(error.code)} at {line}"
    except (_Hostile, ValueError, UnicodeError) as error:
        raise ImportFormatError(f"is refused: {error}", source, f"line {reader.line}") from error
    if not reader.is_report:
        raise ImportFormatError("is no nmap report: it has no nmaprun element", source)
    if problem is None and reader.damaged:
        problem = "characters that XML forbids were replaced"
    if problem is None and not reader.is_finished:
        problem = "the report ends without saying that the scan finished"
    return Report(
        arguments=reader.run.get("args"),
        nmap_version=reader.run.get("version"),
        finished=reader.finished,
        hosts=tuple(reader.hosts),
        complete=problem is None,
        problem=problem,
    )


@dataclass(slots=True)
class _Reader:
    """Expat's events to hosts; holds one host at a time."""

    run: Mapping[str, str] = field(default_factory=dict)
    hosts: list[Host] = field(default_factory=list)
    finished: str | None = None
    is_report: bool = False
    is_finished: bool = False
    damaged: bool = False
    _path: list[str] = field(default_factory=list)
    _host: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _status: str | None = None
    _services: list[Service] = field(default_factory=list)
    _matches: list[OsMatch] = field(default_factory=list)
    _port: Mapping[str, str] = field(default_factory=dict)
    _state: str = ""
    _service: Mapping[str, str] = field(default_factory=dict)
    _cpe: list[str] = field(default_factory=list)
    _scripts: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _parser: expat.XMLParserType = field(default_factory=expat.ParserCreate)

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, stream: IO[bytes]) -> None:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._external
        for chunk in self._mended(stream):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _mended(self, stream: IO[bytes]) -> Iterator[str | bytes]:
        """The stream with what XML forbids replaced: nmap prints names from the network that hold control characters."""
        chunk = stream.read(CHUNK)
        declared = re.search(rb"^\s*<\?xml[^>]*encoding=[\"']([\w-]+)", chunk[:200])
        if chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or (
            declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
        ):
            while chunk:
                yield chunk
                chunk = stream.read(CHUNK)
            return
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while chunk:
            text = decoder.decode(chunk)
            mended = text.translate(_FORBIDDEN)
            self.damaged = self.damaged or "\ufffd" in mended
            yield mended
            chunk = stream.read(CHUNK)
        yield decoder.decode(b"", True)

    def _doctype(self, name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset or name != "nmaprun":
            raise _Hostile("the document type is not nmap's own")

    def _entity(self, name: str, *_: object) -> None:
        raise _Hostile(f"it declares the entity {name[:40]}")

    def _external(self, *_: object) -> int:
        raise _Hostile("it refers to something outside")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._path and name != "nmaprun":
            raise _Hostile(f"its root is {name[:40]}, not nmaprun")
        if len(self._path) >= DEEPEST:
            raise _Hostile(f"it is nested deeper than {DEEPEST} levels")
        if any(len(value) > LONGEST_ATTRIBUTE for value in attributes.values()):
            raise _Hostile(f"an attribute is longer than {LONGEST_ATTRIBUTE} characters")
        self._path.append(name)
        if len(self._path) > 2 and self._path[1] not in ("host", "runstats"):
            return  # hints and tasks of a running scan are no results
        starts = _STARTS.get((self._path[-2] if len(self._path) > 1 else "", name))
        if starts is not None:
            starts(self, attributes)

    def _end(self, name: str) -> None:
        parent = self._path[-2] if len(self._path) > 1 else ""
        if name == "cpe" and parent == "service":
            self._cpe.append("".join(self._text)[:512])
            self._text.clear()
        elif name == "port" and parent == "ports" and self._path[1] == "host":
            self._end_port()
        elif name == "host" and parent == "nmaprun":
            self._end_host()
        self._path.pop()

    def _characters(self, text: str) -> None:
        if self._path[-1] == "cpe" and sum(map(len, self._text)) < 512:
            self._text.append(text)

    def _begin_run(self, attributes: dict[str, str]) -> None:
        self.run, self.is_report = attributes, True

    def _begin_host(self, _: dict[str, str]) -> None:
        if len(self.hosts) >= MOST_HOSTS:
            raise _Hostile(f"it has more than {MOST_HOSTS} hosts")
        self._host = {"addresses": [], "hostnames": []}
        self._status = None
        self._services, self._matches = [], []

    def _begin_port(self, attributes: dict[str, str]) -> None:
        if len(self._services) >= MOST_PORTS:
            raise _Hostile(f"a host has more than {MOST_PORTS} ports")
        self._port, self._state, self._service = attributes, "", {}
        self._cpe, self._scripts = [], []

    def _end_port(self) -> None:
        about = self._service
        self._services.append(
            Service(
                transport=self._port.get("protocol", ""),
                port=_number(self._port.get("portid"), 65_535),
                state=self._state,
                name=about.get("name"),
                product=about.get("product") or None,
                version=about.get("version") or None,
                extra=about.get("extrainfo") or None,
                os_type=about.get("ostype") or None,
                device_type=about.get("devicetype") or None,
                tunnel=about.get("tunnel") or None,
                method=about.get("method"),
                conf=about.get("conf"),
                cpe=tuple(self._cpe),
                scripts=tuple(self._scripts),
            )
        )

    def _end_host(self) -> None:
        self.hosts.append(
            Host(
                status=self._status,
                addresses=tuple(self._host["addresses"]),
                hostnames=tuple(name for name, _ in self._host["hostnames"]),
                services=tuple(self._services),
                os_matches=tuple(self._matches),
            )
        )

    def _set_status(self, attributes: dict[str, str]) -> None:
        self._status = attributes.get("state")

    def _add_address(self, attributes: dict[str, str]) -> None:
        self._host["addresses"].append((attributes.get("addr", ""), attributes.get("addrtype", "ipv4")))

    def _add_hostname(self, attributes: dict[str, str]) -> None:
        self._host["hostnames"].append((attributes.get("name", ""), attributes.get("type", "")))

    def _set_state(self, attributes: dict[str, str]) -> None:
        self._state = attributes.get("state", "")

    def _set_service(self, attributes: dict[str, str]) -> None:
        self._service = attributes

    def _add_script(self, attributes: dict[str, str]) -> None:
        self._scripts.append(attributes.get("id", ""))

    def _add_match(self, attributes: dict[str, str]) -> None:
        self._matches.append(OsMatch(attributes.get("name", ""), _number(attributes.get("accuracy"), 100)))

    def _set_finished(self, attributes: dict[str, str]) -> None:
        self.is_finished, self.finished = True, attributes.get("exit")

    def _see_stats(self, _: dict[str, str]) -> None:
        self.is_finished = True


# Which element under which parent is read, and by what.
_STARTS = {
    ("", "nmaprun"): _Reader._begin_run,
    ("nmaprun", "host"): _Reader._begin_host,
    ("host", "status"): _Reader._set_status,
    ("host", "address"): _Reader._add_address,
    ("hostnames", "hostname"): _Reader._add_hostname,
    ("ports", "port"): _Reader._begin_port,
    ("port", "state"): _Reader._set_state,
    ("port", "service"): _Reader._set_service,
    ("port", "script"): _Reader._add_script,
    ("os", "osmatch"): _Reader._add_match,
    ("runstats", "finished"): _Reader._set_finished,
    ("nmaprun", "runstats"): _Reader._see_stats,
}


def _number(text: str | None, largest: int) -> int:
    if text is None or not text.isascii() or not text.isdigit() or int(text[:9]) > largest:
        raise _Hostile(f"{(text or 'nothing')[:20]!r} is no number from 0 to {largest}")
    return int(text)
