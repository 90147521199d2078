"""TFTP: does it answer?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class TftpFacts(Fact):
    """How a TFTP server answers a read request for a file that cannot exist (RFC 1350)."""

    answers: Annotated[bool | None, Column("应答", "the answer is TFTP")] = None
    error_code: Annotated[
        int | None,
        Column(
            "错误码",
            "error code, 1 for file not found",
            codes={
                "0": "未定义 / not defined",
                "1": "文件不存在 / file not found",
                "2": "拒绝访问 / access violation",
                "3": "磁盘已满 / disk full",
                "4": "非法操作 / illegal operation",
                "5": "传输标识不明 / unknown transfer",
                "6": "文件已存在 / file exists",
                "7": "用户不存在 / no such user",
            },
        ),
    ] = None


TABLE = FactTable(
    name="tftp",
    model=TftpFacts,
    title=Text(zh="TFTP服务", en="TFTP service"),
    definition=Text(
        zh="TFTP服务的应答", en="how a TFTP server answers a read request for a file that cannot exist (RFC 1350)"
    ),
    ports=(("udp", 69),),
    protocols=("tftp",),
    classes=("server", "network"),
)
