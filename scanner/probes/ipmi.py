"""IPMI: which ways of logging in does a management controller enable? (IPMI 2.0, 22.13 Get Channel Authentication Capabilities,
which is answered outside a session). No session is opened."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.ipmi import IpmiFacts
from scanner.probe import Asking, Probe, Recorder


def request() -> bytes:
    """RMCP, an IPMI 1.5 wrapper without authentication, and the command for channel E (this one), IPMI 2.0 data, administrator."""
    head = b"\x20\x18"
    body = b"\x81\x00\x38\x8e\x04"
    message = head + bytes(((-sum(head)) & 0xFF,)) + body + bytes(((-sum(body)) & 0xFF,))
    return b"\x06\x00\xff\x07" + bytes(9) + bytes((len(message),)) + message


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One datagram."""
    await recorder.datagram("capabilities", request(), limit=512, timeout=1.0, tries=2)


def interpret(exchange: Exchange) -> dict[str, list[IpmiFacts]]:
    """Pure. Raises NotUnderstood where the answer is not IPMI over RMCP."""
    turn = exchange.turn("capabilities")
    data = turn.received if turn is not None else b""
    if len(data) < 21 or data[:1] != b"\x06" or data[3] & 0x1F != 7 or data[4] != 0:
        raise NotUnderstood("not IPMI over RMCP")
    message = data[14 : 14 + data[13]]
    if len(message) < 7 or message[5] != 0x38:
        raise NotUnderstood("an answer to another command")
    if message[6] != 0 or len(message) < 15:
        return {"ipmi": [IpmiFacts(answers=True)]}
    kinds, status, extended = message[8], message[9], message[10]
    version_20 = bool(kinds & 0x80) and bool(extended & 0x02)
    return {
        "ipmi": [
            IpmiFacts(
                answers=True,
                version_20=version_20,
                version_15=bool(extended & 0x01) if kinds & 0x80 else True,
                none_allowed=bool(kinds & 0x01),
                anonymous_login=bool(status & 0x01),
                null_users=bool(status & 0x02),
                md5_allowed=bool(kinds & 0x06),
                plain_password=bool(kinds & 0x10),
                default_key=not status & 0x20 if version_20 else None,
                vendor_id=int.from_bytes(message[11:14], "little") or None,
            )
        ]
    }


PROBE = Probe(name="ipmi", table="ipmi", transport="udp", collect=collect, interpret=interpret, packets=2)
