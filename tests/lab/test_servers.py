"""Real servers: every module sets itself up with its defaults, and the relay gives each conversation a server of its own."""

import socket
import subprocess
import sys

import pytest

from lab import image, pinned, relay
from lab.server import Place, server, server_names, set_up

ECHO = "import socket,sys; l=socket.create_server(('127.0.0.1',int(sys.argv[1]))); c,_=l.accept(); c.sendall(c.recv(99).upper())"


@pytest.mark.parametrize("name", server_names())
def test_a_server_is_set_up_from_its_defaults(name: str) -> None:
    place = Place("host", "10.45.10.11", server(name).port, f"/lab/host/{name}")
    made = set_up(name, {}, place)
    assert made.command
    assert all(text for text in made.files.values())
    assert f"/lab/host/{name}/" in made.command or not made.files or any(place.folder in line for line in made.before)


def test_a_conversation_gets_a_server_of_its_own_that_ends_with_it() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.sendall(b"simulated")
        ours.shutdown(socket.SHUT_WR)
        relay.converse(theirs, [sys.executable, "-c", ECHO, "{port}"])
        assert ours.recv(99) == b"SIMULATED"
        assert ours.recv(99) == b""


def test_a_server_that_ends_at_once_ends_the_conversation() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        relay.converse(theirs, ["false"])
        assert ours.recv(99) == b""


def test_nothing_is_connected_to_a_process_that_has_ended() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert relay.connected(relay.free_port(), process) is None


def test_whatever_the_image_takes_from_outside_is_pinned_by_hash() -> None:
    pins = pinned.pins()
    assert pins in image.recipe()
    names = [line for line in pins.splitlines() if "==" in line]
    assert len(names) > 6
    assert pins.count("--hash=sha256:") >= len(names)


def test_the_expired_certificate_is_signed_with_a_clock_of_the_past() -> None:
    place = Place("host", "10.45.51.13", 443, "/lab/host/x")
    assert any("faketime -f -405d gmssl reqsign" in line for line in set_up("gmssl", {"days": -40}, place).before)
    assert not any("faketime" in line for line in set_up("gmssl", {}, place).before)


def test_one_certificate_for_both_uses_is_the_same_file_twice() -> None:
    place = Place("host", "10.45.51.12", 443, "/lab/host/x")
    both = set_up("gmssl", {"certificates": "one"}, place)
    assert any("sign.pem /lab/state/sm2/sign.pem >" in line for line in both.before)
