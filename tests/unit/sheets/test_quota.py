"""The limiter, on a clock that moves only when somebody sleeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sheets.quota import WINDOW_S, RequestLimiter
from tests.support.fake_clock import FakeClock


def most_in_a_window(times: Sequence[float]) -> int:
    """The largest number of ``times`` in any window of 60 s."""
    return max(
        (sum(1 for t in times if start <= t < start + WINDOW_S) for start in times), default=0
    )


def take_turn(limiter: RequestLimiter) -> float:
    """A request that takes no time."""
    with limiter.turn() as waited:
        return waited


GAPS = st.floats(0, 90) | st.just(0.0) | st.just(WINDOW_S)


@given(
    per_minute=st.integers(1, 12),
    requests=st.lists(st.tuples(GAPS, GAPS, GAPS), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(
    per_minute: int, requests: list[tuple[float, float, float]]
) -> None:
    """Whenever between its beginning and its end a request is counted."""
    clock = FakeClock()
    limiter = RequestLimiter(per_minute, clock)
    counted = []
    for gap, way_there, way_back in requests:
        clock.advance(gap)
        with limiter.turn():
            clock.advance(way_there)
            counted.append(clock.monotonic())
            clock.advance(way_back)
    assert most_in_a_window(counted) <= per_minute


@given(per_minute=st.integers(1, 30))
def test_nobody_waits_below_the_limit(per_minute: int) -> None:
    clock = FakeClock()
    limiter = RequestLimiter(per_minute, clock)
    assert [take_turn(limiter) for _ in range(per_minute)] == [0.0] * per_minute
    assert clock.sleeps == []


def test_the_next_one_waits_until_the_oldest_is_a_minute_old() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(2, clock)
    take_turn(limiter)
    clock.advance(20.0)
    take_turn(limiter)
    assert take_turn(limiter) == 40.0
    assert take_turn(limiter) == 20.0


def test_a_request_that_failed_counts_too() -> None:
    limiter = RequestLimiter(1, FakeClock())
    with pytest.raises(KeyError), limiter.turn():
        raise KeyError
    assert take_turn(limiter) == WINDOW_S


def test_a_place_is_free_a_minute_after_the_end_of_a_long_request() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(1, clock)
    with limiter.turn():
        clock.advance(50.0)
    clock.advance(20.0)
    assert take_turn(limiter) == 40.0


def test_a_running_request_holds_its_place_however_long_it_takes() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(1, clock)
    first = ExitStack()
    first.enter_context(limiter.turn())
    happens: Iterator[Callable[[], object]] = iter([list, first.close, list])
    pass_time = clock.advance

    def advance(seconds: float) -> None:
        pass_time(seconds)
        next(happens)()

    clock.advance = advance  # type: ignore[method-assign]
    assert take_turn(limiter) == 3 * WINDOW_S  # the first ended after two minutes


def test_a_long_pause_saves_nothing_up() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(3, clock)
    clock.advance(3600.0)
    assert [take_turn(limiter) for _ in range(4)] == [0.0, 0.0, 0.0, WINDOW_S]


def test_threads_share_one_limit() -> None:
    clock = FakeClock()
    limiter = RequestLimiter(40, clock)
    threads = [
        threading.Thread(target=lambda: [take_turn(limiter) for _ in range(10)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.sleeps == []
    assert take_turn(limiter) == WINDOW_S
