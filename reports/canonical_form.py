"""The report document as bytes: canonical, readable again, comparable between two scans, with its schema."""

import json
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from inventory.canonical import canonical, sha256
from inventory.errors import InputError
from reports.report import SCHEMA, Part, Report, Volatile


def to_json(part: Part) -> Any:
    """The JSON value of a part, with the published key names."""
    return part.model_dump(mode="json", by_alias=True)


def canonical_report(report: Report) -> bytes:
    """The canonical form, which `bundle replay` compares byte for byte."""
    return canonical(to_json(report))


def digest(report: Report) -> str:
    """SHA-256 of the canonical form."""
    return sha256(canonical_report(report))


def read_report(data: bytes, source: str = "") -> Report:
    """Read a report from JSON. Raises InputError that names the first field that does not fit."""
    try:
        return Report.model_validate(json.loads(data))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InputError(f"not a report: {first['msg']}", source, where) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"not a report: {error}", source) from error


def comparable(report: Part) -> Any:
    """The JSON value without times, counters, scan ids and evidence digests (with their excerpts), and with all else:
    two live scans of the same city give the same one."""
    return _without_volatile(report)


def _without_volatile(value: Any) -> Any:
    if isinstance(value, BaseModel):
        kept = {}
        for name, info in type(value).model_fields.items():
            if not _is_volatile(info.metadata):
                kept[info.alias or name] = _without_volatile(getattr(value, name))
        return kept
    if isinstance(value, (tuple, list)):
        return [_without_volatile(item) for item in value]
    if isinstance(value, dict):
        return {key: _without_volatile(item) for key, item in value.items()}
    return value


def _is_volatile(metadata: list[Any]) -> bool:
    return any(isinstance(mark, Volatile) for mark in metadata)


def volatile_fields(model: type[BaseModel] = Report, path: str = "") -> dict[str, Volatile]:
    """Path → mark of every field that `comparable` drops."""
    found: dict[str, Volatile] = {}
    for name, info in model.model_fields.items():
        here = f"{path}.{info.alias or name}".lstrip(".")
        marks = [mark for mark in info.metadata if isinstance(mark, Volatile)]
        if marks:
            found[here] = marks[0]
            continue
        for inner in _models_in(info.annotation):
            found |= volatile_fields(inner, here)
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document, as published in `reports/schema/`."""
    schema = Report.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **schema,
    }
