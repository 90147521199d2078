"""Report documents made by hand for the tests of rendering: a small city, an empty one, a larger one, a hostile one."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from inventory.canonical import sha256, short_id
from inventory.text import Text
from reports.report import (
    Accuracy,
    ClauseCoverage,
    Coverage,
    DoNoHarm,
    EvidenceExcerpt,
    Exclusion,
    Exposure,
    FindingEntry,
    Freshness,
    Gap,
    GeneratedFrom,
    GradeEntry,
    ManualItem,
    Organisation,
    PackUsed,
    Parameter,
    PermitSummary,
    PermitZone,
    Report,
    RuleAccuracy,
    RuleCount,
    RuleEntry,
    Scan,
    SchemeUsed,
    Scope,
    Share,
    SignOff,
    Summary,
    TableFreshness,
    VerdictWord,
    WaiverEntry,
    ZoneReach,
)
from rules.verdict import SEVERITIES, Severity
from tests.reports.city import DEPARTMENTS, RULES, asset_id, assets, text


def finding(
    rule: RuleEntry,
    asset: str,
    address: str,
    port: int,
    reason: Text,
    verdict: VerdictWord = "fail",
    excerpt: str = "+PONG\\x0d\\x0a",
    **more: Any,
) -> FindingEntry:
    """A finding of a rule with one piece of evidence."""
    values: dict[str, Any] = {
        "candidate": False,
        "severity": rule.severity,
        "clauses": rule.clauses,
        "confidence": "handshake",
        "high_risk": rule.high_risk,
        "owner": "张主任",
        "due": "2026-03-31",
        "first_seen": "2026-03-01T02:10:00Z",
        "last_seen": "2026-03-02T02:10:00Z",
        "vantage": "office",
        "transport": "tcp",
        "evidence": (
            EvidenceExcerpt(
                digest=sha256(f"{rule.id}{address}".encode()), sm3="0" * 64, label="ping", offset=0, excerpt=excerpt
            ),
        ),
    } | more
    return FindingEntry(
        id=short_id("finding", rule.id, asset, address, values["transport"], port, ""),
        rule=rule.id,
        asset=asset,
        address=address,
        port=port,
        verdict=verdict,
        reason=reason,
        **values,
    )


def in_order(found: Sequence[FindingEntry]) -> tuple[FindingEntry, ...]:
    """Findings in document order."""
    return tuple(sorted(found, key=lambda item: (SEVERITIES.index(item.severity), item.rule, item.asset, item.port)))


def _findings() -> tuple[FindingEntry, ...]:
    redis, telnet, tls, origin = RULES
    return in_order(
        (
            finding(
                redis,
                asset_id(0),
                "10.45.1.10",
                6379,
                text("10.45.1.10:6379 未经认证即可读取信息", "10.45.1.10:6379 lets anybody read its information"),
                candidate=True,
            ),
            finding(
                telnet,
                asset_id(1),
                "10.45.1.2",
                23,
                text("10.45.1.2:23 提供Telnet登录", "10.45.1.2:23 offers a telnet login"),
                excerpt="\\xff\\xfb\\x01\\x0d\\x0aUsername:",
            ),
            finding(
                telnet,
                asset_id(4),
                "10.45.4.40",
                23,
                text("10.45.4.40:23 提供Telnet登录", "10.45.4.40:23 offers a telnet login"),
                owner="李工",
                due="2026-04-15",
                waiver="W-2026-003",
            ),
            finding(
                tls,
                asset_id(2),
                "10.45.2.20",
                443,
                text("10.45.2.20:443 仍接受 TLS 1.1", "10.45.2.20:443 still accepts TLS 1.1"),
                "partial",
                owner="",
                due="",
            ),
            finding(
                origin,
                asset_id(3),
                "10.45.3.30",
                0,
                text("数据库 MySQL 8.0.36 来源为国外", "database MySQL 8.0.36 is of foreign origin"),
                transport="none",
            ),
        )
    )


def grade(
    scheme: str, kind: str, subject: str, name: Text, point: float | None, lower: float, upper: float, **more: Any
) -> GradeEntry:
    """A grade with the usual surroundings."""
    values: dict[str, Any] = {
        "conclusion": None,
        "refusal": None,
        "coverage_a": 78.57,
        "coverage_b": 41.2,
        "counts": {"pass": 6, "partial": 1, "fail": 4, "not_applicable": 5, "not_assessed": 4},
        "candidates": 1,
        "arithmetic": (
            text("S = 100 ÷ 11 = 9.09", "S = 100 ÷ 11 = 9.09"),
            text("扣分 = 3×1×9.09 + 2×0.5×9.09 = 36.36", "deduction = 3×1×9.09 + 2×0.5×9.09 = 36.36"),
        ),
    } | more
    return GradeEntry(
        scheme=scheme, subject_kind=kind, subject=subject, name=name, point=point, lower=lower, upper=upper, **values
    )


CITY = text("南宁市", "Nanning")


def _grades() -> tuple[GradeEntry, ...]:
    city = (
        grade(
            "self-check",
            "city",
            "450100",
            CITY,
            63.64,
            27.27,
            72.73,
            conclusion=text("等级待确认", "to be confirmed"),
            high_risk=2,
        ),
        grade(
            "mlps-2025",
            "city",
            "450100",
            CITY,
            54.55,
            40,
            66.67,
            conclusion=text("不符合（预览）", "not compliant (preview)"),
        ),
        grade(
            "autonomy",
            "city",
            "450100",
            CITY,
            None,
            33.33,
            66.67,
            refusal=text("证据不足，不予评级", "too little evidence, no grade"),
            coverage_a=50,
        ),
    )
    scores = {"govdata": (58.2, 31.0, 70.1), "portal": (87.5, 80.0, 92.0), "police": (61.0, 52.3, 77.0)}
    departments = tuple(
        grade("self-check", "department", key, DEPARTMENTS[key], *scores[key], conclusion=text("中", "fair"))
        for key in ("govdata", "police", "portal")
    )
    refused = grade(
        "self-check", "department", "petition", DEPARTMENTS["petition"], None, 0, 100,
        refusal=text("证据不足，不予评级", "too little evidence, no grade"), coverage_a=0,
    )  # fmt: skip
    return (*city, *departments, refused)


def _coverage() -> Coverage:
    def clause(
        number: str, zh: str, en: str, automation: Any, rules: tuple[str, ...], **verdicts: int
    ) -> ClauseCoverage:
        return ClauseCoverage(
            id=f"GB/T 22239-2019 {number}",
            standard="GB/T 22239-2019",
            title=text(zh, en),
            level="3",
            group=number.rsplit(".", 1)[0] if " " not in number else number.split(" ", maxsplit=1)[0].rsplit(".", 1)[0],
            automation=automation,
            rules=rules,
            verdicts=verdicts,
            stale=number == "8.1.4.8 a",
        )

    clauses = (
        clause("8.1.1.1 a", "物理位置选择", "choice of site", "impossible", ()),
        clause("8.1.2.2 b", "通信保密性", "confidentiality of transport", "automated", ("ds-tls-version",), **{"pass": 1, "partial": 1}),
        clause("8.1.3.2 a", "访问控制策略", "access control policy", "partly", ()),
        clause("8.1.4.1 a", "身份标识和鉴别", "identification and authentication", "partly", ("ds-redis-open",), fail=1, **{"pass": 2}),
        clause("8.1.4.1 c", "鉴别信息防窃听", "credentials protected on the way", "automated", ("ds-telnet-offered",), fail=2),
        clause("8.1.4.8 a", "传输保密性", "confidentiality on the way", "automated", ("ds-tls-version",), partial=1),
    )  # fmt: skip
    return Coverage(checks_decided=11, checks=14, clauses_decided=4, clauses_total=6, clauses=clauses)


@cache
def small() -> Report:
    """A city of six assets with everything that a report can hold."""
    return Report(
        simulated=True,
        title=text("南宁市网络资产安全合规技术自查报告", "Nanning: security compliance self-check of network assets"),
        scan=Scan(id="20260302-021000-3f9a", state="finished", started="2026-03-02T02:10:00Z", ended="2026-03-02T02:14:31Z"),
        generated_from=GeneratedFrom(
            input_manifest=sha256(b"inputs"),
            packs=(
                PackUsed(id="data-security", version="2026.1", digest=sha256(b"ds"), title=text("数据安全", "data security")),
                PackUsed(id="domestic-autonomy", version="2026.1", digest=sha256(b"da"), title=text("自主可控", "domestic autonomy")),
            ),
            schemes=(
                SchemeUsed(
                    id="self-check",
                    version="1",
                    title=text("技术自查得分", "self-check score"),
                    parameters=(text("证据覆盖率低于60 %不予评级", "no grade below 60 % coverage"),),
                ),
                SchemeUsed(id="mlps-2025", version="1", title=text("2025版结论预览", "preview by the 2025 template")),
                SchemeUsed(id="autonomy", version="1", title=text("自主可控占比", "domestic share")),
            ),
            profile=(Parameter(name="protection_level", value="3"),),
            versions={"chengjian": "0.1.0", "nmap": "7.93", "python": "3.11"},
        ),
        permit=PermitSummary(
            id="GX-NN-2026-017",
            digest=sha256(b"permit"),
            issuer="南宁市数据局",
            contact="security@example.invalid",
            environment="lab",
            valid_from="2026-03-01T00:00:00Z",
            valid_to="2026-03-31T16:00:00Z",
            timezone="Asia/Shanghai",
            hours=("08:00–20:00",),
            zones=(
                PermitZone(name="office", title=text("办公区", "office"), networks=("10.45.1.0/24",), intensity={"default": 2}),
                PermitZone(name="video", networks=("10.45.4.0/24",), intensity={"default": 1, "camera": 1}),
            ),
            acts=("listed-community",),
            pace={"host_packets": 40, "total_packets": 1000},
        ),
        scope=Scope(
            vantages=("office",),
            zones=(
                ZoneReach(zone="database", assets=1, outcomes={"answered": 4}),
                ZoneReach(zone="office", assets=3, outcomes={"answered": 6, "closed": 4, "silent": 7, "forbidden": 1}),
                ZoneReach(zone="video", assets=1, outcomes={"answered": 2, "refused": 1}),
            ),
            exposure=(
                Exposure(vantage="dmz", zone="database", endpoints=1, protocols={"mysql": 1}),
                Exposure(vantage="office", zone="database", endpoints=3, protocols={"mysql": 1, "ssh": 2}),
                Exposure(vantage="office", zone="office", endpoints=9, protocols={"ssh": 9}),
            ),
            exclusions=(Exclusion(target="10.45.1.250", reason="门禁主机"),),
            unanswered_addresses=248,
        ),
        summary=Summary(
            assets=6,
            unregistered=1,
            endpoints=11,
            questions=25,
            findings={"high": 3, "medium": 1, "low": 1},
            candidates={"high": 0, "medium": 0, "low": 0},
            high_risk=3,
            waived=1,
            verdicts={"pass": 6, "partial": 1, "fail": 4, "not_applicable": 4, "not_assessed": 4},
        ),
        organisations=(
            Organisation(id="450100", kind="city", code="450100", name=CITY),
            *(Organisation(id=key, kind="department", code=key, name=name, parent="450100") for key, name in sorted(DEPARTMENTS.items())),
        ),
        assets=assets(),
        shares=(
            Share(organisation="450100", layer="database", total=3, origins={"domestic": 1, "foreign": 1, "unknown": 1}, lower=33.33, upper=66.67),
            Share(organisation="450100", layer="network", total=1, origins={"domestic": 1}, lower=100, upper=100),
            Share(organisation="450100", layer="operating_system", total=4, origins={"community": 3, "unknown": 1}, lower=0, upper=25),
        ),
        rules=tuple(sorted(RULES, key=lambda rule: rule.id)),
        findings=_findings(),
        verdicts=(
            RuleCount(rule="da-database-origin", verdicts={"fail": 1, "not_assessed": 1}),
            RuleCount(rule="ds-redis-open", verdicts={"fail": 1, "pass": 2, "not_applicable": 2, "not_assessed": 1}, candidates=1),
            RuleCount(rule="ds-telnet-offered", verdicts={"fail": 2, "pass": 2, "not_applicable": 1, "not_assessed": 1}),
            RuleCount(rule="ds-tls-version", verdicts={"partial": 1, "pass": 1, "not_applicable": 1, "not_assessed": 1}),
        ),
        not_assessed=(
            Gap(rule="da-database-origin", asset=asset_id(0), address="10.45.1.10", transport="none", port=0, vantage="office", why="unknown"),
            *(
                Gap(rule=rule, asset=asset_id(5), address="10.45.1.99", transport="tcp", port=port, vantage="office", why="silent", reason="timeout")
                for rule, port in (("ds-redis-open", 6379), ("ds-telnet-offered", 23), ("ds-tls-version", 443))
            ),
        ),
        manual=(ManualItem(rule="da-database-origin", asset=asset_id(0)),),
        coverage=_coverage(),
        grades=_grades(),
        accuracy=Accuracy(
            lab="city/1",
            date="2026-02-27",
            recall=99.2,
            precision=100,
            rules=(RuleAccuracy(rule="ds-redis-open", expected=125, found=124, invented=0),),
            program="0.1.0",
            packs={"data-security": sha256(b"ds"), "domestic-autonomy": sha256(b"da")},
        ),
        freshness=Freshness(
            oldest="2026-03-02T02:10:03Z",
            newest="2026-03-02T02:14:28Z",
            expires="2026-05-31T02:10:03Z",
            tables=(
                TableFreshness(
                    table="redis",
                    title=text("Redis服务", "Redis service"),
                    oldest="2026-03-02T02:10:03Z",
                    newest="2026-03-02T02:12:00Z",
                    valid_for_days=90,
                    expires="2026-05-31T02:10:03Z",
                ),
            ),
        ),
        do_no_harm=DoNoHarm(counters={"packets": 1893, "bytes": 120455, "connections": 241, "largest_burst": 38}),
        waivers=(
            WaiverEntry(
                id="W-2026-003",
                rule="ds-telnet-offered",
                selector="asset 路口摄像机",
                reason="设备待更换，已限制来源地址",
                approver="王处长",
                approved="2026-01-15",
                expires="2026-06-30",
                expired=False,
                matched=1,
            ),
        ),
        sign_off=SignOff(assessor="陈工", reviewer="", owner="张主任"),
    )  # fmt: skip


def with_findings(report: Report, found: Sequence[FindingEntry]) -> Report:
    """The report with other findings, in document order, and the figures of the summary brought in line."""
    kept = in_order(found)
    counted: dict[Severity, int] = {
        severity: sum(1 for item in kept if item.severity == severity and item.verdict != "not_assessed")
        for severity in SEVERITIES
    }
    return report.model_copy(
        update={"findings": kept, "summary": report.summary.model_copy(update={"findings": counted})}
    )


def clean() -> Report:
    """The small city after everything was mended: no findings, no gaps."""
    verdicts: dict[VerdictWord, tuple[str, ...]] = {"pass": tuple(sorted(rule.id for rule in RULES))}
    base = small()
    return with_findings(base, ()).model_copy(
        update={
            "scan": Scan(id="20260309-021000-77aa", state="finished", started="2026-03-09T02:10:00Z", ended="2026-03-09T02:15:00Z"),
            "assets": tuple(asset.model_copy(update={"verdicts": verdicts}) for asset in base.assets),
            "not_assessed": (),
            "manual": (),
            "verdicts": tuple(RuleCount(rule=rule.id, verdicts={"pass": 6}) for rule in base.rules),
        }
    )  # fmt: skip


def many(count: int) -> tuple[FindingEntry, ...]:
    """That many findings, over all rules, in document order."""
    made = []
    for number in range(count):
        rule = RULES[number % len(RULES)]
        address = f"10.45.{number // 250 % 250}.{number % 250 + 1}"
        made.append(
            finding(
                rule, asset_id(number % 6), address, 1 + number // 62500,
                text(f"{address} 不符合要求", f"{address} does not comply"),
            )
        )  # fmt: skip
    return in_order(made)
