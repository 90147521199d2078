"""Signatures of bundles: the standard's own example, a foreign implementation in both directions, and every refusal."""

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import InputError
from reports import sm2
from reports.signature import (
    ALGORITHMS,
    Algorithm,
    PrivateKey,
    Signature,
    load_private_key,
    load_public_key,
    new_key,
    save_key,
    sign,
    verify,
)

MANIFEST = b'{"format":"chengjian-bundle/1"}'


def test_the_example_of_the_standard() -> None:
    """GB/T 32918.5-2017, annex A: key, nonce and message give exactly this r and s."""
    private = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
    nonce = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    key = sm2.public_key(private)
    assert key.x == 0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020
    assert key.y == 0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13
    signature = sm2.sign(private, b"message digest", nonce)
    assert decode_dss_signature(signature) == (
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )
    assert sm2.verify(key, b"message digest", signature)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signature_holds_for_its_manifest_alone(algorithm: Algorithm) -> None:
    made = sign(new_key(algorithm), MANIFEST)
    assert verify(made, MANIFEST)
    assert not verify(made, MANIFEST + b" ")
    other = sign(new_key(algorithm), MANIFEST)
    assert not verify(made.model_copy(update={"public_key": other.public_key}), MANIFEST)
    assert not verify(made.model_copy(update={"signature": "!"}), MANIFEST)
    swapped: Algorithm = "sm2" if algorithm == "ed25519" else "ed25519"
    assert not verify(made.model_copy(update={"algorithm": swapped}), MANIFEST)


@given(st.integers(0, 10_000))
def test_any_changed_bit_of_a_signature_breaks_it(position: int) -> None:
    made = _FIXED[position % 2]
    data = bytearray(base64.b64decode(made.signature))
    bit = position // 2 % (8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    assert not verify(made.model_copy(update={"signature": base64.b64encode(data).decode()}), MANIFEST)


_FIXED: tuple[Signature, ...] = tuple(
    sign(PrivateKey(algorithm, bytes(range(1, 33))), MANIFEST) for algorithm in ALGORITHMS
)


def test_numbers_out_of_range_are_no_signature() -> None:
    private = 12345
    key = sm2.public_key(private)
    r, s = decode_dss_signature(sm2.sign(private, MANIFEST))
    for wrong in ((0, s), (r, 0), (r + sm2.N, s), (r, s + sm2.N), (sm2.N - s, s)):
        assert not sm2.verify(key, MANIFEST, encode_dss_signature(*wrong))
    assert not sm2.verify(key, MANIFEST, b"")


def test_points_off_the_curve_are_no_keys() -> None:
    with pytest.raises(InputError):
        sm2.PublicKey(1, 1)
    for private in (0, sm2.N - 1, sm2.N):
        with pytest.raises(InputError):
            sm2.public_key(private)


def _openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)


SM2_OPTIONS = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")


def test_openssl_accepts_our_sm2_and_we_accept_its(tmp_path: Path) -> None:
    key = new_key("sm2")
    private, public = save_key(key, tmp_path)
    (tmp_path / "m").write_bytes(MANIFEST)
    (tmp_path / "s").write_bytes(base64.b64decode(sign(key, MANIFEST).signature))
    files = ("-in", str(tmp_path / "m"))
    checked = _openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", str(public), *files, "-sigfile", str(tmp_path / "s"), *SM2_OPTIONS
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    made = _openssl("pkeyutl", "-sign", "-inkey", str(private), *files, "-out", str(tmp_path / "t"), *SM2_OPTIONS)
    assert made.returncode == 0, made.stderr
    theirs = base64.b64encode((tmp_path / "t").read_bytes()).decode()
    assert verify(sign(key, MANIFEST).model_copy(update={"signature": theirs}), MANIFEST)


def test_gmssl_accepted_ours_and_we_accept_its() -> None:
    """Recorded with GmSSL 3.1.1 (`sm2keygen`, `sm2sign`, `sm2verify`), which uses the standard's default user id and can only
    be built from source: its signature verifies here, and ours, of a fixed nonce, is byte for byte the one that it accepted."""
    theirs = Signature(
        algorithm="sm2",
        signed="manifest.json",
        public_key="MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAEK6Vt168ujdXDSs1iDGtHuVSOW6lK"
        "aMjx/qmDbZ75iCS/9bwZLBAjLPHzBLflJHjZWB2Zuj1Sq9fcZjKSsIdUSw==",
        signature="MEUCIQDXBUrlPyefOdZtM9dGai1Pc1WCUpWrZsN8t8qyKZHLwgIgJUPJVEZ43cEwbw1AJ+zeLxHiqJIJ2F2/QAcVLrGjL3A=",
    )
    assert verify(theirs, MANIFEST)
    assert not verify(theirs, MANIFEST + b" ")
    ours = sm2.sign(int.from_bytes(bytes(range(1, 33))), MANIFEST, int.from_bytes(bytes(range(33, 65))))
    accepted = "MEUCIQC4q7MGOFojyo3VsiP6IMyP/F7Sri0dO0GU670TPrFh9gIgIBotnq7P5pjR9KHOzcZl+8/8ZZtAlZ0BZTY/fWNkkhA="
    assert ours == base64.b64decode(accepted)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_keys_survive_their_files(tmp_path: Path, algorithm: Algorithm) -> None:
    key = new_key(algorithm)
    private, public = save_key(key, tmp_path)
    assert load_private_key(private) == key
    assert private.stat().st_mode & 0o777 == 0o600
    assert load_public_key(public) == sign(key, MANIFEST).key_id
    assert key.secret.hex() not in repr(key)


def test_a_key_is_never_overwritten_nor_read_where_others_may(tmp_path: Path) -> None:
    private, public = save_key(new_key("ed25519"), tmp_path)
    with pytest.raises(InputError, match="already"):
        save_key(new_key("ed25519"), tmp_path)
    private.chmod(0o644)
    with pytest.raises(InputError, match="others may read"):
        load_private_key(private)
    for wrong in (b"", b"\xff", b"-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----", private.read_bytes()):
        public.write_bytes(wrong)
        with pytest.raises(InputError) as caught:
            load_public_key(public)
        assert str(public) in str(caught.value)
