"""What differs between a bundle and its replay, and why: inputs that are not the installed ones, facts that are read
differently, verdicts that come out differently.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.canonical import canonical, sha256
from inventory.fact import all_tables
from inventory.store import Store
from reports.canonical_form import to_json
from reports.container import Container
from reports.inputs import INSTALLED, installed_inputs
from reports.report import Report

PACKS = "inputs/rules/packs/"


@dataclass(frozen=True, order=True, slots=True)
class Difference:
    """One thing that differs. `kind` is input, fact, verdict or field; `why` names the cause where it is known."""

    kind: str
    what: str
    before: str
    now: str
    why: str = ""


def differences(container: Container, store: Store, scan: str, old: Report, new: Report) -> list[Difference]:
    """Everything that differs, inputs first."""
    inputs = list(_inputs(container))
    facts = list(_facts(container, store, scan))
    verdicts = list(_verdicts(old, new, {item.what for item in inputs}, {item.what.split(" ")[0] for item in facts}))
    found = [*inputs, *facts, *verdicts]
    return found or list(_fields(old, new))


def _inputs(container: Container) -> Iterator[Difference]:
    """Rules, clauses, schemes, catalogue and fingerprints that are not as installed here."""
    installed = {part.name: part.digest for part in installed_inputs()}
    prefixes = tuple(f"inputs/{package}/{folder}/" for package, folder in INSTALLED)
    carried = {name: sha256(container.read(name)) for name in container.members if name.startswith(prefixes)}
    for name in sorted(installed.keys() | carried.keys()):
        before, now = carried.get(name, ""), installed.get(name, "")
        if before != now:
            yield Difference(
                "input", name.removeprefix("inputs/"), _short(before), _short(now), "another version is installed"
            )


def _short(digest: str) -> str:
    return digest[:12] if digest else "(absent)"


def _facts(container: Container, store: Store, scan: str) -> Iterator[Difference]:
    tables = all_tables()
    for name in sorted(container.members):
        if not name.startswith("derived/facts/"):
            continue
        table = name.removeprefix("derived/facts/").removesuffix(".jsonl")
        before = dict(map(json.loads, container.lines(name)))
        now = (
            {
                question: [row.model_dump(mode="json") for row in rows]
                for question, rows in store.facts(scan, table).items()
            }
            if table in tables
            else {}
        )
        for question in sorted(before.keys() | now.keys()):
            if before.get(question) != now.get(question):
                yield Difference(
                    "fact",
                    f"{table} {question}",
                    _say(before.get(question)),
                    _say(now.get(question)),
                    "read by other code",
                )


def _say(value: object) -> str:
    return canonical(value).decode() if value is not None else "(absent)"


def _verdicts(old: Report, new: Report, inputs: set[str], tables: set[str]) -> Iterator[Difference]:
    before, now = _matrix(old), _matrix(new)
    subject = {rule.id: rule.subject for report in (old, new) for rule in report.rules}
    pack = {rule.id: rule.pack for report in (old, new) for rule in report.rules}
    for key in sorted(before.keys() | now.keys()):
        if before.get(key) != now.get(key):
            rule, asset = key
            file = f"rules/packs/{pack[rule]}/{rule}.yaml"
            if file in inputs:
                why = f"{file} changed"
            elif subject[rule] in tables:
                why = f"facts of {subject[rule]} changed"
            else:
                why = "assets, components or code changed"
            yield Difference("verdict", f"{rule} on {asset}", before.get(key, "(none)"), now.get(key, "(none)"), why)


def _matrix(report: Report) -> dict[tuple[str, str], str]:
    return {
        (rule, owner): verdict
        for owner, verdicts in (
            *((asset.id, asset.verdicts) for asset in report.assets),
            *((unit.id, unit.verdicts) for unit in report.organisations),
        )
        for verdict, rules in verdicts.items()
        for rule in rules
    }


def _fields(old: Report, new: Report) -> Iterator[Difference]:
    """Where facts and verdicts agree and the documents do not: the parts that differ."""
    before, now = to_json(old), to_json(new)
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            yield Difference(
                "field", name, _short(sha256(canonical(before.get(name)))), _short(sha256(canonical(now.get(name))))
            )
