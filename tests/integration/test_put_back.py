"""What a write of ours overwrites, because cells moved under it, is put back at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_daemon.cycle import SheetReport
from tests.support.loop import Loop

WRITE = "values:batchUpdateByDataFilter"


def grid(loop: Loop) -> list[list[Any]]:
    path = f"/v4/spreadsheets/{loop.spreadsheet_id}/values/Jobs"
    query = [("valueRenderOption", "UNFORMATTED_VALUE")]
    values: list[list[Any]] = loop.server.call("GET", path, query=query)["values"]
    return values


def cell(loop: Loop, row: int, column: int) -> Any:
    values = grid(loop)
    return values[row][column] if row < len(values) and column < len(values[row]) else ""


def prepare(loop: Loop) -> int:
    """All is worked on, and the user keeps notes right of our columns; returns where."""
    loop.settle()
    place = max(loop.column("Words"), loop.column("Shout")) + 1
    notes = [["Notes"], *([f"note {n}"] for n in range(1, 9))]
    loop.user.type_rows(0, place, notes)
    loop.settle()
    return place


def write_while(loop: Loop, act: Callable[[], object], description: int = 2) -> SheetReport:
    """A cycle that writes new results of row 5, just before which the user does something."""
    loop.user.type(5, description, "entirely new text")
    with loop.user_acts_before(WRITE, act):
        return loop.cycle()


@pytest.mark.parametrize("value", ["note 5", 4711, True])
def test_a_cell_that_was_shifted_into_a_result_column(loop: Loop, value: Any) -> None:
    notes = prepare(loop)
    loop.user.type(5, notes, value)
    loop.settle()
    last = notes - 1  # a result column of ours

    report = write_while(loop, lambda: loop.user.delete_cells((5, 6, last, last + 1)))

    assert cell(loop, 5, last) == value
    assert any("1 cell of yours" in note for note in report.notes), report.notes
    loop.settle()
    assert cell(loop, 5, last) == value  # in a result column it counts as typed over
    assert cell(loop, 4, notes) == "note 4"


@pytest.mark.parametrize("is_edited", [False, True])
@pytest.mark.parametrize("own", ["sheetd id", "sheetd status", "Words", "Shout"])
def test_cells_that_were_shifted_before_the_sheet_is_read(
    loop: Loop, own: str, *, is_edited: bool
) -> None:
    """A note comes to stand in the last column of ours, perhaps together with new inputs."""
    notes = prepare(loop)
    ids = [row["sheetd id"] for row in loop.rows()]
    place = loop.column(own)
    if is_edited:
        loop.user.type(5, 2, "entirely new text")

    loop.user.delete_cells((5, 6, place, place + 1))
    loop.settle()

    assert cell(loop, 5, notes - 1) == "note 5"
    assert [row["sheetd id"] for row in loop.rows()] == ids


def test_cells_that_were_shifted_right_before_the_sheet_is_read(loop: Loop) -> None:
    prepare(loop)
    ids = [row["sheetd id"] for row in loop.rows()]
    place = loop.column("sheetd id")
    loop.user.insert_cells((5, 6, place, place + 1))
    loop.settle()
    assert [row["sheetd id"] for row in loop.rows()] == ids
    assert any("note 5" in row for row in grid(loop))


@pytest.mark.parametrize("own", ["sheetd id", "sheetd status", "Words", "Shout"])
def test_cells_that_were_shifted_from_any_column_of_ours_on(loop: Loop, own: str) -> None:
    """The cell of the id or the status moves along, and the row is known by the other."""
    notes = prepare(loop)
    ids = [row["sheetd id"] for row in loop.rows()]
    place = loop.column(own)
    write_while(loop, lambda: loop.user.delete_cells((5, 6, place, place + 1)))
    assert cell(loop, 5, notes - 1) == "note 5"
    loop.settle()
    assert cell(loop, 5, notes - 1) == "note 5"
    assert [row["sheetd id"] for row in loop.rows()] == ids


def test_two_cells_further_right(loop: Loop) -> None:
    notes = prepare(loop)
    loop.user.type_rows(5, notes, [["note 5", "more 5"]])
    loop.user.type(0, notes + 1, "More")
    loop.settle()
    last = notes - 1

    write_while(loop, lambda: loop.user.delete_cells((5, 6, last, last + 1)))

    assert [cell(loop, 5, last), cell(loop, 5, notes)] == ["note 5", "more 5"]


def test_a_column_that_was_cut_and_pasted_over_a_result_column(loop: Loop) -> None:
    notes = prepare(loop)
    shout = loop.column("Shout")

    def paste() -> None:
        loop.user.cut(0, 9, notes, notes + 1)
        loop.user.paste(0, shout)

    report = write_while(loop, paste)

    kept = [row[shout] for row in grid(loop)[:9]]
    assert kept == ["Notes", *(f"note {n}" for n in range(1, 9))]
    assert report.notes
    loop.settle()
    assert [row[loop.column("Notes")] for row in grid(loop)[:9]] == kept
    loop.assert_right()


@pytest.mark.parametrize("own", ["sheetd id", "sheetd status"])
def test_a_column_that_was_pasted_over_the_id_or_the_status(loop: Loop, own: str) -> None:
    notes = prepare(loop)
    ids = [row["sheetd id"] for row in loop.rows()]
    place = loop.column(own)

    def paste() -> None:
        loop.user.cut(0, 9, notes, notes + 1)
        loop.user.paste(0, place)

    write_while(loop, paste)
    loop.settle()
    kept = [row[loop.column("Notes")] for row in grid(loop)[:9]]
    assert kept == ["Notes", *(f"note {n}" for n in range(1, 9))]
    assert [row["sheetd id"] for row in loop.rows()] == ids


def test_a_column_pasted_over_ours_between_two_cycles_is_the_user_s(loop: Loop) -> None:
    notes = prepare(loop)
    loop.user.cut(0, 9, notes, notes + 1)
    loop.user.paste(0, loop.column("Shout"))
    loop.user.type(5, 2, "entirely new text")
    loop.settle()
    kept = [row[loop.column("Notes")] for row in grid(loop)[:9]]
    assert kept == ["Notes", *(f"note {n}" for n in range(1, 9))]
    loop.assert_right()


def test_an_id_cleared_at_that_moment_is_not_taken_for_cells_that_were_shifted(loop: Loop) -> None:
    """It stands between an input and the result that is written."""
    loop.settle()
    loop.user.move_columns(loop.column("sheetd status"), loop.column("sheetd status") + 1, 0)
    loop.settle()
    row_id = loop.column("sheetd id")
    report = write_while(loop, lambda: loop.user.type(5, row_id, ""), loop.column("Description"))
    assert not any("of yours" in note for note in report.notes)
    loop.settle()
    loop.assert_right()


def test_cells_inserted_in_the_middle_of_the_row(loop: Loop) -> None:
    """Everything moves right: nothing of the user's is lost."""
    prepare(loop)
    before = sorted(str(c) for c in grid(loop)[5] if "Company" in str(c) or "note" in str(c))
    write_while(loop, lambda: loop.user.insert_cells((5, 6, 0, 1)))
    after = [str(c) for row in grid(loop) for c in row]
    assert all(value in after for value in before)


def test_an_ordinary_sort_is_not_taken_for_it(loop: Loop) -> None:
    notes = prepare(loop)
    report = write_while(loop, lambda: loop.user.sort(1, 9, 0, notes + 1, [(0, False)]))
    assert not any("of yours" in note for note in report.notes)
    loop.settle()
    loop.assert_right()


def test_an_edit_of_the_same_row_at_the_same_moment_is_not_either(loop: Loop) -> None:
    notes = prepare(loop)
    report = write_while(loop, lambda: loop.user.type(5, notes, "another note"))
    assert not report.notes
    loop.settle()
    loop.assert_right()
    assert cell(loop, 5, notes) == "another note"


@pytest.mark.parametrize("lines", [1, 3])
def test_lines_put_in_above_the_headers(loop: Loop, lines: int) -> None:
    prepare(loop)
    loop.user.type(lines, 2, "new text, whose result comes to stand on a title")
    titles = grid(loop)[0]

    with loop.user_acts_before(WRITE, lambda: loop.user.insert_rows(0, lines)):
        report = loop.run().sheets[0]

    assert report.failure is not None
    assert report.failure.exit_status == 5
    assert grid(loop)[lines] == titles
    assert any("above the headers" in note for note in report.notes)
    loop.user.delete_rows(0, lines)
    loop.settle()
    loop.assert_right()


def test_a_column_inserted_at_that_moment_is_not_taken_for_cells_that_were_shifted(
    loop: Loop,
) -> None:
    prepare(loop)

    def act() -> None:
        loop.user.insert_columns(0, 1)
        loop.user.sort(1, 9, 1, 4, [(1, False)])  # the inputs alone

    report = write_while(loop, act)
    assert not any("of yours" in note for note in report.notes)
    loop.settle()
    loop.assert_right()
