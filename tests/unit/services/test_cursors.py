"""Cursors lead back to where they came from, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.errors import QueryError
from sync_daemon.services.cursors import decode_cursor, encode_cursor

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ANYTHING = (str, int, float, type(None))


@given(TEXTS, st.none() | TEXTS | st.integers(-(2**62), 2**62) | st.floats(-1e15, 1e15), TEXTS)
def test_a_cursor_is_read_as_it_was_written(kind: str, value: float | str | None, row: str) -> None:
    cursor = encode_cursor(kind, [value, row])

    assert decode_cursor(kind, cursor, [ANYTHING, (str,)]) == [value, row]
    with pytest.raises(QueryError):
        decode_cursor(kind + "x", cursor, [ANYTHING, (str,)])
    with pytest.raises(QueryError):
        decode_cursor(kind, cursor, [ANYTHING])


@given(st.text() | st.binary().map(lambda b: b.hex()))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        decode_cursor("rows ", text, [ANYTHING, (str,)])


@pytest.mark.parametrize("part", [float("inf"), float("nan"), 2**64, "\ud800", True, [1]])
def test_what_no_database_takes_is_refused(part: float) -> None:
    with pytest.raises(QueryError):
        decode_cursor("k", encode_cursor("k", [part]), [ANYTHING])
