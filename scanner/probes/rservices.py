"""rexec, rlogin, rsh: is the port open? Nothing is sent, and an open port alone is what is stated (evidence class port)."""

from inventory.errors import NotUnderstood
from inventory.exchange import Exchange
from inventory.facts.rservices import RservicesFacts
from scanner.probe import Asking, Probe, Recorder


async def collect(recorder: Recorder, asking: Asking) -> None:
    """One connection that is closed at once."""
    async with recorder.connection() as connection:
        await connection.ask("listening", limit=64, timeout=0.5)


def interpret(exchange: Exchange) -> dict[str, list[RservicesFacts]]:
    """Pure. A service of another kind that greets there is not understood; these wait for the client."""
    turn = exchange.turn("listening")
    if turn is None or turn.received:
        raise NotUnderstood("another protocol greets on this port")
    return {"rservices": [RservicesFacts(listens=True)]}


PROBE = Probe(name="rservices", table="rservices", transport="tcp", collect=collect, interpret=interpret, packets=5)
