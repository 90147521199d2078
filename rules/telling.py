"""Findings: how one is made from the rows of its question.

What findings have in common is made once: their clauses, their due date, and the sentence but for the place that it names.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from inventory.endpoint import Endpoint
from inventory.observation import EvidenceClass
from rules.finding import Finding
from rules.fold import Decision, fold, is_finding
from rules.reason import Reasons
from rules.rule import Rule
from rules.sitting import CODES, Row, Sitting


class Telling:
    """The findings of one table."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self._reasons = Reasons(sitting.table)
        self._due = {
            severity: (date.fromisoformat(sitting.as_of[:10]) + timedelta(days=days)).isoformat()
            for severity, days in sitting.profile.due_days.items()
        }
        self._clauses: dict[tuple[str, int | None], tuple[str, ...]] = {}
        self._worth: dict[
            int, tuple[tuple[int, Decision], ...]
        ] = {}  # by the identity of decisions, which the sitting keeps

    def findings(self, rows: Sequence[Row]) -> Iterator[Finding]:
        """The findings of one question, given all its rows."""
        decided = [self.sitting.decisions(row) for row in rows]
        if len(rows) == 1:
            for index, said in self._worth_telling(decided[0]):
                yield self._finding(self.sitting.wanted.rules[index], said, rows[0])
            return
        for index, rule in enumerate(self.sitting.wanted.rules):
            decisions = [decisions[index] for decisions in decided]
            said = fold(decisions)
            if is_finding(said):
                yield self._finding(rule, said, rows[decisions.index(said)])

    def _worth_telling(self, decisions: tuple[Decision, ...]) -> tuple[tuple[int, Decision], ...]:
        found = self._worth.get(id(decisions))
        if found is None:
            found = tuple((index, said) for index, said in enumerate(decisions) if is_finding(said))
            self._worth[id(decisions)] = found
        return found

    def _finding(self, rule: Rule, decision: Decision, row: Row) -> Finding:
        sitting = self.sitting
        _, asset, address, transport, port, vantage, _, _, at, strength, evidence, _, level, overlay, owner = row[
            :CODES
        ]
        endpoint = Endpoint(address, transport, port)
        clauses = self._clauses.get((rule.id, level))
        if clauses is None:
            clauses = self._clauses[rule.id, level] = rule.clauses_for(level, cii=sitting.profile.cii)
        values = sitting.values[overlay]
        facts = dict(zip(sitting.wanted.columns, row[CODES + sitting.wanted.codes :], strict=True))
        parameters = {name: values[rule.id, name] for name in rule.parameters}
        seen = at or sitting.as_of
        return Finding(
            rule=rule.id,
            asset=asset,
            endpoint=endpoint,
            vantage=vantage,
            word=decision.word,
            candidate=decision.candidate,
            severity=rule.severity,
            reason=self._reasons.say(rule, endpoint, vantage, facts, parameters),
            clauses=clauses,
            evidence=tuple(json.loads(evidence)),
            confidence=EvidenceClass(strength),
            high_risk=rule.high_risk,
            owner=owner,
            due=self._due[rule.severity],
            first_seen=seen,
            last_seen=seen,
            waiver=sitting.waivers.get((rule.id, asset), ""),
            discriminator=vantage,
        )
