"""When a request or a job is tried again."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.retry import (
    FailureKind,
    GiveUp,
    RetryAfter,
    RetryPolicy,
    decide_retry,
    job_backoff,
)

POLICY = RetryPolicy(
    attempts=4,
    attempts_at_quota=6,
    deadline_s=100.0,
    first_pause_s=1.0,
    longest_pause_s=8.0,
)
NO_EFFECT = (FailureKind.RATE_LIMITED, FailureKind.UNREACHABLE)
MAYBE_EFFECT = (FailureKind.UNAVAILABLE, FailureKind.ANSWER_LOST)


def decide(
    failure: FailureKind = FailureKind.RATE_LIMITED,
    *,
    is_repeatable: bool = True,
    attempt: int = 1,
    elapsed_s: float = 0.0,
    jitter: float = 1.0,
    retry_after_s: float | None = None,
) -> RetryAfter | GiveUp:
    return decide_retry(
        failure,
        is_repeatable=is_repeatable,
        attempt=attempt,
        elapsed_s=elapsed_s,
        policy=POLICY,
        jitter=jitter,
        retry_after_s=retry_after_s,
    )


@pytest.mark.parametrize("failure", FailureKind)
def test_a_repeatable_request_is_sent_again_whatever_happened(failure: FailureKind) -> None:
    assert decide(failure) == RetryAfter(1.0)


@pytest.mark.parametrize("failure", NO_EFFECT)
def test_a_request_that_had_no_effect_is_always_sent_again(failure: FailureKind) -> None:
    assert decide(failure, is_repeatable=False) == RetryAfter(1.0)


@pytest.mark.parametrize("failure", MAYBE_EFFECT)
def test_a_request_that_may_have_had_its_effect_is_not(failure: FailureKind) -> None:
    decision = decide(failure, is_repeatable=False)
    assert isinstance(decision, GiveUp)
    assert "taken effect" in decision.reason


@pytest.mark.parametrize(
    ("attempt", "jitter", "pause_s"),
    [
        (1, 1.0, 1.0),
        (2, 1.0, 2.0),
        (3, 1.0, 4.0),
        (3, 0.25, 1.0),  # full jitter: anywhere from nothing to the ceiling
        (3, 0.0, 0.0),
    ],
)
def test_pauses_grow(attempt: int, jitter: float, pause_s: float) -> None:
    unreachable = FailureKind.UNREACHABLE
    assert decide(unreachable, attempt=attempt, jitter=jitter) == RetryAfter(pause_s)


def test_pauses_have_a_ceiling() -> None:
    patient = RetryPolicy(attempts=99, deadline_s=1e9, first_pause_s=1.0, longest_pause_s=8.0)
    decision = decide_retry(
        FailureKind.UNAVAILABLE,
        is_repeatable=True,
        attempt=50,
        elapsed_s=0,
        policy=patient,
        jitter=1.0,
    )
    assert decision == RetryAfter(8.0)


def test_attempts_are_limited() -> None:
    lost = FailureKind.ANSWER_LOST
    assert isinstance(decide(lost, attempt=3), RetryAfter)
    assert decide(lost, attempt=4) == GiveUp("given up after 4 attempts")


def test_a_used_up_quota_is_waited_for() -> None:
    assert isinstance(decide(attempt=5), RetryAfter)
    assert decide(attempt=6) == GiveUp("given up after 6 attempts")
    waited, policy = 0.0, RetryPolicy()
    for attempt in range(1, policy.attempts_at_quota):
        decision = decide_retry(
            FailureKind.RATE_LIMITED,
            is_repeatable=False,
            attempt=attempt,
            elapsed_s=waited,
            policy=policy,
            jitter=0.0,
        )
        assert isinstance(decision, RetryAfter)
        waited += decision.pause_s
    assert waited > 60, "Google renews it every minute"


def test_a_pause_never_leads_past_the_deadline() -> None:
    assert decide(elapsed_s=99.0) == RetryAfter(1.0)
    assert decide(elapsed_s=99.1) == GiveUp("given up after 99 s")


def test_what_the_server_asks_for_is_the_least_pause() -> None:
    assert decide(retry_after_s=30.0, jitter=0.0) == RetryAfter(30.5)
    assert decide(retry_after_s=30.0, jitter=1.0) == RetryAfter(31.0)
    assert isinstance(decide(retry_after_s=101.0), GiveUp)


@given(
    failure=st.sampled_from(FailureKind),
    is_repeatable=st.booleans(),
    jitter=st.floats(0, 1),
    retry_after_s=st.none() | st.floats(0, 1e6),
)
def test_trying_again_always_ends_within_its_bounds(
    failure: FailureKind, is_repeatable: bool, jitter: float, retry_after_s: float | None
) -> None:
    elapsed_s, attempt = 0.0, 1
    while True:
        decision = decide(
            failure,
            is_repeatable=is_repeatable,
            attempt=attempt,
            elapsed_s=elapsed_s,
            jitter=jitter,
            retry_after_s=retry_after_s,
        )
        if isinstance(decision, GiveUp):
            break
        assert decision.pause_s >= (retry_after_s or 0.0)
        elapsed_s += decision.pause_s
        attempt += 1
    assert attempt <= max(POLICY.attempts, POLICY.attempts_at_quota)
    assert elapsed_s <= POLICY.deadline_s


@pytest.mark.parametrize(
    ("attempt", "least", "most"),
    [
        (1, timedelta(seconds=45), timedelta(minutes=1)),
        (2, timedelta(minutes=3), timedelta(minutes=4)),
        (3, timedelta(minutes=12), timedelta(minutes=16)),
        (9, timedelta(hours=4, minutes=30), timedelta(hours=6)),
        (10_000, timedelta(hours=4, minutes=30), timedelta(hours=6)),
    ],
)
def test_a_job_rests_longer_each_time(attempt: int, least: timedelta, most: timedelta) -> None:
    assert least <= job_backoff(attempt, None, seed="row/step") <= most


def test_a_jobs_pause_depends_on_its_seed_alone() -> None:
    assert job_backoff(3, None, seed="a") == job_backoff(3, None, seed="a")
    assert len({job_backoff(3, None, seed=str(n)) for n in range(50)}) == 50


@pytest.mark.parametrize(
    ("asked_s", "pause"),
    [
        (7200.0, timedelta(hours=2)),
        (1e30, timedelta(hours=6)),
        (math.inf, timedelta(hours=6)),
    ],
)
def test_what_a_tool_asks_for_is_the_least_pause(asked_s: float, pause: timedelta) -> None:
    assert job_backoff(1, asked_s, seed="x") == pause


@pytest.mark.parametrize("asked_s", [1.0, 0.0, -5.0, math.nan, -math.inf])
def test_a_tool_cannot_shorten_the_pause(asked_s: float) -> None:
    assert job_backoff(1, asked_s, seed="x") == job_backoff(1, None, seed="x")
