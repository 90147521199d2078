"""The city data dictionary 城市数字字典: every field of facts, assets, components, organisations and the register.

A field is a data element in the manner of GB/T 18391 (ISO/IEC 11179): what it belongs to, its name and definition in both
languages, type, unit, code list, the standard it follows, its level by the words of GB/T 43697-2024 and whether it may hold
personal data. Facts describe themselves beside their columns; `definitions.yaml` adds the Chinese definitions and the standards,
`asset-fields.yaml` everything about the other fields.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from inventory.code_names import CLASS_NAMES, LAYER_NAMES, ORIGIN_NAMES, as_codes
from inventory.errors import InputError
from inventory.fact import FactTable, Sensitivity, all_tables, column_types, columns
from inventory.text import Text
from inventory.yaml_file import read_table

DEFINITIONS = Path(__file__).with_name("definitions.yaml")
ASSET_FIELDS = Path(__file__).with_name("asset-fields.yaml")
SENSITIVITY: Mapping[Sensitivity, Text] = {
    "general": Text(zh="一般数据", en="general data"),
    "important": Text(zh="重要数据", en="important data"),
    "core": Text(zh="核心数据", en="core data"),
}
OWN = "Chengjian"  # the source of a field that no standard defines
Type = Literal["integer", "text", "boolean", "list"]
TYPES: Mapping[Type, Text] = {
    "integer": Text(zh="整数", en="integer"),
    "text": Text(zh="文本", en="text"),
    "boolean": Text(zh="布尔", en="boolean"),
    "list": Text(zh="文本列表", en="list of texts"),
}
_SHARED_CODES = {"layers": LAYER_NAMES, "origins": ORIGIN_NAMES, "classes": CLASS_NAMES}
# How the words of a column's name are written in English.
_SHORT = """TLS TLCP SSL2 SSL3 TLS10 TLS11 TLS12 TLS13 SSH HTTP HTTPS FTP TFTP SNMP NTP ACL AAA DHCP LLDP VPN SM SM2 SM3 SM4 MAC CBC
AEAD RC2 RC4 DES MD5 SHA1 RSA DSS UDP DNSSEC DNS CORS ICP SIP GB28181 NLA APOP IPMI ID URL URI PURL X11 TCP IP VTY OS HSTS DH ECDH
ALPN OCSP SYN ECC ECDHE GCM KEX"""
_WRITTEN = {word.casefold(): word for word in _SHORT.split()}


@dataclass(frozen=True, slots=True)
class Element:
    """A data element: one field of one group."""

    group: str
    field: str
    name: Text
    definition_zh: str
    definition_en: str
    type: Type
    unit: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    source: str = ""
    sensitivity: Sensitivity = "general"
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What elements belong to; `table` where it is a fact table."""

    name: str
    title: Text
    definition: Text
    elements: tuple[Element, ...]
    table: FactTable | None = None


@cache
def groups() -> tuple[Group, ...]:
    """Assets, components, organisations and the register, then every fact table. Raises InputError for a bad file."""
    made = (*_asset_groups(), *_fact_groups())
    names = [group.name for group in made]
    if len(set(names)) != len(names):
        raise InputError("a group has the name of a fact table", str(ASSET_FIELDS))
    return made


def elements() -> Iterator[Element]:
    """Every element of every group."""
    for group in groups():
        yield from group.elements


def _asset_groups() -> Iterator[Group]:
    for name, entry in read_table(ASSET_FIELDS).items():
        made = tuple(_asset_element(name, field, told) for field, told in entry["fields"].items())
        yield Group(name, _text(entry["title"]), _text(entry["definition"]), made)


def _asset_element(group: str, field: str, told: Mapping[str, Any]) -> Element:
    codes = told.get("codes", {})
    zh, en = told["definition"]
    if told["type"] not in get_args(Type) or told.get("sensitivity", "general") not in get_args(Sensitivity):
        raise InputError("is no type or level of the dictionary", str(ASSET_FIELDS), f"{group}.{field}")
    return Element(
        group,
        field,
        _text(told["name"]),
        zh,
        en,
        told["type"],
        told.get("unit", ""),
        tuple((as_codes(_SHARED_CODES[codes]) if isinstance(codes, str) else codes).items()),
        told.get("source", OWN),
        told.get("sensitivity", "general"),
        told.get("personal", False),
    )


def _text(pair: tuple[str, str]) -> Text:
    return Text(zh=pair[0], en=pair[1])


def _fact_groups() -> Iterator[Group]:
    told = read_table(DEFINITIONS)
    unknown = set(told) - {"*", *all_tables()}
    if unknown:
        raise InputError(f"{sorted(unknown)[0]} is no fact table", str(DEFINITIONS))
    for name, table in all_tables().items():
        own = told.get(name, {})
        stray = set(own.get("columns", {})) - set(table.model.model_fields)
        if stray:
            raise InputError(f"{name} has no column {sorted(stray)[0]}", str(DEFINITIONS), name)
        source = own.get("source", told["*"]["source"])
        made = tuple(_fact_elements(table, {**told["*"]["columns"], **own.get("columns", {})}, source))
        yield Group(name, table.title, table.definition, made, table)


def _fact_elements(table: FactTable, definitions: Mapping[str, str], source: str) -> Iterator[Element]:
    kinds = column_types(table)
    for name, column in columns(table).items():
        boolean = "bool" in str(table.model.model_fields[name].annotation)
        yield Element(
            table.name,
            name,
            Text(zh=column.zh, en=english_name(name)),
            definitions.get(name, "").format(title=table.title.zh),
            column.en,
            "boolean" if boolean else "integer" if kinds[name] == "INTEGER" else "text",
            column.unit,
            tuple(column.codes.items()),
            column.source or source,
            column.sensitivity,
            column.personal,
        )


def english_name(column: str) -> str:
    """A column's name in words: `host_key_rsa_bits` is host key RSA bits."""
    return " ".join(_WRITTEN.get(word, word) for word in column.split("_"))


UNITS = {  # what a column's last word says it is measured in
    **{"seconds": "s", "days": "d", "minutes": "min", "bits": "bit", "milliseconds": "ms", "bytes": "B"},
}


def problems() -> list[str]:
    """What the dictionary lacks, one line a gap; empty where it is complete."""
    return [f"{one.group}.{one.field}: {gap}" for one in elements() for gap in _gaps(one)]


def _gaps(one: Element) -> Iterator[str]:
    for language, name, definition in (
        ("zh", one.name.zh, one.definition_zh),
        ("en", one.name.en, one.definition_en),
    ):
        if not definition.strip():
            yield f"no definition in {language}"
        elif _plain(definition) in (_plain(name), _plain(one.field), _plain(one.field.split("_")[-1])):
            yield f"the definition in {language} repeats the name"
    if not any("\u4e00" <= letter <= "\u9fff" for letter in one.definition_zh):
        yield "the definition in zh holds no Chinese"
    if not one.source:
        yield "no source"
    unit = UNITS.get(one.field.split("_")[-1])
    if one.type == "integer" and unit is not None and one.unit != unit:
        yield f"no unit ({unit})"
    if any(not code or not word for code, word in one.codes):
        yield "a code without a name"
    if one.type == "integer" and any(not code.lstrip("-").isdigit() for code, _ in one.codes):
        yield "a code that is no number"


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def document() -> dict[str, Any]:
    """The dictionary as JSON values, by group."""
    return {
        "format": "chengjian-dictionary/2",
        "groups": {group.name: _described(group) for group in groups()},
    }


def _described(group: Group) -> dict[str, Any]:
    table = group.table
    asked = {
        "ports": [f"{port}/{transport}" for transport, port in table.ports],
        "protocols": list(table.protocols),
        "classes": list(table.classes),
        "many": table.many,
        "valid_for_days": table.valid_for_days,
    } if table is not None else {}  # fmt: skip
    return {
        "kind": "fact" if table is not None else "record",
        "title": group.title.model_dump(),
        "definition": group.definition.model_dump(),
        **asked,
        "fields": {one.field: _field(one) for one in group.elements},
    }


def _field(one: Element) -> dict[str, Any]:
    return {
        "name": one.name.model_dump(),
        "definition": {"zh": one.definition_zh, "en": one.definition_en},
        "type": one.type,
        "unit": one.unit,
        "codes": dict(one.codes),
        "source": one.source,
        "sensitivity": one.sensitivity,
        "sensitivity_name": SENSITIVITY[one.sensitivity].model_dump(),
        "personal": one.personal,
    }
