"""When to try again: requests to Google, and jobs. Decisions only; nobody waits here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from hashlib import blake2b


class FailureKind(Enum):
    """How a request to Google failed, as far as trying again depends on it."""

    RATE_LIMITED = "rate limited"  # 429: it had no effect
    UNREACHABLE = "unreachable"  # no connection was made: it had no effect
    UNAVAILABLE = "unavailable"  # 5xx: it may have had an effect
    ANSWER_LOST = "answer lost"  # reset, time-out, cut or garbled answer: it may have had one

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that nothing was changed."""
        return self in {FailureKind.RATE_LIMITED, FailureKind.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds of trying again; times in seconds."""

    attempts: int = 6
    attempts_at_quota: int = 9  # it is renewed every minute: so many take 95 s at least
    deadline_s: float = 300.0  # from the first attempt to the last
    first_pause_s: float = 1.0
    longest_pause_s: float = 64.0  # Google: "maximum backoff … 32 or 64 seconds"


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Try again after a pause."""

    pause_s: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not try again; ``reason`` completes the sentence of the error."""

    reason: str


def decide_retry(
    failure: FailureKind,
    *,
    is_repeatable: bool,
    attempt: int,
    elapsed_s: float,
    policy: RetryPolicy,
    jitter: float,
    retry_after_s: float | None = None,
) -> RetryAfter | GiveUp:
    """Whether a failed request is sent again, and when.

    Truncated exponential backoff with full jitter (Google Cloud, "Retry
    strategy"; Brooker, "Exponential Backoff And Jitter", 2015). A used-up quota
    is renewed after a minute, so half of each of its pauses is certain.

    Args:
        failure: how it failed.
        is_repeatable: whether a second effect would do no harm.
        attempt: the number of the attempt that failed, from 1.
        elapsed_s: since the first attempt began.
        policy: the bounds.
        jitter: a random number from 0 to 1.
        retry_after_s: what the server asked for.
    """
    if not (is_repeatable or failure.had_no_effect):
        return GiveUp("it may have taken effect, so it was not sent again")
    is_quota = failure is FailureKind.RATE_LIMITED
    if attempt >= (policy.attempts_at_quota if is_quota else policy.attempts):
        return GiveUp(f"given up after {attempt} attempts")
    ceiling = min(policy.longest_pause_s, policy.first_pause_s * 2 ** (attempt - 1))
    pause = ceiling * (1 + jitter) / 2 if is_quota else ceiling * jitter
    if retry_after_s is not None:
        pause += retry_after_s
    if elapsed_s + pause > policy.deadline_s:
        return GiveUp(f"given up after {elapsed_s:.0f} s")
    return RetryAfter(pause)


_FIRST_JOB_PAUSE = timedelta(minutes=1)
_LONGEST_JOB_PAUSE = timedelta(hours=6)
_LARGEST_GROWTH = 8  # 4 ** 8 minutes are far more than the longest pause


def job_backoff(attempt: int, retry_after_s: float | None, *, seed: str) -> timedelta:
    """How long a job that failed in passing rests: 1 min, 4 min, 16 min … at most 6 h.

    The pause is shortened by up to a quarter, by ``seed``, so that jobs that
    failed together do not come back together. What the tool asked for is the least.

    Args:
        attempt: the number of the attempt that failed, from 1.
        retry_after_s: what the tool asked for.
        seed: names the job; equal seeds have equal pauses.
    """
    growth = 4.0 ** min(attempt - 1, _LARGEST_GROWTH)
    pause = min(_FIRST_JOB_PAUSE * growth, _LONGEST_JOB_PAUSE)
    share = int.from_bytes(blake2b(seed.encode(), digest_size=4).digest()) / 2**32
    pause *= 1 - share / 4
    # A tool may ask for anything: infinity, NaN (which max puts aside) and a time gone by, too.
    asked_s = min(max(0.0, retry_after_s or 0.0), _LONGEST_JOB_PAUSE.total_seconds())
    return max(pause, timedelta(seconds=asked_s))
