"""Texts cut so that a page stays small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.web.fitting import cut, fit, size_of

NOTE = size_of("… (999,999 characters in all)")


@given(st.text(max_size=300), st.integers(0, 300))
def test_a_text_that_fits_is_whole_and_another_says_how_long_it_is(text: str, size: int) -> None:
    short = cut(text, size)

    if size_of(text) <= size:
        assert short == text
    else:
        assert f"({len(text):,} characters in all)" in short
        assert size_of(short) <= size + NOTE


def test_short_values_are_whole_and_long_ones_share_the_rest() -> None:
    values = {"short": "abc", "a": "<" * 400, "b": "é" * 400, "number": 7}

    fitted = fit(values, 200)

    assert (fitted["short"], fitted["number"]) == ("abc", 7)
    assert fitted["a"].startswith("<" * 24 + "…")
    assert fitted["b"].startswith("é" * 49 + "…")


def test_nothing_is_cut_where_all_fits() -> None:
    values = {"a": "x" * 90, "b": 1.5, "c": ""}

    assert fit(values, 100) == values
