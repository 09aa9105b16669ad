"""Titles compared as people read them, and others found in their place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.headers import find_header
from sync_daemon.onboarding.titles import another_title, find_taken


@pytest.mark.parametrize(
    ("wanted", "titles", "places"),
    [
        ("Link", ["Company", "Link"], [1]),
        ("Link", ["link", "Link"], [1]),
        ("Link", ["LINK", " link\u200b"], [0, 1]),
        ("Job Title", ["\ufeffjob\u00a0title\n"], [0]),
        ("Match %", ["match  %"], [0]),
        ("Link", ["Links", ""], []),
    ],
)
def test_a_title_is_found_exactly_or_as_people_read_it(
    wanted: str, titles: list[str], places: list[int]
) -> None:
    assert find_header(wanted, titles) == places


def test_taken_are_the_columns_of_the_user_alone() -> None:
    titles = ["Company", "keywords", "Due", "sheetd id"]
    assert find_taken(["Keywords", "Due", "Remote"], titles) == {"Keywords": 1, "Due": 2}
    assert find_taken(["Keywords", "Due"], titles, ours=[2]) == {"Keywords": 1}


@given(st.text(min_size=1), st.integers(0, 3))
def test_another_title_is_free(title: str, number: int) -> None:
    titles = [title]
    for _ in range(number):
        titles.append(another_title(title, titles))
    assert find_header(another_title(title, titles), titles) == []
    assert len(set(titles)) == len(titles)
