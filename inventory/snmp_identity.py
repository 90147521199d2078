"""What an SNMP agent's answer says about its maker: texts, numbers, the private subtrees it serves, its entity table.

Numbers lie: `inventory/fingerprints/numbers.yaml` lists numbers of agents (net-snmp), of reference software and of makers
whose boards carry other brands. Sources: RFC 3418 (system), RFC 6933 (entity), RFC 2790 (host resources).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from inventory.catalogue import load as load_catalogue
from inventory.catalogue.tables import company_slug
from inventory.errors import InputError
from inventory.fingerprint import FOLDER
from inventory.free_text import clean_text
from inventory.maker_evidence import Evidence, text_evidence
from inventory.registry import enterprise_registrant
from inventory.yaml_file import read_table

AGENT = "net-snmp"  # runs on the devices of every maker
NUMBER, SUBTREE, MANUFACTURER, OTHER_TEXT, BORROWED, VALUE, REGISTRY = 40, 34, 36, 28, 32, 24, 15
ENTERPRISES = "1.3.6.1.4.1."
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1."
_MAKER_NAMES, _SOFTWARE, _FIRMWARE = _ENTITY + "12.", _ENTITY + "10.", _ENTITY + "9."
_DESCRIPTIONS = (_ENTITY + "2.", "1.3.6.1.2.1.25.3.2.1.3.", "1.3.6.1.2.1.25.6.3.1.2.", _ENTITY + "13.")
_NUMBER = re.compile(
    r"(?:.*\.|^)1\.3\.6\.1\.4\.1\.([0-9]{1,10})(?:\.|$)"
)  # the last one: some agents write two in a row
_VERSION_LIKE = re.compile(
    r"^(?:(?:[A-Za-z][\w+/-]*[ _:-]){0,4}(?:version|release|rev|firmware|fw|sw|inv)?[ .:_-]*)?"
    r"[A-Za-z]{0,3}\.?\d+(?:[._]\d+)+[\w.()+,:/ -]*$",
    re.I,
)
_NOT_A_VERSION = re.compile(
    r"^\d{4}-\d\d-\d\d|^\d\d[:/.]\d\d[:/.]\d{2,4}|^(?:0|10|127|169|172|192|224|255)\.\d{1,3}\.\d{1,3}\.\d{1,3}$|@|://|^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class SnmpAnswer:
    """The part of an agent's answer that identification reads; texts are decoded, object identifiers start with 1."""

    description: str
    object_id: str
    name: str
    values: Mapping[str, str]

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> "SnmpAnswer":
        """From an input line. Raises InputError when a field has the wrong type."""
        texts = {}
        for name in ("sysDescr", "sysObjectID", "sysName"):
            value = line.get(name)
            if value is not None and not isinstance(value, str):
                raise InputError(f"needs {name} as a text", "identify", name)
            texts[name] = clean_text((value or "")[:8192])
        values = line.get("oids") or {}
        if not isinstance(values, Mapping):
            raise InputError("needs oids as an object of texts", "identify", "oids")
        readable = {
            key.lstrip("."): clean_text(value[:2048]) for key, value in values.items() if isinstance(value, str)
        }
        object_id = texts["sysObjectID"].lstrip(".")
        if object_id and not object_id[0].isdigit():  # some agents put a text where the number belongs
            return cls(f"{texts['sysDescr']} {object_id}".strip(), "", texts["sysName"], readable)
        return cls(texts["sysDescr"], object_id, texts["sysName"], readable)


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A number under which others than its holder answer: `vendor` is who, when `when` is found in the description."""

    when: re.Pattern[str]
    vendor: str | None


@cache
def number_rules() -> tuple[Mapping[int, str], Mapping[int, tuple[Borrowed, ...]], Mapping[str, str]]:
    """Numbers without a maker, numbers that others use, and where makers put the version of their software."""
    document = read_table(FOLDER / "numbers.yaml")
    without = {int(number): str(reason) for number, reason in document["without_maker"].items()}
    borrowed = {
        int(number): tuple(Borrowed(re.compile(row["when"], re.I), row["vendor"]) for row in rows)
        for number, rows in document["borrowed"].items()
    }
    return without, borrowed, document["versions"]


def evidence_of(answer: SnmpAnswer) -> list[Evidence]:
    """All statements in an answer, in no order."""
    found = text_evidence("snmp", answer.description, "sysDescr") if answer.description else []
    number = _enterprise(answer.object_id)
    found.extend(_from_number(number, answer.description))
    found.extend(_from_subtrees(answer, number))
    for key, value in answer.values.items():
        if key.startswith(_MAKER_NAMES) and value:
            maker = load_catalogue().vendor_named(value)
            if maker is not None and maker.makes[:1] != ("chip",):
                found.append(Evidence(MANUFACTURER, maker.id, f"entPhysicalMfgName: {value[:60]}", layer=maker.layer))
        elif key.startswith(_DESCRIPTIONS) and value:
            found.extend(
                item for item in text_evidence("snmp", value, "entity description", OTHER_TEXT) if not _of_a_part(item)
            )
    version = _version(answer.values)
    if version is not None:
        found.append(Evidence(VALUE, None, "version among the agent's values", version=version))
    return found


def _of_a_part(item: Evidence) -> bool:
    """Descriptions of a device's parts name the makers of its chips, and the agent that describes them."""
    if item.vendor is None:
        return False
    return item.vendor == AGENT or load_catalogue().vendors[item.vendor].makes[:1] == ("chip",)


def _enterprise(object_id: str) -> int | None:
    match = _NUMBER.match(object_id)
    return int(match[1]) if match else None


def _from_number(number: int | None, description: str) -> Iterator[Evidence]:
    if number is None:
        return
    without, borrowed, _ = number_rules()
    for rule in borrowed.get(number, ()):
        if rule.when.search(description):
            if rule.vendor is not None:
                maker = load_catalogue().vendors[rule.vendor]
                why = f"enterprise number {number} as {maker.en} uses it"
                yield Evidence(BORROWED, maker.id, why, layer=maker.layer)
            return
    if number in without:
        yield Evidence(0, None, f"enterprise number {number} tells no maker: {without[number]}")
        return
    known = load_catalogue().by_number.get(number)
    if known is not None:
        yield Evidence(NUMBER, known.id, f"sysObjectID: enterprise number {number}", layer=known.layer)
        return
    registrant = enterprise_registrant(number)
    if registrant:
        known = load_catalogue().vendor_named(registrant)
        word = known.id if known else company_slug(registrant)
        why = f"sysObjectID: enterprise number {number} is held by {registrant}"
        rank = NUMBER if known else REGISTRY
        yield Evidence(rank, word, why, layer=known.layer if known else None, registrant=registrant)


def _from_subtrees(answer: SnmpAnswer, own: int | None) -> Iterator[Evidence]:
    """An agent that serves a maker's private subtree was built by that maker, whatever number it shows as its own."""
    without, borrowed, _ = number_rules()
    counts: Counter[int] = Counter()
    for key in answer.values:
        number = _enterprise(key)
        if number is not None and number not in without and number not in borrowed and number != own:
            counts[number] += 1
    vague = own is None or own in without or own in borrowed
    for number, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]:
        known = load_catalogue().by_number.get(number)
        registrant = None
        if known is None:
            registrant = enterprise_registrant(number)
            known = load_catalogue().vendor_named(registrant) if registrant else None
        if known is not None:
            rank = SUBTREE if vague else REGISTRY
            yield Evidence(rank, known.id, f"serves the private subtree {number}", layer=known.layer)
        elif registrant and vague:
            yield Evidence(
                REGISTRY, company_slug(registrant), f"serves the private subtree {number}", registrant=registrant
            )


def _version(values: Mapping[str, str]) -> str | None:
    """The software version among an agent's values: where makers are known to put it, the entity table, then by its form."""
    for prefix in number_rules()[2]:
        value = values.get(prefix)
        if value:
            return value
    for prefix in (_SOFTWARE, _FIRMWARE):
        for key, value in sorted(values.items()):
            if key.startswith(prefix) and _looks_like_version(value):
                return value
    private = [
        value for key, value in sorted(values.items()) if key.startswith(ENTERPRISES) and _looks_like_version(value)
    ]
    return max(private, key=_weight, default=None)


def _looks_like_version(value: str) -> bool:
    return 2 < len(value) < 80 and bool(_VERSION_LIKE.match(value)) and not _NOT_A_VERSION.search(value)


def _weight(value: str) -> int:
    """How much a text looks like a version: points and the words that go with one."""
    return min(value.count("."), 3) + 2 * bool(re.search(r"\b(?:version|release|build|v\d|r\d)", value, re.I))
