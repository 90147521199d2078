"""The cases of the 2025 guide to high risks, as data: what a rule's `high_risk` may name, and how a report says it.

Numbers, levels and what may stand against a case come from the guide; the titles are short forms of ours. Whether a fail is such
a case is for a person to say: the guide asks for an analysis of the risk.
"""

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from inventory.text import Text
from rules.places import read, validated

FILE = Path(__file__).parent / "high-risk-2025.yaml"
_LEVELS: Mapping[int, Text] = {
    2: Text(zh="第二级起适用", en="applies from level 2"),
    3: Text(zh="第三级起适用", en="applies from level 3"),
}
_NO_MITIGATION = Text(zh="无降低条件", en="knows no mitigation")


class Case(BaseModel):
    """One case. `level`: the protection level from which it applies; `only`: the extension that it belongs to."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)

    id: str = Field(pattern=r"^\d+(\.\d+){3}$")
    level: Literal[2, 3]
    mitigation: bool = True
    only: Literal["", "cloud", "mobile", "iot", "control"] = Field(default="", alias="for", min_length=0)
    zh: str
    en: str

    @property
    def said(self) -> Text:
        """Number, title, level and whether anything may stand against it, for a reader."""
        level, strict = _LEVELS[self.level], _NO_MITIGATION
        zh = level.zh if self.mitigation else f"{level.zh}，{strict.zh}"
        en = level.en if self.mitigation else f"{level.en}, {strict.en}"
        return Text(zh=f"{self.id} {self.zh}（{zh}）", en=f"{self.id} {self.en} ({en})")


class _Guide(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    guide: Text
    cases: tuple[Case, ...]


@cache
def cases() -> Mapping[str, Case]:
    """Every case by its number. Raises RuleError with file and line."""
    document = read(FILE.read_bytes(), FILE.name)
    return {case.id: case for case in validated(_Guide, document).cases}


def said_of(number: str) -> Text:
    """What a reader needs to know of a case; the number alone where an older report names one that is not here."""
    case = cases().get(number)
    return case.said if case is not None else Text(zh=number, en=number)


def nearest(number: str) -> str:
    """A hint for a case that is not there."""
    close = difflib.get_close_matches(number, cases(), 3, 0.7)
    return f"did you mean {' or '.join(close)}?" if close else "cases stand in rules/high-risk-2025.yaml"
