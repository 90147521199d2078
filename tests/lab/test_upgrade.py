"""Behind StartTLS a foreign client sees the server's own bytes; the certificates that pass by are found in them."""

import socket
import ssl
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lab import place, upgrade
from lab.certificates import Certificate, pem_file
from lab.confirmations.secure import UPGRADES
from tests.lab.test_twins import run


def certificate() -> bytes:
    block = pem_file(Certificate(common_name="one.lab.example")).read_text().split("-----BEGIN CERTIFICATE-----")[1]
    return ssl.PEM_cert_to_DER_cert("-----BEGIN CERTIFICATE-----" + block)


def flight(*listed: bytes) -> bytes:
    """A ServerHello and a Certificate message, in two records that split the second."""
    counted = b"".join(len(each).to_bytes(3, "big") + each for each in listed)
    body = len(counted).to_bytes(3, "big") + counted
    messages = b"\x02\x00\x00\x02\x01\x01" + b"\x0b" + len(body).to_bytes(3, "big") + body
    records = (messages[:40], messages[40:])
    return b"".join(struct.pack(">BHH", 22, 0x0101, len(each)) + each for each in records)


def test_certificates_that_pass_by_are_found_across_records() -> None:
    der = certificate()
    assert list(upgrade.certificates(flight(der, der) + b"\x15\x01\x01\x00\x02\x02\x28")) == [der, der]


@pytest.mark.parametrize(
    "seen", [b"", b"\x16\x01", b"220 ready\r\n", flight()[:30], b"\x16\x01\x01\xff\xff\x0b\xff\xff\xff"]
)
def test_what_is_no_handshake_holds_no_certificate(seen: bytes) -> None:
    assert list(upgrade.certificates(seen)) == []


def test_every_upgrade_that_openssl_is_asked_for_is_spoken_here_too() -> None:
    assert set(UPGRADES) <= set(upgrade.SAID)


@contextmanager
def mail_server() -> Iterator[int]:
    """Greets, answers two lines, then says only what it heard."""

    def converse() -> None:
        there, _ = listening.accept()
        with there:
            there.sendall(b"220 ready\r\n")
            for answer in (b"250 STARTTLS\r\n", b"220 go on\r\n"):
                there.recv(1024)
                there.sendall(answer)
            there.sendall(b"heard: " + there.recv(1024))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=converse, daemon=True).start()
        yield listening.getsockname()[1]


def test_the_command_speaks_after_the_upgrade_and_sees_the_end() -> None:
    client = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.sendall(b'hello'); "
    client += "print(s.recv(99), s.recv(99))"
    with mail_server() as port:
        words = ("-m", "lab.upgrade", "smtp", "127.0.0.1", str(port), "--", sys.executable, "-c", client, "{port}")
        told = run("env", f"PYTHONPATH={place.CHECKOUT}", sys.executable, *words)
    assert told.strip() == "b'heard: hello' b''"
