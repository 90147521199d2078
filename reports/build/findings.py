"""Findings with an excerpt of their evidence, and the gaps: verdicts that could not be reached."""

from functools import lru_cache
from typing import Any

from inventory.canonical import sm3
from inventory.endpoint import address_key
from inventory.exchange import Exchange, from_bytes
from inventory.store import Store
from reports.build.judged import Judged
from reports.printable import bytes_excerpt
from reports.report import EvidenceExcerpt, FindingEntry, Gap
from rules.answers import is_high_risk
from rules.finding import Finding
from rules.judge import endpoint_verdicts
from rules.verdict import SEVERITIES, Word

EXCERPT = 96  # bytes


class Evidence:
    """Excerpts of stored evidence, read once each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.excerpt = lru_cache(maxsize=4096)(self._excerpt)

    def _excerpt(self, digest: str) -> EvidenceExcerpt:
        data = self._store.evidence_bytes(digest)
        label, offset, excerpt = _telling(from_bytes(data))
        return EvidenceExcerpt(digest=digest, sm3=sm3(data), label=label, offset=offset, excerpt=excerpt)


def _telling(exchange: Exchange) -> tuple[str, int, str]:
    """Label, offset and printable bytes of the first turn in which something was heard; else how the asking ended."""
    for turn in exchange.turns:
        if turn.received:
            return turn.label, 0, bytes_excerpt(turn.received, EXCERPT)
    last = exchange.turns[-1] if exchange.turns else None
    return (last.label if last else exchange.kind), 0, f"({last.end})" if last and last.end else ""


def finding_entries(judged: Judged, evidence: Evidence) -> tuple[FindingEntry, ...]:
    """Findings by severity, rule, asset and place; `first_seen` is that of the earliest scan that knew it."""
    return tuple(_entry(finding, judged, evidence) for finding in sorted(judged.judgement.findings, key=_finding_order))


def _finding_order(finding: Finding) -> tuple[Any, ...]:
    where = finding.endpoint
    return (
        SEVERITIES.index(finding.severity),
        finding.rule,
        finding.asset,
        *address_key(where.address),
        where.transport,
        where.port,
        finding.vantage,
        finding.discriminator,
    )


def _entry(finding: Finding, judged: Judged, evidence: Evidence) -> FindingEntry:
    known = judged.first_seen.get(finding.id, "")
    said = judged.answers.findings.get(finding.id) if is_high_risk(finding) else None
    return FindingEntry(
        id=finding.id,
        rule=finding.rule,
        asset=finding.asset,
        address=finding.endpoint.address,
        transport=finding.endpoint.transport,
        port=finding.endpoint.port,
        vantage=finding.vantage,
        verdict=finding.word.value,
        candidate=finding.candidate and said is None,
        severity=finding.severity,
        reason=finding.reason,
        clauses=finding.clauses,
        evidence=tuple(evidence.excerpt(digest) for digest in finding.evidence),
        confidence=finding.confidence,
        high_risk=finding.high_risk,
        high_risk_answer=said,
        waiver=finding.waiver,
        owner=finding.owner,
        due=finding.due,
        first_seen=min(known, finding.first_seen) if known else finding.first_seen,
        last_seen=finding.last_seen,
    )


def gaps(store: Store, scan: str, judged: Judged) -> tuple[Gap, ...]:
    """Every endpoint verdict that is not assessed, with the outcome's own reason."""
    observed = store.observations(scan)
    ended = str(store.scan(scan)["ended"])
    found = []
    for verdict in endpoint_verdicts(
        store.connection, scan, judged.ruleset, judged.profile, ended, words={Word.NOT_ASSESSED}
    ):
        seen = observed.get(verdict.question)
        found.append(
            Gap(
                rule=verdict.rule,
                asset=verdict.asset,
                address=verdict.endpoint.address,
                transport=verdict.endpoint.transport,
                port=verdict.endpoint.port,
                vantage=verdict.vantage,
                why=verdict.why,
                reason=seen.reason if seen is not None else "",
            )
        )
    return tuple(sorted(found, key=_gap_order))


def _gap_order(gap: Gap) -> tuple[Any, ...]:
    return (gap.rule, gap.asset, *address_key(gap.address), gap.transport, gap.port, gap.vantage)
