"""Times on paper: the document's UTC, written in the permit's time zone."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(time: str, timezone: str) -> str:
    """`2026-01-01T00:00:00Z` in `Asia/Shanghai` is `2026-01-01 08:00:00 (UTC+8)`; a date, or what is no time, stays."""
    if "T" not in time:
        return time or "—"
    try:
        moment = datetime.fromisoformat(time).astimezone(_zone(timezone))
    except ValueError:
        return time
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(int(offset.total_seconds()) // 60, 60)
    return f"{moment:%Y-%m-%d %H:%M:%S} (UTC{hours:+d}{f':{minutes:02d}' if minutes else ''})"


def day(time: str, timezone: str) -> str:
    """The day of a time in the time zone; a dash for none."""
    return local(time, timezone)[:10] if time else "—"
