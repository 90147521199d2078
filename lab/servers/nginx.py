"""nginx as gateway or site: TLS good, old or none; its pages; and what should never be reachable."""

from dataclasses import dataclass

from lab.server import Place, Server, Setup

GOOD = """\
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305;
"""
OLD = """\
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
    ssl_ciphers ALL:!aNULL:!eNULL:@SECLEVEL=0;
"""
INDEX = (
    "<!doctype html><html lang=zh><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>\n"
)
LOGIN = '<form action="/login" method="post"><input name="username"><input type="password" name="password"></form>'
HSTS = '    add_header Strict-Transport-Security "max-age=31536000" always;\n'


@dataclass(frozen=True)
class Settings:
    """`tls` is none, good or old; `days` until the certificate ends (negative: expired); `issuer` lab or self.

    `login`: the index page asks for a password. `exposed`: .git, a backup and an actuator can be fetched. `redirect`: port
    80 sends to HTTPS. `headers`: security headers are sent. `tokens`: the version is shown.
    """

    tls: str = "none"
    days: int = 300
    key: str = "rsa2048"
    issuer: str = "lab"
    title: str = "模拟系统"
    login: bool = False
    exposed: bool = False
    redirect: bool = False
    headers: bool = True
    tokens: bool = False


def setup(settings: Settings, place: Place) -> Setup:
    certificate = place.certificate(days=settings.days, key=settings.key, issuer=settings.issuer)
    pem = place.pem(certificate)
    secure = settings.tls != "none"
    listen = f"    listen {place.port}{' ssl' if secure else ''};\n"
    tls = {"none": "", "good": GOOD, "old": OLD}[settings.tls]
    if secure:
        tls += f"    ssl_certificate {pem};\n    ssl_certificate_key {pem};\n"
    headers = ""
    if settings.headers:
        headers = '    add_header X-Content-Type-Options "nosniff" always;\n' + (HSTS if secure else "")
    server = f"server {{\n{listen}{tls}{headers}    root {place.folder}/site;\n    index index.html;\n"
    server += (
        '    location /actuator/ { default_type application/json; }\n    location = /login { return 401 "no"; }\n}\n'
    )
    if settings.redirect:
        server += "server {\n    listen 80;\n    return 301 https://$host$request_uri;\n}\n"
    config = (
        "daemon off;\nworker_processes 1;\npid /run/nginx.pid;\nerror_log stderr;\nevents { worker_connections 512; }\n"
        "http {\ndefault_type text/html;\naccess_log off;\ncharset utf-8;\n"
        f"server_tokens {'on' if settings.tokens else 'off'};\n{server}}}\n"
    )
    files = {"nginx.conf": config, **{f"site/{name}": text for name, text in site(settings).items()}}
    return Setup(f"nginx -c {place.folder}/nginx.conf", files, certificates=(certificate,) if secure else ())


def site(settings: Settings) -> dict[str, str]:
    """The pages by path."""
    body = LOGIN if settings.login else "<p>模拟数据 simulated data</p>"
    pages = {"index.html": INDEX.format(title=settings.title, body=body)}
    if settings.exposed:
        pages[".git/HEAD"] = "ref: refs/heads/main\n"
        pages[".git/config"] = "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
        pages["backup.sql"] = "-- MariaDB dump 10.19\nCREATE TABLE `t` (`id` int);\n"
        pages["actuator/env"] = '{"activeProfiles":["prod"],"propertySources":[]}\n'
        pages["actuator/health"] = '{"status":"UP"}\n'
    return pages


SERVER = Server(80, "http", Settings, setup)
