"""The promises, held against Google: results stay with their rows whatever is done to the tab."""

from __future__ import annotations

import pytest
from gspread.utils import ValueRenderOption

from sync_daemon.engine import CycleOptions
from tests.live.conftest import Hunt, just_before_a_write

TEXTS = ["one", "one two", "one two three"]


def test_a_cycle_fills_in_results_and_leaves_what_was_typed(hunt: Hunt) -> None:
    hunt.assert_right(TEXTS)
    assert [record["Company"] for record in hunt.records()] == [f"Company {text}" for text in TEXTS]
    report = hunt.cycle()
    assert report.cells_written == 0


def test_results_follow_rows_that_are_sorted_inserted_moved_and_deleted(hunt: Hunt) -> None:
    span = {"sheetId": hunt.tab.id, "startRowIndex": 1, "startColumnIndex": 0}
    hunt.change(
        "sortRange",
        range=span,
        sortSpecs=[{"dimensionIndex": 2, "sortOrder": "DESCENDING"}],
    )
    hunt.settle()
    hunt.assert_right(TEXTS[::-1])
    hunt.change("insertDimension", range=hunt.rows(1, 3), inheritFromBefore=False)
    hunt.change("moveDimension", source=hunt.rows(3, 4), destinationIndex=6)
    hunt.settle()
    hunt.assert_right(["one two", "one", "one two three"])
    hunt.change("deleteDimension", range=hunt.rows(4, 5))
    hunt.settle()
    hunt.assert_right(["one two", "one two three"])


def test_rows_that_move_between_reading_and_writing_get_their_own_results(
    hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    hunt.tab.update([["four words are here"]], "C2", raw=True)
    with just_before_a_write(
        monkeypatch,
        lambda: hunt.change("moveDimension", source=hunt.rows(1, 2), destinationIndex=4),
    ):
        hunt.cycle()
    hunt.settle()
    hunt.assert_right(["one two", "one two three", "four words are here"])


def test_columns_that_move_keep_their_results(hunt: Hunt) -> None:
    source = {"sheetId": hunt.tab.id, "dimension": "COLUMNS", "startIndex": 3, "endIndex": 5}
    hunt.change("moveDimension", source=source, destinationIndex=0)
    hunt.settle()
    hunt.assert_right(TEXTS)


def test_a_copied_row_gets_an_id_of_its_own(hunt: Hunt) -> None:
    source = {"sheetId": hunt.tab.id, "startRowIndex": 1, "endRowIndex": 2}
    goal = {"sheetId": hunt.tab.id, "startRowIndex": 4, "endRowIndex": 5}
    hunt.change("copyPaste", source=source, destination=goal, pasteType="PASTE_NORMAL")
    hunt.settle()
    hunt.assert_right([*TEXTS, "one"])


def test_results_are_text_and_never_formulas(hunt: Hunt) -> None:
    hunt.tab.update([["=1+1"], ["+49 30"], ["'quoted"]], "C2", raw=True)
    hunt.settle()
    assert [record["Shout"] for record in hunt.records()] == ["=1+1", "+49 30", "'QUOTED"]
    shout = hunt.tab.row_values(1).index("Shout")
    cells = hunt.tab.get(
        f"{chr(65 + shout)}2:{chr(65 + shout)}4", value_render_option=ValueRenderOption.formula
    )
    assert cells == [["=1+1"], ["+49 30"], ["'QUOTED"]]


def test_a_row_is_told_apart_while_its_text_is_edited(hunt: Hunt) -> None:
    before = {record["Company"]: record["sheetd id"] for record in hunt.records()}
    hunt.tab.update([["quite another text"]], "C3", raw=True)
    hunt.settle()
    hunt.assert_right(["one", "quite another text", "one two three"])
    assert {record["Company"]: record["sheetd id"] for record in hunt.records()} == before


def test_a_run_is_taken_back(hunt: Hunt) -> None:
    hunt.tab.update([["one two three four"]], "C2", raw=True)
    run = hunt.application.run_once(trigger="test", options=CycleOptions())
    assert hunt.records()[0]["Words"] == 4
    hunt.cycle(undo=run.run_id)
    assert hunt.records()[0]["Words"] == 1
    assert hunt.records()[0]["Description"] == "one two three four"
