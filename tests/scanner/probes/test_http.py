"""HTTP: the front page as facts, and nothing asked outside the endpoint."""

import base64
from typing import Any

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probe import Asking
from scanner.probes.http import interpret
from scanner.wire.html import is_overseas, murmur3, read_page
from scanner.wire.http import dechunk, host_header, parse, request, total_length
from tests.scanner.asking import ask, facts, read, recorded, row

LOGIN = "<title>运维平台</title><form action='/login'><input name=u><input type=password name=p></form>"


def page(body: str = "", *headers: str, status: str = "200 OK") -> Turn:
    head = "\r\n".join((f"HTTP/1.1 {status}", *headers))
    return Turn("front", b"", f"{head}\r\n\r\n{body}".encode())


def test_a_login_page_over_plain_http_is_seen() -> None:
    with serve("http", {"server": "nginx/1.18.0", "pages": {"/": LOGIN}}) as (address, port):
        got = facts("http", address, port)
    assert (got.tls, got.status, got.title) == (False, 200, "运维平台")
    assert got.login_form is True
    assert got.login_over_plain is True
    assert got.version_disclosed is True
    assert got.hsts_seconds is None


def test_the_same_page_inside_tls_is_found_when_plain_http_fails() -> None:
    with serve("http", {"pages": {"/": LOGIN}, "tls": {}}) as (address, port):
        exchange, ended = ask("http", address, port)
    assert ended is None
    assert row(exchange).tls is True
    assert row(exchange).login_over_plain is False
    assert row(exchange).hsts_seconds == 0


def test_tls_that_the_service_probe_found_is_used_at_once() -> None:
    with serve("http", {"tls": {}}) as (address, port):
        exchange, _ = ask("http", address, port, Asking(tls=True))
    assert exchange.turn("front") is None
    assert exchange.turn("front:tls") is not None


def test_a_redirect_on_the_same_endpoint_is_followed_once_and_none_to_others() -> None:
    pages: dict[str, Any] = {"/": {"status": 302, "headers": {"Location": "/home"}}, "/home": LOGIN}
    with serve("http", {"pages": pages}) as (address, port):
        exchange, _ = ask("http", address, port)
    assert row(exchange).redirects is True
    assert row(exchange).redirect_host_differs is False
    assert row(exchange).title == "运维平台"
    pages["/"]["headers"]["Location"] = "https://elsewhere.example/"
    with serve("http", {"pages": pages}) as (address, port):
        exchange, _ = ask("http", address, port)
    assert row(exchange).redirects_to_https is True
    assert row(exchange).redirect_host_differs is True
    assert "further" not in exchange.notes


def test_a_form_that_posts_to_plain_http_leaves_tls() -> None:
    form = "<form action='http://10.0.0.1/login'><input type=PASSWORD></form>"
    got = read("http", Turn("front:tls", b"", b"HTTP/1.1 200 OK\r\n\r\n" + form.encode()), tls="yes")
    assert got.login_over_plain is True


def test_headers_and_cookies_are_read() -> None:
    got = read(
        "http",
        page(
            "",
            "Strict-Transport-Security: max-age=31536000; includeSubDomains",
            "X-Frame-Options: DENY",
            "X-Content-Type-Options: nosniff",
            "Content-Security-Policy: default-src 'self'",
            "Set-Cookie: JSESSIONID=abcdef; Path=/; HttpOnly",
            "Set-Cookie: lang=zh; Secure; SameSite=Lax",
        ),
        tls="yes",
    )
    assert got.hsts_seconds == 31536000
    assert (got.frame_protection, got.content_type_options, got.content_security_policy) == (True, True, True)
    assert (got.cookies, got.cookies_without_secure, got.cookies_without_http_only) == (2, 1, 1)
    assert got.cookies_without_same_site == 1


def test_basic_authentication_counts_as_plain_only_outside_tls() -> None:
    challenge = page("", 'WWW-Authenticate: Basic realm="cam"', status="401 Unauthorized")
    assert read("http", challenge, tls="no").basic_over_plain is True
    assert read("http", challenge, tls="yes").basic_over_plain is False
    assert read("http", challenge, tls="no").realm == "cam"


def test_resources_from_overseas_are_counted_with_their_hosts() -> None:
    body = (
        "<script src='https://www.google-analytics.com/a.js'></script><link rel=stylesheet href='//fonts.googleapis.com/c'>"
        "<img src='/local.png'><script src='https://static.example.cn/x.js'></script>"
        "<p>桂ICP备12345678号-1 桂公网安备 45010302000001号</p>"
    )
    got = read("http", page(body), tls="no")
    assert got.overseas_resources == 2
    assert got.overseas_hosts == "fonts.googleapis.com,www.google-analytics.com"
    assert got.record_number == "桂ICP备12345678号-1"
    assert got.police_record_number == "桂公网安备 45010302000001号"


def test_a_listing_is_recognised_by_its_title() -> None:
    assert read("http", page("<title>Index of /data</title>"), tls="no").directory_listing is True
    assert read("http", page("<title>Welcome</title>"), tls="no").directory_listing is False


def test_trace_is_told_by_allow_and_unknown_without_it() -> None:
    allowed = Turn("*", b"", b"HTTP/1.1 200 OK\r\nAllow: GET, HEAD, TRACE\r\n\r\n")
    assert read("http", page(), allowed, tls="no").trace_enabled is True
    assert read("http", page(), tls="no").trace_enabled is None


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-x\r\n", b"HTTP/9 nonsense"])
def test_another_protocol_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("http", Turn("front", b"", data)))


def test_requests_cannot_be_split_by_a_contact_or_path() -> None:
    asked = request("/a\r\nX: y", "h", "me\r\nEvil: 1")
    assert asked.count(b"\r\n") == 6
    assert b"\nX: y" not in asked


def test_answers_are_bounded_and_chunks_put_together() -> None:
    assert dechunk(b"4\r\nWiki\r\n5;x=1\r\npedia\r\n0\r\n\r\n") == b"Wikipedia"
    assert parse(b"HTTP/1.0 200\r\nA: b\r\n\r\nxyz").body == b"xyz"
    assert total_length(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") == 43
    assert total_length(b"HTTP/1.1 200 OK\r\n") is None
    assert host_header("::1", 8080, tls=False) == "[::1]:8080"


def test_the_icon_is_asked_for_once_and_hashed_where_it_is_an_image() -> None:
    icon = "<svg xmlns='http://www.w3.org/2000/svg'><circle r='4'/></svg>"
    shown: dict[str, Any] = {"/favicon.ico": {"body": icon, "type": "image/svg+xml"}, "/": LOGIN}
    with serve("http", {"pages": shown}) as (address, port):
        exchange, _ = ask("http", address, port)
    assert row(exchange).favicon_hash == murmur3(base64.encodebytes(icon.encode()))
    assert [turn.label for turn in exchange.turns].count("/favicon.ico") == 1
    for other in (LOGIN, "<?xml version='1.0'?><html></html>", '{"error": "no such page"}', ""):
        with serve("http", {"pages": {"/": LOGIN, "/favicon.ico": other}}) as (address, port):
            exchange, _ = ask("http", address, port)
        assert row(exchange).favicon_hash is None, other


def test_murmur3_agrees_with_its_published_vectors() -> None:
    assert murmur3(b"") == 0
    assert murmur3(b"test") & 0xFFFFFFFF == 0xBA6BD213
    assert murmur3(b"Hello, world!") & 0xFFFFFFFF == 0xC0363E43


def test_broken_pages_are_read_as_far_as_they_go() -> None:
    assert read_page("<title>a &amp; b</title><p <input type='password'>").title == "a & b"
    assert read_page("<![if x]><input type=password>").login is True
    assert is_overseas("cdn.jsdelivr.net")
    assert not is_overseas("notgoogle.com.cn")
