"""RTSP: is the stream protected?"""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class RtspFacts(Fact):
    """Authentication that an RTSP server asks for (RFC 2326)."""

    answers: Annotated[bool | None, Column("应答", "the answer is RTSP")] = None
    status: Annotated[int | None, Column("状态码", "status of DESCRIBE")] = None
    server: Annotated[str | None, Column("服务器标识", "Server header")] = None
    authentication: Annotated[str | None, Column("认证方式", "digest, basic, or empty where none was asked for")] = None
    open_stream: Annotated[
        bool | None,
        Column(
            "无需认证", "DESCRIBE is answered with a stream description without authentication", sensitivity="important"
        ),
    ] = None
    basic: Annotated[bool | None, Column("Basic认证", "Basic authentication is offered")] = None
    digest: Annotated[bool | None, Column("Digest认证", "Digest authentication is offered")] = None
    realm: Annotated[str | None, Column("认证域", "realm of the challenge")] = None
    methods: Annotated[str | None, Column("方法", "methods of Public, sorted")] = None


TABLE = FactTable(
    name="rtsp",
    model=RtspFacts,
    title=Text(zh="RTSP视频流", en="RTSP video stream"),
    definition=Text(zh="RTSP流的认证方式", en="authentication that an RTSP server asks for (RFC 2326)"),
    ports=(("tcp", 554),),
    protocols=("rtsp",),
    classes=("camera",),
)
