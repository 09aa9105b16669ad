"""The promises, held against Google: results stay with their rows whatever is done to the tab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_daemon.errors import MassDeleteError
from tests.live.hunt import TEXTS, Hunt, hunting, just_before_a_write
from tests.live.tab import ROWS, Tab

Act = Callable[[Hunt], object]
COMPANIES = ["Company 1", "Company 2", "Company 3"]


def move_first_row_down(hunt: Hunt) -> None:
    hunt.tab.change("moveDimension", source=hunt.tab.rows(1, 2), destinationIndex=4)


def sort_by_text(hunt: Hunt) -> None:
    hunt.tab.change(
        "sortRange",
        range=hunt.tab.area(1),
        sortSpecs=[{"dimensionIndex": 2, "sortOrder": "DESCENDING"}],
    )


def insert_rows(hunt: Hunt) -> None:
    hunt.tab.change("insertDimension", range=hunt.tab.rows(1, 3), inheritFromBefore=False)


def insert_column(hunt: Hunt) -> None:
    hunt.tab.change("insertDimension", range=hunt.tab.columns(0, 1), inheritFromBefore=False)


def delete_last_row(hunt: Hunt) -> None:
    hunt.tab.change("deleteDimension", range=hunt.tab.rows(3, 4))


def cut_first_row(hunt: Hunt) -> None:
    """The person cuts the row and pastes it below the others."""
    width = len(hunt.tab.values()[0])
    goal = {"sheetId": hunt.tab.gid, "rowIndex": 5, "columnIndex": 0}
    hunt.tab.change("cutPaste", source=hunt.tab.area(1, 2, 0, width), destination=goal)


def copy_first_row(hunt: Hunt) -> None:
    width = len(hunt.tab.values()[0])
    source, goal = hunt.tab.area(1, 2, 0, width), hunt.tab.area(4, 5, 0, width)
    hunt.tab.change("copyPaste", source=source, destination=goal, pasteType="PASTE_NORMAL")


def test_a_cycle_fills_in_results_and_leaves_what_was_typed(hunt: Hunt) -> None:
    hunt.assert_right(TEXTS)
    assert [record["Company"] for record in hunt.records()] == COMPANIES
    report = hunt.cycle()
    assert (report.cells_written, report.jobs.done) == (0, 0)


@pytest.mark.parametrize(
    ("act", "companies"),
    [
        (sort_by_text, [3, 2, 1]),
        (insert_rows, [1, 2, 3]),
        (insert_column, [1, 2, 3]),
        (move_first_row_down, [2, 3, 1]),
        (cut_first_row, [2, 3, 1]),
        (delete_last_row, [1, 2]),
    ],
)
def test_rows_keep_ids_and_results_whatever_is_done_to_them(
    hunt: Hunt, act: Act, companies: list[int]
) -> None:
    ids = hunt.ids()
    act(hunt)
    hunt.settle()
    hunt.assert_right([TEXTS[number - 1] for number in companies])
    left = {COMPANIES[number - 1]: ids[COMPANIES[number - 1]] for number in companies}
    assert list(hunt.ids().items()) == list(left.items())


@pytest.mark.parametrize(
    ("act", "companies"),
    [
        (move_first_row_down, [2, 3, 1]),
        (sort_by_text, [1, 3, 2]),
        (insert_rows, [1, 2, 3]),
        (insert_column, [1, 2, 3]),
        (delete_last_row, [1, 2]),
    ],
)
def test_what_happens_between_reading_and_writing_puts_no_result_on_another_row(
    hunt: Hunt, monkeypatch: pytest.MonkeyPatch, act: Act, companies: list[int]
) -> None:
    ids = hunt.ids()
    edited = "zero comes last in the dictionary"
    hunt.tab.put([[edited]], 1, 2)
    texts = {1: edited, 2: TEXTS[1], 3: TEXTS[2]}
    with just_before_a_write(monkeypatch, lambda: act(hunt)):
        hunt.cycle()
    hunt.settle()
    hunt.assert_right([texts[number] for number in companies])
    left = {COMPANIES[number - 1]: ids[COMPANIES[number - 1]] for number in companies}
    assert list(hunt.ids().items()) == list(left.items())


def test_a_sort_before_the_first_ids_mixes_no_rows_up(
    tab: Tab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hunting(tab, tmp_path) as hunt:
        with just_before_a_write(monkeypatch, lambda: sort_by_text(hunt)):
            hunt.cycle()
        hunt.settle()
        hunt.assert_right(TEXTS[::-1])
        assert list(hunt.ids()) == COMPANIES[::-1]


def test_a_tab_that_is_read_in_parts_is_one_sheet(
    hunt: Hunt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_daemon.sheets.gateway.CELLS_PER_READ", 150)
    before = hunt.application.transport.calls().sheets_read
    hunt.tab.put([["Company 40", "Cook", "on the last row"]], ROWS - 1)
    hunt.settle()
    assert hunt.application.transport.calls().sheets_read - before >= 6
    hunt.assert_right([*TEXTS, "on the last row"])


def test_a_result_column_that_was_deleted_is_made_again(hunt: Hunt) -> None:
    words = hunt.column("Words")
    hunt.tab.change("deleteDimension", range=hunt.tab.columns(words, words + 1))
    hunt.settle()
    hunt.assert_right(TEXTS)


def test_columns_that_move_keep_their_results(hunt: Hunt) -> None:
    hunt.tab.change("moveDimension", source=hunt.tab.columns(3, 5), destinationIndex=0)
    hunt.settle()
    hunt.assert_right(TEXTS)


def test_a_copied_row_gets_an_id_of_its_own(hunt: Hunt) -> None:
    ids = hunt.ids()
    copy_first_row(hunt)
    hunt.settle()
    hunt.assert_right([*TEXTS, "one"])
    assert {record["sheetd id"] for record in hunt.records()} > set(ids.values())


def test_an_id_that_was_cleared_comes_back(hunt: Hunt) -> None:
    ids = hunt.ids()
    hunt.tab.put([[""]], 2, hunt.column("sheetd id"))
    hunt.settle()
    hunt.assert_right(TEXTS)
    assert hunt.ids() == ids


def test_results_are_text_and_never_formulas(hunt: Hunt) -> None:
    hunt.tab.put([["=1+1"], ["+49 30"], ["'quoted"]], 1, 2)
    hunt.settle()
    shout = hunt.column("Shout")
    cells = [row[shout] for row in hunt.tab.cells("userEnteredValue")[1:4]]
    texts = [cell["userEnteredValue"] for cell in cells]
    assert texts == [{"stringValue": text} for text in ("=1+1", "+49 30", "'QUOTED")]


def test_a_row_is_told_apart_while_its_text_is_edited(hunt: Hunt) -> None:
    ids = hunt.ids()
    hunt.tab.put([["quite another text"]], 2, 2)
    hunt.settle()
    hunt.assert_right(["one", "quite another text", "one two three"])
    assert hunt.ids() == ids


def test_an_error_in_an_input_cell_is_no_change(hunt: Hunt) -> None:
    hunt.tab.type([["=NA()"]], 1, 2)
    assert hunt.cycle().jobs.done == 0
    (first, *_) = hunt.records()
    assert (first["Description"], first["Words"], first["Shout"]) == ("#N/A", 1, "ONE")
    hunt.tab.put([["one"]], 1, 2)
    hunt.settle()
    hunt.assert_right(TEXTS)


def test_a_result_that_was_typed_over_stays(hunt: Hunt) -> None:
    shout = hunt.column("Shout")
    hunt.tab.type([["mine"]], 1, shout)
    hunt.settle()
    assert hunt.records()[0]["Shout"] == "mine"
    sort_by_text(hunt)
    hunt.settle()
    assert [record["Shout"] for record in hunt.records()] == ["ONE TWO THREE", "ONE TWO", "mine"]


def test_rows_that_are_hidden_or_filtered_out_are_done_all_the_same(hunt: Hunt) -> None:
    hunt.tab.google.batch(
        {"setBasicFilter": {"filter": {
            "range": hunt.tab.area(0, 4, 0, 3),
            "filterSpecs": [{"columnIndex": 0, "filterCriteria": {"hiddenValues": COMPANIES[:1]}}],
        }}},
        {"updateDimensionProperties": {
            "range": hunt.tab.rows(2, 3),
            "properties": {"hiddenByUser": True},
            "fields": "hiddenByUser",
        }},
    )  # fmt: skip
    hunt.tab.put([["filtered out"], ["and hidden away"]], 1, 2)
    hunt.settle()
    hunt.assert_right(["filtered out", "and hidden away", "one two three"])


def test_a_tab_that_is_renamed_is_still_the_same(hunt: Hunt) -> None:
    title = f"{hunt.tab.title}, renamed: \"it's 'quoted'\" 🦊"
    properties = {"sheetId": hunt.tab.gid, "title": title}
    hunt.tab.change("updateSheetProperties", properties=properties, fields="title")
    hunt.tab.put([["renamed"]], 1, 2)
    hunt.settle()
    hunt.assert_right(["renamed", "one two", "one two three"])


def test_a_tab_that_is_suddenly_empty_deletes_nothing(hunt: Hunt) -> None:
    ids = hunt.ids()
    hunt.tab.change("deleteDimension", range=hunt.tab.rows(1, 4))
    with pytest.raises(MassDeleteError):
        hunt.cycle()
    held = {row.row_id for row in hunt.application.reader.rows(sheet=hunt.sheet)}
    assert held == set(ids.values())


def test_a_deleted_row_is_restored_with_its_id(hunt: Hunt) -> None:
    ids = hunt.ids()
    hunt.tab.change("deleteDimension", range=hunt.tab.rows(1, 2))
    hunt.settle()
    hunt.cycle(restore=ids["Company 1"])
    hunt.settle()
    hunt.assert_right(["one two", "one two three", "one"])
    assert hunt.ids() == ids


def test_a_run_is_taken_back(hunt: Hunt) -> None:
    hunt.tab.put([["one two three four"]], 1, 2)
    run = hunt.run()
    assert hunt.records()[0]["Words"] == 4
    hunt.cycle(undo=run.run_id)
    (first, *_) = hunt.records()
    assert (first["Words"], first["Shout"]) == (1, "ONE")
    assert first["Description"] == "one two three four"
    assert hunt.cycle().jobs.done == 0


def test_a_dry_run_writes_nothing(hunt: Hunt) -> None:
    hunt.tab.put([["not yet"]], 1, 2)
    before = hunt.tab.values()
    assert hunt.cycle(dry_run=True).planned
    assert hunt.tab.values() == before
