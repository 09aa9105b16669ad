from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.jobs import JsonValue
from sync_daemon.processing.cells import CUT_MARK, result_to_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, True),
        (3, 3),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**60), "-1152921504606846976"),
        (2.5, 2.5),
        (math.inf, "inf"),
        (math.nan, "nan"),
        ("=1+1", "=1+1"),
        ([], ""),
        (["a", "", None, 2, 3.0, True], "a, 2, 3, TRUE"),
        ({"é": [1]}, '{"é":[1]}'),
        ("a\ud800b", "a\ufffdb"),
        (["\udfff"], "\ufffd"),
        ("2026-05-01", "2026-05-01"),
    ],
)
def test_a_result_as_a_cell(value: JsonValue, cell: object) -> None:
    shown = result_to_cell(value)
    assert shown == cell
    assert type(shown) is type(cell)


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_too_long_text_is_cut_to_what_google_counts(letter: str) -> None:
    shown = result_to_cell(letter * 60_000)
    assert isinstance(shown, str)
    assert shown.endswith(CUT_MARK)
    assert 49_990 <= len(shown.encode("utf-16-le")) // 2 <= 50_000


def test_text_that_just_fits_is_whole() -> None:
    assert result_to_cell("x" * 50_000) == "x" * 50_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(JSON)
def test_every_cell_can_be_sent(value: JsonValue) -> None:
    cell = result_to_cell(value)
    assert isinstance(cell, str | bool | int | float)
    json.dumps(cell, allow_nan=False).encode()
    if isinstance(cell, str):
        cell.encode()
