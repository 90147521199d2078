"""NTP: stratum, reference and whether control queries are answered (RFC 5905 client mode, RFC 9327 mode 6 read status).

The monitor list of mode 7 is never asked: it is what amplifies.
"""

from inventory.errors import NotUnderstood, Silent
from inventory.exchange import Exchange
from inventory.facts.ntp import NtpFacts
from scanner.probe import Asking, Probe, Recorder

CLIENT = b"\x23" + bytes(39) + b"\x00\x00\x00\x01\x63\x6a\x00\x00"
READ_STATUS = b"\x16\x01\x00\x01" + bytes(8)
FOREIGN = ("GPS", "GLO", "GAL", "WWVB", "DCF", "MSF", "JJY", "GOES")  # satellites and radio clocks outside the mainland
BEIDOU = ("BDS", "BD2", "BD", "CNSS", "COMP", "BDGP", "GPBD")


async def collect(recorder: Recorder, asking: Asking) -> None:
    """The time, a status query, and where that stays without an answer the time again: only then the silence is a refusal."""
    answers = await recorder.datagram("time", CLIENT, limit=512, timeout=1.0, tries=2)
    if answers:
        try:
            await recorder.datagram("control", READ_STATUS, limit=1024, timeout=1.0, tries=1)
        except Silent:
            await recorder.datagram("time again", CLIENT, limit=512, timeout=1.0, tries=2)


def interpret(exchange: Exchange) -> dict[str, list[NtpFacts]]:
    """Pure. Raises NotUnderstood where the answer is not one of an NTP server."""
    turn = exchange.turn("time")
    data = turn.received if turn is not None else b""
    if len(data) < 48 or data[0] & 7 not in (2, 4) or not 1 <= data[0] >> 3 & 7 <= 5:
        raise NotUnderstood("not NTP")
    if data[24:32] != CLIENT[40:48]:
        raise NotUnderstood("an answer to another question")
    leap, stratum = data[0] >> 6, data[1]
    reference = _reference(data[12:16], stratum)
    word = (reference or "").upper().strip()
    told = stratum == 1
    return {
        "ntp": [
            NtpFacts(
                answers=True,
                version=data[0] >> 3 & 7,
                stratum=stratum or 16,
                synchronised=leap != 3 and 0 < stratum < 16,
                reference=reference,
                satellite_foreign=word.startswith(FOREIGN) and not _beidou(word) if told else None,
                satellite_beidou=_beidou(word) if told else None,
                control_open=_control(exchange),
            )
        ]
    }


def _control(exchange: Exchange) -> bool | None:
    """A status query was answered; or it was not, while the time was told before and after it."""
    control, again = exchange.turn("control"), exchange.turn("time again")
    if control is not None and control.received:
        return len(control.received) >= 12 and control.received[0] & 7 == 6 and bool(control.received[1] & 0x80)
    return False if again is not None and again.received else None


def _beidou(word: str) -> bool:
    return word in BEIDOU or word.startswith("BDS")


def _reference(data: bytes, stratum: int) -> str | None:
    if stratum < 2:
        text = data.rstrip(b"\0 ").decode("ascii", "replace")
        return text if text.isprintable() and text else None
    return ".".join(str(octet) for octet in data)


PROBE = Probe(name="ntp", table="ntp", transport="udp", collect=collect, interpret=interpret, packets=6)
