"""Web servers: what their configuration says, one row a server."""

from typing import Annotated

from inventory.code_names import TLS_VERSION_CODES
from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class WebConfigFacts(Fact):
    """Security settings read from the configuration of a web or application server."""

    server: Annotated[str | None, Column("服务器软件", "nginx, apache, tomcat, tongweb …")] = None
    version_hidden: Annotated[bool | None, Column("隐藏版本", "the version is not shown")] = None
    plain_listener: Annotated[bool | None, Column("明文监听", "a listener without TLS serves pages")] = None
    redirects_to_https: Annotated[bool | None, Column("重定向到HTTPS", "every plain listener redirects to https")] = (
        None
    )
    oldest_version: Annotated[
        int | None,
        Column(
            "最低TLS版本",
            "oldest TLS version configured, wire code",
            codes=TLS_VERSION_CODES,
        ),
    ] = None
    newest_version: Annotated[
        int | None,
        Column(
            "最高TLS版本",
            "newest TLS version configured, wire code",
            codes=TLS_VERSION_CODES,
        ),
    ] = None
    weak_suites: Annotated[
        bool | None, Column("弱套件", "the suites configured hold NULL, anonymous, export, DES, 3DES, RC4 or MD5")
    ] = None
    sm_enabled: Annotated[bool | None, Column("启用国密", "SM suites or an SM2 certificate are configured")] = None
    hsts_seconds: Annotated[int | None, Column("HSTS时长", "max-age of Strict-Transport-Security, 0 for none", "s")] = (
        None
    )
    directory_listing: Annotated[bool | None, Column("目录列表", "listing of directories is on")] = None
    server_tokens: Annotated[bool | None, Column("显示版本", "the version is shown")] = None
    access_log: Annotated[bool | None, Column("访问日志", "access is logged")] = None
    client_certificate: Annotated[bool | None, Column("客户端证书", "client certificates are asked for")] = None
    runs_as_root: Annotated[bool | None, Column("以root运行", "workers run as root")] = None
    status_open: Annotated[
        bool | None, Column("状态页开放", "a status page is open to everybody", sensitivity="important")
    ] = None
    management_default: Annotated[
        bool | None,
        Column("默认管理账户", "a management account has a default name or password", sensitivity="important"),
    ] = None


TABLE = FactTable(
    name="web_config",
    model=WebConfigFacts,
    title=Text(zh="网页服务配置", en="Web server configuration"),
    definition=Text(
        zh="网页服务器配置文件中的安全设置",
        en="security settings read from the configuration of a web or application server",
    ),
)
