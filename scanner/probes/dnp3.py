"""DNP3: does a station answer a request for the status of its link? (IEEE 1815-2012 9.2.4; identify only)

Stations answer to their own address alone. The self-address comes first, then the few addresses that stations are delivered
with, one frame at a time; whoever has another one stays silent and is not assessed.
"""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.dnp3 import Dnp3Facts
from scanner.probe import Asking, Probe, Recorder
from scanner.wire.dnp3 import NOT_SUPPORTED, SELF_ADDRESS, STATUS, Frame, link_status, read_frame

ADDRESSES = (SELF_ADDRESS, 1, 10, 4)
FRAME = 10  # bytes of a frame without data


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection, until a station answers."""
    async with recorder.connection() as connection:
        for address in ADDRESSES:
            heard = await connection.ask_exactly(
                f"link:{address}", link_status(address), lambda _: FRAME, limit=292, timeout=1.5
            )
            if heard:
                return


def interpret(exchange: Exchange) -> dict[str, list[Dnp3Facts]]:
    """Pure. Raises NotUnderstood where no answer is a DNP3 frame."""
    for turn in exchange.turns:
        frame = _frame(turn.received)
        if frame is not None and frame.is_answer:
            kind = frame.control & 0x0F
            status = True if kind == STATUS else False if kind == NOT_SUPPORTED else None
            return {"dnp3": [Dnp3Facts(answers=True, station=frame.source, link_status=status)]}
    raise NotUnderstood("not DNP3")


def _frame(data: bytes) -> Frame | None:
    try:
        return read_frame(data)
    except NotUnderstood:
        return None


PROBE = Probe(
    name="dnp3", table="dnp3", transport="tcp", collect=collect, interpret=interpret, packets=12, deadline=12.0
)
