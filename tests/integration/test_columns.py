"""Columns without header, twice the same one, or with a new one: which is which."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.headers import column_letters
from sync_daemon.mirror.versions import load_versions
from tests.support.loop import Loop, running_loop

HEADERS = ["Company", "Role", "Description", "Applied", "", "Notes", "Notes", "Age"]
UNNAMED, NOTES, AGE = 4, 5, 7


def make(loop: Loop) -> None:
    loop.user.type_rows(0, 0, [HEADERS])
    loop.user.type_rows(
        1,
        0,
        [
            [f"Company {n}", "Dev", f"text {n}", 46_000 + n, f"aside {n}", f"note {n}",
             f"more {n}" if n % 2 else "", f"=NOW()-D{n + 1}"]
            for n in range(1, 9)
        ],
    )  # fmt: skip
    loop.settle()
    loop.cycle()


def insert_unnamed(loop: Loop) -> None:
    loop.user.insert_columns(3)


def insert_filled_unnamed(loop: Loop) -> None:
    loop.user.insert_columns(1)
    loop.user.move_columns(UNNAMED + 1, UNNAMED + 2, 0)


ACTIONS: dict[str, Callable[[Loop], Any]] = {
    "a blank column to the left": insert_unnamed,
    "the unnamed column moved to the front": insert_filled_unnamed,
    "a title for the unnamed column": lambda loop: loop.user.type(0, UNNAMED, "Aside"),
    "the title of Applied cleared": lambda loop: loop.user.type(0, 3, ""),
    "another title for Notes": lambda loop: loop.user.type(0, NOTES, "Remarks"),
    "another title for a column of formulas": lambda loop: loop.user.type(0, AGE, "Days"),
    "another title for what formulas refer to": lambda loop: loop.user.type(0, 3, "Sent"),
    "the two columns called Notes swapped": lambda loop: loop.user.move_columns(
        NOTES, NOTES + 1, NOTES + 2
    ),
    "a column of formulas moved": lambda loop: loop.user.move_columns(AGE, AGE + 1, 1),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_no_row_changes_by_it(tmp_path: Path, action: Callable[[Loop], Any]) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        make(loop)
        before = loop.application.database
        action(loop)
        planned = loop.cycle(dry_run=True).planned
        assert not [line for line in planned if "changed" in line]
        for _ in range(3):
            assert not loop.cycle().has_changed
        assert all(len(each) == 1 for each in load_versions(before).values())
        loop.assert_right()


def test_what_rows_hold_is_shown_under_the_new_title(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        make(loop)
        loop.user.type(0, NOTES + 1, "More")
        loop.user.type(3, NOTES, "edited at the same time")
        assert loop.cycle().updated == 1
        cells = {row.cells["Company"]: row.cells for row in loop.application.reader.rows()}
        assert cells["Company 1"]["More"] == "more 1"
        assert cells["Company 3"]["Notes"] == "edited at the same time"


def test_a_deleted_column_is_gone_and_kept_in_the_history(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        make(loop)
        loop.user.delete_columns(NOTES, NOTES + 1)
        assert loop.cycle().updated == 8
        versions = load_versions(loop.application.database)
        (first, last) = next(v for v in versions.values() if v[0].cells["Company"] == "Company 1")
        assert "note 1" in first.cells.values()
        assert "note 1" not in last.cells.values()
        assert last.cells["Notes"] == "more 1"


def test_another_column_in_its_place_is_no_new_title(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        make(loop)
        loop.user.delete_columns(NOTES, NOTES + 1)
        loop.user.insert_columns(NOTES)
        loop.user.type_rows(0, NOTES, [["Contact"], *[[f"person {n}"] for n in range(1, 9)]])
        assert loop.cycle().updated == 8


def test_a_mirror_of_before_called_them_by_their_letters(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        make(loop)
        letters = f"(column {column_letters(UNNAMED)})"
        record = loop.application.mirror.load_sheet("jobs")
        assert record is not None
        loop.application.mirror.rename_columns(record, {"(column without header 1)": letters})
        with loop.application.database.begin() as connection:
            connection.exec_driver_sql("UPDATE sheets SET layout = '[]', settled = ''")
        assert not loop.cycle().has_changed
        row = next(iter(loop.application.reader.rows()))
        assert row.cells["(column without header 1)"] == "aside 1"
