"""RDP: which security protocols does the server accept? (MS-RDPBCGR 2.2.1.1, the negotiation request alone)"""

from inventory.errors import NotUnderstood, Refused
from inventory.exchange import Exchange, Turn
from inventory.facts.rdp import RdpFacts
from scanner.probe import Asking, Probe, Recorder

STANDARD, TLS, NLA = 0, 1, 2
NLA_REQUIRED = 5  # HYBRID_REQUIRED_BY_SERVER


def request(protocols: int) -> bytes:
    """An X.224 connection request with a negotiation request."""
    return b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00" + protocols.to_bytes(4, "little")


def _length(data: bytes) -> int | None:
    return int.from_bytes(data[2:4], "big") if len(data) >= 4 else None


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection for each of standard security, TLS and NLA."""
    for label, protocols in (("standard", STANDARD), ("tls", TLS), ("nla", TLS | NLA)):
        try:
            async with recorder.connection() as connection:
                await connection.ask_exactly(label, request(protocols), _length, limit=1024, timeout=4.0)
        except Refused:
            if not recorder.exchange().turns:
                raise


def _answer(turn: Turn | None) -> tuple[bool, int] | None:
    """(accepted, protocol or failure code); a confirm without negotiation is standard security. None where none came."""
    data = turn.received if turn is not None else b""
    if len(data) < 11 or data[:2] != b"\x03\x00" or data[5] != 0xD0:
        return None
    if len(data) < 19:
        return True, STANDARD
    code = int.from_bytes(data[15:19], "little")
    return (True, code) if data[11] == 2 else (False, code) if data[11] == 3 else None


def interpret(exchange: Exchange) -> dict[str, list[RdpFacts]]:
    """Pure. Raises NotUnderstood where no answer confirms an X.224 connection."""
    standard, tls, nla = (_answer(exchange.turn(label)) for label in ("standard", "tls", "nla"))
    if standard is None and tls is None and nla is None:
        raise NotUnderstood("not RDP")
    plain = None if standard is None else standard[0] and standard[1] == STANDARD
    without = None if tls is None else tls[0] and tls[1] == TLS
    refused = any(answer is not None and not answer[0] and answer[1] == NLA_REQUIRED for answer in (standard, tls))
    return {
        "rdp": [
            RdpFacts(
                answers=True,
                standard_security=plain,
                tls=without,
                nla=None if nla is None else nla[0] and nla[1] >= NLA,
                nla_required=True
                if refused
                else None
                if plain is None or without is None
                else not plain and not without,
            )
        ]
    }


PROBE = Probe(name="rdp", table="rdp", transport="tcp", collect=collect, interpret=interpret, connections=3, packets=18)
