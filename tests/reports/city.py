"""The hand-made city that the reports of the tests are about: its rules, its assets, their verdicts."""

from collections.abc import Sequence

from inventory.canonical import short_id
from inventory.text import Text
from reports.report import (
    AssetEntry,
    ComponentEntry,
    Remediation,
    RuleEntry,
    VerdictWord,
)


def text(zh: str, en: str) -> Text:
    """Both languages at once."""
    return Text(zh=zh, en=en)


RULES = (
    RuleEntry(
        id="ds-redis-open",
        pack="data-security",
        title=text("Redis服务无身份鉴别", "Redis answers without authentication"),
        subject="redis",
        severity="high",
        weight=3,
        clauses=("GB/T 22239-2019 8.1.4.1 a", "GB/T 22239-2019 8.1.4.4 b"),
        high_risk="6.4.1.1",
        remediation=Remediation(
            officer=text(
                "责成系统责任部门在期限内启用访问控制，并核查是否已发生数据泄露。",
                "Have the owner of the system switch access control on in time, and check whether data have leaked already.",
            ),
            auditor=text(
                "从办公区向端口发送PING，应返回NOAUTH错误。",
                "Send PING to the port from the office zone; the answer must be a NOAUTH error.",
            ),
            vendor=text(
                "在redis.conf中设置requirepass或ACL用户，bind仅限业务地址，protected-mode保持yes。",
                "Set requirepass or ACL users in redis.conf, bind to the business address only, keep protected-mode yes.",
            ),
        ),
    ),
    RuleEntry(
        id="ds-telnet-offered",
        pack="data-security",
        title=text("使用Telnet进行远程管理", "Telnet offered for administration"),
        subject="telnet",
        severity="high",
        weight=3,
        clauses=("GB/T 22239-2019 8.1.4.1 c",),
        high_risk="6.4.1.2",
        remediation=Remediation(
            officer=text("停用Telnet，改用SSH。", "Switch telnet off; use SSH."),
            auditor=text("再次连接23端口，应无登录提示。", "Connect to port 23 again; no login prompt may appear."),
            vendor=text(
                "system-view下执行undo telnet server enable，并启用stelnet server enable。",
                "In system-view: undo telnet server enable; then stelnet server enable.",
            ),
        ),
    ),
    RuleEntry(
        id="ds-tls-version",
        pack="data-security",
        title=text("传输层协议版本过低", "Outdated TLS version accepted"),
        subject="tls",
        severity="medium",
        weight=2,
        clauses=("GB/T 22239-2019 8.1.2.2 b", "GB/T 22239-2019 8.1.4.8 a"),
        remediation=Remediation(
            officer=text("安排升级，关闭TLS 1.0和1.1。", "Plan the upgrade; switch TLS 1.0 and 1.1 off."),
            auditor=text("以TLS 1.0发起握手，应被拒绝。", "Start a handshake with TLS 1.0; it must be refused."),
            vendor=text("nginx：ssl_protocols TLSv1.2 TLSv1.3;", "nginx: ssl_protocols TLSv1.2 TLSv1.3;"),
        ),
    ),
    RuleEntry(
        id="da-database-origin",
        pack="domestic-autonomy",
        title=text("数据库产品来源", "Origin of the database product"),
        subject="component",
        severity="low",
        weight=1,
        clauses=("GB/T 39204-2022 7.9",),
        remediation=Remediation(
            officer=text("列入替代计划。", "Put it on the replacement plan."),
            auditor=text("核对采购记录与产品清单。", "Compare purchase records with the product list."),
            vendor=text("提供产品认证证书。", "Hand in the product's certificate."),
        ),
    ),
)

_ASSETS: Sequence[tuple[str, str, str, str, str, str, int, str]] = (
    ("政务缓存服务器", "10.45.1.10", "office", "govdata", "policy-cache", "server", 3, "critical"),
    ("汇聚交换机01", "10.45.1.2", "office", "govdata", "network", "network", 3, "important"),
    ("门户网站", "10.45.2.20", "dmz", "portal", "portal", "server", 3, "important"),
    ("人口库数据库", "10.45.3.30", "database", "govdata", "population", "server", 3, "critical"),
    ("路口摄像机", "10.45.4.40", "video", "police", "video", "camera", 2, "general"),
    ("信访登记终端", "10.45.1.99", "office", "petition", "petition", "terminal", 2, "general"),
)
DEPARTMENTS = {
    "govdata": text("数据局", "Data Bureau"),
    "portal": text("政府办公室", "Government Office"),
    "police": text("公安局", "Public Security Bureau"),
    "petition": text("信访局", "Petition Bureau"),
}
_MATRIX: Sequence[dict[VerdictWord, tuple[str, ...]]] = (
    {"fail": ("ds-redis-open",), "not_applicable": ("ds-telnet-offered",), "not_assessed": ("da-database-origin",)},
    {"fail": ("ds-telnet-offered",), "not_applicable": ("ds-redis-open", "ds-tls-version")},
    {"partial": ("ds-tls-version",), "pass": ("ds-redis-open", "ds-telnet-offered")},
    {"fail": ("da-database-origin",), "pass": ("ds-redis-open", "ds-telnet-offered", "ds-tls-version")},
    {"fail": ("ds-telnet-offered",), "not_applicable": ("ds-redis-open",)},
    {"not_assessed": ("ds-redis-open", "ds-telnet-offered", "ds-tls-version")},
)


def asset_id(number: int) -> str:
    """The id of the numbered asset."""
    return short_id("asset", f"address:{_ASSETS[number][1]}")


def assets() -> tuple[AssetEntry, ...]:
    """All assets, by id."""
    entries = []
    for number, (name, address, zone, department, system, kind, level, importance) in enumerate(_ASSETS):
        parts: tuple[ComponentEntry, ...] = ()
        if number == 3:
            parts = (
                ComponentEntry(
                    layer="database",
                    vendor="oracle",
                    product="mysql",
                    version="8.0.36",
                    origin="foreign",
                    strength="proven",
                    confidence="handshake",
                    why=("greeting 8.0.36",),
                    end_of_support="2026-04-30",
                ),
            )
        if number == 1:
            parts = (
                ComponentEntry(
                    layer="network",
                    vendor="huawei",
                    product="s5735",
                    version=None,
                    origin="domestic",
                    strength="inferred",
                    confidence="handshake",
                ),
            )
        entries.append(
            AssetEntry(
                id=asset_id(number),
                name=name,
                addresses=(address,),
                zone=zone,
                city="450100",
                district="",
                department=department,
                system=system,
                importance=importance,
                protection_level=level,
                device_class=kind,
                registered=number != 5,
                contact="",
                components=parts,
                verdicts=_MATRIX[number],
            )
        )
    return tuple(sorted(entries, key=lambda asset: asset.id))
