"""Which clause is checked by which rules, and how far a scanner can cover the others: nothing is claimed by silence."""

from dataclasses import dataclass

from rules.clause import Clause
from rules.load import RuleSet


@dataclass(frozen=True, slots=True)
class ClauseRules:
    """A clause with the rules that cite it. Without rules, the coverage class of the clause says why: manual and impossible
    ones need a person; `automated` and `partly` without a rule are a gap of ours."""

    clause: Clause
    rules: tuple[str, ...]

    @property
    def state(self) -> str:
        """`rules`, or the coverage class, or `no rule yet` where a scanner could do more than we do."""
        if self.rules:
            return "rules"
        return self.clause.coverage if self.clause.coverage in ("manual", "impossible") else "no rule yet"


def clause_coverage(ruleset: RuleSet, scope: str | None = None, standard: str | None = None) -> tuple[ClauseRules, ...]:
    """Clause by clause in the order of the standards; `scope` is `2`, `3`, `law` or `cii`, `standard` such as
    `GB/T 22239-2019`."""
    cited: dict[str, list[str]] = {}
    for rule in ruleset.rules:
        for listed in rule.clauses.values():
            for clause in listed:
                cited.setdefault(clause, []).append(rule.id)
    return tuple(
        ClauseRules(clause, tuple(sorted(set(cited.get(clause.id, ())))))
        for clause in ruleset.clauses
        if (scope is None or clause.fits(scope)) and (standard is None or clause.standard == standard)
    )
