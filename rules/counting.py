"""Counts of verdicts by place: what grades are made of.

Assets of one place with the same pattern are counted together, so this costs by the number of patterns and places, not of
verdicts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rules.fold import NOT_READ, Decision
from rules.grading import ItemCount, count_word
from rules.judge import Judgement, Pair, TableVerdicts
from rules.roster import Place, Roster
from rules.rule import Rule
from rules.verdict import Word

Numbers = dict[str, int]  # field of ItemCount → number


def count_places(
    judgement: Judgement, rules: Sequence[Rule], settled: Mapping[Pair, bool] = MappingProxyType({})
) -> dict[Place, tuple[ItemCount, ...]]:
    """The counts of every place, in the order of rules. `settled` says of (rule, asset) pairs whether a person confirmed their
    high-risk case or rejected it."""
    by_id = {rule.id: rule for rule in rules}
    gathered: dict[int, list[ItemCount]] = {}
    for table in judgement.tables:
        mine = [by_id[rule] for rule in table.rules]
        numbers = _usual(table, mine, judgement.roster)
        for key, added in _special(table, judgement, by_id, settled):
            _add(numbers.setdefault(key, {}), added, 1)
        for (place, name), summed in numbers.items():
            rule = by_id[name]
            gathered.setdefault(place, []).append(ItemCount(rule.id, rule.pack, rule.weight, rule.severity, **summed))
    places = judgement.roster.places
    return {places[number]: tuple(sorted(items)) for number, items in sorted(gathered.items())}


def _usual(table: TableVerdicts, rules: Sequence[Rule], roster: Roster) -> dict[tuple[int, str], Numbers]:
    """(place, rule) → counts, as if nothing were waived and nobody had settled anything."""
    counted = Counter(zip(table.chosen, map(roster.place_of.__getitem__, table.assets), strict=True))
    added = [[_added(rule, said) for rule, said in zip(rules, pattern, strict=True)] for pattern in table.patterns]
    numbers: dict[tuple[int, str], Numbers] = {}
    for (pattern, place), times in counted.items():
        for rule, one in zip(rules, added[pattern], strict=True):
            _add(numbers.setdefault((place, rule.id), {}), one, times)
    return numbers


def _special(
    table: TableVerdicts, judgement: Judgement, rules: Mapping[str, Rule], settled: Mapping[Pair, bool]
) -> Iterable[tuple[tuple[int, str], Numbers]]:
    """(place, rule) and what to add there for verdicts that are waived or settled."""
    place_in = {rule: index for index, rule in enumerate(table.rules)}
    pairs = [pair for pair in {*judgement.waived, *settled} if pair[0] in place_in]
    if not pairs:
        return
    roster, chosen = judgement.roster, dict(zip(table.assets, table.chosen, strict=True))
    for rule, asset in sorted(pairs):
        number = roster.number_of.get(asset)
        if number is None or number not in chosen:
            continue
        word = table.patterns[chosen[number]][place_in[rule]].word
        added: Numbers = {}
        if (rule, asset) in judgement.waived and word in (Word.FAIL, Word.PARTIAL):
            added["waived_failed" if word is Word.FAIL else "waived_partial"] = 1
        if (rule, asset) in settled and word is Word.FAIL:
            added |= {
                "high_risk": -1 if rules[rule].high_risk is not None else 0,
                "confirmed": int(settled[rule, asset]),
            }
        yield (roster.place_of[number], rule), added


def _added(rule: Rule, said: Decision) -> Numbers:
    return count_word(
        said.word,
        candidate=said.candidate,
        high_risk=rule.high_risk is not None,
        waived=False,
        manual=said.why == NOT_READ,
    )


def _add(summed: Numbers, added: Mapping[str, int], times: int) -> None:
    for name, number in added.items():
        summed[name] = summed.get(name, 0) + number * times
