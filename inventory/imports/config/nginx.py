"""nginx: a lexer of our own, because the reading must be pure over text and know each directive's line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.configuration import Family, Reading
from inventory.imports.dialects.service import ServiceNotes, tls_versions, weak_suites, yes

TOKEN = re.compile(r"#[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]|(?:\$\{[^}]*\}|\\.|[^\s{};\"'])+|\n|[\"']")
NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST = 200_000  # tokens


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: its line, words, and the blocks around it, outermost first (number of the block, name)."""

    line: int
    words: tuple[str, ...]
    blocks: tuple[tuple[int, str], ...]


def directives(text: str) -> Iterator[Directive]:
    """Directives in their order; a file that ends too early gives what came before."""
    line, started = 1, 1
    words: list[str] = []
    blocks: list[tuple[int, str]] = []
    number = 0
    for index, found in enumerate(TOKEN.finditer(text)):
        token = found[0]
        if index > LONGEST:
            return
        if token == "\n":  # noqa: S105 - a token of the language
            line += 1
        elif token.startswith("#"):
            continue
        elif token in (";", "{"):
            if words:
                yield Directive(started, tuple(words), tuple(blocks))
            if token == "{":  # noqa: S105
                number += 1
                blocks.append((number, words[0] if words else ""))
            words = []
        elif token == "}":  # noqa: S105
            words = []
            if blocks:
                blocks.pop()
        else:
            if not words:
                started = line
            words.append(token.strip("\"'"))
            line += token.count("\n")


def read(text: str, file: str) -> Reading:
    """Pure."""
    notes = ServiceNotes("nginx", file)
    found = list(directives(text))
    for item in found:
        notes.line(
            item.line,
            known=bool(NAME.fullmatch(item.words[0]))
            or bool(item.blocks and item.blocks[-1][1] in ("map", "types", "geo", "split_clients", "charset_map")),
        )
    servers = sorted({block for item in found for block in item.blocks if block[1] == "server"})
    for item in found:
        _general(notes, item)
    for server in servers:
        _server(notes, [item for item in found if server in item.blocks], found)
    secured = [item.line for item in found if item.words[0] == "ssl_certificate"]
    elsewhere = any(item.words[0] == "include" and "mime.types" not in item.words[-1] for item in found)
    if secured and not elsewhere and not any(item.words[0] in ("enable_ntls", "ssl_ntls") for item in found):
        notes.put("web_config", "sm_enabled", False, secured[0])
    return notes.reading()


def _general(notes: ServiceNotes, item: Directive) -> None:
    name, value, line = item.words[0], " ".join(item.words[1:]), item.line
    if name == "server_tokens":
        notes.worst("web_config", "server_tokens", yes(value) is not False, line)
        if yes(value) is False:
            notes.put("web_config", "version_hidden", True, line)
    elif name == "autoindex" and (on := yes(value)) is not None:
        notes.worst("web_config", "directory_listing", on, line)
    elif name == "access_log":
        notes.put("web_config", "access_log", value != "off", line)
    elif name == "user":
        notes.put("web_config", "runs_as_root", item.words[1:2] == ("root",), line)
    elif name == "ssl_ciphers":
        notes.worst("web_config", "weak_suites", weak_suites(value), line)
    elif name in ("enable_ntls", "ssl_ntls") and (on := yes(value)) is not None:
        notes.worst("web_config", "sm_enabled", on, line)
    elif name == "ssl_verify_client":
        notes.put("web_config", "client_certificate", value in ("on", "optional"), line)


def _server(notes: ServiceNotes, inside: list[Directive], everything: list[Directive]) -> None:
    listens = [
        item for item in inside if item.words[0] == "listen" and len(item.words) > 1 and item.blocks[-1][1] == "server"
    ]
    redirects = [
        item
        for item in inside
        if item.words[0] in ("return", "rewrite")
        and "https://" in " ".join(item.words)
        and item.blocks[-1][1] == "server"
    ]
    protocols = [item for item in inside if item.words[0] == "ssl_protocols"] or [
        item
        for item in everything
        if item.words[0] == "ssl_protocols" and not any(block[1] == "server" for block in item.blocks)
    ]
    for item in listens:
        port = _port(item.words[1])
        tls = any(word in ("ssl", "quic") for word in item.words[2:]) or any(
            other.words[:2] == ("ssl", "on") for other in inside
        )
        if port is None:
            continue
        if not tls:
            notes.worst("web_config", "plain_listener", not redirects, item.line)
            if redirects:
                notes.put("web_config", "redirects_to_https", True, redirects[0].line)
            continue
        notes.worst("web_config", "plain_listener", False, item.line)
        versions = tls_versions(" ".join(protocols[-1].words[1:])) if protocols else None
        if versions is not None:
            notes.put("tls", "oldest_version", versions[0], protocols[-1].line, port)
            notes.put("tls", "newest_version", versions[1], protocols[-1].line, port)
        for header in inside:
            if (
                header.words[0] == "add_header"
                and header.words[1:2]
                and header.words[1].lower() == "strict-transport-security"
            ):
                age = re.search(r"max-age=(\d{1,9})", " ".join(header.words[2:]))
                if age:
                    notes.put("web_config", "hsts_seconds", int(age[1]), header.line)


def _port(text: str) -> int | None:
    if text.startswith("unix:"):
        return None
    last = text.rsplit("]", 1)[-1].rsplit(":", 1)[-1]
    return int(last[:5]) % 65536 if last.isdecimal() else 80


FAMILY = Family(
    name="nginx",
    kind="service",
    vendor="nginx",
    marks=(
        (r"^\s*server\s*\{", 5),
        (r"^\s*location\s+\S.*\{", 4),
        (
            r"^\s*#?\s*(listen|server_name|proxy_pass|root|index|try_files|fastcgi_pass|server_tokens|ssl_protocols|access_log)\s[^;]*;",
            4,
        ),
        (r"^\s*(worker_processes|worker_connections|keepalive_timeout|sendfile)\s", 5),
        (r"^\s*(http|events|stream|upstream \S+)\s*\{", 4),
    ),
    read=read,
    file_names=("nginx.conf", "nginx_confd_comments_only.conf", "default.conf"),
    layer="middleware",
)
