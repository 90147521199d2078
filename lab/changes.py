"""Settings of running hosts that were changed with `lab set`: kept beside the city, laid over `city.yaml` when it is read.

A key is `<service>.<setting>` (the service's name in city.yaml, or its server or twin when that is clear), or one of the
host's own: `behaviour` (silent, every-port or empty) and `blocked` (a list of TCP or UDP ports that are dropped).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from lab import place
from lab.city import BEHAVIOURS, City, CityError, Host, check_settings, load_city

Changes = dict[str, dict[str, Any]]


def changes_file() -> Path:
    return place.out() / "changes.json"


def read() -> Changes:
    """What was changed; nothing when nothing was."""
    path = changes_file()
    found: Changes = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def write(changes: Changes) -> None:
    path = changes_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".new")
    half.write_text(json.dumps({host: keys for host, keys in changes.items() if keys}, ensure_ascii=False, indent=1))
    half.replace(path)


def current_city() -> City:
    """The city as it stands now, changes included."""
    return apply(load_city(), read())


def apply(city: City, changes: Changes) -> City:
    """The city with changed settings. Raises CityError for an unknown host, service or setting, or a value that cannot be."""
    for name in changes:
        city.host(name)
    return replace(city, hosts=tuple(_changed(host, changes.get(host.name, {})) for host in city.hosts))


def _changed(host: Host, changes: Mapping[str, Any]) -> Host:
    for key, value in changes.items():
        if key == "behaviour":
            if value not in BEHAVIOURS:
                raise CityError(f"{host.name}: behaviour {value!r} is not known")
            host = replace(host, behaviour=value)
        elif key == "blocked":
            ports = tuple(value) if isinstance(value, list) else (value,)
            if not all(isinstance(port, int) and 0 < port < 65536 for port in ports):
                raise CityError(f"{host.name}: blocked takes port numbers")
            host = replace(host, blocked=ports)
        else:
            host = _changed_service(host, key, value)
    return host


def _changed_service(host: Host, key: str, value: Any) -> Host:
    name, _, setting = key.partition(".")
    matching = [each for each in host.services if each.name == name] or [
        each for each in host.services if each.kind == name
    ]
    if len(matching) != 1 or not setting:
        running = ", ".join(each.name for each in host.services)
        raise CityError(f"{host.name}: {key!r} names no setting of one service; it runs {running}")
    service = matching[0]
    settings = {**service.settings, setting: value}
    check_settings(service, settings)
    changed = replace(service, settings=settings)
    return replace(host, services=tuple(changed if each is service else each for each in host.services))


def parse(words: list[str]) -> dict[str, Any]:
    """`key=value` words; values are read as YAML (true, 5, [1, 2], text)."""
    found = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise CityError(f"{word!r} is not key=value")
        try:
            found[key] = yaml.safe_load(value) if value else ""
        except yaml.YAMLError:
            raise CityError(f"{word!r}: the value is not YAML") from None
    return found
