"""Whose column is whose, and what is wrong with a header row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.headers import (
    ColumnMap,
    OwnedHeaders,
    column_index,
    column_letters,
    find_aliases,
    find_header_faults,
    map_columns,
)

OWNED = OwnedHeaders("sheetd id", "sheetd status", ("Keywords",))
METADATA = {"sheetd id": 11, "sheetd status": 12, "Keywords": 13}


def mapped(headers: list[str], at: dict[int, int], width: int = 0) -> ColumnMap:
    columns = OWNED.columns(METADATA)
    return map_columns(headers, max(width, len(headers)), columns, at)


def faults(headers: list[str], needed: list[str], *, create: bool = True) -> list[str]:
    columns = mapped(headers, {})
    found = find_header_faults(
        headers, needed, columns, sheet="jobs", header_row_number=1, create_columns=create
    )
    return [fault.message for fault in found]


def test_owned_columns_are_found_wherever_they_were_moved() -> None:
    found = mapped(["Keywords", "Role", "sheetd status", "sheetd id"], {11: 3, 12: 2, 13: 0})
    assert found.owned == {"sheetd id": 3, "sheetd status": 2, "Keywords": 0}
    assert found.user == (("Role", 1),)
    assert found.all_bound


def test_a_new_sheet_lacks_our_columns() -> None:
    found = mapped(["Role"], {})
    assert found.missing == ("sheetd id", "sheetd status", "Keywords")
    assert not found.all_bound


def test_a_header_that_was_there_before_is_taken_into_use_after_it_was_marked() -> None:
    found = mapped(["Role", "Keywords", "sheetd id", "sheetd status"], {11: 2, 12: 3})
    assert found.unbound == ("Keywords",)
    assert found.missing == ()


def test_a_renamed_column_is_known_by_its_mark() -> None:
    found = mapped(["Role", "My notes", "sheetd id", "sheetd status"], {11: 2, 12: 3, 13: 1})
    assert found.owned["Keywords"] == 1
    assert found.user == (("Role", 0),)
    assert found.all_bound


def test_two_columns_that_swapped_their_titles_keep_their_marks() -> None:
    found = mapped(["Keywords", "sheetd id", "sheetd status"], {11: 0, 12: 2, 13: 1})
    assert found.owned == {"sheetd id": 0, "sheetd status": 2, "Keywords": 1}
    assert found.all_bound


def test_a_title_of_ours_on_a_column_with_another_mark_is_not_taken_for_two() -> None:
    found = mapped(["Role", "sheetd id", "sheetd status"], {12: 2, 13: 1})
    assert found.owned == {"sheetd status": 2, "Keywords": 1}
    assert found.missing == ("sheetd id",)


def test_a_column_that_no_step_fills_any_more_is_no_part_of_a_row() -> None:
    headers = ["Role", "Left", "sheetd id", "sheetd status", "Keywords"]
    at = {11: 2, 12: 3, 13: 4, 99: 1}
    assert mapped(headers, at).user == (("Role", 0),)
    columns = map_columns(headers, 5, OWNED.columns(METADATA), at, ["left"])
    assert columns.user == (("Left", 1), ("Role", 0))


def test_a_mark_left_behind_by_cut_and_paste_gives_way_to_the_title() -> None:
    found = mapped(["Role", "", "sheetd id", "sheetd status", "Keywords"], {11: 2, 12: 3, 13: 1})
    assert found.owned["Keywords"] == 4
    assert (found.unbound, found.stray) == (("Keywords",), (13,))


@pytest.mark.parametrize(
    "title",
    [
        "keywords",
        " Keywords\n",
        "Key\u200bwords",
        "\ufeffKEYWORDS",
        "\uff2beywords",
        "Keywords\xa0",
    ],
)
def test_owned_titles_are_compared_as_people_read_them(title: str) -> None:
    found = mapped(["Role", title, "sheetd id", "sheetd status"], {11: 2, 12: 3})
    assert found.owned["Keywords"] == 1
    assert not found.missing


def test_a_needed_header_is_found_as_people_read_it_where_one_alone_fits() -> None:
    spelled = "Job\nDescription\u200b "
    assert faults([spelled], ["job  description"]) == []
    (doubled,) = faults(["LINK", "link"], ["Link"])
    assert "2 times ('LINK', 'link')" in doubled
    assert faults(["Link", "link"], ["Link"]) == []
    columns = mapped([spelled, "Role"], {})
    found = find_aliases(["job description", "Role"], [spelled, "Role"], columns)
    assert found == {"job description": "Job\nDescription\u200b"}


def test_of_two_equal_headers_the_marked_one_is_ours() -> None:
    found = mapped(["Keywords", "Keywords", "sheetd id", "sheetd status"], {11: 2, 12: 3, 13: 1})
    assert found.owned["Keywords"] == 1
    assert found.user == (("Keywords", 0),)
    assert found.all_bound


def test_columns_without_header_or_with_a_doubled_one_are_kept_apart() -> None:
    found = mapped(["Role", "", "Role"], {}, width=4)
    assert found.user == (
        ("(column without header 1)", 1),
        ("(column without header 2)", 3),
        ("Role", 0),
        ("Role (2)", 2),
    )


def test_a_sheet_without_headers() -> None:
    assert faults(["", ""], ["Description"]) == ["row 1 of sheet 'jobs' holds no headers."]


def test_a_needed_header_that_is_missing_names_the_one_that_is_meant() -> None:
    (message,) = faults(["Role", "Descripton"], ["Description"])
    assert "no column 'Description'" in message
    assert "Did you mean 'Descripton'?" in message


def test_a_needed_header_that_is_there_twice() -> None:
    (message,) = faults(["Description", "Description"], ["Description"])
    assert "2 times" in message


def test_doubled_and_blank_headers_that_no_tool_needs_do_no_harm() -> None:
    assert faults(["Description", "", "Notes", "Notes"], ["Description"]) == []


def test_an_unmarked_owned_header_that_is_there_twice_is_refused() -> None:
    (message,) = faults(["Role", "Keywords", "Keywords"], [])
    assert "'Keywords' 2 times" in message


def test_missing_owned_columns_are_a_fault_only_where_they_may_not_be_created() -> None:
    assert faults(["Role"], []) == []
    assert len(faults(["Role"], [], create=False)) == 3


@pytest.mark.parametrize(
    ("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters


@given(st.integers(0, 18_277))
def test_column_letters_and_indices_are_inverse(index: int) -> None:
    assert column_index(column_letters(index)) == index
