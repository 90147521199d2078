"""The attempt to answer a question, apart from the answer."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended. Only `answered` carries facts; every other one is a gap that is shown and counted."""

    ANSWERED = "answered"
    CLOSED = "closed"  # RST, ICMP port unreachable
    FILTERED = "filtered"  # this port silent while a control endpoint of the same host answered before and after
    SILENT = "silent"  # the host does not answer at all
    REFUSED = "refused"  # the other side ended the conversation
    FAILED = "failed"  # with a reason; a bug of ours is one ("bug:…")
    FORBIDDEN = "forbidden"  # by the permit: intensity, acts, exclusions, hours
    NEVER_ASKED = "never_asked"


class EvidenceClass(StrEnum):
    """How strong what we know is, from weak to strong. `declared` and `port` alone never give *fail*."""

    DECLARED = "declared"  # questionnaire, register
    PORT = "port"  # port, MAC, flow
    PASSIVE = "passive"  # capture
    HANDSHAKE = "handshake"  # protocol answer
    READ = "read"  # configuration, authenticated read, SBOM
    DOCUMENT = "document"  # certificate, contract

    @property
    def rank(self) -> int:
        """0 for the weakest."""
        return list(EvidenceClass).index(self)


@dataclass(frozen=True, slots=True)
class Observation:
    """One attempt. `question` is the question's id; `at` is UTC, ISO 8601 with seconds and Z; `reason` a short stable
    word or phrase; `evidence` the digests of the reduced exchanges, in the order of asking."""

    question: str
    outcome: Outcome
    reason: str
    at: str
    evidence_class: EvidenceClass = EvidenceClass.HANDSHAKE
    evidence: tuple[str, ...] = ()
