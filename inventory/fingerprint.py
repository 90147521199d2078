"""Fingerprints: how a text tells who made what answered, and in which version.

A fingerprint is a line of YAML with its examples (`inventory/fingerprints/*.yaml`); the makers' names of the catalogue are
fingerprints too, weaker ones. A text is cut into words once; only fingerprints that share a word with it are tried, so that
the cost of a text does not grow with the number of fingerprints.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from inventory.asset import LAYERS
from inventory.catalogue import Catalogue, Vendor
from inventory.catalogue import load as load_catalogue
from inventory.errors import InputError
from inventory.required_text import required_text
from inventory.yaml_file import read_table

FOLDER = Path(__file__).parent / "fingerprints"
# How much a kind of evidence is worth; the highest wins, and what it beats is kept as a conflict.
SPECIFIC, NAME_FIRST, SYSTEM_FIRST, COPYRIGHT, NAME_INSIDE, SYSTEM_INSIDE = 60, 45, 30, 29, 25, 10
_FIELDS = frozenset(
    ("id", "protocols", "words", "match", "vendor", "product", "version", "os", "layer", "rank", "examples")
)
_WORD = re.compile(r"[a-z]{2,}")
_COPYRIGHT = re.compile(r"(?:\(c\)|copyright|©)[\s\d,.()c-]*(?:by\s+)?$", re.IGNORECASE)
_LIKENESS = re.compile(
    r"(?:compatible with|powered by|based on|running on|works with|for|via|through)(?: an?| the)?\s*$", re.IGNORECASE
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names that stand in texts of others all the time: they count only where nothing better does.
_SYSTEMS = frozenset(("operating_system", "middleware"))
_EMBEDDED = frozenset(("wind-river",))  # its system stands inside the devices of many makers


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One rule. `on` are the protocols it is for (empty: all), `words` one of which the text must hold (empty: always tried).

    `product` and `version` may name groups of the pattern in braces; an empty version says that the text holds none.
    `vendor` is None for rules that only tell the system.
    """

    id: str
    on: frozenset[str]
    words: tuple[str, ...]
    pattern: str
    vendor: str | None
    product: str | None
    version: str | None
    os: str | None
    layer: str | None
    rank: int
    examples: tuple[tuple[str, str | None, str | None], ...] = ()
    flags: int = re.IGNORECASE | re.DOTALL
    names: bool = False


class Hit(NamedTuple):
    """A fingerprint that matched a text, with what it read there."""

    fingerprint: Fingerprint
    rank: int
    start: int
    end: int
    product: str | None
    version: str | None


class _Entry:
    """A fingerprint in the index; its expression is compiled when it is tried first. `needed`: texts one of which must occur."""

    __slots__ = ("needed", "rule", "search")

    def __init__(self, rule: Fingerprint) -> None:
        self.rule = rule
        self.search: Callable[[str], re.Match[str] | None] | None = None
        self.needed: tuple[str, ...] = ()

    def compile(self) -> Callable[[str], re.Match[str] | None]:
        """Make `search` and `needed`."""
        self.needed = required_text(self.rule.pattern)
        self.search = re.compile(self.rule.pattern, self.rule.flags).search
        return self.search


class Fingerprints:
    """All fingerprints, indexed by protocol and word."""

    def __init__(self, rules: Iterable[Fingerprint]) -> None:
        self.rules = tuple(rules)
        self._entries = [_Entry(rule) for rule in self.rules]
        self._index: dict[str, tuple[dict[str, list[_Entry]], list[_Entry]]] = {}

    def hits(self, protocol: str, text: str) -> list[Hit]:
        """Every fingerprint that matches, the strongest first; equal ones in the order of the text, then the longest."""
        index, always = self._index.get(protocol) or self._build(protocol)
        lowered = text.lower()
        candidates = list(always)
        for word in index.keys() & set(_WORD.findall(lowered)):
            candidates += index[word]
        if not text.isascii() and _CHINESE.search(text):
            candidates += index.get("", ())
        found = []
        matched = set()
        for entry in candidates:
            search = entry.search or entry.compile()
            if entry.needed:
                for needed in entry.needed:
                    if needed in lowered:
                        break
                else:
                    continue
            match = search(text)
            if match is not None and entry not in matched:
                matched.add(entry)
                found.append(_hit(entry.rule, match))
        if len(found) > 1:
            found.sort(key=_order)
        return found

    def _build(self, protocol: str) -> tuple[dict[str, list[_Entry]], list[_Entry]]:
        index: dict[str, list[_Entry]] = {}
        always = []
        for entry in self._entries:
            rule = entry.rule
            if rule.on and protocol not in rule.on:
                continue
            if not rule.words:
                always.append(entry)
            for word in rule.words:
                index.setdefault(word, []).append(entry)
        self._index[protocol] = index, always
        return index, always


def _order(hit: Hit) -> tuple[int, int, int]:
    return -hit.rank, hit.start, hit.start - hit.end


def _hit(rule: Fingerprint, match: re.Match[str]) -> Hit:
    rank = rule.rank
    start, end = match.span()
    if rule.names and start > 1 and rank in (NAME_FIRST, SYSTEM_FIRST):
        rank = NAME_INSIDE if rank == NAME_FIRST else SYSTEM_INSIDE
        if rank == NAME_INSIDE:
            before = match.string[max(0, start - 40) : start]
            if _COPYRIGHT.search(before):
                rank = COPYRIGHT
            elif _LIKENESS.search(before):
                rank = SYSTEM_INSIDE
    if rule.product is None and rule.version is None:
        return Hit(rule, rank, start, end, None, None)
    groups = match.groupdict()
    version = _fill(rule.version, groups)
    return Hit(rule, rank, start, end, _fill(rule.product, groups), version and version.rstrip(".,;:"))


def _fill(template: str | None, groups: Mapping[str, str | None]) -> str | None:
    """A template with groups filled in; None when it has no group left with a text."""
    if template is None or "{" not in template:
        return template
    if template[1:-1] in groups:  # the group alone
        value = groups[template[1:-1]]
        return (" ".join(value.split()) or None) if value else None
    values = {name: (value or "").strip() for name, value in groups.items()}
    names = re.findall(r"\{(\w+)\}", template)
    if not any(values.get(name) for name in names):
        rest = re.sub(r"\{\w+\}", "", template).strip()
        return rest or None
    return " ".join(template.format_map(values).split()) or None


@cache
def load(folder: Path = FOLDER) -> Fingerprints:
    """The fingerprints of a folder and the names of the catalogue. Raises InputError with file, rule and field."""
    catalogue = load_catalogue()
    rules: list[Fingerprint] = []
    seen: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        document = read_table(path)
        if "rules" not in document:
            continue
        for entry in document["rules"]:
            rule = _rule(entry, document, path, catalogue)
            if rule.id in seen:
                raise InputError("two fingerprints have this id", str(path), rule.id)
            seen.add(rule.id)
            rules.append(rule)
    rules.extend(name_rules(catalogue.vendors.values()))
    return Fingerprints(rules)


def _rule(entry: Mapping[str, Any], document: Mapping[str, Any], path: Path, catalogue: Catalogue) -> Fingerprint:
    word = str(entry.get("id", "?"))
    unknown = set(entry) - _FIELDS
    if unknown:
        raise InputError(f"unknown field {sorted(unknown)[0]}", str(path), word)
    vendor, layer = entry.get("vendor"), entry.get("layer", document.get("layer"))
    if vendor is not None and vendor not in catalogue.vendors:
        raise InputError(f"{vendor} is not in the vocabulary of vendors", str(path), word)
    if layer is not None and layer not in LAYERS:
        raise InputError(f"{layer} is not a layer", str(path), word)
    pattern = str(entry["match"])
    version = entry.get("version", "{version}" if "?P<version>" in pattern else None)
    if version is None and "version" in entry:
        version = ""  # said to be none: a number in the text is not this product's
    product = entry.get("product", "{product}" if "?P<product>" in pattern else None)
    try:
        re.compile(pattern)
    except re.error as error:
        raise InputError(f"the expression is wrong: {error}", str(path), word) from error
    words = entry.get("words")
    for each in words or ():
        if not _WORD.fullmatch(each):
            raise InputError(f"{each!r} is not a word of two or more small letters", str(path), word)
    return Fingerprint(
        id=word,
        on=frozenset(entry.get("protocols", document.get("protocols", ()))),
        words=tuple(words) if words is not None else _words_of(pattern),
        pattern=pattern,
        vendor=vendor,
        product=product,
        version=version,
        os=entry.get("os"),
        layer=layer,
        rank=int(entry.get("rank", SPECIFIC)),
        examples=tuple(_example(example) for example in entry.get("examples", ())),
    )


def _example(example: str | list[str | None]) -> tuple[str, str | None, str | None]:
    if isinstance(example, str):
        return example, None, None
    text, version, product = [*example, None, None][:3]
    return str(text), version, product


def _words_of(pattern: str) -> tuple[str, ...]:
    """The word that a pattern without alternatives at its head needs: its longest run of plain letters.

    Raises nothing: a pattern whose words cannot be told is tried on every text of its protocols.
    """
    plain = re.sub(
        r"\(\?P<\w+>[^()]*\)\??|\[[^\]]*\][*+?]?|\\[a-zA-Z]|\(\?[:!=<][^()]*\)\??|.\?|.\*|\{[^}]*\}", " ", pattern
    )
    if "|" in plain or "(" in plain:
        return ()
    words = _WORD.findall(plain.lower())
    return (max(words, key=len),) if words else ()


def name_rules(vendors: Iterable[Vendor]) -> Iterator[Fingerprint]:
    """The makers' names as fingerprints: stronger at the start of a text than inside it."""
    listed = list(vendors)
    counts = Counter(
        word for vendor in listed for name in (*vendor.names, *vendor.starts) for word in _name_words(name)
    )
    for vendor in listed:
        system = vendor.id in _EMBEDDED or (
            vendor.origin == "community" and bool(vendor.makes) and vendor.makes[0] in _SYSTEMS
        )
        rank = SYSTEM_FIRST if system else NAME_FIRST
        for name in vendor.names:
            yield _name_rule(vendor, name, rank, counts, anywhere=True)
        for name in vendor.starts:
            yield _name_rule(vendor, name, rank, counts, anywhere=False)


def _name_words(name: str) -> list[str]:
    """The words of a name by which it is looked up; Chinese names share one place of their own."""
    return [""] if _CHINESE.search(name) else _WORD.findall(name.lower())


def _name_rule(vendor: Vendor, name: str, rank: int, counts: Mapping[str, int], *, anywhere: bool) -> Fingerprint:
    words = _name_words(name)
    left = r"(?<![A-Za-z0-9@.])" if anywhere else r"^\W{0,3}"
    open_end = name.endswith(("-", "*")) or _CHINESE.search(name) is not None
    right = "" if open_end else r"(?![A-Za-z0-9@])(?!\.[A-Za-z])"  # no part of a host's name or of a mail address
    name = name.rstrip("*")
    exact = len(name) <= 5 or name.isupper() or name.islower()
    return Fingerprint(
        id=f"name:{vendor.id}:{name}",
        on=frozenset(),
        words=(min(words, key=lambda word: (counts[word], -len(word))),) if words else (),  # the rarest word
        pattern=left + re.escape(name).replace(r"\ ", r"\s+") + right,
        vendor=vendor.id,
        product=None,
        version=None,
        os=None,
        layer=vendor.layer,
        rank=rank,
        flags=0 if exact else re.IGNORECASE,
        names=True,
    )
