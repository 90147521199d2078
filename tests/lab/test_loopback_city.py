"""The whole city on loopback, in a namespace of its own: the machine's own loopback stays untouched, and it goes away."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lab import loopback_city, place
from lab.city import load_city
from lab.equivalents import stand_in
from lab.twins import make


def lab(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "lab", "loopback", *words],
        cwd=place.CHECKOUT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    return done.stdout + done.stderr


def test_every_service_of_the_city_has_a_twin_or_a_stand_in_with_settings_it_knows() -> None:
    for host in load_city().hosts:
        for service in host.services:
            kind, settings = stand_in(host, service)
            assert make(kind, settings).settings is not None


def test_addresses_move_from_ten_to_loopback() -> None:
    assert loopback_city.loopback_address("10.45.90.17") == "127.45.90.17"


@pytest.fixture(scope="module")
def city() -> Iterator[None]:
    lab("down")
    told = lab("up")
    assert "twins run on loopback" in told
    yield
    lab("down")
    assert loopback_city.pid() is None


def test_twins_answer_inside_the_namespace_and_not_outside(city: None) -> None:
    assert "PONG" in lab("run", "--", "redis-cli", "-h", "127.45.10.13", "ping")
    assert "NOAUTH" in lab("run", "--", "redis-cli", "-h", "127.45.10.14", "ping")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.45.10.13", 6379), timeout=2)


def test_the_silent_host_is_silent_and_the_middle_box_accepts_any_port(city: None) -> None:
    code = "import socket; s = socket.socket(); s.settimeout(1); print(s.connect_ex(('%s', %d)))"
    assert lab("run", "--", sys.executable, "-c", code % ("127.45.90.15", 4567)).strip() == "0"
    assert lab("run", "--", sys.executable, "-c", code % ("127.45.90.14", 4567)).strip() == "111"
    assert lab("run", "--", sys.executable, "-c", code % ("127.45.90.11", 6379)).strip() == "11"
