"""A configuration as evidence: the text without its secrets, one exchange for every question that it answers.

The exchange carries the whole text, so line numbers hold, and reading it again gives the facts again.
"""

from collections.abc import Mapping, Sequence

from inventory.configuration import Reading, Row, read
from inventory.endpoint import Endpoint
from inventory.exchange import Exchange, Turn
from inventory.fact import Fact, all_tables

KIND = "config"


def vantage(file: str) -> str:
    """The vantage of what a file says."""
    return f"config:{file}"


def exchange(hidden: str, reading: Reading, endpoint: Endpoint) -> Exchange:
    """Evidence for the questions on one endpoint. `hidden` is the text without secrets."""
    turn = Turn(label=reading.family, received=hidden.encode())
    notes = {"family": reading.family, "file": reading.file}
    return Exchange(KIND, endpoint, (turn,), notes | ({"complete": "yes"} if reading.complete else {}))


def endpoint_of(row: Row, address: str) -> Endpoint:
    """Where the fact holds: the port of the service, or the asset as a whole."""
    return Endpoint(address, row.transport, row.port)


def facts(rows: Sequence[Row]) -> dict[str, list[Fact]]:
    """The rows as typed facts, by table."""
    found: dict[str, list[Fact]] = {}
    for row in rows:
        found.setdefault(row.table, []).append(all_tables()[row.table].model(**row.values))
    return found


def interpret(evidence: Exchange) -> Mapping[str, Sequence[Fact]]:
    """Pure: the facts that the text gives for the exchange's endpoint."""
    text = evidence.turns[0].received.decode("utf-8", "replace") if evidence.turns else ""
    notes, where = evidence.notes, evidence.endpoint
    reading = read(text, notes.get("file", ""), notes.get("family"), complete=notes.get("complete") == "yes")
    return facts([row for row in reading.rows if (row.transport, row.port) == (where.transport, where.port)])
