"""The whole document, part by part."""

import json
from collections import Counter
from collections.abc import Sequence

from inventory.asset import Asset
from inventory.canonical import sha256
from inventory.question import Question
from inventory.store import Store
from inventory.text import Text
from reports.build.assets import asset_entries, manual_pairs, verdict_matrix
from reports.build.clauses import clause_coverage, clause_share
from reports.build.findings import Evidence, finding_entries, gaps
from reports.build.grades import Names, grade_entries, organisations, shares, used_schemes, words_of
from reports.build.judged import Judged
from reports.build.scope import do_no_harm, freshness, permit_summary, scope
from reports.inputs import input_manifest, manifest_digest
from reports.report import (
    Coverage,
    GeneratedFrom,
    ManualItem,
    PackUsed,
    Parameter,
    Remediation,
    Report,
    RuleCount,
    RuleEntry,
    Scan,
    SignOff,
    Summary,
    VerdictWord,
    WaiverEntry,
)
from rules.answers import is_high_risk, management_items, needs_person
from rules.counting import count_places
from rules.grading import ItemCount
from rules.load import RuleSet
from rules.rollup import layer_counts, roll_up
from rules.verdict import SEVERITIES, Severity


def build_report(store: Store, scan: str, judged: Judged) -> Report:
    """The report of a scan, as of the scan's end. The same workspace and judgement give the same document."""
    row = store.scan(scan)
    assets = store.assets(scan)
    components = store.components(scan)
    age = freshness(store, scan, str(row["ended"]))
    judgement = judged.judgement
    counted = count_places(judgement, judged.ruleset.rules, judged.answers.settled(judgement.findings))
    clauses = clause_coverage(judged, counted, {table.table for table in age.tables if table.expires < row["ended"]})
    share = clause_share(clauses)
    rollup = roll_up(
        counted,
        judgement.roster.sizes(),
        layer_counts(assets, components),
        clauses=share,
        management=management_items(
            (clause.id for clause in clauses if needs_person(clause.automation, clause.rules)), judged.answers.clauses
        ),
    )
    items = rollup.whole.counts.items
    matrix = verdict_matrix(judgement)
    names = Names.read(store, scan, rollup)
    findings = finding_entries(judged, Evidence(store))
    return Report(
        simulated=row["permit"].get("environment") == "lab",
        title=_title(names.whole),
        scan=Scan(id=scan, state=row["state"], started=row["started"], ended=row["ended"]),
        generated_from=_made_from(store, scan, judged),
        permit=permit_summary(row["permit"]),
        scope=scope(store, scan, row["permit"], assets),
        summary=_summary(judged, items, assets, store.questions(scan)),
        organisations=organisations(names, rollup, matrix),
        assets=asset_entries(assets, components, matrix),
        shares=shares(names, rollup),
        rules=tuple(_rule(judged, index) for index in range(len(judged.ruleset.rules))),
        findings=findings,
        verdicts=_counts(items),
        not_assessed=gaps(store, scan, judged),
        manual=tuple(ManualItem(rule=rule, asset=asset) for rule, asset in manual_pairs(judgement)),
        coverage=Coverage(
            checks_decided=sum(item.decided for item in items),
            checks=sum(item.decided + item.not_assessed - item.manual for item in items),
            clauses_decided=share.part,
            clauses_total=share.whole,
            clauses=clauses,
        ),
        grades=grade_entries(names, rollup, judged.profile.schemes),
        accuracy=judged.accuracy,
        freshness=age,
        do_no_harm=do_no_harm(row["counters"]),
        waivers=_waivers(judged, str(row["ended"])),
        sign_off=SignOff(**judged.profile.sign_off.model_dump()),
    )


def _title(whole: Text) -> Text:
    return Text(
        zh=f"{whole.zh}网络资产安全合规技术自查报告", en=f"{whole.en}: security-compliance self-check of network assets"
    )


def _made_from(store: Store, scan: str, judged: Judged) -> GeneratedFrom:
    ruleset, profile = judged.ruleset, judged.profile
    settings = profile.model_dump(mode="json", exclude={"title", "waivers", "sign_off"}, exclude_defaults=True)
    return GeneratedFrom(
        input_manifest=manifest_digest(input_manifest(store, scan)),
        packs=tuple(
            PackUsed(id=pack.id, version=pack.version, digest=_pack_digest(ruleset, pack.id), title=pack.title)
            for pack in ruleset.packs
        ),
        schemes=used_schemes(profile.schemes),
        profile=(
            Parameter(name="id", value=profile.id, text=profile.title),
            *(
                Parameter(name=name, value=json.dumps(value, ensure_ascii=False, sort_keys=True))
                for name, value in sorted(settings.items())
                if name != "id"
            ),
        ),
        versions={name: str(value) for name, value in sorted(store.scan(scan)["versions"].items())},
    )


def _pack_digest(ruleset: RuleSet, pack: str) -> str:
    parts = sorted((name, sha256(content)) for name, content in ruleset.files.items() if name.startswith(f"{pack}/"))
    return sha256("\n".join(f"{name} {digest}" for name, digest in parts).encode())


def _waivers(judged: Judged, as_of: str) -> tuple[WaiverEntry, ...]:
    matched = Counter(finding.waiver for finding in judged.judgement.findings if finding.waiver)
    return tuple(
        WaiverEntry(
            id=waiver.id,
            rule=waiver.rule,
            selector=str(waiver.where),
            reason=waiver.reason,
            approver=waiver.approver,
            approved=waiver.approved,
            expires=waiver.expires,
            expired=as_of[:10] > waiver.expires,
            matched=matched[waiver.id],
        )
        for waiver in sorted(judged.profile.waivers, key=lambda waiver: waiver.id)
    )


def _rule(judged: Judged, index: int) -> RuleEntry:
    rule = judged.ruleset.rules[index]
    level = judged.profile.protection_level
    clauses = [
        clause
        for scope, listed in sorted(rule.clauses.items())
        if not scope.isdigit() or level is None or scope == str(level)
        for clause in listed
    ]
    return RuleEntry(
        id=rule.id,
        pack=rule.pack,
        title=rule.title,
        subject=rule.subject,
        severity=rule.severity,
        weight=rule.weight,
        clauses=tuple(dict.fromkeys(clauses)),
        high_risk=rule.high_risk,
        remediation=Remediation(
            officer=rule.remediation.officer, auditor=rule.remediation.auditor, vendor=rule.remediation.vendor
        ),
    )


def _counts(items: Sequence[ItemCount]) -> tuple[RuleCount, ...]:
    return tuple(
        RuleCount(rule=item.rule, verdicts=dict(sorted(words_of(item).items())), candidates=item.candidates)
        for item in items
    )


def _summary(
    judged: Judged, items: Sequence[ItemCount], assets: Sequence[Asset], questions: Sequence[Question]
) -> Summary:
    found: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    candidates: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in judged.judgement.findings:
        (candidates if finding.word == "not_assessed" else found)[finding.severity] += 1
    verdicts: Counter[VerdictWord] = Counter()
    for item in items:
        verdicts.update(words_of(item))
    return Summary(
        assets=len(assets),
        unregistered=sum(1 for asset in assets if asset.registered is False),
        endpoints=len({question.endpoint for question in questions if question.endpoint.transport != "none"}),
        questions=len(questions),
        findings=found,
        candidates=candidates,
        high_risk=sum(
            1 for item in judged.judgement.findings if is_high_risk(item) and item.id not in judged.answers.findings
        ),
        waived=sum(1 for finding in judged.judgement.findings if finding.waiver),
        verdicts=dict(sorted(verdicts.items())),
    )
