"""The examples of rules, run through the same engine as a scan: one workspace in memory, all examples at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.asset import Asset
from inventory.endpoint import Endpoint
from inventory.fact import all_tables
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from rules.judge import judge
from rules.load import RuleSet
from rules.profile import Overlay, Profile
from rules.rule import Example, Rule
from rules.verdict import AssetVerdict, Word


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """An example with what it gave; `number` counts from 1 as in the file. `ok`: word and, where stated, candidate agree."""

    rule: str
    number: int
    expected: Word
    got: Word | None
    why: str
    ok: bool

    def __str__(self) -> str:
        said = "pass" if self.ok else f"expected {self.expected}, got {self.got} ({self.why})"
        return f"{self.rule} example {self.number}: {said}"


def run_examples(ruleset: RuleSet) -> tuple[ExampleResult, ...]:
    """Run every example of every rule; results in the order of rules and examples."""
    results: list[ExampleResult] = []
    times = sorted({example.as_of for rule in ruleset.rules for example in rule.examples})
    for as_of in times:
        cases = [case for case in _cases(ruleset.rules) if case[2].as_of == as_of]
        with Store.memory() as store:
            profile = _fill(store, cases, as_of)
            judged = judge(store.connection, "examples", ruleset, profile, as_of, stored=True)
        by_key = {(verdict.rule, verdict.asset): verdict for verdict in judged.asset_verdicts}
        results += [_result(rule, number, example, by_key) for rule, number, example in cases]
    return tuple(sorted(results, key=lambda result: (result.rule, result.number)))


def _cases(rules: Sequence[Rule]) -> Iterator[tuple[Rule, int, Example]]:
    for rule in rules:
        for number, example in enumerate(rule.examples, start=1):
            yield rule, number, example


def _name(rule: Rule, number: int) -> str:
    return f"{rule.id}#{number}"


def _result(rule: Rule, number: int, example: Example, found: Mapping[tuple[str, str], AssetVerdict]) -> ExampleResult:
    verdict = found.get((rule.id, _name(rule, number)))
    if verdict is None:
        return ExampleResult(rule.id, number, example.verdict, None, "no verdict", ok=False)
    agrees = verdict.word is example.verdict and example.candidate in (None, verdict.candidate)
    why = verdict.why + (", candidate" if verdict.candidate else "")
    return ExampleResult(rule.id, number, example.verdict, verdict.word, why, agrees)


def _fill(store: Store, cases: Sequence[tuple[Rule, int, Example]], as_of: str) -> Profile:
    """Write the examples as assets of one scan; an example with parameters gets an overlay of its own."""
    store.begin_scan("examples", started=as_of, permit={}, profile={}, versions={})
    assets = []
    overlays = []
    for rule, number, example in cases:
        name = _name(rule, number)
        question = Question(Endpoint(name, "tcp", example.port), rule.subject, example.vantage)
        store.add_questions("examples", [question])
        store.set_assets_of_questions("examples", {name: name})
        if example.outcome is not Outcome.NEVER_ASKED:
            seen = Observation(question.id, example.outcome, "example", as_of, example.evidence)
            model = all_tables()[rule.subject].model
            rows = [model(**row) for row in example.facts or ()]
            store.add_observation("examples", seen, {rule.subject: rows})
        given: dict[str, Any] = dict(example.asset)
        if example.parameters:
            overlays.append(Overlay(organisation=name, parameters={rule.id: example.parameters}))
            given.setdefault("department", name)
        assets.append(Asset(name, (f"address:{name}",), (name,), **given))
    store.put_assets("examples", assets)
    return Profile(overlays=tuple(overlays))
