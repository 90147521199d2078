"""Trust is what the auditor hands in: chains are followed to it, and nothing is said without it."""

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from inventory.endpoint import Endpoint
from inventory.errors import InputError
from inventory.facts.tls import TlsFacts
from lab.certificates import Certificate, pem_file
from lab.loopback import serve
from scanner.door import DoorRecorder
from scanner.probe import Asking
from scanner.trust import note_anchors, read_trust_store, trusted
from tests.scanner.asking import ask, row

KEYS = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "other", "middle", "leaf")}
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def made(name: str, by: str, key: str = "") -> bytes:
    """A certificate of `name`, signed with the key of `by` (or another that pretends to be it)."""

    def called(word: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)])

    built = (
        x509.CertificateBuilder()
        .subject_name(called(name))
        .issuer_name(called(by))
        .public_key(KEYS[name].public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + datetime.timedelta(days=3650))
        .sign(KEYS[key or by], hashes.SHA256())
    )
    return built.public_bytes(Encoding.DER)


ROOT, OTHER, MIDDLE, LEAF = made("root", "root"), made("other", "other"), made("middle", "root"), made("leaf", "middle")


class Notes(DoorRecorder):
    """A recorder of which only the notes are used."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self.endpoint = Endpoint("10.0.0.1", "tcp", 443)


def verdict(chain: list[bytes], *anchors: bytes) -> bool | None:
    recorder = Notes()
    note_anchors(recorder, chain, anchors)
    return trusted(chain, recorder.notes)


def test_a_chain_is_followed_to_its_root() -> None:
    assert verdict([LEAF, MIDDLE], ROOT, OTHER) is True
    assert verdict([LEAF, ROOT, MIDDLE], ROOT) is True
    assert verdict([LEAF], MIDDLE) is True
    assert verdict([LEAF], LEAF) is True


def test_a_chain_that_ends_elsewhere_is_not_trusted() -> None:
    assert verdict([LEAF, MIDDLE], OTHER) is False
    assert verdict([LEAF], ROOT) is False
    assert verdict([OTHER], ROOT) is False
    assert verdict([made("leaf", "middle", "other"), MIDDLE], ROOT) is False


def test_nothing_is_said_where_nobody_said_whom_to_trust() -> None:
    assert verdict([LEAF, MIDDLE]) is None
    assert verdict([], ROOT) is None
    assert trusted([b"no certificate"], {"trust_store": "x"}) is None
    assert trusted([LEAF], {"trust_store": "x", "anchor0": "damaged!"}) is None


def test_certificates_that_sign_each_other_do_not_hold_us() -> None:
    assert verdict([made("leaf", "middle"), made("middle", "leaf")], ROOT) is None


def test_a_file_is_read_or_refused_with_its_reason(tmp_path: Path) -> None:
    store = tmp_path / "roots.pem"
    store.write_bytes(
        b"# ours\n" + b"".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in (ROOT, OTHER))
    )
    assert read_trust_store(store) == (ROOT, OTHER)
    for text, why in (
        (b"nothing", "holds no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "1"),
    ):
        store.write_bytes(text)
        with pytest.raises(InputError, match=why):
            read_trust_store(store)
    with pytest.raises(InputError, match="cannot be read"):
        read_trust_store(tmp_path / "missing")


def test_a_server_of_the_labs_authority_is_trusted_by_whom_trusts_that_one() -> None:
    with serve("tls", {"certificate": {"issuer": "lab"}}) as (address, port):
        authority = read_trust_store(
            pem_file(Certificate(common_name="Lab Authority", days=3650, key="ec256", country="CN"))
        )
        for anchors, expected in ((authority, True), ((OTHER,), False), ((), None)):
            exchange, _ = ask("tls", address, port, Asking(anchors=anchors))
            found = row(exchange)
            assert isinstance(found, TlsFacts)
            assert found.chain_trusted is expected
