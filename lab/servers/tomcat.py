"""Apache Tomcat as the application server of a city app: in the clear on 8080, or inside TLS with its session cookie guarded."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

SERVER_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<Server port="-1">
  <Service name="Catalina">
    <Connector port="{port}" protocol="org.apache.coyote.http11.Http11NioProtocol" maxThreads="20"{tls}
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="/tmp/tomcat/webapps" autoDeploy="false" deployOnStartup="false">
        <Context path="" docBase="ROOT" useHttpOnly="{guarded}"/>
        <Valve className="org.apache.catalina.valves.ErrorReportValve" showReport="{shown}" showServerInfo="{shown}"/>
      </Host>
    </Engine>
  </Service>
</Server>
"""
TLS = """ SSLEnabled="true">
      <SSLHostConfig protocols="TLSv1.2+TLSv1.3">
        <Certificate certificateFile="{pem}" certificateKeyFile="{pem}" type="RSA"/>
      </SSLHostConfig>
    </Connector>"""
WEB_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
  <servlet>
    <servlet-name>jsp</servlet-name>
    <servlet-class>org.apache.jasper.servlet.JspServlet</servlet-class>
  </servlet>
  <servlet-mapping>
    <servlet-name>jsp</servlet-name>
    <url-pattern>*.jsp</url-pattern>
  </servlet-mapping>
{filter}  <session-config><cookie-config><http-only>{guarded}</http-only><secure>{guarded}</secure></cookie-config></session-config>
  <welcome-file-list><welcome-file>index.jsp</welcome-file></welcome-file-list>
</web-app>
"""
FILTER = """\
  <filter>
    <filter-name>security</filter-name>
    <filter-class>org.apache.catalina.filters.HttpHeaderSecurityFilter</filter-class>
    <init-param><param-name>hstsMaxAgeSeconds</param-name><param-value>31536000</param-value></init-param>
  </filter>
  <filter-mapping><filter-name>security</filter-name><url-pattern>/*</url-pattern></filter-mapping>
"""
INDEX = """\
<%@ page contentType="text/html; charset=UTF-8" pageEncoding="UTF-8" session="true" %>
<!doctype html><html lang="zh"><head><title>模拟应用</title></head><body>模拟数据 simulated data</body></html>
"""


@dataclass(frozen=True)
class Settings:
    """`tls`: HTTPS with HSTS and guarded cookies; without it plain HTTP with neither."""

    tls: bool = True


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate()
    tls = TLS.format(pem=place.pem(certificate)) if settings.tls else "/>"
    yes, no = ("true", "false") if settings.tls else ("false", "true")
    files = {
        "server.xml": SERVER_XML.format(port=place.port, tls=tls, shown=no, guarded=yes),
        "web.xml": WEB_XML.format(filter=FILTER if settings.tls else "", guarded=yes),
        "index.jsp": INDEX,
    }
    base, root = "/tmp/tomcat", "/tmp/tomcat/webapps/ROOT"
    before = (
        f"mkdir -p {base}/conf {base}/logs {base}/temp {base}/work {root}/WEB-INF",
        f"cp {place.folder}/server.xml {base}/conf/ && cp {place.folder}/web.xml {root}/WEB-INF/",
        f"cp {place.folder}/index.jsp {root}/",
    )
    options = "-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    command = f"env CATALINA_BASE={base} CATALINA_OPTS='{options}' /usr/share/tomcat10/bin/catalina.sh run"
    return Setup(command, files, before, (certificate,) if settings.tls else ())


SERVER = Server(8080, "http", Settings, setup)
