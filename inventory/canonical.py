"""Canonical JSON (RFC 8785) and digests: the same content always gives the same bytes."""

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a JSON value: UTF-8, sorted keys, no spaces, no trailing newline."""
    return rfc8785.dumps(value)


def sha256(data: bytes) -> str:
    """SHA-256 (FIPS 180-4) in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def sm3(data: bytes) -> str:
    """SM3 (GB/T 32905-2016) in lower-case hex, by the system's OpenSSL."""
    return hashlib.new("sm3", data).hexdigest()


def short_id(*parts: str | int) -> str:
    """A stable id of 16 hex digits made from the parts, which must not contain U+001F."""
    return sha256("\x1f".join(str(part) for part in parts).encode())[:16]
