"""Asking one question: run the probe, reduce what it heard, interpret, and name how the attempt ended.

`conclude` is the same pure function for a scan and for its replay.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from inventory.endpoint import Endpoint
from inventory.errors import (
    ChengjianError,
    Closed,
    NotUnderstood,
    PermitOver,
    ProbeError,
    Refused,
    RefusedByPermit,
    Silent,
)
from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.observation import Outcome
from scanner.door import Door, Guest
from scanner.gate import GateClosed
from scanner.pace import Patience
from scanner.probe import Asking, Interpret, Probe

Reduce = Callable[[Exchange], Exchange]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended: the outcome, a short stable reason, the facts by table, the reduced evidence."""

    outcome: Outcome
    reason: str = ""
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    evidence: tuple[Exchange, ...] = ()


def stamp(moment: datetime) -> str:
    """UTC, ISO 8601 with seconds and Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def said_nothing(exchange: Exchange) -> bool:
    """Did the other side say nothing at all?"""
    return not any(turn.received for turn in exchange.turns)


def conclude(interpret: Interpret, exchange: Exchange) -> Ending:
    """Interpret a reduced exchange. Pure; errors of an interpreter that are not typed are bugs of ours and named so."""
    kept = (exchange,) if exchange.turns else ()
    try:
        facts = interpret(exchange)
    except NotUnderstood:
        if not said_nothing(exchange):
            return Ending(Outcome.FAILED, "other-protocol", evidence=kept)
        ended = {turn.end for turn in exchange.turns}
        if ended & {"closed", "reset"}:
            return Ending(Outcome.REFUSED, "reset" if "reset" in ended else "closed-without-answer", evidence=kept)
        return Ending(Outcome.FAILED, "no-answer", evidence=kept)
    except ProbeError as error:
        return ended_by(error, kept)
    except Exception as error:  # noqa: BLE001 - the one door where a bug of ours becomes an outcome that is shown
        return Ending(Outcome.FAILED, f"bug:{type(error).__name__}", evidence=kept)
    return Ending(Outcome.ANSWERED, "", {name: tuple(rows) for name, rows in facts.items()}, kept)


def ended_by(error: Exception, kept: tuple[Exchange, ...] = ()) -> Ending:
    """What a typed error of the asking means."""
    if isinstance(error, Closed):
        return Ending(Outcome.CLOSED, "closed", evidence=kept)
    if isinstance(error, Silent):
        return Ending(Outcome.SILENT, "timeout", evidence=kept)
    if isinstance(error, Refused):
        return Ending(Outcome.REFUSED, "reset", evidence=kept)
    if isinstance(error, RefusedByPermit):
        return Ending(Outcome.FORBIDDEN, str(error), evidence=kept)
    if isinstance(error, TimeoutError):
        return Ending(Outcome.FAILED, "deadline", evidence=kept)
    return Ending(Outcome.FAILED, getattr(error, "reason", "failed"), evidence=kept)


async def ask(door: Door, probe: Probe, asking: Asking, guest: Guest, endpoint: Endpoint, reduce: Reduce) -> Ending:
    """Run one probe on one endpoint within its deadline. Cancellation passes through; nothing else does but a
    closed gate and a permit that does not hold any more."""
    recorder = door.recorder(probe.name, endpoint, guest)
    error: Exception | None = None
    try:
        async with asyncio.timeout(probe.deadline) as deadline:
            recorder.patience = Patience(deadline)
            await probe.collect(recorder, asking)
    except (GateClosed, PermitOver):
        raise
    except (ProbeError, RefusedByPermit, TimeoutError) as caught:
        error = caught
    except ChengjianError:
        raise
    except Exception as caught:  # noqa: BLE001 - as above
        return Ending(Outcome.FAILED, f"bug:asking:{type(caught).__name__}")
    try:
        exchange = reduce(recorder.exchange())
    except Exception as caught:  # noqa: BLE001 - what cannot be reduced is not kept
        return Ending(Outcome.FAILED, f"bug:reducing:{type(caught).__name__}")
    ending = conclude(probe.interpret, exchange)
    if error is None:
        return ending
    if ending.outcome == Outcome.ANSWERED and not isinstance(error, RefusedByPermit):
        return ending  # enough was heard before it broke off
    return ended_by(error, ending.evidence)
