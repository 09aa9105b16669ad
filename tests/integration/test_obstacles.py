"""Protected ranges and merges over cells of ours: said on the row, and no result is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.errors import SheetRefusedError
from tests.support.loop import Loop, running_loop

ALL = 1000  # rows of the grid


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    with running_loop(tmp_path) as made:
        yield made


def protect(loop: Loop, header: str, top: int = 0, bottom: int = ALL) -> int:
    """Protect cells of a column against everybody but the owner; returns the range's id."""
    column = loop.column(header)
    loop.user.protect(top, bottom, column, column + 1)
    return max(loop.user.sheet.protected_ranges)


def free(loop: Loop, protection: int) -> None:
    body = {"requests": [{"deleteProtectedRange": {"protectedRangeId": protection}}]}
    loop.server.call("POST", f"/v4/spreadsheets/{loop.spreadsheet_id}:batchUpdate", body)


def row(loop: Loop, number: int) -> dict[str, Any]:
    return next(row for row in loop.rows() if row["#"] == number)


def results(loop: Loop, number: int) -> dict[str, Any]:
    return dict(next(r.results for r in loop.application.reader.rows() if r.row_number == number))


class TestProtected:
    def test_the_row_says_which_result_cannot_be_shown_and_the_others_are(self, loop: Loop) -> None:
        loop.cycle()
        protect(loop, "Shout")
        loop.user.type(1, 2, "edited under protection")
        loop.user.type(2, 2, "so is this")
        loop.cycle()
        for number, words in ((2, 3), (3, 3)):
            assert row(loop, number)["Words"] == words
            assert "cannot show Shout: its cell is protected" in row(loop, number)["sheetd status"]
        assert "cannot show" not in row(loop, 4)["sheetd status"]
        assert results(loop, 2)["Shout"] == "EDITED UNDER PROTECTION"

    def test_when_it_is_free_again_the_result_is_shown_without_a_job(self, loop: Loop) -> None:
        loop.cycle()
        protection = protect(loop, "Shout")
        loop.user.type(1, 2, "edited under protection")
        loop.cycle()
        assert loop.cycle().cells_written == 0
        free(loop, protection)
        assert loop.cycle().jobs.done == 0
        loop.assert_right()
        assert loop.cycle().cells_written == 0

    def test_rows_above_a_protected_cell_are_written_as_ever(self, loop: Loop) -> None:
        loop.cycle()
        protect(loop, "Shout", 5, 6)
        for number in (3, 5, 7):
            loop.user.type(number, 2, f"edited {number}")
        loop.cycle()
        assert row(loop, 4)["Shout"] == "EDITED 3"
        assert "cannot show" not in row(loop, 4)["sheetd status"]
        assert "cannot show Shout" in row(loop, 6)["sheetd status"]

    def test_what_a_protected_tab_leaves_free_is_used(self, loop: Loop) -> None:
        loop.cycle()
        left = loop.column("sheetd id")
        free_columns = {"sheetId": 0, "startColumnIndex": left, "endColumnIndex": left + 4}
        protected = {"range": {"sheetId": 0}, "unprotectedRanges": [free_columns], "editors": {}}
        loop.user.document.sheet(0).protected_ranges[7] = {"protectedRangeId": 7, **protected}
        loop.user.type(1, 2, "edited under protection")
        loop.user.type(9, 2, "a new row")
        loop.settle()
        loop.assert_right()

    def test_protected_user_columns_do_not_keep_new_rows_from_their_ids(self, loop: Loop) -> None:
        loop.cycle()
        protect(loop, "Company")
        loop.user.type_rows(9, 0, [["New", "r", "a new row"]])
        loop.settle()
        loop.assert_right()

    @pytest.mark.parametrize("header", ["sheetd id", "sheetd status"])
    def test_rows_that_cannot_bear_their_id_are_left_alone_and_named(
        self, loop: Loop, header: str
    ) -> None:
        loop.cycle()
        protect(loop, header, 9, ALL)
        loop.user.type(1, 2, "edited")
        loop.user.type_rows(9, 0, [["New", "r", "a new row"]])
        report = loop.cycle()
        assert (row(loop, 2)["Words"], row(loop, 10)["Words"]) == (1, "")
        (note,) = report.notes
        assert "1 rows from row 10" in note
        assert results(loop, 10)["Words"] == 3, "its job ran once, and waits for its place"
        assert loop.cycle().jobs.done == 0

    def test_a_wholly_protected_id_column_is_a_refusal(self, loop: Loop) -> None:
        loop.cycle()
        protect(loop, "sheetd id")
        loop.user.type(1, 2, "edited")
        failure = loop.run().sheets[0].failure
        assert isinstance(failure, SheetRefusedError)
        assert "protected" in failure.message
        assert "let the account" in failure.hint
        assert results(loop, 2)["Words"] == 1

    def test_a_tab_protected_before_our_columns_were_made_is_a_refusal(self, loop: Loop) -> None:
        loop.user.protect(0, ALL, 0, 26)
        report = loop.run()
        assert isinstance(report.sheets[0].failure, SheetRefusedError)
        assert report.exit_status() == 5
        assert report.api_calls.sheets_write == 2, "tried once more after another reading"


class TestMerged:
    def test_a_merge_over_a_result_is_no_edit_and_is_said_on_the_row(self, loop: Loop) -> None:
        loop.cycle()
        column = loop.column("Shout")
        loop.user.merge(1, 3, column, column + 1)
        loop.cycle()
        assert row(loop, 2)["Shout"] == "TEXT OF ROW 1"
        told = row(loop, 3)["sheetd status"]
        assert "cannot show Shout: its cell is merged with other cells" in told
        assert results(loop, 3)["Shout"] == "TEXT OF ROW 2"
        assert loop.cycle().cells_written == 0

    def test_when_it_is_taken_apart_the_result_is_back_without_a_job(self, loop: Loop) -> None:
        loop.cycle()
        column = loop.column("Shout")
        loop.user.merge(1, 3, column, column + 1)
        loop.cycle()
        cells = {"sheetId": 0, "startColumnIndex": column, "endColumnIndex": column + 1}
        body = {"requests": [{"unmergeCells": {"range": cells}}]}
        loop.server.call("POST", f"/v4/spreadsheets/{loop.spreadsheet_id}:batchUpdate", body)
        assert loop.cycle().jobs.done == 0
        loop.assert_right()

    def test_a_result_that_the_user_cleared_beside_a_merge_stays_cleared(self, loop: Loop) -> None:
        loop.cycle()
        column = loop.column("Shout")
        loop.user.merge(1, 3, column, column + 1)
        loop.user.type(5, column, "")
        loop.cycle()
        assert row(loop, 6)["Shout"] == ""
        assert "cannot show" not in row(loop, 6)["sheetd status"]

    def test_new_inputs_under_a_merge_are_worked_on_and_kept(self, loop: Loop) -> None:
        loop.cycle()
        column = loop.column("Shout")
        loop.user.merge(1, 3, column, column + 1)
        loop.user.type(2, 2, "new inputs")
        loop.cycle()
        assert results(loop, 3)["Shout"] == "NEW INPUTS"
        assert row(loop, 3)["Words"] == 2
