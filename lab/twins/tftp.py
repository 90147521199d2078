"""A TFTP server (RFC 1350) that has no file: every read is answered with error 1. It answers from the port that was asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from lab.twin import UdpTwin

READ, NOT_FOUND = b"\x00\x01", b"\x00\x05\x00\x01File not found\x00"


@dataclass(frozen=True)
class Settings:
    """There is nothing to set."""


class TftpTwin(UdpTwin):
    port = 69
    Settings = Settings

    def answer(self, datagram: bytes) -> Iterable[bytes]:
        return [NOT_FOUND] if datagram.startswith(READ) else []


TWIN = TftpTwin
