"""IEC 60870-5-104: does an outstation confirm a link test? TESTFR alone; data transfer is never started (IEC 60870-5-104, 5.3)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.iec104 import Iec104Facts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.http import any_tls
from scanner.wire.openings import IEC104_TEST

CONFIRMED = b"\x68\x04\x83\x00\x00\x00"


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, six bytes each way."""
    inside = any_tls() if asking.tls else None
    recorder.note("tls", "yes" if inside else "no")
    async with recorder.connection(tls=inside) as connection:
        await connection.ask_exactly("test", IEC104_TEST, lambda _: 6, limit=255, timeout=5.0)


def interpret(exchange: Exchange) -> dict[str, list[Iec104Facts]]:
    """Pure. Raises NotUnderstood where the test is not confirmed; a test of the other side's own is an answer too."""
    turn = exchange.turn("test")
    if turn is None or turn.received[:6] not in (CONFIRMED, IEC104_TEST):
        raise NotUnderstood("not IEC 104")
    return {"iec104": [Iec104Facts(answers=True, encrypted=exchange.notes.get("tls") == "yes")]}


PROBE = Probe(name="iec104", table="iec104", transport="tcp", collect=collect, interpret=interpret, packets=6)
