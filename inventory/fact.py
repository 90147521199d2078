"""The contract of a fact table. All fact models together are the city data dictionary 城市数字字典.

A module `inventory/facts/<name>.py` holds one frozen model whose fields are `Annotated[T | None, Column(...)]` with T one
of int, bool, str, and one `TABLE`. Every column may be None: not known is not a value. Wire codes are integers. List facts
become counts, flags, or a child table of their own (`many=True`: several rows a question).
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from inventory import facts as folder
from inventory.endpoint import Transport
from inventory.errors import ChengjianError
from inventory.text import Text

Sensitivity = Literal["general", "important", "core"]  # GB/T 43697-2024 wording: 一般数据, 重要数据, 核心数据


@dataclass(frozen=True, slots=True)
class Column:
    """What a column means, for people: names, unit, code list (value → Text), source standard, sensitivity."""

    zh: str
    en: str
    unit: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    sensitivity: Sensitivity = "general"
    personal: bool = False


class Fact(BaseModel):
    """One row of a fact table: what a pure function read from evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class FactTable:
    """A fact table and when it is asked.

    `ports`: asked of every asset of `classes` (empty: all classes) on these default ports, open or not, so that a closed
    port is an answer too (telnet, snmp, redis). `protocols`: asked of every endpoint that speaks one of them, on whatever
    port (tls, ssh, http). A table with neither is filled by imports or by derivation only.
    `usual_ports`: where a service of `protocols` is usually found: asked there of a host that says nothing at all, so that it
    does not lose the question by its silence.
    `valid_for_days`: how long the fact is taken to hold; the grade says when it expires.
    """

    name: str
    model: type[Fact]
    title: Text
    definition: Text
    ports: tuple[tuple[Transport, int], ...] = ()
    protocols: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    usual_ports: tuple[tuple[Transport, int], ...] = ()
    many: bool = False
    valid_for_days: int = 90


def columns(table: FactTable) -> dict[str, Column]:
    """Name → description of every column, in the model's order."""
    described = {}
    for name, info in table.model.model_fields.items():
        marks = [mark for mark in info.metadata if isinstance(mark, Column)]
        if len(marks) != 1:
            raise ChengjianError(f"{table.name}.{name} needs exactly one Column")
        described[name] = marks[0]
    return described


def sql_type(annotation: Any) -> Literal["INTEGER", "TEXT"]:
    """The STRICT SQLite type of a column: int and bool are INTEGER, str is TEXT; anything else is refused."""
    kinds = [annotation]
    if get_origin(annotation) in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    if len(kinds) == 1 and kinds[0] in (int, bool):
        return "INTEGER"
    if len(kinds) == 1 and kinds[0] is str:
        return "TEXT"
    raise ChengjianError(f"a fact column is int, bool or str, not {annotation!r}")


def column_types(table: FactTable) -> dict[str, Literal["INTEGER", "TEXT"]]:
    """Name → SQL type of every column, in the model's order."""
    return {name: sql_type(info.annotation) for name, info in table.model.model_fields.items()}


@cache
def all_tables() -> dict[str, FactTable]:
    """Every fact table by name, in name order: the folder `inventory/facts` is the list."""
    found = {}
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda item: item.name):
        table: FactTable = importlib.import_module(f"{folder.__name__}.{module.name}").TABLE
        if table.name != module.name:
            raise ChengjianError(f"inventory/facts/{module.name}.py holds a table named {table.name}")
        found[table.name] = table
    return found
