"""The report document: what a scan says, frozen, sorted, in both languages. Every format renders this and decides nothing.

The canonical form is RFC 8785 JSON; its schema is published in `reports/schema/`. Nothing here reads a clock: a report is
judged as of the scan's end. Fields that differ between two live scans of an unchanged city carry a `Volatile` mark, and
only these are dropped by `reports.canonical_form.comparable`.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from inventory.text import Text
from rules.answers import ClauseAnswer, HighRiskAnswer
from rules.verdict import Severity

SCHEMA: Literal["chengjian-report/1"] = "chengjian-report/1"


class Volatile(StrEnum):
    """Why a field differs between two scans of the same city."""

    TIME = "time"
    COUNTER = "counter"
    SCAN = "scan"
    EVIDENCE = "evidence"


Time = Annotated[str, Volatile.TIME]  # UTC, ISO 8601 with Z, or an ISO date; empty where not known
Percent = Annotated[float, Field(ge=0, le=100)]  # two decimals at most
VerdictWord = Literal["pass", "partial", "fail", "not_applicable", "not_assessed"]


class Part(BaseModel):
    """A piece of the document: frozen, closed, named by its JSON keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


class Scan(Part):
    """Which scan this is. `state` is `finished` or `stopped`."""

    id: Annotated[str, Volatile.SCAN]
    state: str
    started: Time
    ended: Time


class Parameter(Part):
    """A declared parameter of a scheme or profile, printed as it was used."""

    name: str
    value: str
    text: Text | None = None


class PackUsed(Part):
    """A rule pack, by version and by the digest of its content."""

    id: str
    version: str
    digest: str
    title: Text


class SchemeUsed(Part):
    """A grading scheme and the parameters that it declares."""

    id: str
    version: str
    title: Text
    parameters: tuple[Text, ...] = ()


class GeneratedFrom(Part):
    """What the report was made from. `input_manifest` is the SHA-256 of the canonical list of inputs and their digests."""

    input_manifest: Annotated[str, Volatile.EVIDENCE]
    packs: tuple[PackUsed, ...]
    schemes: tuple[SchemeUsed, ...]
    profile: tuple[Parameter, ...] = ()
    versions: dict[str, str] = Field(default_factory=dict)


class PermitZone(Part):
    """A zone of the permit: networks, and the highest intensity per device class (`default` for the others)."""

    name: str
    title: Text | None = None
    networks: tuple[str, ...]
    intensity: dict[str, int] = Field(default_factory=dict)


class Exclusion(Part):
    """Something that the permit forbids to touch."""

    target: str
    reason: str = ""


class PermitSummary(Part):
    """扫描授权书, as far as the reader of the report needs it; `digest` is the SHA-256 of the permit itself."""

    id: str
    digest: str
    issuer: str
    contact: str
    environment: Literal["production", "lab"]
    valid_from: Time
    valid_to: Time
    timezone: str
    hours: tuple[str, ...] = ()
    zones: tuple[PermitZone, ...] = ()
    acts: tuple[str, ...] = ()
    pace: dict[str, int] = Field(default_factory=dict)


class ZoneReach(Part):
    """How far one zone could be seen: assets, and the questions by outcome."""

    zone: str
    assets: int
    outcomes: dict[str, int]


class Exposure(Part):
    """Endpoints of `zone` that answered when asked from `vantage`."""

    vantage: str
    zone: str
    endpoints: int
    protocols: dict[str, int] = Field(default_factory=dict)


class Scope(Part):
    """What was looked at, and from where. `unanswered_addresses` were permitted, unregistered, and never answered."""

    vantages: tuple[str, ...]
    zones: tuple[ZoneReach, ...]
    exposure: tuple[Exposure, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    unanswered_addresses: int = 0


class Summary(Part):
    """The figures of the first page. `findings` counts fails and partials by severity, `candidates` apart: signs of a fail
    that a person must confirm. `high_risk`: among the findings, those that may be a high-risk case."""

    assets: int
    unregistered: int
    endpoints: int
    questions: int
    findings: dict[Severity, int]
    candidates: dict[Severity, int]
    high_risk: int
    waived: int
    verdicts: dict[VerdictWord, int]


class Organisation(Part):
    """A node of the roll-up: region, city, district, department or system, with the number of assets below it and the
    verdicts of rules that are about an organisation as a whole."""

    id: str
    kind: str
    code: str
    name: Text
    parent: str | None = None
    assets: int = 0
    verdicts: dict[VerdictWord, tuple[str, ...]] = Field(default_factory=dict)


class ComponentEntry(Part):
    """A product in a layer of an asset."""

    layer: str
    vendor: str | None
    product: str | None
    version: str | None
    origin: str
    strength: str
    confidence: str
    why: tuple[str, ...] = ()
    end_of_support: str | None = None


class AssetEntry(Part):
    """An asset with its components, and the ids of the rules by verdict: the whole matrix."""

    id: str
    name: str
    addresses: tuple[str, ...]
    zone: str
    city: str
    district: str
    department: str
    system: str
    importance: str | None
    protection_level: int | None
    device_class: str
    registered: bool | None
    contact: str
    components: tuple[ComponentEntry, ...] = ()
    verdicts: dict[VerdictWord, tuple[str, ...]] = Field(default_factory=dict)


class Share(Part):
    """Domestic share of one layer of one organisation: [domestic ÷ total, (domestic + unknown) ÷ total], in percent."""

    organisation: str
    layer: str
    total: int
    origins: dict[str, int]
    lower: Percent
    upper: Percent


class Remediation(Part):
    """What to do, for each reader."""

    officer: Text
    auditor: Text
    vendor: Text


class RuleEntry(Part):
    """A rule that was judged, with what a reader needs beside a finding."""

    id: str
    pack: str
    title: Text
    subject: str
    severity: Severity
    weight: int
    clauses: tuple[str, ...]
    high_risk: str | None = None
    remediation: Remediation


class EvidenceExcerpt(Part):
    """A piece of the reduced evidence: what was heard in turn `label` from byte `offset` on, printable."""

    digest: str
    sm3: str
    label: str
    offset: int
    excerpt: str


class FindingEntry(Part):
    """A fail, partial or candidate that somebody has to deal with; the id is the same in every scan. `candidate`: a fail may be
    a high-risk case, or the evidence of what was not assessed is a sign only, until a person says so (`high_risk_answer`)."""

    id: str
    rule: str
    asset: str
    address: str
    transport: str
    port: int
    vantage: str
    verdict: VerdictWord
    candidate: bool
    severity: Severity
    reason: Text
    clauses: tuple[str, ...]
    evidence: Annotated[tuple[EvidenceExcerpt, ...], Volatile.EVIDENCE]
    confidence: str
    high_risk: str | None = None
    high_risk_answer: HighRiskAnswer | None = None
    waiver: str = ""
    owner: str = ""
    due: Time = ""
    first_seen: Time = ""
    last_seen: Time = ""


class RuleCount(Part):
    """How one rule came out over all assets."""

    rule: str
    verdicts: dict[VerdictWord, int]
    candidates: int = 0


class Gap(Part):
    """A verdict that could not be reached, and why (`why` is a stable word, `reason` the outcome's own)."""

    rule: str
    asset: str
    address: str
    transport: str
    port: int
    vantage: str
    why: str
    reason: str = ""


class ManualItem(Part):
    """A question that waits for a person's answer."""

    rule: str
    asset: str


class ClauseCoverage(Part):
    """One clause: how far a scanner can cover it, which rules do, and how they came out. `stale`: its facts expired.
    `answer` is a person's and changes no verdict."""

    id: str
    standard: str
    title: Text
    level: str
    group: str
    automation: Literal["automated", "partly", "manual", "impossible"]
    rules: tuple[str, ...]
    verdicts: dict[VerdictWord, int]
    stale: bool = False
    answer: ClauseAnswer | None = None


class Coverage(Part):
    """Coverage A: automated checks decided. Coverage B: clauses with at least one decided check, of all clauses."""

    checks_decided: int
    checks: int
    clauses_decided: int
    clauses_total: int
    clauses: tuple[ClauseCoverage, ...]


class GradeEntry(Part):
    """A grade of one subject by one scheme, with its arithmetic: a unit, or the assets of one protection `level` or `importance`.
    `refusal` says why there is none. `point_without_waived`: the score as if what is waived did not apply."""

    scheme: str
    subject_kind: str
    subject: str
    name: Text
    point: Percent | None
    lower: Percent | None
    upper: Percent | None
    conclusion: Text | None
    refusal: Text | None
    coverage_a: Percent | None
    coverage_b: Percent | None
    counts: dict[VerdictWord, int]
    candidates: int = 0
    high_risk: int = 0
    point_without_waived: Percent | None = None
    arithmetic: tuple[Text, ...] = ()


class RuleAccuracy(Part):
    """What the known-answer lab says of one rule."""

    rule: str
    expected: int
    found: int
    invented: int


class Accuracy(Part):
    """Recall and precision of this scanner on the known-answer lab, in percent, with the lab's version and the day.
    `program` is the scanner's version and `packs` the digests of the rule packs that were measured: figures of others say
    nothing of a report (`reports.accuracy.outdated`)."""

    lab: str
    date: Time
    recall: Percent
    precision: Percent
    rules: tuple[RuleAccuracy, ...] = ()
    program: str = ""
    packs: dict[str, str] = Field(default_factory=dict)


class TableFreshness(Part):
    """Age of the facts of one table: asked between `oldest` and `newest`, taken to hold until `expires`."""

    table: str
    title: Text
    oldest: Time
    newest: Time
    valid_for_days: int
    expires: Time


class Freshness(Part):
    """When the evidence was taken, and when the grade expires: the earliest end of what it rests on."""

    oldest: Time
    newest: Time
    expires: Time
    tables: tuple[TableFreshness, ...] = ()


class DoNoHarm(Part):
    """What the scan sent: packets, bytes, connections, the largest burst a host saw; malformed packets are always 0."""

    counters: Annotated[dict[str, int], Volatile.COUNTER]
    malformed: int = 0


class WaiverEntry(Part):
    """An accepted deviation, beside the verdict and never instead of it. `matched` findings carry it."""

    id: str
    rule: str
    selector: str
    reason: str
    approver: str
    approved: str
    expires: str
    expired: bool
    matched: int


class SignOff(Part):
    """Names for the signature block; empty is a line to write on."""

    assessor: str = ""
    reviewer: str = ""
    owner: str = ""


class Report(Part):
    """The whole document. Lists are sorted by their builder; the same input gives the same bytes."""

    schema_: Literal["chengjian-report/1"] = Field(SCHEMA, alias="schema")
    simulated: bool
    title: Text
    scan: Scan
    generated_from: GeneratedFrom
    permit: PermitSummary
    scope: Scope
    summary: Summary
    organisations: tuple[Organisation, ...]
    assets: tuple[AssetEntry, ...]
    shares: tuple[Share, ...]
    rules: tuple[RuleEntry, ...]
    findings: tuple[FindingEntry, ...]
    verdicts: tuple[RuleCount, ...]
    not_assessed: tuple[Gap, ...]
    manual: tuple[ManualItem, ...]
    coverage: Coverage
    grades: tuple[GradeEntry, ...]
    accuracy: Accuracy | None
    freshness: Freshness
    do_no_harm: DoNoHarm
    waivers: tuple[WaiverEntry, ...]
    sign_off: SignOff = SignOff()
