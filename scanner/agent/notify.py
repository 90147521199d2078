"""Messages that still have to go out: kept in the state until every channel has taken them, each said once."""

import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inventory.text import Language
from scanner.agent.events import SEVERITY, Event
from scanner.agent.send import Channel
from scanner.agent.state import Message, State

MOST_TRIES = 60
LARGEST_OUTBOX = 500
REMEMBER_DAYS = 400


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one message: the channels that took it."""

    key: str
    taken: tuple[str, ...]


def put(state: State, event: Event, language: Language, now: datetime, channels: Sequence[Channel]) -> State:
    """The state with the event in its outbox, unless that was said before or nobody is to be told."""
    if event.key in state.said:
        return state
    day = f"{now:%Y-%m-%d}"
    oldest = f"{now - timedelta(days=REMEMBER_DAYS):%Y-%m-%d}"
    said = {key: when for key, when in state.said.items() if when >= oldest} | {event.key: day}
    if not any(channel.takes(event.kind) for channel in channels):
        return state.model_copy(update={"said": said})
    message = Message(
        key=event.key,
        kind=event.kind,
        severity=SEVERITY[event.kind],
        title=event.title(language),
        body=event.body(language),
        at=event.at,
    )
    outbox = (*state.outbox, message)
    dropped = max(0, len(outbox) - LARGEST_OUTBOX)
    return state.model_copy(update={"said": said, "outbox": outbox[dropped:], "given_up": state.given_up + dropped})


def after(state: State, attempt: Attempt, channels: Sequence[Channel]) -> State:
    """The state after an attempt: delivered messages go; one that nobody took in sixty tries is counted as given up."""
    outbox, given_up = [], state.given_up
    for message in state.outbox:
        if message.key != attempt.key:
            outbox.append(message)
            continue
        taken = tuple(sorted({*message.channels, *attempt.taken}))
        if {channel.name for channel in channels if channel.takes(message.kind)} <= set(taken):
            continue
        if message.tries + 1 >= MOST_TRIES:
            given_up += 1
            continue
        outbox.append(message.model_copy(update={"channels": taken, "tries": message.tries + 1}))
    return state.model_copy(update={"outbox": tuple(outbox), "given_up": given_up})


def next_message(state: State, now: datetime, last_try: datetime | None) -> Message | None:
    """The message to try next: fresh ones at once, failed ones a minute apart."""
    fresh = next((message for message in state.outbox if not message.tries), None)
    if fresh or not state.outbox:
        return fresh
    if last_try is not None and now - last_try < timedelta(minutes=1):
        return None
    return min(state.outbox, key=lambda message: message.tries)


def attempt(message: Message, channels: Sequence[Channel]) -> Attempt:
    """Offer a message to every channel that has not taken it."""
    return Attempt(
        message.key,
        tuple(
            channel.name
            for channel in channels
            if channel.takes(message.kind)
            and channel.name not in message.channels
            and channel.deliver(message.kind, message.severity, message.title, message.body, message.at)
        ),
    )


class Postman:
    """Sends in a thread of its own, one message at a time, so that a channel that hangs holds nothing else up."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self.channels = tuple(channels)
        self._given: queue.Queue[Message] = queue.Queue()
        self._done: queue.Queue[Attempt] = queue.Queue()
        self._busy = False
        self._last_try: datetime | None = None
        threading.Thread(target=self._work, daemon=True, name="postman").start()

    def _work(self) -> None:
        while True:
            self._done.put(attempt(self._given.get(), self.channels))

    def look(self, state: State, now: datetime) -> State:
        """Take in what was delivered, and hand on the next message."""
        while not self._done.empty():
            state = after(state, self._done.get(), self.channels)
            self._busy = False
        message = None if self._busy else next_message(state, now, self._last_try)
        if message is not None:
            self._busy, self._last_try = True, now
            self._given.put(message)
        return state
