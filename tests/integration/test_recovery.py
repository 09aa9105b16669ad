"""A deleted row comes back, and a run's results are taken back; nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.cycle import SheetReport
from sync_daemon.cycle.report import UndoCounts
from tests.support.loop import Loop, running_loop


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    with running_loop(tmp_path) as made:
        yield made


def row_of(loop: Loop, company: str) -> dict[str, Any]:
    (row,) = [row for row in loop.rows() if row.get("Company") == company]
    return row


def delete(loop: Loop, company: str) -> str:
    """Delete a row and have it become a tombstone; returns its id."""
    row = row_of(loop, company)
    loop.user.delete_rows(row["#"] - 1, row["#"])
    assert loop.cycle().deleted == 1
    return str(row["sheetd id"])


def last_run(loop: Loop) -> int:
    (run,) = loop.application.reader.runs(1)
    return int(str(run["run_id"]))


class TestRestore:
    def test_a_deleted_row_is_back_with_its_id_its_cells_and_its_results_and_no_job_runs(
        self, loop: Loop
    ) -> None:
        loop.cycle()
        before = row_of(loop, "Company 3")
        row_id = delete(loop, "Company 3")
        report = loop.cycle(restore=row_id)
        assert report.jobs.done == 0
        back = row_of(loop, "Company 3")
        assert back["#"] == 9
        assert {**back, "#": 0} == {**before, "#": 0}
        loop.assert_right()
        assert loop.cycle().cells_written == 0
        events = [event.what for event in loop.application.reader.history(row_id)]
        assert events[events.index("deleted") + 1] == "revived"

    def test_cells_of_all_types_come_back_as_they_were(self, tmp_path: Path) -> None:
        cells: list[Any] = ["=1+1", 0.1, True, "007", "'quoted"]
        with running_loop(tmp_path, [["A", "r", "one"], ["B", "r", "two"]]) as loop:
            for offset, value in enumerate(cells):
                loop.user.type(0, 10 + offset, f"More {offset}")
                typed = f"'{value}" if isinstance(value, str) else value
                loop.user.type(2, 10 + offset, typed)
            loop.cycle()
            before = row_of(loop, "B")
            loop.cycle(restore=delete(loop, "B"))
            assert {**row_of(loop, "B"), "#": 0} == {**before, "#": 0}

    def test_nothing_that_is_in_the_sheet_is_written_over_whatever_moves(self, loop: Loop) -> None:
        loop.cycle()
        row_id = delete(loop, "Company 3")
        before = {row["Company"]: row for row in loop.rows()}

        def act() -> None:
            loop.user.insert_rows(4)
            loop.user.type(10, 0, "typed below")

        with loop.user_acts_before(":batchUpdate", act):
            loop.cycle(restore=row_id)
        loop.settle()
        after = {row["Company"]: row for row in loop.rows()}
        assert after.keys() == before.keys() | {"Company 3", "typed below"}
        for company, row in before.items():
            assert {**after[company], "#": 0} == {**row, "#": 0}
        assert after["Company 3"]["sheetd id"] == row_id

    def test_columns_moved_at_that_moment_do_not_mix_its_cells_up(self, loop: Loop) -> None:
        loop.cycle()
        row_id = delete(loop, "Company 3")
        with loop.user_acts_before(":batchUpdate", lambda: loop.user.move_columns(0, 1, 3)):
            loop.cycle(restore=row_id)
        loop.settle()
        back = row_of(loop, "Company 3")
        assert (back["Role"], back["Description"]) == ("Role 3", "text of row 3")
        assert back["sheetd id"] == row_id
        loop.assert_right()

    def test_a_sort_right_after_that_costs_the_user_no_cell(self, loop: Loop) -> None:
        """What was put in wrong is not cleared by its place: another row may stand there."""
        loop.cycle()
        row_id = delete(loop, "Company 3")
        before = {row["Company"]: row for row in loop.rows()}

        def sort() -> None:
            loop.user.sort(1, 9, 0, 8, [(1, True)])

        def move() -> None:
            loop.user.move_columns(0, 1, 3)

        with loop.user_acts_before(":batchUpdate", move, sort):
            report = loop.cycle(restore=row_id)
        loop.settle()
        after = {row["Company"]: row for row in loop.rows()}
        for company, row in before.items():
            assert {**after[company], "#": 0} == {**row, "#": 0}
        assert after["Company 3"]["sheetd id"] == row_id
        assert any("wrong columns" in note for note in report.notes)
        loop.assert_right()

    def test_its_results_come_back_though_the_rows_are_sorted_before_they_are_written(
        self, loop: Loop
    ) -> None:
        """They were there before it was deleted, and are not: nobody cleared them."""
        loop.cycle()
        row_id = delete(loop, "Company 3")

        def sort() -> None:
            loop.user.sort(1, 9, 0, 8, [(0, False)])

        with loop.user_acts_before("values:batchUpdateByDataFilter", sort):
            loop.cycle(restore=row_id)
        loop.settle()
        loop.assert_right()
        assert row_of(loop, "Company 3")["Shout"] == "TEXT OF ROW 3"

    def test_a_column_that_a_formula_fills_is_left_to_it(self, loop: Loop) -> None:
        loop.user.type(0, 12, "Loud")
        loop.user.type(1, 12, "=ARRAYFORMULA(UPPER(A2:A20))")
        loop.user.type(0, 13, "Note")
        loop.user.type(3, 13, "mine")
        loop.cycle()
        assert row_of(loop, "Company 3")["Loud"] == "COMPANY 3"
        loop.cycle(restore=delete(loop, "Company 3"))
        back = row_of(loop, "Company 3")
        assert (back["Loud"], back["Note"]) == ("COMPANY 3", "mine")

    @pytest.mark.parametrize("in_between", [0, 2])
    def test_it_comes_back_as_it_was_typed(self, loop: Loop, in_between: int) -> None:
        """Formulas, dates and amounts; what a formula takes from its own row, it still does."""
        for place, title in enumerate(["Applied", "Salary", "Page", "Sum", "Sure"], 12):
            loop.user.type(0, place, title)
        typed = ["2026-05-31", "=5000*12", '=HYPERLINK("https://example.com/1","the page")',
                 "=N4+1", "TRUE"]  # fmt: skip
        for place, text in enumerate(typed, 12):
            loop.user.type(3, place, text)
        loop.settle()
        if in_between:
            loop.user.insert_rows(1, in_between)
            loop.settle()
        shown = loop.user.texts()[3 + in_between][12:17]
        row_id = delete(loop, "Company 3")
        loop.cycle(restore=row_id)
        number = row_of(loop, "Company 3")["#"]
        assert loop.user.texts()[number - 1][12:17] == shown
        path = f"/v4/spreadsheets/{loop.spreadsheet_id}/values/Jobs!M{number}:Q{number}"
        entered = loop.server.call("GET", path, query=[("valueRenderOption", "FORMULA")])
        assert entered["values"][0][1:4] == [typed[1], typed[2], f"=N{number}+1"]
        assert isinstance(entered["values"][0][0], int)

    def test_a_value_whose_column_is_gone_is_named(self, loop: Loop) -> None:
        loop.user.type(0, 12, "Note")
        loop.user.type(3, 12, "mine")
        loop.cycle()
        row_id = delete(loop, "Company 3")
        column = loop.column("Note")
        loop.user.delete_columns(column, column + 1)
        (note,) = loop.cycle(restore=row_id).notes
        assert "'Note'" in note
        assert row_id in note

    def test_no_mark_stays_on_the_row(self, loop: Loop) -> None:
        loop.cycle()
        loop.cycle(restore=delete(loop, "Company 3"))
        path = f"/v4/spreadsheets/{loop.spreadsheet_id}/developerMetadata:search"
        lookup = {"developerMetadataLookup": {"metadataKey": "sheetd", "locationType": "ROW"}}
        assert loop.server.call("POST", path, {"dataFilters": [lookup]}) == {}


class TestUndo:
    def undo(self, loop: Loop, run_id: int) -> SheetReport:
        return loop.cycle(undo=run_id)

    def test_results_are_as_before_the_run_and_stay_so(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(1, 2, "other words")
        loop.cycle()
        report = self.undo(loop, last_run(loop))
        assert report.undone is not None
        assert (report.undone.reverted, report.undone.kept) == (2, 0)
        row = row_of(loop, "Company 1")
        assert (row["Words"], row["Shout"]) == (4, "TEXT OF ROW 1")
        assert row["Description"] == "other words"
        assert "undone" in row["sheetd status"]
        assert loop.cycle().cells_written == 0
        provenance = loop.application.reader.provenance(
            loop.application.reader.row(row["sheetd id"]), {}
        )
        assert {result.author for result in provenance} == {"undo"}

    def test_a_second_undo_tells_of_the_same_cells(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(1, 2, "other words")
        loop.cycle()
        run_id = last_run(loop)
        counts = [self.undo(loop, run_id).undone for _ in range(2)]
        assert counts == [UndoCounts(2, 0), UndoCounts(2, 0)]

    def test_a_first_run_s_results_are_blank_again_and_ids_stay(self, loop: Loop) -> None:
        loop.cycle()
        ids = [row["sheetd id"] for row in loop.rows()]
        report = self.undo(loop, last_run(loop))
        assert report.undone is not None
        assert report.undone.reverted == 16
        assert all((row["Words"], row["Shout"]) == ("", "") for row in loop.rows())
        assert [row["sheetd id"] for row in loop.rows()] == ids

    def test_what_somebody_changed_since_is_left(self, loop: Loop) -> None:
        loop.cycle()
        run_id = last_run(loop)
        loop.user.type(1, loop.column("Words"), 99)  # by hand
        loop.user.type(2, loop.column("Description"), "new words")  # a later run writes
        deleted = row_of(loop, "Company 3")["#"]
        loop.user.delete_rows(deleted - 1, deleted)
        loop.cycle()
        loop.user.type(3, loop.column("Shout"), "typed since the last cycle")
        report = self.undo(loop, run_id)
        assert report.undone is not None
        assert (report.undone.reverted, report.undone.kept) == (10, 6)
        assert row_of(loop, "Company 1")["Words"] == 99
        assert row_of(loop, "Company 2")["Words"] == 2
        assert row_of(loop, "Company 4")["Shout"] == "typed since the last cycle"
        assert row_of(loop, "Company 5")["Shout"] == ""

    def test_new_inputs_bring_new_results(self, loop: Loop) -> None:
        loop.cycle()
        self.undo(loop, last_run(loop))
        loop.user.type(1, 2, "three more words")
        loop.cycle()
        assert row_of(loop, "Company 1")["Words"] == 3
        assert row_of(loop, "Company 2")["Words"] == ""

    def test_an_undo_can_be_undone(self, loop: Loop) -> None:
        loop.cycle()
        self.undo(loop, last_run(loop))
        self.undo(loop, last_run(loop))
        assert [row["Words"] for row in loop.rows()] == [4] * 8

    def test_a_sort_meanwhile_does_not_mix_the_rows_up(self, loop: Loop) -> None:
        loop.cycle()
        for number in range(1, 9):
            loop.user.type(number, 2, " ".join(["word"] * number))
        loop.cycle()
        run_id, before = last_run(loop), loop.column("Company")
        width = len(loop.user.texts()[0])
        with loop.user_acts_before(
            "batchUpdateByDataFilter", lambda: loop.user.sort(1, 9, 0, width, [(before, True)])
        ):
            self.undo(loop, run_id)
        loop.settle()
        for row in loop.rows():
            assert (row["Words"], row["Shout"]) == (4, f"TEXT OF ROW {row['Company'][-1]}")
