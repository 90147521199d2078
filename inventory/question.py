"""What we set out to learn: an endpoint or asset, times a fact table, as seen from a vantage zone."""

from dataclasses import dataclass

from inventory.canonical import short_id
from inventory.endpoint import Endpoint


@dataclass(frozen=True, order=True, slots=True)
class Question:
    """`table` names a fact table. `vantage` is the zone that we ask from, or `config:FILE`, `sbom:FILE`, `register`
    for facts that are read, not asked. The judge starts from questions, so nothing that was not seen can vanish."""

    endpoint: Endpoint
    table: str
    vantage: str

    @property
    def id(self) -> str:
        """Stable over scans: the same question has the same id."""
        where = self.endpoint
        return short_id("question", self.table, where.address, where.transport, where.port, self.vantage)
