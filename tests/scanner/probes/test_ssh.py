"""SSH: what the key exchange offers, and the host key that it shows."""

import pytest

from inventory.errors import NotUnderstood
from inventory.exchange import Turn
from lab.loopback import serve
from scanner.probes.ssh import algorithm_facts, interpret
from scanner.wire.ssh import LISTS, greeting_length, kexinit, packet, read_greeting
from tests.scanner.asking import facts, read, recorded

GOOD = {
    "kex": ("curve25519-sha256", "kex-strict-s-v00@openssh.com"),
    "host_keys": ("ssh-ed25519", "rsa-sha2-512"),
    "ciphers_in": ("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"),
    "ciphers_out": ("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"),
    "macs_in": ("hmac-sha2-256-etm@openssh.com",),
    "macs_out": ("hmac-sha2-256-etm@openssh.com",),
    "compressions_in": ("none",),
    "compressions_out": ("none",),
}


def greeting(lists: dict[str, tuple[str, ...]], banner: bytes = b"SSH-2.0-OpenSSH_9.2p1\r\n") -> bytes:
    return banner + kexinit(lists, ",".join(lists["kex"]), ",".join(lists["host_keys"]))


def test_a_server_is_read_over_the_network() -> None:
    with serve("ssh", {"kex": ["diffie-hellman-group1-sha1"], "ciphers": ["3des-cbc", "aes128-cbc"]}) as (
        address,
        port,
    ):
        got = facts("ssh", address, port)
    assert got.protocol_2 is True
    assert got.kex_weak is True
    assert got.cipher_weak is True
    assert got.cipher_aead is False
    assert got.banner.startswith("SSH-2.0-")


def test_terrapin_needs_a_weak_mode_and_no_strict_exchange() -> None:
    assert algorithm_facts(GOOD)["terrapin_exposed"] is False
    loose = GOOD | {"kex": ("curve25519-sha256",)}
    assert algorithm_facts(loose)["terrapin_exposed"] is True
    assert (
        algorithm_facts(loose | {"ciphers_in": ("aes256-ctr",), "ciphers_out": ("aes256-ctr",)})["terrapin_exposed"]
        is False
    )
    cbc = loose | {"ciphers_in": ("aes256-cbc",), "ciphers_out": ("aes256-cbc",)}
    assert algorithm_facts(cbc)["terrapin_exposed"] is True


def test_sm_algorithms_are_seen() -> None:
    domestic = GOOD | {"kex": ("sm2-sm3",), "host_keys": ("sm2",), "ciphers_in": ("sm4-ctr",), "macs_in": ("hmac-sm3",)}
    got = algorithm_facts(domestic)
    assert got["kex_sm"]
    assert got["host_key_sm2"]
    assert got["cipher_sm4"]
    assert got["mac_sm3"]


@pytest.mark.parametrize(
    ("banner", "one", "two"), [(b"SSH-1.99-Cisco-1.25", True, True), (b"SSH-1.5-old", True, False)]
)
def test_protocol_1_is_told_by_the_identification(banner: bytes, one: bool, two: bool) -> None:
    got = read("ssh", Turn("first:greeting", b"", banner + b"\n"))
    assert got.protocol_1 is one
    assert got.protocol_2 is two
    assert got.kex_weak is None


def test_lines_before_the_identification_are_skipped() -> None:
    data = b"Authorised use only\r\n" + b"SSH-2.0-x\r\n"
    assert read_greeting(data).banner == b"SSH-2.0-x"
    assert greeting_length(data) is None


def test_the_host_key_is_read_with_its_size() -> None:
    modulus = b"\x00" + b"\xc1" * 128
    blob = b"\0\0\0\x07ssh-rsa" + b"\0\0\0\x03\x01\x00\x01" + len(modulus).to_bytes(4, "big") + modulus
    reply = packet(b"\x1f" + len(blob).to_bytes(4, "big") + blob + b"\0\0\0\x01x" + b"\0\0\0\x01y")
    got = read("ssh", Turn("first:greeting", b"", greeting(GOOD)), Turn("first:key", b"", reply))
    assert got.host_key_type == "ssh-rsa"
    assert got.host_key_bits == got.host_key_rsa_bits == 1024
    assert len(got.host_key_fingerprint) == 64


def test_where_no_rsa_key_is_offered_its_size_is_nought_and_where_it_was_not_shown_unknown() -> None:
    blob = b"\0\0\0\x0bssh-ed25519" + b"\0\0\0\x20" + bytes(32)
    reply = packet(b"\x1f" + len(blob).to_bytes(4, "big") + blob + b"\0\0\0\x01x" + b"\0\0\0\x01y")
    alone = greeting({**GOOD, "host_keys": ("ssh-ed25519",)})
    assert read("ssh", Turn("first:greeting", b"", alone), Turn("first:key", b"", reply)).host_key_rsa_bits == 0
    both = read("ssh", Turn("first:greeting", b"", greeting(GOOD)), Turn("first:key", b"", reply))
    assert both.host_key_rsa_bits is None


def test_names_of_algorithms_survive_reduction() -> None:
    """They look like mail addresses and are none."""
    got = read("ssh", Turn("first:greeting", b"", greeting(GOOD)))
    assert got.strict_key_exchange is True
    assert got.kex_count == 1


def test_another_protocol_is_not_understood() -> None:
    for data in (b"220 ftp\r\n", b"", b"SSH"):
        with pytest.raises(NotUnderstood):
            interpret(recorded("ssh", Turn("first:greeting", b"", data)))


def test_our_lists_are_all_sent() -> None:
    assert set(LISTS) == set(GOOD)
