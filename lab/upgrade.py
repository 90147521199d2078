"""Lets a foreign client that knows no StartTLS speak behind one: `python3 -m lab.upgrade PROTOCOL ADDRESS PORT -- COMMAND… {port}`.

The command talks to a free port of loopback that takes the place of `{port}`. What a server wants to hear in the clear first is
said by us; then every byte goes through as it is, so what the command tells is its own view of the server. With `tlcp` nothing is
said, and openssl reads the certificates that passed by: GmSSL's client shows none.
"""

import contextlib
import socket
import ssl
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator

from lab.relay import pump

SECONDS = 10.0
LDAP = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"  # RFC 4511 4.14.1
MYSQL = b"\x20\x00\x00\x01\x00\x0a\x00\x00" + b"\x00\x00\x00\x01\x21" + bytes(23)  # SSLRequest: protocol 4.1, TLS
POSTGRESQL = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
# protocol → does the server speak first, and what is said to it in turn, each with an answer
SAID = {
    "smtp": (True, (b"EHLO lab.example\r\n", b"STARTTLS\r\n")),
    "imap": (True, (b"a1 STARTTLS\r\n",)),
    "pop3": (True, (b"STLS\r\n",)),
    "ftp": (True, (b"AUTH TLS\r\n",)),
    "ldap": (False, (LDAP,)),
    "postgresql": (False, (POSTGRESQL,)),
    "kingbase": (False, (POSTGRESQL,)),
    "mysql": (True, ()),
    "tlcp": (False, ()),
}
HANDSHAKE, CERTIFICATE = 22, 11
READ = (
    "openssl",
    "x509",
    "-noout",
    "-serial",
    "-checkend",
    "0",
    "-text",
    "-certopt",
    "no_extensions,no_sigdump,no_validity",
)


def upgraded(protocol: str, address: str, port: int) -> socket.socket:
    """A connection on which TLS comes next, if the server agreed."""
    there = socket.create_connection((address, port), SECONDS)
    greeted, requests = SAID[protocol]
    if greeted:
        there.recv(4096)
    for request in requests:
        there.sendall(request)
        there.recv(4096)
    if protocol == "mysql":
        there.sendall(MYSQL)
    return there


def carry(listening: socket.socket, there: socket.socket, seen: bytearray) -> None:
    """Bytes both ways for the one connection of the command; what the server says is noted."""
    here, _ = listening.accept()
    threading.Thread(target=pump, args=(here, there), daemon=True).start()
    with contextlib.suppress(OSError):
        while data := there.recv(65536):
            seen += data
            here.sendall(data)
    with contextlib.suppress(OSError):
        here.shutdown(socket.SHUT_WR)


def certificates(seen: bytes) -> Iterator[bytes]:
    """The certificates (DER) of a handshake in the clear, in the order of the server: RFC 5246 7.4.2, the same in TLCP."""
    messages, at = b"", 0
    while at + 5 <= len(seen):
        kind, _, size = struct.unpack(">BHH", seen[at : at + 5])
        messages += seen[at + 5 : at + 5 + size] if kind == HANDSHAKE else b""
        at += 5 + size
    at = 0
    while at + 4 <= len(messages):
        size = int.from_bytes(messages[at + 1 : at + 4], "big")
        body = messages[at + 7 : at + 4 + size] if messages[at] == CERTIFICATE else b""
        while len(body) > 3:
            length = int.from_bytes(body[:3], "big")
            yield body[3 : 3 + length]
            body = body[3 + length :]
        at += 4 + size


def main(words: list[str]) -> int:
    protocol, address, port, _, *command = words
    seen = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening, upgraded(protocol, address, int(port)) as there:
        threading.Thread(target=carry, args=(listening, there, seen), daemon=True).start()
        own = str(listening.getsockname()[1])
        code = subprocess.run([word.replace("{port}", own) for word in command], check=False).returncode
    for each in certificates(bytes(seen)) if protocol == "tlcp" else ():
        print("certificate:", flush=True)
        subprocess.run(READ, input=ssl.DER_cert_to_PEM_cert(each).encode(), check=False)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
