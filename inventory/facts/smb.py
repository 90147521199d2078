"""SMB: dialects, signing and null sessions."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text

DIALECT_CODES = {
    "256": "SMB 1",
    "514": "SMB 2.0.2",
    "528": "SMB 2.1",
    "768": "SMB 3.0",
    "770": "SMB 3.0.2",
    "785": "SMB 3.1.1",
}


class SmbFacts(Fact):
    """Dialects and signing of an SMB server, from its negotiation."""

    answers: Annotated[bool | None, Column("应答", "the answer is SMB")] = None
    v1: Annotated[bool | None, Column("接受SMBv1", "SMB 1 is negotiated")] = None
    oldest_dialect: Annotated[
        int | None,
        Column(
            "最低版本",
            "oldest dialect accepted: 0x0100 SMB 1, 0x0202, 0x0210, 0x0300, 0x0302, 0x0311",
            codes=DIALECT_CODES,
        ),
    ] = None
    newest_dialect: Annotated[
        int | None,
        Column(
            "最高版本",
            "newest dialect accepted",
            codes=DIALECT_CODES,
        ),
    ] = None
    signing_enabled: Annotated[bool | None, Column("支持签名", "signing is enabled")] = None
    signing_required: Annotated[bool | None, Column("强制签名", "signing is required")] = None
    encryption: Annotated[bool | None, Column("支持加密", "encryption is announced (3.x)")] = None
    build: Annotated[int | None, Column("系统构建号", "Windows build number of the NTLM challenge")] = None
    computer: Annotated[
        str | None, Column("计算机名", "NetBIOS computer name of the NTLM challenge", personal=True)
    ] = None
    null_session: Annotated[
        bool | None, Column("空会话", "a session without credentials is accepted", sensitivity="important")
    ] = None


TABLE = FactTable(
    name="smb",
    model=SmbFacts,
    title=Text(zh="SMB服务", en="SMB file service"),
    definition=Text(zh="SMB协商的版本与签名", en="dialects and signing of an SMB server, from its negotiation"),
    ports=(("tcp", 445),),
    protocols=("smb",),
    classes=(
        "server",
        "storage",
        "terminal",
        "unknown",
    ),
)
