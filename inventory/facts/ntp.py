"""NTP: where the time comes from."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class NtpFacts(Fact):
    """Stratum, reference and offset of an NTP server (RFC 5905)."""

    answers: Annotated[bool | None, Column("应答", "the answer is NTP")] = None
    version: Annotated[int | None, Column("版本", "version of the answer")] = None
    stratum: Annotated[int | None, Column("层级", "stratum, 16 for not synchronised")] = None
    synchronised: Annotated[bool | None, Column("已同步", "leap indicator and stratum say that it is synchronised")] = (
        None
    )
    reference: Annotated[
        str | None, Column("参考源", "reference id: four letters for stratum 0 and 1, an address otherwise")
    ] = None
    satellite_foreign: Annotated[
        bool | None, Column("境外卫星授时", "the reference is GPS or another foreign satellite system alone")
    ] = None
    satellite_beidou: Annotated[bool | None, Column("北斗授时", "the reference is BeiDou (BDS)")] = None
    offset_milliseconds: Annotated[
        int | None,
        Column("时间偏差", "server time less ours at the asking; NULL in replayed evidence without a time", "ms"),
    ] = None
    control_open: Annotated[bool | None, Column("开放控制查询", "mode 6 queries are answered")] = None
    monitor_open: Annotated[bool | None, Column("开放监控查询", "mode 7 monlist is enabled (read)")] = None
    authentication: Annotated[bool | None, Column("时间认证", "time is authenticated by key or NTS (read)")] = None


TABLE = FactTable(
    name="ntp",
    model=NtpFacts,
    title=Text(zh="NTP服务", en="NTP service"),
    definition=Text(zh="时间服务器的层级、来源与偏差", en="stratum, reference and offset of an NTP server (RFC 5905)"),
    ports=(("udp", 123),),
    protocols=("ntp",),
    classes=(
        "server",
        "network",
        "unknown",
    ),
)
