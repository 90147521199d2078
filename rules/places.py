"""YAML that remembers where each value stands, so that every complaint can name a line.

Only loaders read YAML. Keys written twice, anchors and dates that turn into something else are refused or kept as text.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from inventory.errors import RuleError

Path = tuple[str | int, ...]
LARGEST_FILE = 1024 * 1024  # bytes

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Loader):  # type: ignore[misc]
    """The safe loader without dates: a date stays the text that was written."""


_Plain.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for letter, found in _Loader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a YAML file and the line (from 1) of every value by its path; `name` is how messages call the file."""

    name: str
    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the value, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(self, message: str, path: Path = (), hint: str = "") -> RuleError:
        """A complaint about the value at `path`."""
        return RuleError(message, self.name, str(self.line(path)), hint)


def read(content: bytes, name: str) -> Document:
    """Read one YAML document. Raises RuleError with name and line where it is no YAML, too large or writes a key twice."""
    if len(content) > LARGEST_FILE:
        raise RuleError(f"larger than {LARGEST_FILE} bytes", name, hint="one rule a file")
    lines: dict[Path, int] = {}
    loader = _Plain(content)
    try:
        root = loader.get_single_node()
        data = None if root is None else _build(loader, root, (), lines, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = str(mark.line + 1) if mark is not None else ""
        raise RuleError(
            f"not YAML: {error.problem or error.context}", name, where, "check indentation, quotes and colons"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise RuleError("not YAML that can be read", name, hint="the file must be UTF-8 text") from error
    finally:
        loader.dispose()
    return Document(name, data, lines)


Model = TypeVar("Model", bound=BaseModel)


def validated(model: type[Model], document: Document) -> Model:
    """The document as a model. Raises RuleError for the first field that is wrong."""
    if not isinstance(document.data, dict):
        raise document.error("not a list of fields", hint="the file holds `name: value` lines")
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        found = error.errors(include_url=False)  # a wrong name makes two: what is unknown, and what is missing
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        path = _as_written(first["loc"], document)
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise document.error(f"unknown field {where}", path, _known_fields(model, first["loc"])) from error
        if first["type"] == "missing":
            raise document.error(f"the field {where} is missing", path, "add it") from error
        message = first["msg"].removeprefix("Value error, ")
        raise document.error(f"{where}: {message}" if where else message, path, "see docs/writing-rules.md") from error


def _as_written(path: Path, document: Document) -> Path:
    """The path as it stands in the file: pydantic names union members and our short forms differ in a step or two."""
    found: Path = ()
    for part in path:
        for step in (part, int(part) if isinstance(part, str) and part.isdigit() else part):
            if (*found, step) in document.lines:
                found = (*found, step)
                break
    return found


def _known_fields(model: type[BaseModel], path: Path) -> str:
    if len(path) != 1:
        return "remove it or mend its name"
    close = difflib.get_close_matches(str(path[0]), list(model.model_fields), 1)
    return f"did you mean {close[0]}?" if close else f"fields are {', '.join(model.model_fields)}"


def _build(loader: Any, node: yaml.Node, path: Path, lines: dict[Path, int], name: str) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        built: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            where = str(key_node.start_mark.line + 1)
            if not isinstance(key, str | int) or isinstance(key, bool):
                raise RuleError(f"a key must be a word or a number, not {key!r}", name, where, "quote it")
            if key in built:
                raise RuleError(f"{key!r} is written twice", name, where, "keep one of them")
            built[key] = _build(loader, value_node, (*path, key), lines, name)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return built
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*path, index), lines, name) for index, item in enumerate(node.value)]
    return loader.construct_object(node, deep=True)
