"""Kernel settings of a Linux system that bear on its network behaviour."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class SysctlFacts(Fact):
    """One set of sysctl files (kernel documentation: Documentation/networking/ip-sysctl, admin-guide/sysctl)."""

    ip_forward: Annotated[bool | None, Column("IPv4转发", "packets are forwarded")] = None
    accept_redirects: Annotated[bool | None, Column("接受ICMP重定向", "ICMP redirects are accepted")] = None
    send_redirects: Annotated[bool | None, Column("发送ICMP重定向", "ICMP redirects are sent")] = None
    accept_source_route: Annotated[bool | None, Column("接受源路由", "source routed packets are accepted")] = None
    reverse_path_filter: Annotated[
        int | None,
        Column(
            "反向路径过滤",
            "setting of the check of source addresses (rp_filter)",
            codes={"0": "关闭 / off", "1": "严格 / strict", "2": "宽松 / loose"},
        ),
    ] = None
    syn_cookies: Annotated[
        int | None,
        Column(
            "SYN Cookie",
            "setting of the answer to SYN floods (tcp_syncookies)",
            codes={"0": "关闭 / off", "1": "开启 / on", "2": "始终 / always"},
        ),
    ] = None
    log_martians: Annotated[bool | None, Column("记录异常源地址", "packets with impossible addresses are logged")] = (
        None
    )
    address_space_randomisation: Annotated[
        int | None,
        Column(
            "地址空间随机化",
            "setting of address space randomisation (randomize_va_space)",
            codes={"0": "关闭 / off", "1": "部分 / partly", "2": "完全 / full"},
        ),
    ] = None
    kernel_pointers_hidden: Annotated[
        int | None,
        Column(
            "隐藏内核指针",
            "setting that hides addresses of the kernel (kptr_restrict)",
            codes={
                "0": "不隐藏 / shown",
                "1": "对普通用户隐藏 / hidden from ordinary users",
                "2": "一律隐藏 / hidden from all",
            },
        ),
    ] = None
    core_dumps_of_setuid: Annotated[
        int | None,
        Column(
            "特权程序转储",
            "setting of dumps of privileged programs (suid_dumpable)",
            codes={
                "0": "不转储 / none",
                "1": "转储 / dumped",
                "2": "仅管理员可读 / readable by the administrator only",
            },
        ),
    ] = None


TABLE = FactTable(
    name="sysctl",
    model=SysctlFacts,
    title=Text(zh="内核参数", en="kernel settings"),
    definition=Text(zh="Linux内核的网络安全参数", en="network security settings of a Linux kernel"),
)
