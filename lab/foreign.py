"""Runs clients that we did not write, all in one container in the city's own network namespace, and keeps what they said."""

import json
from collections.abc import Iterable

from lab import containers, network, place
from lab.confirmation import Words

Said = dict[Words, str]
"""Command → what the client said."""


def run(commands: Iterable[Words], purpose: str = "clients", at_once: int = 12, namespace: str = "") -> Said:
    """What each client said; every word of it is added to `out/lab/PURPOSE/said.jsonl`. `namespace`: of the
    city itself unless told otherwise."""
    wanted = list(dict.fromkeys(commands))
    folder = place.out() / purpose
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "commands.json").write_text(json.dumps(wanted), encoding="utf-8")
    where = str(network.NAMESPACES / (namespace or network.city_namespace()))
    told = containers.clients(folder, where, purpose, at_once)
    with (folder / "said.jsonl").open("a", encoding="utf-8") as log:
        log.write(told)
    return {tuple(line["words"]): line["said"] for line in map(json.loads, told.splitlines())}
