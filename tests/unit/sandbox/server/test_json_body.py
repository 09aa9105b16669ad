"""What a body may hold: JSON, and no number beyond a double."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.json_body import parse_json


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[1e400]", "Number exceeds the range of double."),
        (b"[-1e400]", "Number exceeds the range of double."),
        (b"1" + b"0" * 309, "Number exceeds the range of double."),
        (b"1" + b"0" * 5000, "Number exceeds the range of double."),
        (b"[NaN]", "Unexpected token.\nNaN\n^"),
        (b"[-Infinity]", "Unexpected token.\n-Infinity\n^"),
        (b"[" * 100_000 + b"]" * 100_000, "Message too deep. Max recursion depth reached."),
        (b"{", "Expecting property name"),
        (b"\xff", "'utf-8' codec"),
    ],
)
def test_what_no_sheet_can_hold_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(ApiError, match="Invalid JSON payload received") as caught:
        parse_json(body)
    assert caught.value.status == 400
    assert said in caught.value.message


@pytest.mark.parametrize("body", [b"[1e308, -1e308, 5e-324, 9007199254740993]", b"{}", b"null"])
def test_all_else_is_read(body: bytes) -> None:
    assert parse_json(body) == json.loads(body)


def test_no_body_is_nothing() -> None:
    assert parse_json(b"") is None


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**308), 10**308))
def test_every_double_survives(number: float) -> None:
    assert parse_json(json.dumps([number]).encode()) == [number]
