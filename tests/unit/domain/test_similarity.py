"""Which row is another one, edited, told by the cells alone."""

from __future__ import annotations

import pytest

from sync_daemon.domain.similarity import SIMILAR, Cells, Similarity, match_similar

SHEET: list[Cells] = [
    {"Company": "Acme", "Role": "Developer", "Status": "applied"},
    {"Company": "Bolt", "Role": "Operator", "Status": "applied"},
    {"Company": "Cord", "Role": "Analyst", "Status": "applied"},
    {"Company": "Dyne", "Role": "Manager", "Status": "applied"},
    {"Company": "Etna", "Role": "Tester", "Status": "applied"},
    {"Company": "Fuse", "Role": "Writer", "Status": "applied"},
]


def matches(
    rows: dict[int, Cells], known: dict[str, Cells], claims: dict[int, str] | None = None
) -> dict[int, str]:
    return match_similar(rows, known, claims or {}, Similarity([*SHEET, *rows.values()]))


@pytest.mark.parametrize(
    ("old", "new", "least", "most"),
    [
        ({"a": "x"}, {"a": "x"}, 1.0, 1.0),
        ({"a": "x", "b": "y"}, {"a": "x", "b": "z"}, 0.5, 0.5),
        ({"a": "x"}, {"b": "x"}, 0.0, 0.0),
        ({"a": True}, {"a": 1}, 0.0, 0.0),
        ({}, {}, 0.0, 0.0),
        # all have applied: it says little
        (
            {"Company": "Acme", "Status": "applied"},
            {"Company": "Bolt", "Status": "applied"},
            0.01,
            0.2,
        ),
        ({"Company": "Acme", "Status": "applied"}, {"Company": "Acme"}, 0.8, 0.99),
    ],
)
def test_common_values_count_little(old: Cells, new: Cells, least: float, most: float) -> None:
    assert least <= Similarity(SHEET).of(old, new) <= most


def test_an_edited_row_is_matched_to_the_only_one_that_it_is_like() -> None:
    edited = {"Company": "Acme", "Role": "Developer", "Status": "rejected"}
    assert matches({2: edited}, {"a": SHEET[0], "b": SHEET[1]}) == {2: "a"}


def test_another_row_with_the_same_status_is_matched_to_nothing() -> None:
    other = {"Company": "Gate", "Role": "Guard", "Status": "applied"}
    assert matches({2: other}, {"a": SHEET[0]}) == {}


def test_of_two_rows_the_more_like_one_has_the_id() -> None:
    near = {"Company": "Acme", "Role": "Developer", "Status": "rejected"}
    far = {"Company": "Acme", "Role": "Lead", "Status": "rejected"}
    assert matches({2: far, 3: near}, {"a": SHEET[0]}) == {3: "a"}


def test_between_two_rows_equally_like_an_id_the_claim_decides_and_nothing_else() -> None:
    one = {"Company": "Acme", "Role": "Developer", "Status": "x"}
    other = {"Company": "Acme", "Role": "Developer", "Status": "y"}
    assert matches({2: one, 3: other}, {"a": SHEET[0]}) == {}
    assert matches({2: one, 3: other}, {"a": SHEET[0]}, {3: "a"}) == {3: "a"}


def test_two_ids_equally_like_a_row_give_it_none() -> None:
    known: dict[str, Cells] = {
        "a": {"Company": "Gate", "Role": "Guard"},
        "b": {"Company": "Gate", "Role": "Clerk"},
    }
    assert matches({2: {"Company": "Gate", "Role": "Cook"}}, known) == {}


def test_the_least_share_is_two_cells_of_eight() -> None:
    old: Cells = {str(n): f"old {n}" for n in range(8)}
    two: Cells = {**{str(n): f"new {n}" for n in range(8)}, "0": "old 0", "1": "old 1"}
    assert matches({2: two}, {"a": old}) == {2: "a"}
    assert matches({2: {**two, "1": "new 1"}}, {"a": old}) == {}
    assert Similarity([]).of(old, two) == SIMILAR
