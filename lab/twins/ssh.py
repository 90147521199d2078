"""An SSH server up to key exchange (RFC 4253): identification line and KEXINIT, then it ends the conversation."""

import os
import struct
from dataclasses import dataclass

from lab.twin import Connection, TcpTwin

KEXINIT = 20
DISCONNECT = 1

GOOD_KEX = ("curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "diffie-hellman-group16-sha512")
GOOD_CIPHERS = ("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr")
GOOD_MACS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256")


@dataclass(frozen=True)
class Settings:
    """The lists go into KEXINIT as they stand; ciphers and macs count for both directions."""

    banner: str = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u5"
    before: str = ""
    kex: tuple[str, ...] = GOOD_KEX
    host_keys: tuple[str, ...] = ("ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256")
    ciphers: tuple[str, ...] = GOOD_CIPHERS
    macs: tuple[str, ...] = GOOD_MACS
    compression: tuple[str, ...] = ("none", "zlib@openssh.com")


class SshTwin(TcpTwin):
    port = 22
    Settings = Settings

    def session(self, connection: Connection) -> None:
        connection.send((self.settings.before + self.settings.banner + "\r\n").encode("utf-8", "surrogateescape"))
        connection.read_line()
        connection.send(packet(self._kexinit()))
        try:
            while True:
                length = struct.unpack(">I", connection.read_exactly(4))[0]
                message = connection.read_exactly(length)[1]
                if message not in (KEXINIT, 2, 4):
                    break
        finally:
            connection.send(packet(disconnect(3, "Key exchange failed")))

    def _kexinit(self) -> bytes:
        ours = self.settings
        lists = (
            ours.kex,
            ours.host_keys,
            ours.ciphers,
            ours.ciphers,
            ours.macs,
            ours.macs,
            ours.compression,
            ours.compression,
            (),
            (),
        )
        body = b"".join(string(",".join(names).encode()) for names in lists)
        return bytes([KEXINIT]) + os.urandom(16) + body + b"\0" + b"\0\0\0\0"


def string(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text


def disconnect(reason: int, text: str) -> bytes:
    return struct.pack(">BI", DISCONNECT, reason) + string(text.encode()) + string(b"")


def packet(payload: bytes) -> bytes:
    """The binary packet of RFC 4253 section 6 without encryption: length, padding length, payload, padding."""
    padding = 8 - (len(payload) + 5) % 8
    padding += 8 if padding < 4 else 0
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding)


TWIN = SshTwin
