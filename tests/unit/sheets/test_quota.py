"""The limiter, on a clock that moves only when somebody sleeps."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sheets.quota import WINDOW_S, RequestLimiter
from tests.support.fake_clock import FakeClock


def most_in_a_window(times: Sequence[float]) -> int:
    """The largest number of ``times`` in any window of 60 s."""
    return max(
        (sum(1 for t in times if start <= t < start + WINDOW_S) for start in times), default=0
    )


@given(
    per_minute=st.integers(1, 12),
    gaps=st.lists(st.floats(0, 90) | st.just(0.0) | st.just(WINDOW_S), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(per_minute: int, gaps: list[float]) -> None:
    clock = FakeClock()
    limiter = RequestLimiter(per_minute, clock)
    begun = []
    for gap in gaps:
        clock.advance(gap)
        limiter.wait_for_turn()
        begun.append(clock.monotonic())
    assert most_in_a_window(begun) <= per_minute


@given(per_minute=st.integers(1, 30))
def test_nobody_waits_below_the_limit(per_minute: int) -> None:
    clock = FakeClock()
    limiter = RequestLimiter(per_minute, clock)
    assert [limiter.wait_for_turn() for _ in range(per_minute)] == [0.0] * per_minute
    assert clock.sleeps == []


def test_the_next_one_waits_until_the_oldest_is_a_minute_old() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(2, clock)
    limiter.wait_for_turn()
    clock.advance(20.0)
    limiter.wait_for_turn()
    assert limiter.wait_for_turn() == 40.0
    assert limiter.wait_for_turn() == 20.0


def test_a_long_pause_saves_nothing_up() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(3, clock)
    clock.advance(3600.0)
    assert [limiter.wait_for_turn() for _ in range(4)] == [0.0, 0.0, 0.0, WINDOW_S]


def test_threads_share_one_limit() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(40, clock)
    threads = [
        threading.Thread(target=lambda: [limiter.wait_for_turn() for _ in range(10)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.sleeps == []
    assert limiter.wait_for_turn() == WINDOW_S
