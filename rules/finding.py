"""A finding: a fail, partial or candidate that somebody has to deal with."""

from dataclasses import dataclass

from inventory.canonical import short_id
from inventory.endpoint import Endpoint
from inventory.observation import EvidenceClass
from inventory.text import Text
from rules.verdict import Severity, Word


@dataclass(frozen=True, slots=True)
class Finding:
    """`confidence` is the evidence class that it rests on; `evidence` the digests; `first_seen`/`last_seen` UTC times;
    `waiver` the id of a waiver beside the verdict, never instead of it; `due` an ISO date."""

    rule: str
    asset: str
    endpoint: Endpoint
    vantage: str
    word: Word
    candidate: bool
    severity: Severity
    reason: Text
    clauses: tuple[str, ...]
    evidence: tuple[str, ...]
    confidence: EvidenceClass
    high_risk: str | None = None
    owner: str = ""
    due: str = ""
    first_seen: str = ""
    last_seen: str = ""
    waiver: str = ""
    discriminator: str = ""

    @property
    def id(self) -> str:
        """Stable over scans: hash of rule, asset, endpoint and discriminator."""
        where = self.endpoint
        return short_id(
            "finding", self.rule, self.asset, where.address, where.transport, where.port, self.discriminator
        )
