"""Loading a permit from YAML: every error names the file, the line and the field."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from inventory.errors import PermitError
from scanner.permit import FORMAT, Permit

LARGEST = 1024 * 1024  # bytes

EXAMPLE = f"""\
# 扫描授权书. Every key is explained in docs/permit.md; `chengjian permit check FILE` says whether it can be used.
format: {FORMAT}
id: PERMIT-1
issuer:
  organisation: 某市大数据发展局
  authorised_by: 姓名
contact: 0771-0000000
environment: production
timezone: Asia/Shanghai
valid_from: {{valid_from}}
valid_to: {{valid_to}}
hours:
  - {{{{days: [mon, tue, wed, thu, fri], from: "20:00", to: "06:00"}}}}
vantage: office
networks: [{{network}}]
exclusions: []
zones:
  - name: office
    networks: [{{network}}]
    default_class: terminal
    classes: {{{{server: 2, terminal: 2, network: 1, printer: 0}}}}
acts: []
denied_ports: []
pace: {{{{host_packets: 40, host_connections: 5, total_packets: 1000}}}}
"""


def load_permit(path: Path) -> Permit:
    """Read a permit file. Raises PermitError with file, line and field."""
    return read_permit(path)[0]


def read_permit(path: Path) -> tuple[Permit, bytes]:
    """A permit and the very bytes that it was read from. Raises PermitError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PermitError(f"cannot be read: {error.strerror or error}", str(path)) from error
    return parse_permit(data, str(path)), data


def parse_permit(data: bytes, source: str) -> Permit:
    """A permit from bytes; `source` names it in errors. Raises PermitError."""
    if len(data) > LARGEST:
        raise PermitError(f"larger than {LARGEST} bytes", source)
    try:
        node = yaml.compose(data.decode(), Loader=yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise PermitError("not UTF-8 text", source, f"byte {error.start}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise PermitError(
            f"not valid YAML: {error.problem or error.context}", source, f"line {mark.line + 1}" if mark else ""
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise PermitError(f"not valid YAML: {error}", source) from error
    if not isinstance(node, yaml.MappingNode):
        raise PermitError("a permit is a mapping of keys and values", source, hint="see docs/permit.md")
    lines: dict[tuple[str | int, ...], int] = {}
    values = _plain(node, (), lines, source)
    try:
        return Permit.model_validate(values)
    except ValidationError as error:
        raise _first(error, lines, source) from error


def _plain(node: yaml.Node, where: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int], source: str) -> Any:
    """Plain values of a node, all scalars as text; keeps the line of each. Aliases are one node seen twice: harmless,
    but deep nesting and keys written twice are refused."""
    lines[where] = node.start_mark.line + 1
    if len(where) > 8:
        raise PermitError("nested too deeply", source, f"line {lines[where]}")
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*where, position), lines, source) for position, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise PermitError("a key must be a word", source, f"line {key.start_mark.line + 1}")
        name = str(key.value)
        if name in found:
            raise PermitError("written twice", source, f"line {key.start_mark.line + 1}: {name}")
        found[name] = _plain(value, (*where, name), lines, source)
        lines[(*where, name)] = key.start_mark.line + 1
    return found


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "tuple_type": "must be a list",
    "model_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "int_parsing": "must be a whole number",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_type": "must be text",
}


def _first(error: ValidationError, lines: dict[tuple[str | int, ...], int], source: str) -> PermitError:
    """The first error by line, in our words."""
    found = []
    for item in error.errors(include_url=False):
        where = tuple(part for part in item["loc"] if part != "[key]")
        message = _WORDS.get(item["type"], item["msg"].removeprefix("Value error, "))
        if not where and ": " in message and message.split(": ")[0] in Permit.model_fields:
            field, message = message.split(": ", 1)
            where = (field,)
        known = where
        while known and known not in lines:
            known = known[:-1]
        found.append((lines.get(known, 1), ".".join(str(part) for part in where), message))
    line, field, message = min(found)
    return PermitError(message, source, f"line {line}" + (f": {field}" if field else ""), "see docs/permit.md")
