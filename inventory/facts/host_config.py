"""Servers: what their configuration files say, one row a host."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HostConfigFacts(Fact):
    """Security settings read from the operating system of a host."""

    os_id: Annotated[str | None, Column("系统标识", "ID of os-release")] = None
    os_name: Annotated[str | None, Column("系统名称", "PRETTY_NAME of os-release")] = None
    os_version: Annotated[str | None, Column("系统版本", "VERSION_ID of os-release")] = None
    os_like: Annotated[str | None, Column("上游系统", "ID_LIKE of os-release")] = None
    kernel: Annotated[str | None, Column("内核版本", "kernel release")] = None
    architecture: Annotated[str | None, Column("体系结构", "x86_64, aarch64, loongarch64, sw_64, mips64el …")] = None
    processor: Annotated[str | None, Column("处理器", "model name of the processor")] = None
    password_minimum_length: Annotated[int | None, Column("口令最短长度", "shortest password accepted")] = None
    password_complexity: Annotated[bool | None, Column("口令复杂度", "complexity of passwords is enforced")] = None
    password_days: Annotated[int | None, Column("口令有效期", "PASS_MAX_DAYS", "d")] = None
    login_tries: Annotated[int | None, Column("登录失败次数", "failures until an account is locked, 0 for never")] = (
        None
    )
    lock_minutes: Annotated[int | None, Column("锁定时间", "length of the lock", "min")] = None
    idle_seconds: Annotated[int | None, Column("空闲超时", "TMOUT of shells, 0 for never", "s")] = None
    audit_enabled: Annotated[bool | None, Column("启用审计", "the audit service is on")] = None
    audit_rules: Annotated[int | None, Column("审计规则数", "number of audit rules")] = None
    log_forwarded: Annotated[bool | None, Column("日志外送", "logs are sent to another host")] = None
    log_encrypted: Annotated[bool | None, Column("日志加密", "logs are sent inside TLS")] = None
    log_days: Annotated[int | None, Column("日志留存", "days that logs are kept", "d")] = None
    time_servers: Annotated[int | None, Column("时间服务器数", "number of time servers")] = None
    firewall_enabled: Annotated[bool | None, Column("启用防火墙", "a host firewall is on")] = None
    default_deny: Annotated[bool | None, Column("默认拒绝", "the host firewall denies what is not permitted")] = None
    mandatory_access: Annotated[bool | None, Column("强制访问控制", "SELinux or AppArmor enforces")] = None
    empty_passwords: Annotated[
        int | None, Column("空口令账户数", "accounts without a password", sensitivity="important")
    ] = None
    extra_root: Annotated[
        int | None, Column("额外特权账户数", "accounts with user id 0 besides root", sensitivity="important")
    ] = None
    repositories_overseas: Annotated[int | None, Column("境外软件源数", "package sources outside the mainland")] = None


TABLE = FactTable(
    name="host_config",
    model=HostConfigFacts,
    title=Text(zh="主机配置", en="Host configuration"),
    definition=Text(
        zh="服务器操作系统配置中的安全设置", en="security settings read from the operating system of a host"
    ),
)
