"""Counts of verdicts by place: what grades are made of.

Assets of one place with the same pattern are counted together, so this costs by the number of patterns and places, not of
verdicts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from rules.fold import NOT_READ, Decision
from rules.grading import NUMBERS, ItemCount, count_word
from rules.judge import Judgement, Pair, TableVerdicts
from rules.roster import Place, Roster
from rules.rule import Rule
from rules.verdict import Word

FIELD = {name: place for place, name in enumerate(NUMBERS)}
Numbers = list[int]  # in the order of FIELD
Key = tuple[int, str]  # place, rule


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
            for name, number in added.items():
                numbers[key][FIELD[name]] += number
        for (place, name), summed in numbers.items():
            rule = by_id[name]
            item = ItemCount(rule.id, rule.pack, rule.weight, rule.severity, *summed)
            gathered.setdefault(place, []).append(item)
    places = judgement.roster.places
    return {places[number]: tuple(sorted(items)) for number, items in sorted(gathered.items())}


def _usual(table: TableVerdicts, rules: Sequence[Rule], roster: Roster) -> dict[Key, Numbers]:
    """The counts of each place and rule, as if nothing were waived and nobody had settled anything."""
    counted = Counter(zip(table.chosen, map(roster.place_of.__getitem__, table.assets), strict=True))
    fields = [[_fields(rule, said) for rule, said in zip(rules, pattern, strict=True)] for pattern in table.patterns]
    numbers: dict[Key, Numbers] = {}
    for (pattern, place), times in counted.items():
        for rule, raised in zip(table.rules, fields[pattern], strict=True):
            summed = numbers.get((place, rule))
            if summed is None:
                summed = numbers[place, rule] = [0] * len(FIELD)
            for field in raised:
                summed[field] += times
    return numbers


def _special(
    table: TableVerdicts, judgement: Judgement, rules: Mapping[str, Rule], settled: Mapping[Pair, bool]
) -> Iterable[tuple[Key, Mapping[str, int]]]:
    """What verdicts that are waived or settled add to a place and rule."""
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
        added: dict[str, int] = {}
        if (rule, asset) in judgement.waived and word in (Word.FAIL, Word.PARTIAL):
            added["waived_failed" if word is Word.FAIL else "waived_partial"] = 1
        if (rule, asset) in settled and word is Word.FAIL:
            added["high_risk"] = -1 if rules[rule].high_risk is not None else 0
            added["confirmed"] = int(settled[rule, asset])
        yield (roster.place_of[number], rule), added


def _fields(rule: Rule, said: Decision) -> tuple[int, ...]:
    """The numbers that a verdict raises by one."""
    raised = count_word(
        said.word,
        candidate=said.candidate,
        high_risk=rule.high_risk is not None,
        waived=False,
        manual=said.why == NOT_READ,
    )
    return tuple(FIELD[name] for name in raised)
