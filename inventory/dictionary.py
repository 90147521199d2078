"""The city data dictionary 城市数字字典: every fact table with its columns, for people (Markdown) and programs (JSON)."""

from typing import Any

from inventory.fact import FactTable, all_tables, column_types, columns

SENSITIVITY = {"general": "一般 general", "important": "重要 important", "core": "核心 core"}


def document() -> dict[str, Any]:
    """The dictionary as JSON values, by table name."""
    return {"format": "chengjian-dictionary/1", "tables": {name: _table(table) for name, table in all_tables().items()}}


def _table(table: FactTable) -> dict[str, Any]:
    kinds = column_types(table)
    return {
        "title": table.title.model_dump(),
        "definition": table.definition.model_dump(),
        "ports": [f"{port}/{transport}" for transport, port in table.ports],
        "protocols": list(table.protocols),
        "classes": list(table.classes),
        "many": table.many,
        "valid_for_days": table.valid_for_days,
        "columns": {
            name: {
                "type": kinds[name],
                "boolean": "bool" in str(table.model.model_fields[name].annotation),
                "zh": column.zh,
                "en": column.en,
                "unit": column.unit,
                "codes": dict(column.codes),
                "source": column.source,
                "sensitivity": column.sensitivity,
                "personal": column.personal,
            }
            for name, column in columns(table).items()
        },
    }


def markdown() -> str:
    """The dictionary as one Markdown document."""
    parts = ["# 城市数字字典 City data dictionary", ""]
    for name, table in all_tables().items():
        parts += [
            f"## {name} · {table.title.zh} · {table.title.en}",
            "",
            f"{table.definition.zh} {table.definition.en}",
            "",
        ]
        asked = [f"{port}/{transport}" for transport, port in table.ports] + list(table.protocols)
        if asked:
            parts += [
                f"询问 asked: {', '.join(asked)}" + (f" ({', '.join(table.classes)})" if table.classes else ""),
                "",
            ]
        parts += [
            "| 字段 column | 类型 type | 名称 | meaning | 单位 unit | 敏感性 sensitivity |",
            "|---|---|---|---|---|---|",
        ]
        kinds = column_types(table)
        for column, told in columns(table).items():
            boolean = "bool" in str(table.model.model_fields[column].annotation)
            kind = "BOOLEAN" if boolean else kinds[column]
            codes = "; ".join(f"{value} {word}" for value, word in told.codes.items())
            meaning = _cell(told.en + (f" ({codes})" if codes else ""))
            parts.append(
                f"| {column} | {kind} | {_cell(told.zh)} | {meaning} | {_cell(told.unit)} | {SENSITIVITY[told.sensitivity]} |"
            )
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
