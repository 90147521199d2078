"""Loading packs: folders of YAML files, one rule a file. What is wrong is said with file, line and a hint, all at once.

A pack is a folder with `pack.yaml` (id, title, version) and its rules. Built-in packs stand under `rules/packs/`.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from inventory.asset import DEVICE_CLASSES
from inventory.canonical import canonical, sha256
from inventory.errors import RuleError
from inventory.fact import FactTable, all_tables
from inventory.text import Text
from rules.clause import Clauses, load_clauses
from rules.condition import ConditionError, compile_condition
from rules.derived import DERIVED
from rules.high_risk import cases, nearest
from rules.judge_sql import ASSET_NAMES, column_kinds, scope_of
from rules.places import Document, read, validated
from rules.places import Path as Place
from rules.reason import FORMS, PLACE_NAMES, placeholders
from rules.rule import Example, Rule
from rules.verdict import Word

BUILTIN = Path(__file__).parent / "packs"


class Pack(BaseModel):
    """What `pack.yaml` says of a pack."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    id: str
    title: Text
    version: str
    description: Text


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order of their ids, the packs they come from, and the files themselves (name → content), so that a bundle
    can carry the things and not only their versions."""

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    clauses: Clauses = field(default_factory=Clauses)

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents of all files."""
        return sha256(canonical({name: sha256(content) for name, content in self.files.items()}))

    def rule(self, rule: str) -> Rule | None:
        """A rule by its id."""
        return next((item for item in self.rules if item.id == rule), None)

    def tables_needed(self) -> frozenset[str]:
        """The fact tables that must be asked: the subjects but those that are derived."""
        return frozenset(rule.subject for rule in self.rules if rule.subject not in DERIVED)

    def only(self, packs: Iterable[str]) -> "RuleSet":
        """The part of these packs. Raises RuleError where one is not there."""
        wanted = set(packs)
        missing = wanted - {pack.id for pack in self.packs}
        if missing:
            known = ", ".join(pack.id for pack in self.packs)
            raise RuleError(f"no pack {', '.join(sorted(missing))}", hint=f"there are {known}")
        return RuleSet(
            tuple(pack for pack in self.packs if pack.id in wanted),
            tuple(rule for rule in self.rules if rule.pack in wanted),
            {name: content for name, content in self.files.items() if name.split("/")[0] in wanted},
            self.clauses,
        )


def load_packs(paths: Sequence[Path] = (), packs: Sequence[str] | None = None, *, builtin: bool = True) -> RuleSet:
    """Load the built-in packs (unless `builtin` is False) and the pack folders in `paths`; `packs` picks by id.

    Raises RuleError at the first file that is wrong; `problems` gives them all.
    """
    folders = [*(sorted(BUILTIN.iterdir()) if builtin else []), *paths]
    return load_files(gather(folders), packs)


def gather(folders: Iterable[Path]) -> dict[str, bytes]:
    """Name (`pack/file.yaml`) → content of every YAML file in the folders. Raises RuleError for what is no folder."""
    files: dict[str, bytes] = {}
    for folder in folders:
        if not folder.is_dir():
            if folder.parent == BUILTIN:
                continue
            raise RuleError("no such pack folder", str(folder), hint="a pack is a folder with pack.yaml and rules")
        for path in sorted(folder.glob("*.yaml")):
            name = f"{folder.name}/{path.name}"
            if name in files:
                raise RuleError("two packs have the same folder name", name, hint="rename one of the folders")
            files[name] = path.read_bytes()
    return files


def load_files(files: Mapping[str, bytes], packs: Sequence[str] | None = None) -> RuleSet:
    """Load packs from files in memory: what `gather` found, or what a bundle carries."""
    clauses = load_clauses()
    found: list[Pack] = []
    rules: list[Rule] = []
    for name, content in sorted(files.items()):
        document = read(content, name)
        if name.endswith("/pack.yaml"):
            found.append(_pack(document))
        else:
            rules.append(load_rule(document, clauses))
    for rule in rules:
        if rule.pack not in {pack.id for pack in found}:
            raise RuleError(
                "the pack has no pack.yaml", f"{rule.pack}/{rule.id}.yaml", hint="add id, title and version"
            )
    for first, second in zip(ordered := sorted(rules, key=lambda rule: rule.id), ordered[1:], strict=False):
        if first.id == second.id:
            raise RuleError(f"rule {first.id} is in two packs", f"{second.pack}/{second.id}.yaml", hint="rename one")
    loaded = RuleSet(tuple(sorted(found, key=lambda pack: pack.id)), tuple(ordered), dict(files), clauses)
    return loaded if packs is None else loaded.only(packs)


def problems(files: Mapping[str, bytes]) -> list[RuleError]:
    """Everything that is wrong, file by file, for `rules lint`; an empty list where nothing is."""
    clauses = load_clauses()
    found: list[RuleError] = []
    for name, content in sorted(files.items()):
        try:
            document = read(content, name)
            if name.endswith("/pack.yaml"):
                _pack(document)
            else:
                load_rule(document, clauses)
        except RuleError as error:
            found.append(error)
    if not found:
        try:
            load_files(files)
        except RuleError as error:
            found.append(error)
    return found


def _pack(document: Document) -> Pack:
    folder = document.name.split("/")[0]
    pack = validated(Pack, document)
    if pack.id != folder:
        raise document.error(f"the id {pack.id} is not the name of the folder {folder}", ("id",), "make them equal")
    return pack


def load_rule(document: Document, clauses: Clauses) -> Rule:
    """Check one rule file whole: fields, tables, columns, conditions, parameters, clauses, placeholders, examples.

    Raises RuleError with file, line and hint.
    """
    subject = document.data.get("subject") if isinstance(document.data, dict) else None
    if isinstance(subject, str) and subject not in all_tables():
        raise document.error(f"no fact table {subject}", ("subject",), _nearest(subject, all_tables()))
    rule = validated(Rule, document)
    pack, _, file = document.name.rpartition("/")
    if file.removesuffix(".yaml") != rule.id:
        raise document.error(f"the id {rule.id} is not the name of the file {file}", ("id",), "make them equal")
    table = all_tables()[rule.subject]
    used = _check_conditions(rule, table, document)
    _check_parameters(rule, used, document)
    _check_clauses(rule, clauses, document)
    _check_high_risk(rule, document)
    _check_reason(rule, table, document)
    _check_examples(rule, table, document)
    return rule.model_copy(update={"pack": pack})


def _check_conditions(rule: Rule, table: FactTable, document: Document) -> set[str]:
    scope = scope_of(rule, table, derived=table.name in DERIVED)
    used: set[str] = set()
    for name in ("applies", "requires", "partial"):
        text = getattr(rule, name)
        if text is None:
            continue
        try:
            compiled = compile_condition(text, scope)
        except ConditionError as error:
            raise document.error(f"{name}: {error.message}", (name,), error.hint) from error
        used |= compiled.parameters
        if (
            name == "requires"
            and not compiled.columns
            and not any(q.startswith("question.") for q in compiled.qualified)
        ):
            raise document.error("requires reads no fact", (name,), "a verdict rests on what was seen")
        if name == "applies" and compiled.columns and "pass" in (rule.closed, rule.filtered):
            raise document.error(
                "applies reads facts, which a closed port does not give",
                (name,),
                "closed and filtered cannot pass then",
            )
    return used


def _check_parameters(rule: Rule, used: set[str], document: Document) -> None:
    for name in rule.parameters:
        if name not in used:
            raise document.error(f"parameter {name} is never used", ("parameters", name), f"use :{name} or remove it")
        if name == "as_of":
            raise document.error("as_of is built in", ("parameters", name), "choose another name")


def _check_clauses(rule: Rule, clauses: Clauses, document: Document) -> None:
    if not any(rule.clauses.values()):
        raise document.error(
            "no clause at all", ("clauses",), "name what the rule checks: a standard's clause or a law"
        )
    for scope, listed in rule.clauses.items():
        for index, clause in enumerate(listed):
            if clause not in clauses:
                raise document.error(
                    f"unknown clause {clause}", ("clauses", _raw_key(document, scope), index), clauses.nearest(clause)
                )
            if not clauses[clause].fits(scope):
                raise document.error(
                    f"{clause} does not belong under {scope}",
                    ("clauses", _raw_key(document, scope), index),
                    f"it belongs under {clauses[clause].scope}",
                )


def _check_high_risk(rule: Rule, document: Document) -> None:
    if rule.high_risk is None:
        return
    if rule.high_risk not in cases():
        raise document.error(f"no high-risk case {rule.high_risk}", ("high_risk",), nearest(rule.high_risk))
    if not rule.can_fail:
        raise document.error(
            f"evidence of class {rule.evidence} never fails, so it reaches no high-risk case",
            ("high_risk",),
            "ask for stronger evidence or remove the case",
        )


def _raw_key(document: Document, scope: str) -> str | int:
    return int(scope) if scope.isdigit() and ("clauses", int(scope)) in document.lines else scope


def _check_reason(rule: Rule, table: FactTable, document: Document) -> None:
    known = {*column_kinds(table), *rule.parameters, *PLACE_NAMES}
    for language, text in (("zh", rule.reason.zh), ("en", rule.reason.en)):
        place: Place = ("reason", language)
        try:
            found = placeholders(text)
        except ValueError as error:
            raise document.error(
                f"the braces do not match: {error}", place, "write {column} or {column:form}"
            ) from error
        for name, form in found:
            if name not in known:
                raise document.error(f"no column or parameter {name}", place, _nearest(name, known))
            if form not in FORMS:
                raise document.error(f"unknown form {form}", place, f"forms are {', '.join(sorted(FORMS - {''}))}")


def _check_examples(rule: Rule, table: FactTable, document: Document) -> None:
    kinds = column_kinds(table)
    for index, example in enumerate(rule.examples):
        place: Place = ("examples", index)
        for row in example.facts or ():
            _check_values(row, kinds, document, (*place, rule.subject))
        _check_values(
            example.asset, {name: found.type for name, found in ASSET_NAMES.items()}, document, (*place, "asset")
        )
        device = example.asset.get("device_class")
        if device is not None and device not in DEVICE_CLASSES:
            raise document.error(f"no device class {device}", (*place, "asset"), _nearest(str(device), DEVICE_CLASSES))
        for name in example.parameters:
            if name not in rule.parameters:
                raise document.error(
                    f"no parameter {name}", (*place, "parameters", name), _nearest(name, rule.parameters)
                )
    for what, has in _needed_examples(rule):
        if not any(has(example) for example in rule.examples):
            raise document.error(f"no example for {what}", ("examples",), "each verdict needs a case that shows it")


def _needed_examples(rule: Rule) -> list[tuple[str, Any]]:
    def failing(example: Example) -> bool:
        return example.verdict is Word.FAIL

    def candidate(example: Example) -> bool:
        return example.verdict is Word.NOT_ASSESSED and example.candidate is True

    def word(wanted: Word) -> Any:
        return lambda example: example.verdict is wanted

    needed = [
        ("pass", word(Word.PASS)),
        ("fail", failing) if rule.can_fail else ("a candidate", candidate),
        ("not_assessed", word(Word.NOT_ASSESSED)),
    ]
    if rule.partial is not None:
        needed.append(("partial", word(Word.PARTIAL)))
    if rule.applies is not None:
        needed.append(("not_applicable", word(Word.NOT_APPLICABLE)))
    return needed


def _check_values(row: Mapping[str, Any], kinds: Mapping[str, str], document: Document, place: Place) -> None:
    for name, value in row.items():
        if name not in kinds:
            raise document.error(f"no column {name}", (*place, name), _nearest(name, kinds))
        wanted = {"integer": int, "text": str, "boolean": bool}[kinds[name]]
        if value is not None and (not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool)):
            raise document.error(
                f"{name} is {kinds[name]}, not {type(value).__name__}", (*place, name), "write a value of that type"
            )


def _nearest(word: str, known: Iterable[str]) -> str:
    listed = sorted(known)
    close = difflib.get_close_matches(word, listed, 3)
    return f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(listed)}"
