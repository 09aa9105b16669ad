"""Who keeps a tab, by its marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.keeper import (
    ColumnMark,
    Installation,
    Keeping,
    Marks,
    TabMark,
    decode_mark,
    described,
    encode_mark,
    find_keeper,
    mark_id,
    match_columns,
    plan_claim,
)

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
OURS = Installation("ours", "laptop")
MINE = TabMark(7, "ours", "laptop", NOW, "book", 0)
THEIRS = TabMark(8, "theirs", "server", NOW, "book", 0)
COPIED = TabMark(9, "theirs", "server", NOW, "another book", 0)
OTHER_TAB = TabMark(10, "ours", "laptop", NOW, "book", 5)


@pytest.mark.parametrize(
    ("marks", "keeping", "copies"),
    [
        ((), Keeping.NOBODY, ()),
        ((MINE,), Keeping.OURS, ()),
        ((THEIRS,), Keeping.OTHER, ()),
        ((MINE, THEIRS), Keeping.OTHER, ()),
        ((COPIED,), Keeping.COPY, (9,)),
        ((OTHER_TAB,), Keeping.COPY, (10,)),
        ((COPIED, MINE), Keeping.OURS, (9,)),
        ((COPIED, THEIRS), Keeping.OTHER, (9,)),
    ],
)
def test_the_keeper_is_told_by_marks_that_were_made_for_the_place(
    marks: tuple[TabMark, ...], keeping: Keeping, copies: tuple[int, ...]
) -> None:
    found = find_keeper(Marks(marks), "book", 0, OURS)
    assert (found.keeping, found.copies) == (keeping, copies)


@pytest.mark.parametrize("marks", [(), (THEIRS,), (COPIED,), (COPIED, THEIRS)])
def test_after_a_claim_the_tab_is_ours_and_no_other_mark_is_left(
    marks: tuple[TabMark, ...],
) -> None:
    claim = plan_claim(find_keeper(Marks(marks), "book", 0, OURS), "book", 0, OURS, NOW)
    assert claim is not None
    left = tuple(mark for mark in marks if mark.metadata_id not in claim.drop)
    after = find_keeper(Marks((*left, claim.mark)), "book", 0, OURS)
    assert (after.keeping, after.copies) == (Keeping.OURS, ())
    assert plan_claim(after, "book", 0, OURS, NOW) is None


def test_two_who_claim_at_once_would_make_a_mark_of_the_same_id() -> None:
    nobody = find_keeper(Marks(), "book", 0, OURS)
    ours = plan_claim(nobody, "book", 0, OURS, NOW)
    theirs = plan_claim(nobody, "book", 0, Installation("theirs", "server"), NOW)
    assert ours is not None
    assert theirs is not None
    assert ours.mark.metadata_id == theirs.mark.metadata_id != mark_id("book", 1)


@given(
    st.builds(
        TabMark,
        st.integers(1, 2**31 - 1),
        st.text(),
        st.text(),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.text(),
        st.integers(0, 2**31 - 1),
    )
)
def test_a_mark_comes_back_as_it_was_written(mark: TabMark) -> None:
    since = mark.since and mark.since.replace(microsecond=0)
    assert decode_mark(mark.metadata_id, encode_mark(mark)) == replace(mark, since=since)


@given(st.text() | st.sampled_from(["[]", "{}", '{"installation": 3}', "[" * 10_000]))
def test_what_is_no_mark_is_not_taken_for_one(value: str) -> None:
    assert decode_mark(1, value) is None


def test_a_mark_of_another_form_still_names_somebody() -> None:
    mark = decode_mark(1, '{"installation": "x", "since": "soon", "tab": "a"}')
    assert mark is not None
    assert described(mark) == "an unknown machine"


def test_columns_are_known_by_their_marks_then_by_the_titles_on_marks() -> None:
    marks = [ColumnMark(1, "Words", 4), ColumnMark(2, "Shout", 5), ColumnMark(3, "Shout", 6)]
    headers = ["Words", "Shout", "New"]
    assert match_columns({}, marks, headers) == {"Words": 1, "Shout": 2}
    assert match_columns({"Shout": 3}, marks, headers) == {"Words": 1, "Shout": 3}
    gone = {"Words": 77, "Shout": 78, "New": 79}
    assert match_columns(gone, marks, headers) == {"Words": 1, "Shout": 2, "New": 79}


def test_columns_that_were_owned_once_keep_their_marks() -> None:
    marks = [ColumnMark(1, "Words", 4), ColumnMark(2, "Left", 5)]
    assert match_columns({}, marks, ["Words"]) == {"Words": 1, "Left": 2}
    assert match_columns({"Left": 2, "Words": 1}, marks, ["Words"]) == {"Words": 1, "Left": 2}
