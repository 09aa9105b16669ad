"""When the next cycle is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.poll_interval import (
    Breaker,
    CycleEnd,
    PollRules,
    PollState,
    begin,
    decide_next,
    least_interval,
)

RULES = PollRules(every_s=60, quick_s=20, idle_s=120)
NOON = 10_000.0
CALM = 0.5  # a jitter that shifts nothing


def pause(pace: PollState, end: CycleEnd, rules: PollRules = RULES) -> float:
    return decide_next(pace, end, rules, CALM).due_at - end.at


@pytest.mark.parametrize(
    ("since_change", "expected"), [(0, 20), (299, 20), (300, 60), (3_599, 60), (3_600, 120)]
)
def test_quick_while_somebody_edits_and_slow_when_nobody_does(
    since_change: float, expected: float
) -> None:
    pace = PollState(changed_at=NOON - since_change, due_at=NOON)
    assert pause(pace, CycleEnd(NOON)) == expected


def test_a_change_makes_it_quick_again() -> None:
    pace = PollState(changed_at=0, due_at=NOON)
    assert pause(pace, CycleEnd(NOON, has_changed=True)) == 20


def test_the_quota_is_never_outpaced() -> None:
    least = least_interval(30, reads_per_minute=60)
    assert least == 75
    rules = PollRules(every_s=60, quick_s=20, idle_s=120, least_s=least)
    assert pause(PollState(NOON, NOON), CycleEnd(NOON), rules) == 75


def test_sheets_that_drive_tells_about_leave_the_quota_to_others() -> None:
    assert least_interval(0, 60, probed=50) == 0
    alone, beside_many = least_interval(2, 60), least_interval(2, 60, probed=50)
    assert alone < beside_many < 2 * alone


def test_failures_make_growing_pauses_up_to_half_an_hour_and_a_success_ends_them() -> None:
    pace, at, pauses = PollState(NOON, NOON), NOON, []
    for _ in range(8):
        pace = decide_next(pace, CycleEnd(at, has_failed=True), RULES, CALM)
        pauses.append(pace.due_at - at)
        at = pace.due_at
    assert pauses == [60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert (pace.breaker, pace.failures, pace.failing_since) == (Breaker.OPEN, 8, NOON)
    pace = decide_next(pace, CycleEnd(at), RULES, CALM)
    assert (pace.breaker, pace.failing_since) == (Breaker.CLOSED, None)
    assert pace.due_at - at <= 120


def test_trouble_on_this_machine_is_looked_at_every_minute() -> None:
    pace, at, pauses = PollState(NOON, NOON), NOON, []
    for _ in range(6):
        pace = decide_next(pace, CycleEnd(at, has_failed=True, is_local=True), RULES, CALM)
        pauses.append(pace.due_at - at)
        at = pace.due_at
    assert pauses == [5, 10, 20, 40, 60, 60]


@pytest.mark.parametrize(("due_in", "expected"), [(5.0, 5), (0.0, 1), (-9.0, 1), (500.0, 60)])
def test_a_tool_s_own_schedule_brings_the_cycle_forward(due_in: float, expected: float) -> None:
    pace = PollState(NOON - 1_000, NOON)
    assert pause(pace, CycleEnd(NOON, job_due_in_s=due_in)) == expected


def test_sheets_begin_one_after_the_other() -> None:
    assert [begin(0, place, least_s=4).due_at for place in range(3)] == [0, 1, 2]
    assert begin(0, 1_000, least_s=75).due_at == 60, "each within the first minute"


@given(st.floats(0, 1), st.booleans(), st.floats(0, 1e6), st.integers(0, 2_000))
def test_a_next_cycle_always_comes_and_never_at_once(
    jitter: float, has_failed: bool, since: float, failures: int
) -> None:
    pace = PollState(changed_at=NOON - since, due_at=NOON, failures=failures)
    due = decide_next(pace, CycleEnd(NOON, has_failed=has_failed), RULES, jitter).due_at
    assert NOON + 1 <= due <= NOON + 1_800 * 1.1
