from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.http_dates import LONGEST_WAIT_S, parse_moment, parse_retry_after

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("99999999999999999999", LONGEST_WAIT_S),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("Monday, 02-Mar-26 09:01:00 GMT", 60.0),
        ("Fri, 02 Mar 2029 09:00:00 GMT", LONGEST_WAIT_S),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == seconds


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    seconds = parse_retry_after(text, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_WAIT_S


def test_a_date_says_nothing_to_who_does_not_know_the_time() -> None:
    assert parse_retry_after("Mon, 02 Mar 2026 09:01:00 GMT") is None
    assert parse_retry_after("60") == 60


def test_a_moment_without_a_zone_is_in_utc() -> None:
    assert parse_moment("Mon, 02 Mar 2026 09:00:00") == NOW
    assert parse_moment("soon") is None
