"""NFS: exports listed by the port mapper and the mount service."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class NfsFacts(Fact):
    """Programs of the port mapper and exports listed to anybody (RFC 1833, RFC 1813)."""

    answers: Annotated[bool | None, Column("应答", "the port mapper answers")] = None
    nfs_registered: Annotated[bool | None, Column("已注册NFS", "the NFS program is registered")] = None
    exports: Annotated[int | None, Column("导出数", "exports listed")] = None
    exports_to_all: Annotated[
        int | None, Column("对所有主机导出数", "exports without a list of clients", sensitivity="important")
    ] = None
    programs: Annotated[int | None, Column("程序数", "programs registered with the port mapper")] = None


TABLE = FactTable(
    name="nfs",
    model=NfsFacts,
    title=Text(zh="NFS服务", en="NFS service"),
    definition=Text(
        zh="NFS导出目录的应答", en="programs of the port mapper and exports listed to anybody (RFC 1833, RFC 1813)"
    ),
    ports=(("tcp", 111),),
    protocols=(
        "nfs",
        "portmapper",
    ),
    classes=(
        "server",
        "storage",
        "unknown",
    ),
)
