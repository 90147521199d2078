"""HTTP: the front page, its headers, its cookies, and how a login is carried."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HttpFacts(Fact):
    """Front page, headers, cookies and login of a web service, read with GET only."""

    tls: Annotated[bool | None, Column("传输层加密", "asked inside TLS")] = None
    status: Annotated[int | None, Column("状态码", "status code of the front page")] = None
    server: Annotated[str | None, Column("服务器标识", "Server header")] = None
    powered_by: Annotated[str | None, Column("技术标识", "X-Powered-By header")] = None
    version_disclosed: Annotated[bool | None, Column("泄露版本", "Server or X-Powered-By states a version number")] = (
        None
    )
    title: Annotated[str | None, Column("标题", "title of the page")] = None
    authentication: Annotated[
        str | None,
        Column(
            "认证方式",
            "scheme of WWW-Authenticate in lower case (basic, digest, bearer …); empty where none is asked for",
        ),
    ] = None
    basic_over_plain: Annotated[
        bool | None, Column("明文Basic认证", "Basic authentication is asked for outside TLS")
    ] = None
    login_form: Annotated[bool | None, Column("登录表单", "a form with a password field is on the page")] = None
    login_over_plain: Annotated[
        bool | None, Column("明文登录", "a login form is served outside TLS or posts to a plain address")
    ] = None
    redirects: Annotated[bool | None, Column("重定向", "the front page redirects")] = None
    redirects_to_https: Annotated[bool | None, Column("重定向到HTTPS", "the plain front page redirects to https")] = (
        None
    )
    redirect_host_differs: Annotated[bool | None, Column("重定向到其他主机", "the redirect leads to another host")] = (
        None
    )
    hsts_seconds: Annotated[
        int | None,
        Column(
            "HSTS时长",
            "max-age of Strict-Transport-Security, 0 where the header is absent; only inside TLS",
            "s",
            source="RFC 6797",
        ),
    ] = None
    content_type_options: Annotated[bool | None, Column("禁止类型嗅探", "X-Content-Type-Options: nosniff")] = None
    frame_protection: Annotated[
        bool | None, Column("防点击劫持", "X-Frame-Options, or frame-ancestors in the content security policy")
    ] = None
    content_security_policy: Annotated[bool | None, Column("内容安全策略", "a Content-Security-Policy is sent")] = None
    referrer_policy: Annotated[bool | None, Column("来源策略", "a Referrer-Policy is sent")] = None
    cookies: Annotated[int | None, Column("Cookie数", "number of cookies set on the front page")] = None
    cookies_without_secure: Annotated[
        int | None, Column("缺少Secure的Cookie数", "number of cookies set without the attribute Secure")
    ] = None
    cookies_without_http_only: Annotated[
        int | None, Column("缺少HttpOnly的Cookie数", "number of cookies set without the attribute HttpOnly")
    ] = None
    cookies_without_same_site: Annotated[
        int | None, Column("缺少SameSite的Cookie数", "number of cookies set without the attribute SameSite")
    ] = None
    directory_listing: Annotated[bool | None, Column("目录列表", "the front page is a listing of a directory")] = None
    trace_enabled: Annotated[bool | None, Column("TRACE方法", "TRACE is named in the Allow header of OPTIONS")] = None
    cors_any_origin: Annotated[
        bool | None, Column("允许任意来源", "Access-Control-Allow-Origin is * or echoes any origin")
    ] = None
    favicon_hash: Annotated[
        int | None, Column("图标散列", "MurmurHash3 (32 bit, signed) of the base64 of /favicon.ico")
    ] = None
    overseas_resources: Annotated[
        int | None, Column("境外资源数", "scripts, styles and fonts loaded from known hosts outside the mainland")
    ] = None
    overseas_hosts: Annotated[str | None, Column("境外资源主机", "these hosts, sorted, separated by commas")] = None
    plain_resources: Annotated[
        int | None, Column("明文资源数", "scripts and styles of a page inside TLS that are loaded over http")
    ] = None
    record_number: Annotated[str | None, Column("备案号", "ICP filing number shown on the page")] = None
    police_record_number: Annotated[
        str | None, Column("公安备案号", "public security filing number shown on the page")
    ] = None
    realm: Annotated[str | None, Column("认证域", "realm of WWW-Authenticate")] = None


TABLE = FactTable(
    name="http",
    model=HttpFacts,
    title=Text(zh="网页服务", en="Web service"),
    definition=Text(
        zh="网页首页的标识、安全响应头、会话标识与登录方式",
        en="front page, headers, cookies and login of a web service, read with GET only",
    ),
    protocols=("http",),
    usual_ports=(("tcp", 80),),
    valid_for_days=30,
)
