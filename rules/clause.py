"""Clauses of standards and laws as data: what each asks in one line of ours, and how far a scanner can cover it.

The texts are our own paraphrases; whoever quotes a clause reads the standard. `sure: false` marks a number or letter that was
not read in the standard itself: it is shown as such in the report.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from inventory.text import Text
from rules.places import read, validated
from rules.rule import ClauseScope

FOLDER = Path(__file__).parent / "clauses"

Coverage = Literal["automated", "partly", "manual", "impossible"]
COVERAGE_TEXT: Mapping[Coverage, Text] = {
    "automated": Text(zh="可自动判定", en="automated"),
    "partly": Text(zh="部分可判定", en="partly"),
    "manual": Text(zh="需人工核查", en="manual"),
    "impossible": Text(zh="网络侧无法判定", en="impossible from the network"),
}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class _Item(_Frozen):
    zh: str
    en: str
    coverage: Coverage
    sure: bool = True
    cii: bool = False  # in a law for all: an article for declared critical infrastructure alone
    why: Text | None = None  # why a person has to look


class _Point(_Frozen):
    id: str  # the number; `whole` for a standard that is cited without one
    zh: str
    en: str
    items: Mapping[str, _Item]


class _Standard(_Frozen):
    standard: str
    title: Text
    scope: ClauseScope
    also: tuple[ClauseScope, ...] = ()
    points: tuple[_Point, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `id` is how rules cite it: standard, number, letter. `scope` is where rules list it (`also`: other scopes
    it may stand in). `why`: why a scanner leaves it to a person, where that is not plain."""

    id: str
    standard: str
    point: Text
    text: Text
    scope: ClauseScope
    also: tuple[ClauseScope, ...]
    coverage: Coverage
    sure: bool
    why: Text | None = None

    def fits(self, scope: str) -> bool:
        """Whether a rule may cite it under that scope."""
        return scope == self.scope or scope in self.also


@dataclass(frozen=True, slots=True)
class Clauses:
    """All clauses by id, in the order of the files."""

    by_id: Mapping[str, Clause] = field(default_factory=dict)
    standards: Mapping[str, Text] = field(default_factory=dict)

    def __contains__(self, clause: object) -> bool:
        return clause in self.by_id

    def __getitem__(self, clause: str) -> Clause:
        return self.by_id[clause]

    def __iter__(self) -> Iterator[Clause]:
        return iter(self.by_id.values())

    def nearest(self, clause: str) -> str:
        """A hint for a clause that is not there."""
        close = difflib.get_close_matches(clause, self.by_id, 2, 0.7)
        return f"did you mean {' or '.join(close)}?" if close else "clauses stand in rules/clauses/"


@cache
def load_clauses(folder: Path = FOLDER) -> Clauses:
    """Read every file of the folder. Raises RuleError with file and line."""
    by_id: dict[str, Clause] = {}
    standards: dict[str, Text] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = read(path.read_bytes(), path.name)
        standard = validated(_Standard, document)
        standards.setdefault(standard.standard, standard.title)
        for index, point in enumerate(standard.points):
            for letter, item in point.items.items():
                clause = " ".join(
                    part for part in (standard.standard, point.id.replace("whole", ""), letter.strip("-")) if part
                )
                if clause in by_id:
                    raise document.error(f"{clause} is there twice", ("points", index, "items", letter), "keep one")
                by_id[clause] = Clause(
                    clause,
                    standard.standard,
                    Text(zh=point.zh, en=point.en),
                    Text(zh=item.zh, en=item.en),
                    "cii" if item.cii else standard.scope,
                    () if item.cii else standard.also,
                    item.coverage,
                    item.sure,
                    item.why,
                )
    return Clauses(by_id, standards)
