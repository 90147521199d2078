"""Corrected lines: commands stay commands, and what is said between them is said in the reader's language."""

import re

import pytest

from scanner.correction import FAMILIES, PHRASES, SERVERS, SERVICES, corrected, spoken

EVERY = sorted(
    {text for tables in FAMILIES.values() for pairs in tables for _, text in pairs}
    | {text for pairs in SERVICES.values() for _, text in pairs}
    | {text for lacking in SERVERS.values() for text in lacking.values()}
)
PROSE = re.compile(r"(?<![\w-])(?:the|with|and|or|then|of|its|below|remove|this|another|before|place|give)(?![\w-])")


@pytest.mark.parametrize("text", EVERY)
def test_no_english_sentence_is_left_for_readers_of_chinese(text: str) -> None:
    assert PROSE.findall(spoken(text, "zh")) == []
    assert spoken(text, "en") == text


def test_every_phrase_is_one_that_is_said() -> None:
    assert [english for english, _ in PHRASES if not any(english in text for text in EVERY)] == []


def test_a_correction_keeps_the_words_of_its_line() -> None:
    said = corrected("ios", "username ops privilege 15 password 7 0822455D0A16")
    assert spoken(said, "zh").startswith("username ops ")
    assert corrected("vrp", "sysname A") == ""
