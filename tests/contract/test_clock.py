"""What every clock keeps to, the machine's and the one that tests wind."""

from __future__ import annotations

import time
from datetime import UTC, timedelta

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.ports import Clock
from tests.support.fake_clock import FakeClock


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    """Each clock in turn."""
    made: Clock = request.param()
    return made


def test_the_wall_clock_is_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_sleeping_takes_its_time_on_both_clocks(clock: Clock) -> None:
    wall, monotonic = clock.now(), clock.monotonic()

    clock.sleep(1 / 64)

    assert clock.monotonic() - monotonic >= 1 / 64
    assert clock.now() - wall >= timedelta(seconds=0.014)  # the two tick apart a little


def test_nobody_sleeps_backwards(clock: Clock) -> None:
    with pytest.raises(ValueError, match="sleep"):
        clock.sleep(-1)


def test_the_system_clock_tells_the_time_there_is() -> None:
    assert abs(SystemClock().now().timestamp() - time.time()) < 5


def test_the_fake_clock_sleeps_without_waiting_and_remembers() -> None:
    clock = FakeClock()
    began = time.monotonic()

    clock.sleep(3600)

    assert time.monotonic() - began < 5
    assert clock.sleeps == [3600]


def test_a_step_of_the_wall_clock_leaves_the_other_alone() -> None:
    clock = FakeClock()
    wall, monotonic = clock.now(), clock.monotonic()

    clock.step(-7200)

    assert clock.now() == wall - timedelta(hours=2)
    assert clock.monotonic() == monotonic
