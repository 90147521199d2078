"""Never faster than the permit says, in any second, however the sends are mixed."""

import asyncio
import itertools

from hypothesis import given
from hypothesis import strategies as st

from scanner.pace import Bucket, Pace, Patience
from scanner.permit import PaceLimits


class Clock:
    """Time that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(st.integers(1, 50), st.lists(st.tuples(st.floats(0, 0.5), st.integers(1, 4)), min_size=1, max_size=80))
def test_in_any_second_at_most_rate_and_one_send_begin(rate: int, sends: list[tuple[float, int]]) -> None:
    bucket, now, begun = Bucket(rate), 50.0, []
    for pause, cost in sends:
        now += pause
        now += bucket.reserve(now, cost)
        begun.append((now, cost))
    for start, _ in begun:
        within = [cost for moment, cost in begun if start <= moment < start + 1 - 1e-6]
        assert sum(within[:-1]) <= rate + 1e-6


def test_a_fragile_host_gets_one_connection_a_second_and_one_at_a_time() -> None:
    clock = Clock()
    pace = Pace(PaceLimits(), clock, clock.sleep)

    async def many() -> list[float]:
        starts, open_now = [], 0
        for _ in range(5):
            async with pace.one_of_few("10.0.0.1", True):
                open_now += 1
                assert open_now == 1
                await pace.wait("10.0.0.1", "plant", True, 1, 1)
                pace.sent("10.0.0.1", 1)
                starts.append(clock.now)
                open_now -= 1
        return starts

    starts = asyncio.run(many())
    assert [round(b - a, 6) for a, b in itertools.pairwise(starts)] == [1.0] * 4


def test_zone_and_total_bind_hosts_together() -> None:
    clock = Clock()
    pace = Pace(PaceLimits(host_packets=1000, zone_packets=10, total_packets=15), clock, clock.sleep)

    async def many() -> None:
        for number in range(60):
            zone = "a" if number % 2 else "b"
            await pace.wait(f"10.0.0.{number}", zone, False, 1, 0)
            pace.sent(f"10.0.0.{number}", 1)

    asyncio.run(many())
    assert clock.now - 100 >= 59 / 15 - 1e-6


def test_the_largest_burst_is_what_left_within_one_second() -> None:
    clock = Clock()
    pace = Pace(PaceLimits(host_packets=10), clock, clock.sleep)

    async def many() -> None:
        for _ in range(35):
            await pace.wait("10.0.0.1", "a", False, 1, 0)
            pace.sent("10.0.0.1", 1)

    asyncio.run(many())
    assert 10 <= pace.largest_burst <= 11


def test_a_probes_deadline_stands_still_while_we_wait_for_our_own_pace() -> None:
    async def probe(wait: float, talk: float) -> str:
        try:
            async with asyncio.timeout(0.2) as deadline:
                patience = Patience(deadline)
                with patience.paused():
                    await asyncio.gather(asyncio.sleep(wait), asyncio.sleep(wait / 2))
                await asyncio.sleep(talk)
        except TimeoutError:
            return "too slow"
        return "in time"

    async def both() -> tuple[str, str]:
        return await probe(0.6, 0.0), await probe(0.3, 5.0)

    assert asyncio.run(both()) == ("in time", "too slow")
