"""Lines without any word of a secret are spared the patterns, and lose nothing by it."""

from hypothesis import given
from hypothesis import strategies as st

from inventory.imports.dialects.secrets import HIDDEN, _hidden, _hide_line, hide

WORDS = (
    "local-user", "password", "irreversible-cipher", "cipher", "simple", "$1a$secret-text", "snmp-agent community read",
    "Tr0ub4dor", "username", "enable", "secret", "5", "key", "7", "ospf authentication-mode md5 1", "mib-view", "interface",
    "http://user:word@host/", "user", "on", ">word", "rocommunity", "com2sec", "trapsink", "requirepass", "masterauth",
    "snmp-server host 10.0.0.1 version 2c", "createUser a SHA", "pre-shared-key", "psk", "cak", "set", "=", ":", '"quoted text"',
    "#", "!", "description", "ip address 10.0.0.1", "passphrase", "keystorePass=", "securityname",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=7), st.booleans())
def test_a_line_that_is_spared_the_patterns_is_one_that_they_would_leave(words: list[str], shout: bool) -> None:
    line = " ".join(words)
    line = line.upper() if shout else line
    assert _hide_line(line, "admin") == _hidden(line, "admin")


def test_every_form_of_a_secret_is_still_hidden() -> None:
    lines = (
        "local-user ops password irreversible-cipher Tr0ub4dor",
        "USERNAME ops SECRET 9 Tr0ub4dor",
        "snmp-agent community write cipher Tr0ub4dor",
        "requirepass Tr0ub4dor",
        "proxy http://ops:Tr0ub4dor@10.0.0.1/",
        "user ops on >Tr0ub4dor",
        "createUser ops SHA Tr0ub4dor",
        "snmp-server host 10.0.0.1 version 2c Tr0ub4dor",
    )
    said = hide("\n".join(lines)).split("\n")
    assert len(said) == len(lines)
    assert all("Tr0ub4dor" not in line and HIDDEN in line for line in said)
