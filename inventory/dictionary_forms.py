"""The city data dictionary written down: Markdown in one language, a JSON Schema, rows for a spreadsheet. Pure."""

from collections.abc import Iterator
from typing import Any

from inventory.dictionary import OWN, SENSITIVITY, TYPES, Element, Group, groups
from inventory.text import Language, Text

HEAD = Text(zh="城市数字字典", en="City data dictionary")
INTRODUCTION = Text(
    zh=(
        "本字典逐一说明本系统记录的字段，编写方式参照 GB/T 18391。级别采用 GB/T 43697-2024 的用语，是单个字段的建议级别：记录不需凭据即可"
        "进入设备的途径、资产的网络位置或批量个人信息的字段列为重要数据；多个字段汇聚，或者涉及关键信息基础设施时，应就高确定。"
        "“个人信息”表示该字段的值可能涉及自然人。来源为“自定义”的字段由本系统定义，没有对应标准。"
    ),
    en=(
        "Every field that the system records, described in the manner of GB/T 18391. Levels use the words of GB/T 43697-2024 and are "
        "proposals for single fields: important is what shows a way into a device without credentials, where an asset lies in the "
        "network, or personal data in number; fields taken together, or about critical information infrastructure, take the higher "
        "level. Personal says that a value may concern a natural person. A source of “own” means that no standard defines the field."
    ),
)
COLUMNS: dict[str, Text] = {
    "field": Text(zh="字段", en="field"),
    "name": Text(zh="名称", en="name"),
    "definition": Text(zh="定义", en="definition"),
    "type": Text(zh="类型", en="type"),
    "unit": Text(zh="单位", en="unit"),
    "codes": Text(zh="代码表", en="codes"),
    "source": Text(zh="来源标准", en="source"),
    "sensitivity": Text(zh="级别", en="level"),
    "personal": Text(zh="个人信息", en="personal"),
}
_YES = Text(zh="是", en="yes")
_OWN = Text(zh="自定义", en="own")
_ASKED = Text(zh="询问：", en="asked: ")


def definition(one: Element, language: Language) -> str:
    """An element's definition in one language."""
    return one.definition_zh if language == "zh" else one.definition_en


def cells(one: Element, language: Language) -> dict[str, str]:
    """What stands of an element in a table, by column."""
    return {
        "field": one.field,
        "name": one.name.say(language),
        "definition": definition(one, language),
        "type": TYPES[one.type].say(language),
        "unit": one.unit,
        "codes": "; ".join(f"{code} = {_in(word, language)}" for code, word in one.codes),
        "source": _OWN.say(language) if one.source == OWN else one.source,
        "sensitivity": SENSITIVITY[one.sensitivity].say(language),
        "personal": _YES.say(language) if one.personal else "",
    }


def _in(word: str, language: Language) -> str:
    """The name of a code, which is written `zh / en` where the two differ."""
    zh, _, en = word.partition(" / ")
    return en if en and language == "en" else zh


def markdown(language: Language) -> str:
    """The dictionary as one Markdown document, ending with a newline."""
    parts = [f"# {HEAD.say(language)}", "", INTRODUCTION.say(language), ""]
    for group in groups():
        parts += _section(group, language)
    return "\n".join(parts)


def _section(group: Group, language: Language) -> Iterator[str]:
    yield from (f"## {group.name} · {group.title.say(language)}", "", group.definition.say(language), "")
    asked = _asked(group)
    if asked:
        yield from (_ASKED.say(language) + asked, "")
    titles = [title.say(language) for title in COLUMNS.values()]
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "---|" * len(titles)
    for one in group.elements:
        yield "| " + " | ".join(_cell(text) for text in cells(one, language).values()) + " |"
    yield ""


def _asked(group: Group) -> str:
    table = group.table
    if table is None:
        return ""
    words = [f"{port}/{transport}" for transport, port in table.ports] + list(table.protocols)
    return ", ".join(words) + (f" ({', '.join(table.classes)})" if words and table.classes else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_JSON_TYPES: dict[str, Any] = {
    "integer": {"type": ["integer", "null"]},
    "text": {"type": ["string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "list": {"type": "array", "items": {"type": "string"}},
}


def json_schema(language: Language) -> dict[str, Any]:
    """The dictionary as a JSON Schema (2020-12): one definition a group, what JSON Schema has no word for under `x-`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:chengjian:dictionary:2",
        "title": HEAD.say(language),
        "description": INTRODUCTION.say(language),
        "$defs": {group.name: _object(group, language) for group in groups()},
        "type": "object",
        "properties": {group.name: {"type": "array", "items": {"$ref": f"#/$defs/{group.name}"}} for group in groups()},
        "additionalProperties": False,
    }


def _object(group: Group, language: Language) -> dict[str, Any]:
    return {
        "title": group.title.say(language),
        "description": group.definition.say(language),
        "type": "object",
        "properties": {one.field: _property(one, language) for one in group.elements},
        "additionalProperties": False,
    }


def _property(one: Element, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {
        **_JSON_TYPES[one.type],
        "title": one.name.say(language),
        "description": definition(one, language),
        "x-source": one.source,
        "x-sensitivity": SENSITIVITY[one.sensitivity].say(language),
        "x-personal": one.personal,
    }
    if one.unit:
        told["x-unit"] = one.unit
    if one.codes:
        told["x-codes"] = {code: _in(word, language) for code, word in one.codes}
    return told
