"""When a job is due: cron expressions, by APScheduler's calendar arithmetic (time zones and summer time included).

Two traps are closed: weekdays are those of cron (0 and 7 are Sunday; APScheduler counts from Monday), and an expression
that restricts both day of month and day of week is refused, because cron means *or* there and APScheduler *and*.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MOST_MISSED = 10_000  # occurrences that are counted one by one after a long absence


@dataclass(frozen=True)
class Schedule:
    """`jitter` in seconds: each occurrence is put off by up to that much, the same each time it is worked out, so that a
    restart does not move it. `seed` names the job."""

    expression: str
    timezone: str
    jitter: int = 0
    seed: str = ""

    def __post_init__(self) -> None:
        _ = self._trigger

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the expression."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{self.timezone!r} is not a time zone such as Asia/Shanghai") from None

    @cached_property
    def _trigger(self) -> Any:
        from apscheduler.triggers.cron import CronTrigger

        fields = self.expression.split()
        if len(fields) != 5:
            raise ValueError(f"{self.expression!r} is not minute hour day month weekday, such as '0 22 * * 6'")
        minute, hour, day, month, weekday = fields
        if "*" not in (day, weekday):
            raise ValueError(f"{self.expression!r} restricts day of month and day of week; make two jobs of it")
        try:
            return CronTrigger(
                minute=minute, hour=hour, day=day, month=month, day_of_week=_weekdays(weekday), timezone=self.zone
            )
        except (ValueError, TypeError) as error:
            raise ValueError(f"{self.expression!r} is not a cron expression: {error}") from None

    def first(self, now: datetime) -> datetime:
        """The first occurrence from `now` on, in UTC, without jitter."""
        return self._utc(self._trigger.get_next_fire_time(None, now))

    def after(self, occurrence: datetime) -> datetime:
        """The occurrence after that one, in UTC, without jitter."""
        return self._utc(self._trigger.get_next_fire_time(occurrence, occurrence + timedelta(seconds=1)))

    def _utc(self, found: datetime | None) -> datetime:
        if found is None:
            raise ValueError(f"{self.expression!r} never comes")
        return found.astimezone(UTC)

    def passed(self, due: datetime, now: datetime) -> Iterator[datetime]:
        """Every occurrence from `due` on that is not later than `now`; after a very long absence, the last ones only."""
        count = 0
        while due <= now:
            yield due
            count += 1
            due = self.after(due) if count < MOST_MISSED else self.first(now + timedelta(seconds=1))

    def put_off(self, occurrence: datetime) -> datetime:
        """The occurrence with its jitter."""
        if not self.jitter:
            return occurrence
        seed = hashlib.sha256(f"{self.seed} {occurrence:%Y%m%dT%H%M}".encode()).digest()
        return occurrence + timedelta(seconds=int.from_bytes(seed[:4], "big") % (self.jitter + 1))


def _weekdays(field: str) -> str:
    """A cron weekday field as names. Raises ValueError."""
    if field == "*":
        return "*"
    found: set[int] = set()
    for part in field.lower().split(","):
        match = re.fullmatch(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([1-7]))?", part)
        if match is None or (match[1] == "*" and match[2]):
            raise ValueError(f"{part!r} is not a weekday, 0 to 7 or sun to sat")
        if match[1] == "*":
            first, last = 0, 6
        else:
            first = _weekday(match[1])
            last = _weekday(match[2]) if match[2] else (6 if match[3] else first)
        if last < first:
            last += 7  # fri-mon, or 5-0
        found |= {number % 7 for number in range(first, last + 1, int(match[3] or 1))}
    return ",".join(DAYS[number] for number in sorted(found))


def _weekday(text: str) -> int:
    if text in DAYS:
        return DAYS.index(text)
    if text.isdigit() and int(text) <= 7:
        return int(text)
    raise ValueError(f"{text!r} is not a weekday, 0 to 7 or sun to sat")
