"""The sentence of a finding: the rule's text with what was seen filled in.

Placeholders are `{column}`, `{address}`, `{port}`, `{vantage}`, `{parameter}` and, with a form, `{column:tls}` (wire code of
a protocol version), `{column:code}` (the dictionary's word for a
code: a column that lists its codes is always said in words), `{column:date}`, `{column:hex}`, `{column:share}`
(per mille as per cent), `{product:name}` (what is known of vendor, product and version). What was seen comes from a device and is hostile: control characters are dropped and length is
bounded here; escaping for HTML or a spreadsheet is the format's work.
"""

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from inventory.endpoint import Endpoint
from inventory.fact import Column, FactTable, columns
from inventory.text import Language, Text
from rules.rule import Rule

LONGEST_VALUE = 120  # characters of one value in a reason
UNKNOWN = Text(zh="未知", en="unknown")
YES_NO = {True: Text(zh="是", en="yes"), False: Text(zh="否", en="no")}
# RFC 8446 section 4.1.2, RFC 5246 appendix E, GB/T 38636-2020
TLS_VERSIONS = {
    0x0002: "SSL 2.0",
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
    0x0101: "TLCP 1.1",
}
FORMS = frozenset({"", "tls", "code", "date", "hex", "share", "name"})
NAME_COLUMNS = ("vendor", "product", "version")
PLACE_NAMES = frozenset({"address", "port", "vantage", "transport"})

MOST_SENTENCES = 4096  # kept of one table

Value = int | str | None
Placeholder = tuple[str, str]  # name, form


@cache
def parts_of(text: str) -> tuple[tuple[str, str | None, str], ...]:
    """(literal, placeholder or None, form) in order. Raises ValueError where the braces do not match."""
    return tuple((literal, name, form or "") for literal, name, form, _ in Formatter().parse(text))


def placeholders(text: str) -> list[tuple[str, str]]:
    """(name, form) of every placeholder. Raises ValueError where the braces do not match."""
    return [(name, form) for _, name, form in parts_of(text) if name is not None]


@cache
def _described(table: FactTable) -> Mapping[str, tuple[Column, bool]]:
    """Column → its description, and whether it is true or false."""
    fields = table.model.model_fields
    return {name: (column, "bool" in str(fields[name].annotation)) for name, column in columns(table).items()}


class Reasons:
    """The sentences of the rules of one table. What has been said of the same values is said again with another place."""

    def __init__(self, table: FactTable) -> None:
        self._described = _described(table)
        self._known: dict[tuple[Value, ...], dict[Language, list[str | Placeholder]]] = {}

    def say(
        self,
        rule: Rule,
        endpoint: Endpoint,
        vantage: str,
        row: Mapping[str, Value],
        parameters: Mapping[str, int | str],
    ) -> Text:
        """The reason in both languages. Names in `row` are fact columns; they win over parameters of the same name."""
        values: Mapping[str, Value] = {**parameters, **row}
        key = (rule.id, *values.values())
        sentence = self._known.get(key)
        if sentence is None:
            if len(self._known) >= MOST_SENTENCES:
                self._known.clear()
            sentence = self._known[key] = {
                "zh": self._filled(rule.reason.zh, values, "zh"),
                "en": self._filled(rule.reason.en, values, "en"),
            }
        place: dict[str, Value] = {
            "address": endpoint.address,
            "port": endpoint.port,
            "vantage": vantage,
            "transport": endpoint.transport,
        }
        return Text(zh=self._placed(sentence, place, "zh"), en=self._placed(sentence, place, "en"))

    def _filled(self, text: str, values: Mapping[str, Value], language: Language) -> list[str | Placeholder]:
        """The parts of a sentence; placeholders of the place are left."""
        parts: list[str | Placeholder] = []
        for literal, name, form in parts_of(text):
            parts.append(literal)
            if name in PLACE_NAMES and name not in values:
                parts.append((name, form))
            elif name is not None:
                value = named(values) if form == "name" else values.get(name)
                parts.append(_say(self._described.get(name), form, value, language))
        return parts

    def _placed(
        self, sentence: Mapping[Language, list[str | Placeholder]], place: Mapping[str, Value], language: Language
    ) -> str:
        return "".join(
            part if isinstance(part, str) else _say(self._described.get(part[0]), part[1], place[part[0]], language)
            for part in sentence[language]
        )


def named(values: Mapping[str, Value]) -> str:
    """What is known of a product, in one phrase: `apache Tomcat 9.0`, or empty."""
    vendor, product, version = (str(values.get(name) or "") for name in NAME_COLUMNS)
    if vendor.casefold() in product.casefold():
        vendor = ""
    return " ".join(part for part in (vendor, product, version if version != product else "") if part)


def _say(described: tuple[Column, bool] | None, form: str, value: Value, language: Language) -> str:
    if value is None or value == "":
        return UNKNOWN.say(language)
    if described is not None and described[1]:
        return YES_NO[bool(value)].say(language)
    if form == "tls" and isinstance(value, int):
        return TLS_VERSIONS.get(value, f"0x{value:04X}")
    if form == "hex" and isinstance(value, int):
        return f"0x{value:04X}"
    if form == "share" and isinstance(value, int):
        return f"{value // 10}.{value % 10} %"
    if form in ("", "code") and described is not None and str(value) in described[0].codes:
        zh, _, en = described[0].codes[str(value)].partition(" / ")
        return zh if language == "zh" or not en else en
    if isinstance(value, int):
        return str(value)
    if form == "date":
        return clean(value[:10])
    return clean(value)


_HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def clean(text: str) -> str:
    """Hostile text for one line: no control or invisible direction characters, at most LONGEST_VALUE characters."""
    plain = _HOSTILE.sub(" ", text)
    return plain if len(plain) <= LONGEST_VALUE else plain[: LONGEST_VALUE - 1] + "…"
