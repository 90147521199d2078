"""Paths that should not be readable by everybody: a short fixed list, GET only."""

from typing import Annotated

from inventory.fact import Column, Fact, FactTable
from inventory.text import Text


class HttpExposureFacts(Fact):
    """Whether paths of a short fixed list are readable without authentication (GET only, confirmed by content)."""

    git: Annotated[bool | None, Column("Git仓库", "/.git/HEAD is readable", sensitivity="important")] = None
    svn: Annotated[bool | None, Column("Subversion仓库", "/.svn/entries is readable", sensitivity="important")] = None
    ds_store: Annotated[bool | None, Column("目录索引文件", "/.DS_Store is readable")] = None
    environment_file: Annotated[bool | None, Column("环境变量文件", "/.env is readable", sensitivity="important")] = (
        None
    )
    backup: Annotated[
        bool | None,
        Column("备份文件", "a backup archive or database dump lies under a usual name", sensitivity="important"),
    ] = None
    actuator: Annotated[
        bool | None, Column("Spring监控端点", "/actuator or /actuator/env is readable", sensitivity="important")
    ] = None
    druid: Annotated[bool | None, Column("Druid监控", "/druid/index.html is readable", sensitivity="important")] = None
    swagger: Annotated[bool | None, Column("接口文档", "an OpenAPI or Swagger description is readable")] = None
    phpinfo: Annotated[bool | None, Column("phpinfo页面", "/phpinfo.php is readable")] = None
    server_status: Annotated[
        bool | None, Column("服务器状态页", "/server-status of Apache or /nginx_status is readable")
    ] = None
    console: Annotated[
        bool | None,
        Column(
            "管理控制台", "a console (H2, Tomcat manager, JMX) answers without authentication", sensitivity="important"
        ),
    ] = None
    web_config: Annotated[
        bool | None, Column("配置文件", "/WEB-INF/web.xml or /web.config is readable", sensitivity="important")
    ] = None
    paths_asked: Annotated[int | None, Column("检查路径数", "number of paths that got an answer")] = None
    exposed: Annotated[int | None, Column("暴露路径数", "number of paths whose content was confirmed")] = None
    exposed_paths: Annotated[
        str | None, Column("暴露路径", "these paths, sorted, separated by spaces", sensitivity="important")
    ] = None
    catch_all: Annotated[
        bool | None, Column("统一应答", "the server answers every path alike, so that only content counts")
    ] = None


TABLE = FactTable(
    name="http_exposure",
    model=HttpExposureFacts,
    title=Text(zh="网页敏感路径", en="Exposed web paths"),
    definition=Text(
        zh="固定敏感路径是否可未认证读取（仅GET）",
        en="whether paths of a short fixed list are readable without authentication (GET only, confirmed by content)",
    ),
    protocols=("http",),
    valid_for_days=30,
)
