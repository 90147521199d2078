"""The quick look before an expression never hides a match."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import fingerprint
from inventory.required_text import required_text


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("^nginx(?:/(?P<version>[0-9.]+))?", ("nginx",)),
        ("OpenSSH_(?:for_Windows_)?", ("openssh_",)),
        ("foo|barbaz", ("foo", "barbaz")),
        ("(?:alpha|beta)+ gamma", (" gamma",)),
        ("[abc]+", ()),
        ("a?", ()),
        ("x{0,3}", ()),
    ],
)
def test_the_longest_sure_text_is_found(pattern: str, needed: tuple[str, ...]) -> None:
    assert required_text(pattern) == needed


@given(
    st.sampled_from([rule.pattern for rule in fingerprint.load().rules if not rule.names]).flatmap(
        lambda pattern: st.tuples(st.just(pattern), st.from_regex(re.compile(pattern, re.DOTALL | re.IGNORECASE)))
    )
)
def test_what_an_expression_matches_holds_what_it_needs(case: tuple[str, str]) -> None:
    pattern, text = case
    needed = required_text(pattern)
    assert not needed or any(each in text.lower() for each in needed)
