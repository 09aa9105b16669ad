from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.fetching.host_limiter import HostLimiter, HostSlot
from sync_daemon.fetching.limits import FetchLimits
from sync_daemon.tooling import HostBusyError

LIMITS = FetchLimits(per_host=2, overall=3, turn_s=10.0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def started(*turns: HostSlot) -> list[float]:
    """When each may start, of those that have a connection."""
    return [turn.starts_at.result() for turn in turns if turn.starts_at.done()]


def test_a_host_has_two_connections_and_the_next_one_waits() -> None:
    turns = HostLimiter(LIMITS, Clock())
    first, second, third = (turns.join("a.example", 0.0) for _ in range(3))
    assert [turn.running for turn in (first, second, third)] == [True, True, False]
    turns.leave(second)
    assert third.running


def test_all_hosts_together_have_a_limit_and_the_longest_waiting_is_next() -> None:
    turns = HostLimiter(LIMITS, Clock())
    running = [turns.join(f"{name}.example", 0.0) for name in "aab"]
    waiting = [turns.join(f"{name}.example", 0.0) for name in "acb"]
    assert all(turn.running for turn in running)
    turns.leave(running[2])
    assert [turn.running for turn in waiting] == [False, True, False]  # a has two already
    turns.leave(running[0])
    assert [turn.running for turn in waiting] == [True, True, False]


def test_requests_to_a_host_start_an_interval_apart() -> None:
    clock = Clock()
    turns = HostLimiter(LIMITS, clock)
    first, second = turns.join("a.example", 1.0), turns.join("a.example", 1.0)
    other = turns.join("b.example", 1.0)
    assert started(first, second, other) == [100.0, 101.0, 100.0]

    for turn in (first, second, other):
        turns.leave(turn)
    clock.now += 60
    assert started(turns.join("a.example", 1.0)) == [160.0]


def test_without_an_interval_a_request_starts_at_once_and_counts_for_none() -> None:
    turns = HostLimiter(LIMITS, Clock())
    turns.leave(turns.join("a.example", 5.0))
    robots, page = turns.join("a.example", 0.0), turns.join("a.example", 5.0)
    assert started(robots, page) == [100.0, 105.0]


def test_a_line_that_is_too_long_is_not_joined() -> None:
    turns = HostLimiter(LIMITS, Clock())
    for _ in range(11):
        turns.join("a.example", 1.0)
    with pytest.raises(HostBusyError, match=r"asking a\.example") as caught:
        turns.join("a.example", 1.0)
    assert caught.value.retry_after_s == 11.0
    turns.join("b.example", 1.0)


def test_a_turn_of_a_cancelled_task_is_passed_on() -> None:
    turns = HostLimiter(LIMITS, Clock())
    first, second, cancelled, last = (turns.join("a.example", 0.0) for _ in range(4))
    cancelled.starts_at.cancel()
    turns.leave(first)
    assert not cancelled.running
    assert last.running
    turns.leave(cancelled)
    turns.leave(second)
    turns.leave(last)
    assert not turns._running
    assert not turns._waiting


def test_ever_more_hosts_cost_no_more_memory() -> None:
    clock = Clock()
    turns = HostLimiter(LIMITS, clock)
    for number in range(3_000):
        turns.leave(turns.join(f"{number}.example", 1.0))
        clock.now += 0.01
    assert len(turns._next_start) <= 1_001


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.floats(0, 2)), max_size=60))
def test_limits_hold_whoever_comes_and_goes(steps: list[tuple[bool, int, float]]) -> None:
    clock = Clock()
    turns = HostLimiter(FetchLimits(per_host=2, overall=3, turn_s=1e9), clock)
    there: list[HostSlot] = []
    for comes, number, passes in steps:
        clock.now += passes
        if comes or not there:
            there.append(turns.join(f"{number}.example", 1.0))
        else:
            turns.leave(there.pop(number % len(there)))
        running = [turn.host for turn in there if turn.running]
        assert len(running) <= 3
        assert all(running.count(host) <= 2 for host in running)
        assert running or not there  # nobody waits for nothing
    for turn in there:
        turns.leave(turn)
    assert not turns._waiting
    assert not turns._running
