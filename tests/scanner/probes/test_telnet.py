"""Telnet: what a server says by itself is enough."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.telnet import interpret
from tests.scanner.asking import facts, read, recorded


def test_a_login_in_the_clear_is_seen_over_the_network() -> None:
    with serve("telnet") as (address, port):
        got = facts("telnet", address, port)
    assert got.answers is True
    assert got.login_prompt is True
    assert got.encryption_offered is False


@pytest.mark.parametrize(
    "prompt",
    [b"\r\nUsername:", b"login: ", b"\xff\xfd\x18\xff\xfd\x20host login: ", "\r\n用户名:".encode(), b"Password:"],
)
def test_prompts_of_many_makers_are_prompts(prompt: bytes) -> None:
    assert read("telnet", Turn("greeting", b"", prompt)).login_prompt is True


def test_options_without_a_prompt_are_an_answer_but_no_login() -> None:
    got = read("telnet", Turn("greeting", b"", b"\xff\xfd\x18\xff\xfb\x26"))
    assert (got.answers, got.negotiates, got.login_prompt, got.encryption_offered) == (True, True, None, True)


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-x\r\n", b"220 ready\r\n"])
def test_what_is_no_telnet_is_not_understood(data: bytes) -> None:
    with pytest.raises(NotUnderstood):
        interpret(recorded("telnet", Turn("greeting", b"", data)))
