"""Documents of single systems that their owners hand in: configurations, version outputs, bills of materials, images.

Reading is apart from storing, so that of many documents none is stored where one cannot be read. Where nobody says of which
system a document is, the address that its name begins with does: `10.45.50.11.version.txt`, `10.45.10.13_sbom.json`,
`fd00-45--11.cfg`.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from inventory.errors import InputError
from inventory.free_text import decode_bytes
from inventory.imports import cli_output
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store

Reading = Callable[[Store, str, str], str]
"""Stores what was read, in an open batch: store, scan, time of the import → what was added, in a line."""

NAMED = "--address ADDRESS, or a file name that begins with the address"
_LEADING = (
    re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?!\d)"),
    re.compile(r"[0-9a-f]{0,4}(?:-[0-9a-f]{0,4}){2,7}(?=[._]|$)", re.I),
)


def named_address(path: Path) -> str:
    """The address that a file's name begins with (in IPv6, `-` stands for `:`), or nothing."""
    for pattern in _LEADING:
        if (match := pattern.match(path.name)) is not None:
            try:
                return str(ipaddress.ip_address(match[0].replace("-", ":")))
            except ValueError:
                return ""
    return ""


def documents_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths, with folders opened: their files in the order of names, without hidden ones and links to folders. A folder that
    holds a root file system is an image, and one document."""
    for path in paths:
        if path.is_dir() and not is_system(path):
            yield from documents_in(sorted(one for one in path.iterdir() if _counts(one)))
        else:
            yield path


def is_system(folder: Path) -> bool:
    """Whether a folder holds a root file system."""
    return any((folder / name).is_dir() for name in ("etc", "usr", "var", "lib"))


def _counts(path: Path) -> bool:
    return not path.name.startswith(".") and not (path.is_symlink() and path.is_dir())


def _config(path: Path, address: str, *, complete: bool = False) -> Reading:
    from scanner.selfcheck import fill
    from scanner.selfcheck_source import load_source

    source = load_source(path, address=address, complete=complete)

    def stored(store: Store, scan: str, at: str) -> str:
        fill(store, scan, [source], at)
        read = source.reading
        return f"{source.address}: {read.family}, parsed {read.lines_understood} of {read.lines_total} lines"

    return stored


def _sbom(path: Path, address: str) -> Reading:
    from scanner.selfcheck_parts import fill_parts, load_sbom

    one = load_sbom(path, address=address)

    def stored(store: Store, scan: str, at: str) -> str:
        fill_parts(store, scan, [one], at)
        return f"{one.address}: {len(one.parts)} parts"

    return stored


def _image(path: Path, address: str) -> Reading:
    from scanner.selfcheck import fill
    from scanner.selfcheck_parts import fill_parts, load_image

    one, inside = load_image(path, address=address)

    def stored(store: Store, scan: str, at: str) -> str:
        fill_parts(store, scan, [one], at)
        fill(store, scan, inside, at)
        return f"{one.address}: {len(one.parts)} packages, {len(inside)} configurations"

    return stored


def _cli(path: Path, address: str) -> Reading:
    if not address:
        raise InputError("does not say which device printed it", str(path), hint=NAMED)
    evidence = cli_output.exchange(decode_bytes(path.read_bytes()), address, path.name)
    facts = cli_output.interpret(evidence)
    question = Question(evidence.endpoint, "device_version", f"cli:{path.name}")

    def stored(store: Store, scan: str, at: str) -> str:
        seen = Observation(question.id, Outcome.ANSWERED, "", at, EvidenceClass.READ, (store.put_evidence(evidence),))
        store.add_questions(scan, [question])
        store.add_observation(scan, seen, facts)
        told = facts["device_version"][0].model_dump(exclude_none=True)
        return f"{address}: " + ", ".join(f"{name} {value}" for name, value in told.items())

    return stored


def reader_of(kind: str, *, complete: bool) -> Callable[[Path, str], Reading]:
    """What reads a kind of document; `complete` says that a configuration is whole."""
    return partial(_config, complete=True) if complete and kind == "config" else READERS[kind]


READERS: dict[str, Callable[[Path, str], Reading]] = {"config": _config, "sbom": _sbom, "image": _image, "cli": _cli}
"""Kind of document → reads it, given the address of its system. They raise InputError."""
