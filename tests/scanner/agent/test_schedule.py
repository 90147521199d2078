"""When a job is due: as cron has it, in its own time zone, through summer time, with a jitter that stays."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.agent.schedule import Schedule

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)  # a Saturday; 20:00 in Shanghai


def due(expression: str, timezone: str = "Asia/Shanghai", now: datetime = NOW) -> str:
    return f"{Schedule(expression, timezone).first(now):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 22 * * *", "2026-11-28 14:00"),
        ("0 2 1 * *", "2026-11-30 18:00"),
        ("0 22 * * 6", "2026-11-28 14:00"),  # Saturday is 6, as cron has it
        ("0 22 * * 0", "2026-11-29 14:00"),  # Sunday is 0
        ("0 22 * * 7", "2026-11-29 14:00"),  # and 7
        ("0 22 * * 1-5", "2026-11-30 14:00"),
        ("0 22 * * sun", "2026-11-29 14:00"),
        ("0 22 * * fri-mon", "2026-11-28 14:00"),
        ("0 22 * * 1/2", "2026-11-30 14:00"),
        ("*/30 * * * *", "2026-11-28 12:00"),
        ("30 1 * 2 *", "2027-01-31 17:30"),
    ],
)
def test_expressions_mean_what_cron_means(expression: str, expected: str) -> None:
    assert due(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "0 22 * *",
        "0 22 * * * *",
        "60 * * * *",
        "0 22 * * 8",
        "0 22 * * moon",
        "0 22 1 * 1",
        "0 22 * * *-2",
        "@daily",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Schedule(expression, "Asia/Shanghai")


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="not a time zone"):
        Schedule("0 2 * * *", "Asia/Nanning")


def test_summer_time_moves_the_moment_and_not_the_local_hour() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert due("0 3 * * *", "Europe/Berlin", before) == "2026-03-29 01:00"
    assert due("0 3 * * *", "Europe/Berlin", before - timedelta(days=1)) == "2026-03-28 02:00"


def test_every_occurrence_that_passed_is_counted_and_a_very_long_absence_ends_soon() -> None:
    daily = Schedule("0 22 * * *", "Asia/Shanghai")
    passed = list(daily.passed(daily.first(NOW), NOW + timedelta(days=3)))
    assert [f"{moment:%d %H}" for moment in passed] == ["28 14", "29 14", "30 14"]
    minutely = Schedule("* * * * *", "Asia/Shanghai")
    assert len(list(minutely.passed(NOW, NOW + timedelta(days=3650)))) <= 10_001


@given(st.integers(0, 3600), st.text(max_size=20), st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001
def test_jitter_is_within_bounds_and_the_same_each_time(jitter: int, seed: str, moment: datetime) -> None:
    times = Schedule("0 2 * * *", "Asia/Shanghai", jitter, seed)
    occurrence = moment.replace(tzinfo=UTC)
    assert occurrence <= times.put_off(occurrence) <= occurrence + timedelta(seconds=jitter)
    assert times.put_off(occurrence) == times.put_off(occurrence)
