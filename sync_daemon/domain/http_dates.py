"""Moments and waits as HTTP writes them (RFC 9110, 5.6.7 and 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_S = 86_400.0
_LONGEST = 64  # characters of a date, and then some


def parse_moment(text: str) -> datetime | None:
    """A date of HTTP; None if it is none."""
    try:
        moment = parsedate_to_datetime(text[:_LONGEST])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_retry_after(text: str, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After asks for, at most a day; None if it says nothing.

    Args:
        text: a number of seconds, or a date.
        now: what a date counts from; without it, a date says nothing.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_WAIT_S)
    until = parse_moment(text)
    if until is None or now is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT_S)
