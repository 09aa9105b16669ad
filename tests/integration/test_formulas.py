"""Formulas in columns that no step reads: what they show is nobody's doing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.mirror.versions import load_versions
from sync_daemon.schedule import make_rules
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

HEADERS = ["Company", "Role", "Description", "Applied", "Age", "Notes"]
AGE, NOTES = 4, 5


def fill(loop: Loop, rows: int, age: str) -> None:
    loop.user.type_rows(0, 0, [HEADERS])
    loop.user.type_rows(
        1,
        0,
        [
            [f"Company {n}", "Dev", f"text {n}", 46_000 + n, age.format(row=n + 1), f"note {n}"]
            for n in range(1, rows + 1)
        ],
    )


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    with running_loop(tmp_path, rows=[]) as loop:
        fill(loop, 8, "=NOW()-D{row}")
        yield loop


def versions(loop: Loop) -> int:
    return sum(map(len, load_versions(loop.application.database).values()))


def last_cells(loop: Loop, company: str) -> dict[str, Any]:
    found = load_versions(loop.application.database).values()
    (row,) = [each for each in found if each[-1].cells.get("Company") == company]
    return dict(row[-1].cells)


class TestVolatile:
    def test_hundreds_of_rows_read_twenty_times_change_nothing(self, tmp_path: Path) -> None:
        clock = FakeClock()
        with running_loop(tmp_path, rows=[], clock=clock) as loop:
            fill(loop, 300, "=NOW()-D{row}")
            loop.settle()
            before = versions(loop)
            for _ in range(20):
                report = loop.run()
                assert not report.sheets[0].has_changed
                assert report.sheets[0].jobs.done == 0
                assert report.api_calls == ApiCalls(sheets_read=2)
            assert versions(loop) == before == 300
            loop.assert_right()

    def test_its_pace_is_the_idle_one(self, loop: Loop) -> None:
        loop.settle()
        rules = make_rules(loop.application.settings)
        report = loop.cycle()
        assert not report.has_changed
        assert rules.interval(rules.idle_after_s) == rules.idle_s > rules.quick_s

    def test_a_new_row_is_proved_by_what_was_typed(self, loop: Loop) -> None:
        loop.settle()
        loop.cycle()
        row = ["New", "Dev", "text", 46_100, "=NOW()-D10", "note"]
        loop.user.type_rows(9, 0, [row])
        report = loop.run()
        assert report.sheets[0].cells_repaired == 0
        assert report.api_calls == ApiCalls(sheets_read=2, sheets_write=2)
        loop.assert_right()

    def test_an_idle_sheet_is_not_written_to_the_mirror(self, loop: Loop) -> None:
        loop.settle()
        loop.cycle()
        before = dump(loop)
        loop.cycle()
        assert dump(loop) == before

    def test_a_row_whose_id_was_cleared_is_known_by_what_was_typed(self, loop: Loop) -> None:
        loop.settle()
        loop.cycle()
        before = {row["Company"]: row["sheetd id"] for row in loop.rows()}
        ids, status = loop.column("sheetd id"), loop.column("sheetd status")
        for row in (3, 5):
            loop.user.type(row, ids, "")
            loop.user.type(row, status, "")
        loop.user.sort(1, 9, 0, 12, [(3, True)])
        loop.settle()
        assert {row["Company"]: row["sheetd id"] for row in loop.rows()} == before
        assert versions(loop) == 8


def dump(loop: Loop) -> list[Any]:
    """All rows and versions of the mirror."""
    with loop.application.database.connect() as connection:
        return [
            connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            for table in ("rows", "row_versions", "jobs", "writes")
        ]


class TestWhatSomebodyDoes:
    @pytest.fixture(params=["=NOW()-D{row}", "=D{row}*2"])
    def loop(self, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Loop]:
        with running_loop(tmp_path, rows=[]) as loop:
            fill(loop, 8, request.param)
            loop.settle()
            loop.cycle()
            yield loop

    def updated(self, loop: Loop) -> int:
        before = versions(loop)
        report = loop.cycle()
        loop.settle()
        loop.cycle()
        assert versions(loop) - before == report.updated
        return report.updated

    def test_a_note_is_a_version(self, loop: Loop) -> None:
        loop.user.type(3, NOTES, "they called")
        assert self.updated(loop) == 1
        assert last_cells(loop, "Company 3")["Notes"] == "they called"

    def test_a_constant_over_a_formula_is_a_version(self, loop: Loop) -> None:
        loop.user.type(3, AGE, 12)
        assert self.updated(loop) == 1
        assert last_cells(loop, "Company 3")["Age"] == 12
        loop.user.type(3, AGE, 13)
        assert self.updated(loop) == 1

    def test_a_formula_taken_out_is_a_version(self, loop: Loop) -> None:
        loop.user.type(3, AGE, "")
        assert self.updated(loop) == 1
        assert "Age" not in last_cells(loop, "Company 3")

    def test_another_formula_is_a_version(self, loop: Loop) -> None:
        loop.user.type(3, AGE, "=D4*3")
        assert self.updated(loop) == 1
        assert last_cells(loop, "Company 3")["Age"] == 46_003 * 3

    def test_a_formula_over_a_note_is_a_version(self, loop: Loop) -> None:
        loop.user.type(3, NOTES, "=UPPER(A4)")
        assert self.updated(loop) == 1
        assert last_cells(loop, "Company 3")["Notes"] == "COMPANY 3"
        loop.user.type(4, NOTES, "still only typed")
        assert self.updated(loop) == 1

    def test_a_column_of_formulas_is_a_version_of_each_row_once(self, loop: Loop) -> None:
        loop.user.insert_columns(NOTES)
        loop.user.type(0, NOTES, "Now")
        loop.user.type_rows(1, NOTES, [["=NOW()"]] * 8)
        assert self.updated(loop) == 8
        assert self.updated(loop) == 0

    def test_moving_rows_and_columns_changes_no_formula(self, loop: Loop) -> None:
        loop.user.insert_columns(1)
        loop.user.insert_rows(2)
        loop.user.move_columns(AGE + 1, AGE + 2, 0)
        loop.user.sort(1, 10, 0, 14, [(4, True)])
        assert self.updated(loop) == 0

    def test_a_deleted_column_of_formulas_is_gone(self, loop: Loop) -> None:
        loop.user.delete_columns(AGE, AGE + 1)
        assert self.updated(loop) == 8
        assert "Age" not in last_cells(loop, "Company 3")


class TestSpilled:
    def test_what_an_array_formula_fills_is_computed_too(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, rows=[]) as loop:
            fill(loop, 8, "")
            loop.user.type(1, AGE, "=ARRAYFORMULA(NOW()-D2:D9)")
            loop.settle()
            for _ in range(4):
                assert not loop.cycle().has_changed
            assert versions(loop) == 8
            loop.user.type(4, NOTES, "typed")
            assert loop.cycle().updated == 1


def test_a_formula_that_a_step_reads_gives_a_job_when_its_value_changes(loop: Loop) -> None:
    loop.user.type(2, 2, "=F3")
    loop.settle()
    loop.user.type(2, NOTES, "two words")
    report = loop.cycle()
    assert (report.updated, report.jobs.done) == (1, 1)
    loop.assert_right()


def test_a_column_that_a_step_reads_from_now_on_counts_with_what_it_shows(loop: Loop) -> None:
    loop.settle()
    loop.cycle()
    text = loop.config.read_text("utf-8").replace('"Description"', '"Age"')
    loop.config.write_text(text, "utf-8")
    loop.application.close()
    loop.application = loop.open()
    report = loop.cycle()
    assert (report.updated, report.jobs.done) == (8, 8)
    assert all(row["Words"] == 1 for row in loop.rows())


def test_rows_that_move_between_the_values_and_the_formulas(loop: Loop) -> None:
    loop.settle()
    with loop.user_acts_before(
        ":getByDataFilter", lambda: loop.user.insert_rows(1), lambda: loop.user.delete_columns(0, 1)
    ):
        loop.cycle()
    loop.settle()
    assert all(row["sheetd id"] for row in loop.rows())


def test_a_sheet_without_formulas_costs_one_more_reading_only_for_a_note(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        fill(loop, 8, "{row}")
        assert loop.run().api_calls == ApiCalls(sheets_read=3, sheets_write=2)  # it has numbers
        assert loop.run().api_calls == ApiCalls(sheets_read=1)
        loop.user.type(3, NOTES, "they called")
        assert loop.run().api_calls == ApiCalls(sheets_read=2)
        assert loop.run().api_calls == ApiCalls(sheets_read=1)
