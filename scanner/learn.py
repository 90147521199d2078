"""`chengjian rules learn`: a profile with the strictest parameters that a good device meets, for an officer to review.

Parameters are only ever tightened. What the device does not meet by the defaults is listed, never loosened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import InputError
from rules.judge import judge
from rules.load import RuleSet
from rules.profile import Profile
from rules.rule import Parameter, Rule
from scanner.selfcheck import Checked, check, lines_of
from scanner.selfcheck_source import load_source

WIDEST = 1 << 31  # how far from the default a value is looked for


@dataclass(frozen=True, slots=True)
class Learned:
    """The strictest value of a parameter that still passes, with the line that it was learned from."""

    rule: str
    parameter: str
    default: int
    value: int
    place: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """Everything that was learned; `unmet` are the rules that the device does not pass by the defaults."""

    files: tuple[str, ...]
    learned: tuple[Learned, ...]
    unmet: tuple[str, ...]


def learn(files: Sequence[Path], profile: Profile | None = None) -> Lesson:
    """Read the configurations of a good device. Raises InputError as the self-check does."""
    sources = [load_source(path) for path in files]
    for source in sources:
        if source.reading.family == "unknown":
            raise InputError(
                "not a configuration that we know", source.reading.file, hint="nothing can be learned from it"
            )
    checked = check(sources, profile=profile)
    learned: list[Learned] = []
    unmet: set[str] = set()
    verdicts: dict[str, set[str]] = {}
    for one in checked.judgement.asset_verdicts:
        verdicts.setdefault(one.rule, set()).add(str(one.word))
    for rule in checked.ruleset.rules:
        words = verdicts.get(rule.id, set())
        if words & {"fail", "partial"}:
            unmet.add(rule.id)
        elif "pass" in words:
            for name, parameter in sorted(rule.parameters.items()):
                value = _strictest(checked, rule, name, parameter)
                if value is not None and value != parameter.default:
                    learned.append(Learned(rule.id, name, int(parameter.default), value, _place(checked, rule)))
    checked.store.close()
    return Lesson(tuple(map(str, files)), tuple(learned), tuple(sorted(unmet)))


def _strictest(checked: Checked, rule: Rule, name: str, parameter: Parameter) -> int | None:
    """Bisection between the default, which passes, and the strictest side: passing is monotone in the direction."""
    if parameter.type != "integer" or parameter.stricter is None:
        return None
    step = 1 if parameter.stricter == "higher" else -1
    default = int(parameter.default)

    def passes(value: int) -> bool:
        return _passes(checked, rule, name, value)

    reach = 1
    while reach < WIDEST and passes(default + step * reach):
        reach *= 2
    if reach >= WIDEST:
        return None  # the rule does not look at the parameter here: nothing is learned
    inside, outside = reach // 2, reach
    while outside - inside > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if passes(default + step * middle) else (inside, middle)
    return default + step * inside


def _passes(checked: Checked, rule: Rule, name: str, value: int) -> bool:
    one = RuleSet(checked.ruleset.packs, (rule,), {}, checked.ruleset.clauses)
    parameters: Mapping[str, Mapping[str, int | str]] = {rule.id: {name: value}}
    profile = checked.profile.model_copy(update={"parameters": parameters})
    at = str(checked.store.scan(checked.scan)["ended"])
    judged = judge(checked.store.connection, checked.scan, one, profile, at)
    return not any(str(verdict.word) in ("fail", "partial") for verdict in judged.asset_verdicts)


def _place(checked: Checked, rule: Rule) -> str:
    for source in checked.sources:
        for question in checked.store.questions(checked.scan):
            lines = lines_of(rule, source.reading, question.endpoint) if question.table == rule.subject else ()
            if lines:
                return f"{source.reading.file}:{lines[0]}: {source.line(lines[0])}"
    return ""


def profile_text(lesson: Lesson, packs: Sequence[str]) -> str:
    """The profile as YAML, with what it was learned from in comments. Names of files are kept to one line."""
    head = [
        "# 由样板设备学习得到，须由负责人逐项审核后使用。Learned from a good device: review every value before use.",
        *(f"# {_one_line(file)}" for file in lesson.files),
        "id: learned",
        "title: {zh: 样板设备方案, en: profile of a good device}",
        f"packs: [{', '.join(packs)}]",
    ]
    lines: list[str] = []
    last = ""
    for one in lesson.learned:
        if one.rule != last:
            lines.append(f"  {one.rule}:")
            last = one.rule
        lines.append(f"    {one.parameter}: {one.value}  # 默认 default {one.default}; {_one_line(one.place)}")
    body = ["parameters:", *lines] if lines else ["parameters: {}"]
    tail = [f"# 样板设备未达到 not met by this device: {rule}" for rule in lesson.unmet]
    return "\n".join([*head, *body, *tail]) + "\n"


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:160]
