"""SM2 signatures with SM3 (GB/T 32918.2-2016, GB/T 32918.5-2017, GB/T 35276-2017) in plain Python.

Written out here because the hashes come from the system's OpenSSL but no packaged library signs with SM2 everywhere we run.
It is not constant-time: keys are used to sign bundles on the auditor's own machine, never to answer strangers.
"""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from inventory.canonical import sm3
from inventory.errors import InputError

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
DEFAULT_ID = b"1234567812345678"  # GB/T 35276-2017, chapter 10

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_ZERO: _Jacobian = (1, 1, 0)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve other than zero. Raises InputError for anything else."""

    x: int
    y: int

    def __post_init__(self) -> None:
        if not (0 <= self.x < P and 0 <= self.y < P) or (self.y**2 - self.x**3 - A * self.x - B) % P:
            raise InputError("not an SM2 public key: the point is not on the curve")

    def to_bytes(self) -> bytes:
        """The uncompressed point: 65 bytes."""
        return b"\x04" + self.x.to_bytes(32) + self.y.to_bytes(32)


def public_key(private: int) -> PublicKey:
    """The public key of a private key in [1, N - 2]."""
    if not 1 <= private <= N - 2:
        raise InputError("not an SM2 private key: the number is out of range")
    point = _affine(_multiply(private, G))
    return PublicKey(*point)


def new_private_key() -> int:
    """A fresh private key from the operating system's randomness."""
    return secrets.randbelow(N - 2) + 1


def sign(private: int, message: bytes, nonce: int | None = None, identity: bytes = DEFAULT_ID) -> bytes:
    """The signature as DER (SEQUENCE of r and s). `nonce` is for the standard's own example only."""
    e = _digest(public_key(private), message, identity)
    while True:
        k = nonce if nonce is not None else secrets.randbelow(N - 1) + 1
        x, _ = _affine(_multiply(k, G))
        r = (e + x) % N
        s = pow(1 + private, -1, N) * (k - r * private) % N
        if r and s and r + k != N:
            return encode_dss_signature(r, s)
        nonce = None


def verify(key: PublicKey, message: bytes, signature: bytes, identity: bytes = DEFAULT_ID) -> bool:
    """Whether the DER signature is that key's over that message. What is not DER, or out of range, is not."""
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return False
    if encode_dss_signature(r, s) != signature or not (1 <= r < N and 1 <= s < N):
        return False
    t = (r + s) % N
    if t == 0:
        return False
    total = _add(_multiply(s, G), _multiply(t, (key.x, key.y)))
    return total[2] != 0 and (_digest(key, message, identity) + _affine(total)[0]) % N == r


def _digest(key: PublicKey, message: bytes, identity: bytes) -> int:
    """SM3 of Z and the message, where Z binds identity, curve and key (GB/T 32918.2-2016, 5.5)."""
    numbers = b"".join(number.to_bytes(32) for number in (A, B, *G, key.x, key.y))
    z = bytes.fromhex(sm3((8 * len(identity)).to_bytes(2) + identity + numbers))
    return int(sm3(z + message), 16)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z or not y:
        return _ZERO
    square = y * y % P
    s = 4 * x * square % P
    m = 3 * (x - z * z) * (x + z * z) % P  # a = -3
    new_x = (m * m - 2 * s) % P
    return new_x, (m * (s - new_x) - 8 * square * square) % P, 2 * y * z % P


def _add(one: _Jacobian, other: _Jacobian) -> _Jacobian:
    if not one[2]:
        return other
    if not other[2]:
        return one
    z1, z2 = one[2] ** 2 % P, other[2] ** 2 % P
    u1, u2 = one[0] * z2 % P, other[0] * z1 % P
    s1, s2 = one[1] * z2 * other[2] % P, other[1] * z1 * one[2] % P
    if u1 == u2:
        return _double(one) if s1 == s2 else _ZERO
    h, r = (u2 - u1) % P, (s2 - s1) % P
    h2 = h * h % P
    h3, v = h * h2 % P, u1 * h2 % P
    x = (r * r - h3 - 2 * v) % P
    return x, (r * (v - x) - s1 * h3) % P, h * one[2] * other[2] % P


def _multiply(factor: int, point: Point) -> _Jacobian:
    total = _ZERO
    base: _Jacobian = (*point, 1)
    for bit in bin(factor)[2:]:
        total = _double(total)
        if bit == "1":
            total = _add(total, base)
    return total


def _affine(point: _Jacobian) -> Point:
    inverse = pow(point[2], -1, P)
    return point[0] * inverse**2 % P, point[1] * inverse**3 % P
