"""Touchy acts leave no probe of the folder unless the permit lists them: what is sent is read off the wire."""

import asyncio
import inspect
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from sys import modules
from typing import Any

import pytest

from inventory.endpoint import Endpoint
from inventory.errors import NotUnderstood, ProbeError
from inventory.exchange import Exchange, Turn
from scanner.permit import ACTS
from scanner.probe import Asking, all_probes
from scanner.wire.ber import pack, pack_integer
from scanner.wire.dns import START_OF_ZONE
from tests.scanner.probes.test_ssh_methods import turns_of

ALL_ACTS = frozenset(ACTS)
# act → what is sent under it, as bytes on the wire
TOUCHY: dict[str, re.Pattern[bytes]] = {
    name: re.compile(pattern, re.S)
    for name, pattern in {
        "ftp user": rb"(?i)\AUSER ",
        "ftp password": rb"(?i)\APASS ",
        "mqtt session": rb"\A\x10.\x00\x04MQTT[\x03-\x05]",
        "ldap bind": rb"\A\x30[\x00-\x7f]\x02\x01.\x60",
        "ldap search below the root": rb"\A\x30.{1,5}\x02\x01.\x63.{1,5}\x04[\x01-\x7f]",
        "smb session": rb"NTLMSSP\x00\x03",
        "postgresql session": rb"\A\x00\x00..\x00\x03\x00\x00user",
        "sip register": rb"\AREGISTER ",
        "community public": rb"\x04\x06public",
        "community private": rb"\x04\x07private",
        "community of the list": rb"\x04\x06listed",
        "rsync module": rb"\A@RSYNCD: [\d.]+\n[^\n]",
        "zone transfer": rb"\A..\x63\x6a.{10}.{1,255}\x00\x00\xfc\x00\x01\Z",
        "mail login": rb"(?i)\A(?:a\d )?(?:AUTH|LOGIN|USER|PASS|AUTHENTICATE) (?!TLS)",
        "mysql session": rb"\A..\x00\x01.{32}[a-z]",
        "ssh session": rb"\A\x00\x00\x00\x0c\x0a\x15",  # our NEWKEYS: the key exchange is finished
    }.items()
}
ASKED = {
    "ftp": {"ftp user", "ftp password", "mail login"},
    "mqtt": {"mqtt session"},
    "ldap": {"ldap search below the root"},
    "smb": {"smb session"},
    "postgresql": {"postgresql session"},
    "sip": {"sip register"},
    "snmp": {"community public", "community private", "community of the list"},
    "dns": {"zone transfer"},
    "ssh": {"ssh session"},
    "rsync": {"rsync module"},
}


def ftp(sent: bytes) -> bytes:
    return (
        b"331 password please\r\n"
        if sent.startswith(b"USER")
        else b"230 in\r\n"
        if sent.startswith(b"PASS")
        else b"220 a\r\n"
    )


def ldap(sent: bytes) -> bytes:
    names = pack(0x30, pack(0x30, pack(4, b"namingContexts") + pack(0x31, pack(4, b"dc=example"))))
    entry = pack(0x30, pack_integer(1) + pack(0x64, pack(4, b"") + names))
    done = pack(0x30, pack_integer(1) + pack(0x65, b"\x0a\x01\x00\x04\x00\x04\x00"))
    return entry + done if sent else b""


def smb(sent: bytes) -> bytes:
    body = b"\xfeSMB" + bytes(116)
    return len(body).to_bytes(4, "big") + body if sent else b""


def dns(sent: bytes) -> bytes:
    plain = sent[2:] if len(sent) > 2 and int.from_bytes(sent[:2], "big") == len(sent) - 2 else sent
    start = b"\x01a\x00\x00\x06\x00\x01" + bytes(4) + b"\x00\x1a" + b"\x01n\x00" + b"\x01r\x00" + bytes(20)
    asks = plain[-4:-2] == START_OF_ZONE.to_bytes(2, "big")
    return (
        plain[:2]
        + b"\x84\x00\x00\x01"
        + (b"\x00\x01" if asks else b"\x00\x00")
        + bytes(4)
        + plain[12:]
        + (start if asks else b"")
    )


def ssh(sent: bytes) -> bytes:
    """A recorded server, as far as the key exchange."""
    turns = {turn.label: turn.received for turn in turns_of("sha2-etm")}
    return turns["methods:greeting"] if sent.startswith(b"SSH-") else turns["methods:key"]


def rsync(sent: bytes) -> bytes:
    return b"data \tof the city\n@RSYNCD: EXIT\n" if sent.endswith(b"\n\n") else b"@RSYNCD: 31.0\n"


AGREEABLE: dict[str, Callable[[bytes], bytes]] = {
    "ftp": ftp,
    "mqtt": lambda sent: b"\x20\x02\x00\x00" if sent else b"",
    "ldap": ldap,
    "smb": smb,
    "postgresql": lambda sent: b"N" if sent else b"",
    "sip": lambda sent: b"SIP/2.0 200 OK\r\n\r\n",
    "snmp": lambda sent: b"0" if sent[2:5] == b"\x02\x01\x03" else b"",
    "dns": dns,
    "ssh": ssh,
    "rsync": rsync,
}


class Listener:
    """A recorder and connection that answers by a function and keeps what was sent."""

    def __init__(self, endpoint: Endpoint, answer: Callable[[bytes], bytes]) -> None:
        self.endpoint = endpoint
        self.answer = answer
        self.turns: list[Turn] = []
        self.notes: dict[str, str] = {}

    @asynccontextmanager
    async def connection(self, *, tls: Any = None) -> AsyncIterator["Listener"]:
        yield self

    async def ask(self, label: str, payload: bytes = b"", **_: Any) -> bytes:
        heard = self.answer(payload)
        self.turns.append(Turn(label, payload, heard))
        return heard

    async def ask_exactly(self, label: str, payload: bytes, size: Any, **_: Any) -> bytes:
        return await self.ask(label, payload)

    async def start_tls(self, label: str, context: Any, server_name: str | None = None) -> None:
        raise NotUnderstood("no TLS here")

    async def datagram(self, label: str, payload: bytes, **_: Any) -> Sequence[bytes]:
        return [await self.ask(label, payload)]

    def note(self, key: str, value: str) -> None:
        self.notes[key] = value

    def exchange(self) -> Exchange:
        return Exchange("test", self.endpoint, tuple(self.turns), self.notes)


def acts_seen(name: str, acts: frozenset[str], answer: Callable[[bytes], bytes]) -> set[str]:
    probe = all_probes()[name]
    listener = Listener(Endpoint("10.45.1.2", probe.transport, 1), answer)
    asking = Asking(acts=acts, contact="tests", communities=("listed",))

    async def run() -> None:
        try:
            await probe.collect(listener, asking)
        except ProbeError:
            return

    asyncio.run(run())
    sent = [turn.sent for turn in listener.turns]
    return {act for act, pattern in TOUCHY.items() if any(pattern.search(payload) for payload in sent)}


def silent(sent: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("name", sorted(all_probes()))
def test_no_probe_performs_an_act_that_the_permit_does_not_list(name: str) -> None:
    for answer in (silent, lambda _: b"220 ok\r\n", lambda _: b"+OK\r\n", AGREEABLE.get(name, silent)):
        assert acts_seen(name, frozenset(), answer) == set()


@pytest.mark.parametrize("name", sorted(ASKED))
def test_with_the_acts_listed_they_are_seen_on_the_wire(name: str) -> None:
    """Else the test above could not fail."""
    assert acts_seen(name, ALL_ACTS, AGREEABLE[name]) == ASKED[name]


def test_only_the_probes_of_the_folder_that_are_known_to_perform_acts_do() -> None:
    performing = {name for name in all_probes() if acts_seen(name, ALL_ACTS, AGREEABLE.get(name, silent))}
    assert performing == set(ASKED)
    speaking_of_acts = {
        name for name in all_probes() if "asking.acts" in inspect.getsource(modules[f"scanner.probes.{name}"])
    }
    assert speaking_of_acts == set(ASKED)
