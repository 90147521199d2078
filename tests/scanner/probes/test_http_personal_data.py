"""Personal data on open pages: counted, shown masked, never kept."""

from lab.loopback import serve
from scanner.probes.http_personal_data import MOST_PAGES, links
from tests.scanner.asking import ask, row

LIST = "<table><tr><td>身份证 11010519491231002X</td><td>手机 13800000000</td></tr><tr><td>身份证 450103199003070012</td></tr></table>"


def test_pages_that_the_front_page_links_to_are_read_and_counted() -> None:
    pages = {"/": "<a href='/list'>名单</a><a href='/logout'>x</a>", "/list": LIST}
    with serve("http", {"pages": pages}) as (address, port):
        exchange, ended = ask("http_personal_data", address, port)
    assert ended is None
    got = row(exchange)
    assert (got.pages, got.identity_numbers, got.mobile_numbers) == (2, 2, 1)
    assert (got.personal_values, got.sensitive_values) == (3, 2)
    assert got.sample == "1101**********002X"
    assert b"19491231" not in exchange.to_bytes()
    assert exchange.turn("/logout") is None


def test_a_page_that_asks_for_a_login_tells_nothing_about_personal_data() -> None:
    with serve("http", {"authenticate": "Basic"}) as (address, port):
        exchange, _ = ask("http_personal_data", address, port)
    assert row(exchange).pages == 0
    assert row(exchange).identity_numbers is None


def test_only_links_on_the_same_endpoint_are_followed() -> None:
    text = (
        "<a href='http://10.0.0.2/a'></a><a href='b'></a><a href='https://10.0.0.1/c'></a><img src='/d.png'>"
        "<script>fetch('/api/people?page=1')</script><a href='/user/delete?id=1'></a><a href='javascript:x()'></a>"
    )
    assert links(text, "10.0.0.1", 80, tls=False) == ["/b", "/api/people?page=1"]
    many = "".join(f"<a href='/{number}'></a>" for number in range(50))
    assert len(links(many, "10.0.0.1", 80, tls=False)) == MOST_PAGES - 1
