"""Coverage by clause: every clause that applies at the levels in scope, with the verdicts of the rules that cite it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from reports.build.grades import words_of
from reports.build.judged import Judged
from reports.report import ClauseCoverage, VerdictWord
from rules.clause import Clause
from rules.grading import ItemCount, Share
from rules.roster import Place

DECIDED: tuple[VerdictWord, ...] = ("pass", "partial", "fail")


Counts = dict[tuple[str, str], Counter[VerdictWord]]  # (rule, scope) → verdicts
Citing = dict[tuple[str, str], list[str]]  # (clause, scope) → rules


def clause_coverage(
    judged: Judged, counted: Mapping[Place, Sequence[ItemCount]], stale_tables: Collection[str]
) -> tuple[ClauseCoverage, ...]:
    """Clauses in the order of their files. `stale_tables`: fact tables whose facts had expired by the end of the scan."""
    floor = judged.profile.protection_level or 0
    levels = {max(place.level or 0, floor) for place in judged.judgement.roster.places if not place.organisation}
    scopes = {str(level) for level in (*levels, floor) if level} | {"law"}
    if judged.profile.cii:
        scopes.add("cii")
    counts = _counts(counted, floor, scopes)
    citing = _citing(judged)
    stale_rules = {rule.id for rule in judged.ruleset.rules if rule.subject in stale_tables}
    return tuple(
        _covered(clause, own, counts, citing, stale_rules).model_copy(
            update={"answer": judged.answers.clauses.get(clause.id)}
        )
        for clause in judged.ruleset.clauses
        if (own := sorted({clause.scope, *clause.also} & scopes))
    )


def _counts(counted: Mapping[Place, Sequence[ItemCount]], floor: int, scopes: Collection[str]) -> Counts:
    """Verdicts by rule and scope: those of a level come from the assets of that level, the others from all."""
    found: Counts = {}
    for place, items in counted.items():
        level = "" if place.organisation else str(max(place.level or 0, floor))
        for scope in scopes:
            if not scope.isdigit() or scope == level:
                for item in items:
                    found.setdefault((item.rule, scope), Counter()).update(words_of(item))
    return found


def _citing(judged: Judged) -> Citing:
    citing: Citing = {}
    for rule in judged.ruleset.rules:
        for scope, listed in rule.clauses.items():
            for clause in listed:
                citing.setdefault((clause, scope), []).append(rule.id)
    return citing


def _covered(
    clause: Clause, scopes: Sequence[str], counts: Counts, citing: Citing, stale_rules: Collection[str]
) -> ClauseCoverage:
    cited = [(rule, scope) for scope in scopes for rule in citing.get((clause.id, scope), ())]
    verdicts: Counter[VerdictWord] = Counter()
    for key in cited:
        verdicts.update(counts.get(key, Counter()))
    rules = sorted({rule for rule, _ in cited})
    return ClauseCoverage(
        id=clause.id,
        standard=clause.standard,
        title=clause.text,
        level=scopes[0],
        group=_group(clause),
        automation=clause.coverage,
        rules=tuple(rules),
        verdicts=dict(sorted(verdicts.items())),
        stale=any(rule in stale_rules for rule in rules),
    )


def _group(clause: Clause) -> str:
    """The control area: `8.1.4` of `GB/T 22239-2019 8.1.4.1 a`; empty for laws and standards without numbers."""
    number = clause.id.removeprefix(clause.standard).strip().split(" ")[0]
    parts = number.split(".")
    return ".".join(parts[:3]) if len(parts) > 3 else ".".join(parts[:-1])


def clause_share(clauses: Sequence[ClauseCoverage]) -> Share:
    """Coverage B: clauses with at least one decided verdict, of all that apply."""
    decided = sum(1 for clause in clauses if any(clause.verdicts.get(word) for word in DECIDED))
    return Share(decided, len(clauses))
