"""SSH: the authentication methods that a server names, from recordings of OpenSSH and from a small server of our own."""

import json
from pathlib import Path

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from inventory.facts.ssh import SshFacts
from lab.loopback import serve
from scanner.probe import Asking
from scanner.wire import ssh_session as session
from scanner.wire.ssh import identification, packet, split
from tests.scanner.asking import ask, read, row

RECORDINGS = Path(__file__).parent.parent.parent / "data" / "recordings"
LISTS: dict[str, tuple[str, ...]] = {
    "kex": ("curve25519-sha256",),
    "host_keys": ("ssh-ed25519",),
    "ciphers_in": ("aes256-ctr",),
    "ciphers_out": ("aes256-ctr",),
    "macs_in": ("hmac-sha2-256",),
    "macs_out": ("hmac-sha2-256",),
    "compressions_in": ("none",),
    "compressions_out": ("none",),
}


def turns_of(name: str) -> list[Turn]:
    raw = json.loads((RECORDINGS / f"openssh-{name}.json").read_text(encoding="utf-8"))["turns"]
    return [Turn(one["label"], bytes.fromhex(one["sent"]), bytes.fromhex(one["received"]), one["end"]) for one in raw]


def facts(*turns: Turn) -> SshFacts:
    found = read("ssh", *turns)
    assert isinstance(found, SshFacts)
    return found


@pytest.mark.parametrize(
    ("name", "methods"), [("sha2-etm", "publickey"), ("plain-mac", "publickey,password"), ("gcm", "publickey")]
)
def test_openssh_names_its_methods_whatever_seals_the_answer(
    name: str, methods: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "gcm":  # that recording was made with a client that knows no counter mode
        monkeypatch.setattr(session, "COUNTERS", {})
    found = facts(*turns_of(name))
    assert found.login_methods == methods
    assert (found.none_login, found.public_key_login) == (False, True)
    assert found.password_login is ("password" in methods)
    assert found.interactive_login is False


@pytest.mark.parametrize("changed", range(3))
def test_an_answer_that_was_changed_says_nothing_of_methods(changed: int) -> None:
    turns = turns_of("sha2-etm")
    part = turns[1 + changed]
    data = bytearray(part.received)
    data[len(data) // 4] ^= 1
    turns[1 + changed] = Turn(part.label, part.sent, bytes(data), part.end)
    found = facts(*turns)
    assert (found.login_methods, found.none_login, found.password_login) == (None, None, None)


def test_an_answer_that_is_cut_off_says_nothing() -> None:
    turns = turns_of("plain-mac")
    turns[3] = Turn(turns[3].label, turns[3].sent, turns[3].received[:-1], "timeout")
    assert facts(*turns).login_methods is None


def test_nobody_asks_for_methods_without_the_act() -> None:
    with serve("ssh") as (address, port):
        plain, _ = ask("ssh", address, port)
        allowed, _ = ask("ssh", address, port, Asking(acts=frozenset({"anonymous-session"})))
    assert not any(turn.label.startswith("methods:") for turn in plain.turns)
    assert any(turn.label.startswith("methods:") for turn in allowed.turns)
    assert row(allowed).login_methods is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kex", ("diffie-hellman-group14-sha256",)),
        ("ciphers_in", ("chacha20-poly1305@openssh.com",)),
        ("macs_out", ("umac-64@openssh.com",)),
        ("compressions_in", ("zlib",)),
        ("host_keys", ()),
    ],
)
def test_nothing_is_chosen_where_one_part_is_missing(name: str, words: tuple[str, ...]) -> None:
    assert session.choose(LISTS) is not None
    assert session.choose({**LISTS, name: words}) is None


@pytest.mark.parametrize("cipher", ["aes128-ctr", "aes192-ctr", "aes256-ctr", *session.SEALS])
@pytest.mark.parametrize("mac", session.MACS)
def test_what_one_side_seals_the_other_opens(cipher: str, mac: str) -> None:
    choice = session.Choice("curve25519-sha256", "ssh-ed25519", cipher, mac)
    ours = session.Keys(choice, {letter: bytes([ord(letter)]) * 64 for letter in "ABCDEF"})
    theirs = session.Keys(choice, {"B": ours.letters["A"], "D": ours.letters["C"], "F": ours.letters["E"]})
    payloads = [bytes((5,)) + b"x" * size for size in (0, 1, 30, 200)]
    sealed = session.seal(ours, payloads, 3)
    assert session.opened(theirs, sealed, 3) == payloads
    assert session.opened(theirs, sealed[:-1], 3) == payloads[:-1]
    with pytest.raises(NotUnderstood):
        session.opened(theirs, sealed[:60] + bytes((sealed[60] ^ 1,)) + sealed[61:], 3)


def test_a_session_that_opens_by_itself_is_told_from_methods() -> None:
    assert session.read_methods([b"\x06", bytes((session.SUCCESS,))]) == session.Methods((), let_in=True)
    assert session.read_methods([b"\x33\x00\x00\x00\x08password\x00"]) == session.Methods(("password",), let_in=False)
    assert session.read_methods([b"\x06"]) is None
    with pytest.raises(NotUnderstood):
        session.read_methods([b"\x33\x00"])


def test_a_key_exchange_without_a_reply_gives_no_keys() -> None:
    choice = session.choose(LISTS)
    assert choice is not None
    init = session.begin(LISTS, choice)
    assert len(split(identification("") + init).packets) == 2
    with pytest.raises(NotUnderstood):
        session.agree(identification("") + init, b"SSH-2.0-x\r\n" + packet(b"\x14"), choice)
