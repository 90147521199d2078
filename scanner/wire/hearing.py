"""Listening to the answer to one hello: every arrival is read once, and what was read is kept for whoever asked."""

from inventory.errors import NotUnderstood
from scanner.wire.suites import TLS13, names
from scanner.wire.tls import Flight, hello_length, read_flight
from scanner.wire.tls13 import AEADS, open_flight


class Hearing:
    """How many bytes hold the answer, as `ask_exactly` wants to know; afterwards `flight` is what came. `whole`: up to the end of
    the flight, opened where that needs a key; otherwise the ServerHello is enough, but where the flight holds a Diffie-Hellman
    prime. `flight` is None while nothing has come and where what came is no TLS; `opened` is False where a sealed flight did not
    open."""

    def __init__(self, hello: bytes, *, whole: bool) -> None:
        self.hello = hello
        self.whole = whole
        self.flight: Flight | None = None
        self.opened = True

    def __call__(self, data: bytes) -> int | None:
        """The length of the answer; None while it is not known."""
        self.flight, self.opened = None, True
        if len(data) < 5:
            return None
        try:
            self.flight = read_flight(data)
        except NotUnderstood:
            return hello_length(data) if data[:1] == b"\x16" else len(data)
        return self._end(self.flight, len(data))

    def _end(self, flight: Flight, heard: int) -> int | None:
        if flight.suite is None or flight.retry:
            return flight.end or None
        if flight.suite in TLS13:
            return self._end_of_sealed(flight, heard) if self.whole else flight.end
        if not self.whole and not names().get(flight.suite, "").startswith("DH"):
            return flight.end
        return flight.end if flight.done or flight.alert is not None else None

    def _end_of_sealed(self, flight: Flight, heard: int) -> int | None:
        try:
            open_flight(self.hello, flight)
        except NotUnderstood:
            self.opened = False
            return heard
        return flight.end if flight.done or flight.alert is not None or flight.suite not in AEADS else None

    def chosen(self, version: int) -> int | None:
        """The suite that the server took for this very version, or None."""
        return self.flight.suite if self.flight is not None and self.flight.version == version else None
