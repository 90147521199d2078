"""Does each service answer? Runs inside the city's namespace: `python -m lab.check` reads JSON lines of what to ask on stdin.

A line is {address, port, transport, protocol, communities, expected}; the answer line adds `answers`: true or false. A TCP service answers
when it accepts a connection, a UDP service when it sends anything back to a request of its protocol.
"""

import json
import socket
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lab import ber

TIMEOUT = 1.5


def snmp_request(community: str) -> bytes:
    """SNMPv2c GetRequest of sysName."""
    pair = ber.wrap(ber.SEQUENCE, ber.oid("1.3.6.1.2.1.1.5.0") + ber.wrap(ber.NULL, b""))
    pdu = ber.wrap(0xA0, ber.integer(45) + ber.integer(0) + ber.integer(0) + ber.wrap(ber.SEQUENCE, pair))
    return ber.wrap(ber.SEQUENCE, ber.integer(1) + ber.wrap(ber.OCTETS, community.encode()) + pdu)


def snmp3_discovery() -> bytes:
    """SNMPv3 message without a user (RFC 3414 section 4): an engine answers with a report."""
    head = ber.integer(45) + ber.integer(65507) + ber.wrap(ber.OCTETS, b"\x04") + ber.integer(3)
    empty = ber.wrap(ber.OCTETS, b"")
    security = ber.wrap(ber.SEQUENCE, empty + ber.integer(0) + ber.integer(0) + empty + empty + empty)
    pdu = ber.wrap(0xA0, ber.integer(45) + ber.integer(0) + ber.integer(0) + ber.wrap(ber.SEQUENCE, b""))
    scoped = ber.wrap(ber.SEQUENCE, empty + empty + pdu)
    return ber.wrap(
        ber.SEQUENCE, ber.integer(3) + ber.wrap(ber.SEQUENCE, head) + ber.wrap(ber.OCTETS, security) + scoped
    )


def dns_request() -> bytes:
    """Query of www.lab.example, type A."""
    name = b"".join(bytes([len(part)]) + part for part in (b"www", b"lab", b"example")) + b"\0"
    return struct.pack(">HHHHHH", 45, 0, 1, 0, 0, 0) + name + struct.pack(">HH", 1, 1)


SIP_OPTIONS = (
    b"OPTIONS sip:lab@lab.example SIP/2.0\r\nVia: SIP/2.0/UDP 0.0.0.0:5060;branch=z9hG4bKlab;rport\r\n"
    b"From: <sip:lab@lab.example>;tag=lab\r\nTo: <sip:lab@lab.example>\r\nCall-ID: lab\r\nCSeq: 1 OPTIONS\r\n"
    b"Max-Forwards: 1\r\nContent-Length: 0\r\n\r\n"
)
BACNET_WHO_IS = b"\x81\x0a\x00\x08\x01\x00\x10\x08"


def requests(question: dict[str, Any]) -> list[bytes]:
    """The datagrams to try for a protocol over UDP."""
    if question["protocol"] == "snmp":
        return [snmp_request(each) for each in question.get("communities") or []] or [snmp3_discovery()]
    if question["protocol"] == "dns":
        return [dns_request()]
    if question["protocol"] == "ntp":
        return [b"\x23" + bytes(47)]
    if question["protocol"] == "coap":
        return [b"\x40\x01\x00\x2d\xbb.well-known\x04core"]
    if question["protocol"] == "ipmi":
        return [b"\x06\0\xff\x07" + bytes(9) + b"\x09\x20\x18\xc8\x81\0\x38\x8e\x04\xb5"]
    if question["protocol"] == "tftp":
        return [b"\x00\x01lab-no-such-file\x00octet\x00"]
    if question["protocol"] == "sip":
        return [SIP_OPTIONS]
    if question["protocol"] == "bacnet":
        return [BACNET_WHO_IS]
    return [b"\r\n"]


def answers(question: dict[str, Any]) -> bool:
    """Ask, up to three times where an answer is expected: a busy machine may miss one."""
    return any(_answers(question) for _ in range(3 if question.get("expected", True) else 1))


def _answers(question: dict[str, Any]) -> bool:
    where = (question["address"], question["port"])
    try:
        if question["transport"] == "tcp":
            with socket.create_connection(where, TIMEOUT):
                return True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(TIMEOUT)
            if question["protocol"] != "tftp":  # which answers from a port of its own (RFC 1350, section 4)
                sock.connect(where)
            for request in requests(question):
                sock.sendto(request, where)
            return bool(sock.recv(4096))
    except OSError:
        return False


def main() -> int:
    questions = [json.loads(line) for line in sys.stdin if line.strip()]
    with ThreadPoolExecutor(32) as pool:
        for question, found in zip(questions, pool.map(answers, questions), strict=True):
            print(json.dumps({**question, "answers": found}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
