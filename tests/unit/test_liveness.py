"""What the watchdog is told."""

from __future__ import annotations

from sync_daemon.liveness import BEAT_S, OVERDUE_S, PROGRESS_S, Liveness
from tests.support.fake_clock import FakeClock


def test_an_idle_daemon_whose_scheduler_beats_is_alive_for_ever() -> None:
    clock = FakeClock()
    liveness = Liveness(clock)
    for _ in range(1_000):
        clock.advance(5)
        liveness.beat()
        assert liveness.is_alive(is_idle=True)


def test_a_scheduler_that_stands_still_is_not_alive() -> None:
    clock = FakeClock()
    liveness = Liveness(clock)
    clock.advance(BEAT_S)
    assert not liveness.is_alive(is_idle=True)


def test_a_cycle_has_its_time_from_its_beginning_and_from_each_progress() -> None:
    clock = FakeClock()
    liveness = Liveness(clock)
    clock.advance(10 * PROGRESS_S)  # idle for long
    liveness.beat()
    assert liveness.is_alive(is_idle=False)
    clock.advance(PROGRESS_S - 1)
    liveness.beat()
    assert liveness.is_alive(is_idle=False)
    liveness.progress()
    clock.advance(PROGRESS_S - 1)
    liveness.beat()
    assert liveness.is_alive(is_idle=False)
    clock.advance(2)
    liveness.beat()
    assert not liveness.is_alive(is_idle=False), "it hangs"
    assert liveness.is_alive(is_idle=True), "it came to an end after all"


def test_a_daemon_that_begins_no_cycle_though_one_is_due_is_not_alive_for_ever() -> None:
    clock = FakeClock()
    liveness = Liveness(clock)
    liveness.beat()
    assert liveness.is_alive(is_idle=True, overdue_s=OVERDUE_S - 1)
    assert not liveness.is_alive(is_idle=True, overdue_s=OVERDUE_S)
    assert liveness.is_alive(is_idle=False, overdue_s=OVERDUE_S), "another sheet's cycle runs"
