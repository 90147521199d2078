"""Our reading of nginx configurations, which is pure over text, and that of crossplane, which reads files, find the same."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import crossplane
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.imports.config.nginx import directives

DATA = Path(__file__).parent.parent / "data" / "config"
Found = list[tuple[int, str, tuple[str, ...], int]]  # line, directive, arguments, how deep it stands


def by_crossplane(path: Path) -> Found:
    parsed = crossplane.parse(str(path), single=True, strict=False, check_ctx=False, check_args=False)
    assert parsed["status"] == "ok", parsed["errors"]

    def walk(block: list[Mapping[str, Any]], depth: int) -> Iterator[tuple[int, str, tuple[str, ...], int]]:
        for item in (item for item in block if item["directive"] != "#"):  # remarks
            yield item["line"], item["directive"], tuple(item["args"]), depth
            yield from walk(item.get("block", []), depth + 1)

    return list(walk(parsed["config"][0]["parsed"], 0))


def by_us(text: str) -> Found:
    return [(item.line, item.words[0], item.words[1:], len(item.blocks)) for item in directives(text)]


NAMES = st.sampled_from(
    ["listen", "server_name", "ssl_protocols", "add_header", "root", "autoindex", "proxy_pass", "access_log"]
)
VALUES = st.sampled_from(
    ["on", "off", "80", "443 ssl", "TLSv1.2 TLSv1.3", '"a quoted; value {"', "'single }'", "$host", "${host}x", "/srv/www", "~^/a\\.b$", "8080 default_server"]
)  # fmt: skip
SPACE = st.sampled_from([" ", "  ", "\t", "\n    ", " # a remark; {\n  "])
LINES = st.builds(lambda name, space, value: f"{name}{space}{value};", NAMES, SPACE, VALUES)
BLOCKS = st.recursive(
    LINES,
    lambda inner: st.builds(
        lambda head, body: f"{head} {{\n" + "\n".join(body) + "\n}",
        st.sampled_from(["http", "server", "location /a", 'location ~ "\\.php$"', "upstream back"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=8,
)


@given(st.lists(BLOCKS, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_find_the_same_directives_on_the_same_lines(tmp_path: Path, blocks: list[str]) -> None:
    text = "\n".join(["# made for a test", *blocks, ""])
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    assert by_us(text) == by_crossplane(tmp_path / "nginx.conf")


@pytest.mark.parametrize("name", ["nginx-bad.conf"])
def test_both_readers_agree_on_our_own_example(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    assert by_us(text) == by_crossplane(DATA / name)
