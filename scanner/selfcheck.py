"""A vendor checks itself: files become facts in a workspace in memory, judged by the same rules as a scan.

Nothing here touches the network. What a file does not say is not assessed; every fact knows the lines it was read from.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from inventory.configuration import Reading, Value
from inventory.configuration_evidence import endpoint_of, exchange, facts, vantage
from inventory.endpoint import Endpoint
from inventory.observation import EvidenceClass, Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from rules.finding import Finding
from rules.judge import Judgement, endpoint_verdicts, judge
from rules.load import BUILTIN, RuleSet, gather, load_files
from rules.profile import Profile
from rules.rule import Rule
from rules.verdict import EndpointVerdict
from scanner.correction import corrected
from scanner.selfcheck_answers import Answer, fill_answers
from scanner.selfcheck_parts import Parts, fill_parts, supply_chain
from scanner.selfcheck_source import SCAN, Source

NOT_SAID = "not-in-file"
# Tables that a device's audit asks whatever its file says: silence is not compliance.
ASKED_OF_DEVICES = (("telnet", "tcp", 23), ("snmp", "udp", 161))


@dataclass(frozen=True, slots=True)
class Statement:
    """A verdict with the lines that it rests on. `id` is that of the finding; `quote` the first line."""

    id: str
    rule: Rule
    verdict: str
    candidate: bool
    asset: str
    address: str
    port: int
    reason: Mapping[str, str]
    file: str
    lines: tuple[int, ...]
    quote: str
    correction: str
    clauses: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """The first line, or 0 where the verdict rests on no line."""
        return self.lines[0] if self.lines else 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same column of the same endpoint, told differently by two vantages."""

    address: str
    port: int
    table: str
    column: str
    said: tuple[tuple[str, Value], ...]  # vantage → value, sorted


@dataclass(slots=True)
class Checked:
    """Everything that a self-check found. `store` is open and holds facts, evidence and assets."""

    store: Store
    scan: str
    sources: tuple[Source, ...]
    judgement: Judgement
    ruleset: RuleSet
    profile: Profile
    statements: tuple[Statement, ...]
    conflicts: tuple[Conflict, ...]
    not_assessed: tuple[tuple[str, str, str], ...] = ()  # rule, asset, why
    documents: Mapping[str, Any] = field(default_factory=dict)


def fill(store: Store, scan: str, sources: Iterable[Source], at: str) -> None:
    """Questions, observations, evidence and facts of all files."""
    for source in sources:
        rows = source.reading.rows
        for row in rows:
            where = endpoint_of(row, source.address)
            question = Question(where, row.table, vantage(source.reading.file))
            evidence = store.put_evidence(exchange(source.hidden, source.reading, where))
            store.add_questions(scan, [question])
            seen = Observation(question.id, Outcome.ANSWERED, "", at, EvidenceClass.READ, (evidence,))
            store.add_observation(scan, seen, facts([row]))
        if source.reading.kind == "device":
            _ask_the_rest(store, scan, source, {row.table for row in rows}, at)


def _ask_the_rest(store: Store, scan: str, source: Source, said: set[str], at: str) -> None:
    for table, transport, port in ASKED_OF_DEVICES:
        if table not in said:
            where = Endpoint(source.address, "tcp" if transport == "tcp" else "udp", port)
            question = Question(where, table, vantage(source.reading.file))
            store.add_questions(scan, [question])
            seen = Observation(question.id, Outcome.NEVER_ASKED, NOT_SAID, at, EvidenceClass.READ)
            store.add_observation(scan, seen)


def permit_document(at: str) -> dict[str, Any]:
    """The permit of a check that sends nothing: loopback alone, so that the workspace has the form of a scan."""
    networks = ["127.0.0.1/32"]
    return {
        "format": "chengjian-permit/1",
        "id": "selfcheck",
        "issuer": {"organisation": "自查 self-check", "authorised_by": "自查 self-check"},
        "contact": "selfcheck",
        "valid_from": at,
        "valid_to": at[:4] + "-12-31T23:59:59Z",
        "networks": networks,
        "zones": [{"name": "files", "networks": networks, "classes": {"unknown": 1}}],
    }


def rules_for(
    tables: Iterable[str],
    packs: Sequence[str],
    layers: Iterable[str] = (),
    *,
    whole: bool = False,
    outside: Mapping[str, bytes] = MappingProxyType({}),
) -> RuleSet:
    """The rules that can say something about these tables, and of components about these layers; `whole` loads all, as a
    bundle must carry them. `outside` are the files of packs from outside the product."""
    files = {**gather(sorted(BUILTIN.iterdir())), **outside}
    if whole:
        return load_files(files, packs)
    wanted, standing = set(tables), set(layers)
    kept = {}
    for name, content in files.items():
        subject = re.search(rb"(?m)^subject:[ \t]*([a-z0-9_]+)", content)
        layer = re.search(rb"(?m)^applies:.*\blayer = '([a-z]+)'", content)
        about_others = layer is not None and layer[1].decode() not in standing and b"\nsubject: component" in content
        if subject is None or (subject[1].decode() in wanted and not about_others):
            kept[name] = content
    return load_files(kept, packs)


def check(
    sources: Sequence[Source],
    parts: Sequence[Parts] = (),
    answers: Sequence[Answer] = (),
    *,
    profile: Profile | None = None,
    asked: tuple[Store, str] | None = None,
    now: datetime | None = None,
    whole: bool = False,
    packs: Mapping[str, bytes] = MappingProxyType({}),
) -> Checked:
    """Fill a workspace in memory, or the one of a scan of the target (`asked`: workspace and scan), and judge it. `whole`
    judges by all rules of the profile's packs, as a report and a bundle need; `packs` are files of packs from outside that the
    profile names."""
    from scanner.derive import derive

    profile = profile or Profile()
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    store, scan = asked or (Store.memory(), SCAN)
    with store.batch():
        if asked is None:
            plain = profile.model_dump(mode="json")
            store.begin_scan(scan, started=at, permit=permit_document(at), profile=plain, versions={})
        fill(store, scan, sources, at)
        fill_parts(store, scan, parts, at)
        fill_answers(store, scan, answers, at)
        store.end_scan(scan, state="finished", ended=at, counters=store.scan(scan)["counters"])
    derive(store, scan)
    tables = {question.table for question in store.questions(scan)} | TABLES_OF_INTEREST | {"component"}
    layers = {item.layer for item in store.components(scan)} | {"network"}
    ruleset = rules_for(tables, profile.packs, layers, whole=whole, outside=packs)
    judged = judge(store.connection, scan, ruleset, profile, at)
    verdicts = endpoint_verdicts(store.connection, scan, ruleset, profile, at)
    return Checked(
        store,
        scan,
        tuple(sources),
        judged,
        ruleset,
        profile,
        statements(sources, parts, judged.findings, verdicts, ruleset, at),
        conflicts(store, scan),
        not_assessed(judged),
        supply_chain(parts, store.components(scan), at),
    )


def statements(
    sources: Sequence[Source],
    parts: Sequence[Parts],
    findings: Sequence[Finding],
    verdicts: Sequence[EndpointVerdict],
    ruleset: RuleSet,
    at: str,
) -> tuple[Statement, ...]:
    """Every finding with its lines, and after them what else was said about a line of interest."""
    by_vantage = {vantage(source.reading.file): source for source in sources}
    by_document = {name: one for one in reversed(parts) for name in (one.address, one.vantage)}
    by_address = {source.address: source for source in reversed(sources)}
    rules = {rule.id: rule for rule in ruleset.rules}
    said: list[Statement] = []
    cited: set[tuple[str, int]] = set()
    for finding in findings:
        source = by_vantage.get(finding.vantage) or by_address.get(finding.endpoint.address)
        document = by_document.get(finding.vantage) or by_document.get(finding.endpoint.address)
        if document is not None and (source is None or _tells_no_component(source, rules[finding.rule])):
            made = _of_parts(finding, rules[finding.rule], document, at)
        else:
            made = _statement(finding, rules[finding.rule], source)
        said.append(made)
        cited |= {(made.file, line) for line in made.lines}
    for source in sources:
        said.extend(_interest(source, verdicts, rules, cited))
    return tuple(said)


def _tells_no_component(source: Source, rule: Rule) -> bool:
    """Whether a finding about a component cannot be of this file: a service's names none, the device's own names its system."""
    return rule.subject == "component" and source.reading.kind == "service"


def _statement(finding: Finding, rule: Rule, source: Source | None) -> Statement:
    lines = lines_of(rule, source.reading, finding.endpoint) if source else ()
    about_product = rule.subject == "component"  # no line is wrong: the line that shows the product is quoted
    if source and not lines and about_product:
        lines = source.shown_at()
    quote = source.line(lines[0]) if source and lines else ""
    return Statement(
        finding.id,
        rule,
        str(finding.word),
        finding.candidate,
        finding.asset,
        finding.endpoint.address,
        finding.endpoint.port,
        _reason(finding),
        source.reading.file if source else "",
        lines,
        quote,
        corrected(source.reading.family, quote, rule.id) if source and not about_product else "",
        finding.clauses,
    )


def _of_parts(finding: Finding, rule: Rule, document: Parts, at: str) -> Statement:
    lines, names = document.guilty(rule, at)
    return Statement(
        finding.id,
        rule,
        str(finding.word),
        finding.candidate,
        finding.asset,
        finding.endpoint.address,
        finding.endpoint.port,
        _reason(finding),
        document.file,
        lines,
        names or document.release.get("PRETTY_NAME", ""),
        "",
        finding.clauses,
    )


def _reason(finding: Finding) -> dict[str, str]:
    """The reason without brackets in which only something unknown stands: a file does not tell all that a probe would."""
    return {"zh": finding.reason.zh.replace("（未知）", ""), "en": finding.reason.en.replace(" (unknown)", "")}


def columns_of(rule: Rule) -> list[str]:
    """The columns that the rule's conditions read, in their order."""
    text = " ".join(part for part in (rule.requires, rule.partial or "") if part)
    return list(dict.fromkeys(re.findall(r"(?<![\w.:'])[a-z][a-z0-9_]*", text)))


def lines_of(rule: Rule, reading: Reading, endpoint: Endpoint) -> tuple[int, ...]:
    """The lines behind the columns that a rule reads."""
    found: list[int] = []
    if rule.subject == "component":
        return next((row.lines.get("version", ()) for row in reading.rows if row.table == "device_config"), ())
    for row in reading.rows:
        if row.table == rule.subject and (row.transport, row.port) == (endpoint.transport, endpoint.port):
            names = [name for name in columns_of(rule) if name in row.lines]
            guilty = [name for name in names if row.values.get(name) is True]
            for name in guilty or names:
                found.extend(row.lines[name])
    return tuple(dict.fromkeys(found))


# The rule that answers for a class of lines, where no verdict names the line itself.
ANSWERS_FOR = {
    "snmp_community": "ds-config-snmp-sources",
    "snmp_default_string": "ds-snmp-default-community",
    "telnet_on": "ds-telnet-enabled",
    "http_on": "ds-config-web-plain",
    "plain_or_weak_password": "ds-config-password-plain",
    "vty_no_auth": "ds-config-login-open",
    "ftp_on": "ds-ftp-plain-login",
    "weak_ssh": "ds-ssh-cipher",
    "permit_any": "ds-config-permit-any",
    "ntp_server": "ds-config-time-server",
    "syslog_server": "ds-config-log-server",
    "aaa_radius_tacacs": "ds-config-central-login",
}


TABLES_OF_INTEREST = {"device_config", "snmp", "telnet", "ftp", "ssh"}


def _interest(
    source: Source, verdicts: Sequence[EndpointVerdict], rules: Mapping[str, Rule], cited: set[tuple[str, int]]
) -> Iterable[Statement]:
    """Lines of interest that no finding names: with the verdict of the rule that answers for their class."""
    words: dict[str, list[int]] = {}
    for item in source.reading.interest:
        if (source.reading.file, item.line) not in cited:
            words.setdefault(item.word, []).append(item.line)
    here = vantage(source.reading.file)
    for word, lines in sorted(words.items()):
        rule = rules.get(ANSWERS_FOR[word])
        if rule is None:
            continue
        said = [one for one in verdicts if one.rule == rule.id and one.vantage == here]
        verdict = str(said[0].word) if said else "not_assessed"
        yield Statement(
            "",
            rule,
            "pass" if verdict in ("pass", "not_applicable") else "not_assessed",
            False,
            said[0].asset if said else "",
            source.address,
            said[0].endpoint.port if said else 0,
            {"zh": f"依据行：{rule.title.zh}", "en": f"lines read for: {rule.title.en}"},
            source.reading.file,
            tuple(lines),
            source.line(lines[0]),
            "",
        )


def not_assessed(judged: Judgement) -> tuple[tuple[str, str, str], ...]:
    """Rules that could not be decided, with the reason."""
    return tuple((one.rule, one.asset, one.why) for one in judged.asset_verdicts if one.word == "not_assessed")


def conflicts(store: Store, scan: str) -> tuple[Conflict, ...]:
    """Where two vantages tell one column of one endpoint differently: the configuration and the network, or two files."""
    found: list[Conflict] = []
    questions: dict[tuple[str, str, int, str], list[Question]] = {}
    for question in store.questions(scan):
        where = question.endpoint
        questions.setdefault((where.address, where.transport, where.port, question.table), []).append(question)
    for (address, _, port, table), asked in sorted(questions.items()):
        if len(asked) < 2:
            continue
        kept = store.facts(scan, table)
        rows = [(question.vantage, kept[question.id][0].model_dump()) for question in asked if kept.get(question.id)]
        columns = sorted({name for _, row in rows for name, value in row.items() if value is not None})
        for column in columns:
            said = tuple(sorted((where, row[column]) for where, row in rows if row[column] is not None))
            if len({str(value) for _, value in said}) > 1 and column not in ("lines", "understood"):
                found.append(Conflict(address, port, table, column, said))
    return tuple(found)
