"""What a user puts up in a sheet beside its values stays exactly as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.errors import HeaderError
from tests.support.furniture import (
    EVERYTHING,
    HEADERS,
    LENGTH,
    OWNED,
    cell_request,
    change,
    decoration,
    owned_columns,
    photograph,
    sample_rows,
    span,
    start_furnished,
    without_owned_columns,
    without_owned_values,
)
from tests.support.loop import Loop, running_loop
from tests.support.stories import hand_edits

WRITE = "values:batchUpdateByDataFilter"
READ = "values:batchGetByDataFilter"


@pytest.fixture
def furnished(tmp_path: Path) -> Iterator[Loop]:
    """A sheet with all that a user can put up, not yet seen by sheetd."""
    with running_loop(tmp_path, sample_rows()) as loop:
        start_furnished(loop)
        yield loop


def furnish_owned_columns(loop: Loop) -> None:
    """The same decoration on two of our columns, one of which the user hides."""
    words, shout = loop.column("Words"), loop.column("Shout")
    change(loop, decoration(span(0, 9, words, words + 1)))
    change(loop, decoration(span(1, 4, shout, shout + 1)))
    loop.user.hide_columns(shout, shout + 1)


def assert_undisturbed(loop: Loop) -> None:
    """Cycles until all is quiet leave everything but our values alone."""
    before = without_owned_values(photograph(loop))
    loop.settle()
    assert without_owned_values(photograph(loop)) == before


def owned_values(loop: Loop) -> list[dict[str, Any]]:
    return [{header: row[header] for header in OWNED} for row in loop.rows()]


def delete_columns(loop: Loop, headers: Iterable[str]) -> None:
    for header in headers:
        column = loop.column(header)
        loop.user.delete_columns(column, column + 1)


def jobs_until_quiet(loop: Loop) -> int:
    """How many jobs run until a cycle writes nothing."""
    ran = 0
    for _ in range(6):
        report = loop.cycle()
        ran += report.jobs.done
        if report.cells_written == 0:
            return ran
    pytest.fail("the sheet is not quiet after 6 cycles")


def forbid_columns(loop: Loop) -> None:
    """Set ``create_columns = false`` and start sheetd anew."""
    text = loop.config.read_text(encoding="utf-8")
    text = text.replace("[[sheets.steps]]", "create_columns = false\n[[sheets.steps]]", 1)
    loop.config.write_text(text, encoding="utf-8")
    loop.close()
    loop.application = loop.open()


def title_rows(loop: Loop) -> list[list[dict[str, Any]]]:
    """The two rows above the headers, as far as the user's columns go."""
    rows = photograph(loop)["sheets"][0]["data"][0]["rowData"][:2]
    return [row["values"][: len(HEADERS)] for row in rows]


def edit(loop: Loop) -> None:
    loop.user.type(3, 2, "an edited text")
    loop.user.type(5, 2, "")


def sort_everything(loop: Loop) -> None:
    loop.user.sort(1, 9, 0, 10, [(0, True)])


def sort_without_ours(loop: Loop) -> None:
    loop.user.sort(1, 9, 0, 6, [(0, True)])


def clear_ours(loop: Loop) -> None:
    for header in OWNED:
        column = loop.column(header)
        loop.user.type_rows(1, column, [[""]] * 8)


def paste_a_copy(loop: Loop) -> None:
    loop.user.copy_rows(2, 3)
    loop.user.paste(9, 0)


def move_our_columns(loop: Loop) -> None:
    loop.user.move_columns(6, 8, 0)
    loop.user.insert_columns(1, 2)


def delete_rows(loop: Loop) -> None:
    loop.user.delete_rows(2, 4)


class TestFirstCycle:
    def test_all_that_a_user_can_put_up_outlives_the_creation_of_columns(
        self, furnished: Loop
    ) -> None:
        before = photograph(furnished)
        assert before["sheets"][0].keys() == EVERYTHING
        report = furnished.cycle()
        after = photograph(furnished)
        assert without_owned_columns(after) == json.dumps(before, indent=1)
        assert len(owned_columns(after)) == len(OWNED)
        assert report.jobs.done == 8

    def test_rows_hidden_by_hand_or_by_a_filter_have_results_as_well(self, furnished: Loop) -> None:
        furnished.cycle()
        rows = photograph(furnished)["sheets"][0]["data"][0]["rowMetadata"][1:9]
        assert [row.get("hiddenByFilter", False) for row in rows].count(True) == 1
        assert [row.get("hiddenByUser", False) for row in rows].count(True) == 1
        assert {row["Words"] for row in furnished.rows()} == {4}
        furnished.assert_right()

    def test_a_grid_with_no_room_left_grows_by_our_columns_alone(self, furnished: Loop) -> None:
        furnished.user.delete_columns(6, 26)
        before = photograph(furnished)
        furnished.cycle()
        assert without_owned_columns(photograph(furnished)) == json.dumps(before, indent=1)
        furnished.assert_right()

    def test_an_array_formula_down_the_whole_sheet_makes_no_rows(self, furnished: Loop) -> None:
        furnished.user.type(1, LENGTH, '=ARRAYFORMULA(IF(C2:C="","",LEN(C2:C)))')
        before = photograph(furnished)
        assert furnished.cycle().rows == 8
        assert without_owned_columns(photograph(furnished)) == json.dumps(before, indent=1)

    def test_checkboxes_down_the_whole_sheet_make_no_rows(self, furnished: Loop) -> None:
        furnished.user.type(0, len(HEADERS), "Replied")
        furnished.user.type_rows(1, len(HEADERS), [["FALSE"]] * 50)
        boxes = span(1, 51, len(HEADERS), len(HEADERS) + 1)
        rule = {"condition": {"type": "BOOLEAN"}}
        change(furnished, [{"setDataValidation": {"range": boxes, "rule": rule}}])
        assert furnished.cycle().rows == 8

    def test_our_columns_do_not_take_after_the_user_s_last_one(self, furnished: Loop) -> None:
        furnished.configure("[[sheets.steps]]", "decorate = false\n[[sheets.steps]]")
        furnished.user.delete_columns(len(HEADERS), 26)
        change(furnished, decoration(span(0, 9, LENGTH, LENGTH + 1)))
        furnished.cycle()
        picture = photograph(furnished)
        ours = owned_columns(picture)
        for row in picture["sheets"][0]["data"][0]["rowData"][:9]:
            for column in ours:
                assert not row["values"][column].keys() & {"userEnteredFormat", "dataValidation"}

    def test_a_title_above_the_headers_is_left_alone(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, sample_rows(), "header_row = 3") as loop:
            start_furnished(loop)
            loop.user.insert_rows(0, 2)
            loop.user.type(0, 0, '="My hunt "&2+2')
            title = span(0, 2, 0, 20)
            note = {"note": "since May", "userEnteredFormat": {"textFormat": {"fontSize": 24}}}
            merge = {"mergeCells": {"range": title, "mergeType": "MERGE_ALL"}}
            change(loop, [cell_request(title, note), merge])
            before = title_rows(loop)
            assert before[0][0]["formattedValue"] == "My hunt 4"
            assert loop.cycle().rows == 8
            assert title_rows(loop) == before


class TestLaterCycles:
    @pytest.mark.parametrize(
        "act",
        [
            edit,
            sort_everything,
            sort_without_ours,
            clear_ours,
            paste_a_copy,
            move_our_columns,
            delete_rows,
        ],
    )
    def test_only_our_values_change(self, furnished: Loop, act: Callable[[Loop], None]) -> None:
        furnished.cycle()
        furnish_owned_columns(furnished)
        act(furnished)
        assert_undisturbed(furnished)
        furnished.assert_right()

    def test_the_rows_are_sorted_while_results_are_written(self, furnished: Loop) -> None:
        furnished.cycle()
        furnish_owned_columns(furnished)
        edit(furnished)
        pictures: list[str] = []

        def sort() -> None:
            sort_everything(furnished)
            pictures.append(without_owned_values(photograph(furnished)))

        with furnished.user_acts_before(WRITE, sort):
            assert furnished.cycle().cells_repaired > 0
        furnished.settle()
        assert [without_owned_values(photograph(furnished))] == pictures
        furnished.assert_right()


class TestHandEdits:
    def test_a_result_typed_over_keeps_its_note_and_its_colour_and_is_recorded_as_typed(
        self, furnished: Loop
    ) -> None:
        furnished.cycle()
        furnish_owned_columns(furnished)
        row_id = furnished.rows()[0]["sheetd id"]
        furnished.user.type(1, furnished.column("Shout"), "mine, not yours")
        before = photograph(furnished)
        assert furnished.cycle().cells_written == 0
        assert photograph(furnished) == before
        edits = hand_edits(furnished, row_id)
        assert edits == [{"Shout": {"before": "TEXT OF ROW 1", "after": "mine, not yours"}}]

    def test_what_was_typed_over_goes_when_the_input_changes(self, furnished: Loop) -> None:
        furnished.cycle()
        furnished.user.type(1, furnished.column("Shout"), "mine")
        furnished.cycle()
        furnished.user.type(1, 2, "new text")
        assert_undisturbed(furnished)
        furnished.assert_right()

    def test_a_result_cleared_by_hand_stays_clear(self, furnished: Loop) -> None:
        furnished.cycle()
        row_id = furnished.rows()[2]["sheetd id"]
        column = furnished.column("Shout")
        furnished.user.clear(3, 4, column, column + 1)
        furnished.settle()
        assert furnished.rows()[2]["Shout"] == ""
        edits = hand_edits(furnished, row_id)
        assert edits == [{"Shout": {"before": "TEXT OF ROW 3", "after": ""}}]

    def test_a_formula_typed_over_a_result_stays_a_formula(self, furnished: Loop) -> None:
        furnished.cycle()
        column = furnished.column("Shout")
        furnished.user.type(1, column, "=UPPER(A2)")
        before = photograph(furnished)
        furnished.settle()
        assert photograph(furnished) == before
        furnished.user.type(1, 0, "Another company")
        furnished.settle()
        assert furnished.rows()[0]["Shout"] == "ANOTHER COMPANY"


class TestDeletedColumns:
    @pytest.mark.parametrize("gone", [["Shout"], ["sheetd status"], ["sheetd id"], OWNED])
    def test_between_cycles_they_come_back_with_their_values_and_no_tool_runs(
        self, furnished: Loop, gone: list[str]
    ) -> None:
        furnished.cycle()
        before, values = without_owned_columns(photograph(furnished)), owned_values(furnished)
        delete_columns(furnished, gone)
        assert jobs_until_quiet(furnished) == 0
        assert owned_values(furnished) == values
        assert without_owned_columns(photograph(furnished)) == before

    @pytest.mark.parametrize(
        "gone", [["Shout"], ["sheetd status"], ["sheetd id"], ["Words", "Shout"], OWNED]
    )
    @pytest.mark.parametrize("moment", [READ, WRITE])
    def test_during_a_cycle_they_come_back_with_their_values_and_no_tool_runs_twice(
        self, furnished: Loop, gone: list[str], moment: str
    ) -> None:
        furnished.cycle()
        values = owned_values(furnished)
        furnished.user.type(1, 2, "one edit")
        before = without_owned_columns(photograph(furnished))
        with furnished.user_acts_before(moment, lambda: delete_columns(furnished, gone)):
            ran = furnished.cycle().jobs.done
        assert ran + jobs_until_quiet(furnished) == 1
        assert without_owned_columns(photograph(furnished)) == before
        assert owned_values(furnished)[1:] == values[1:]
        furnished.assert_right()

    def test_they_are_deleted_while_they_are_created(self, furnished: Loop) -> None:
        before = without_owned_columns(photograph(furnished))
        with furnished.user_acts_before(WRITE, lambda: delete_columns(furnished, OWNED)):
            ran = furnished.cycle().jobs.done
        assert ran + jobs_until_quiet(furnished) == 8
        assert without_owned_columns(photograph(furnished)) == before
        furnished.assert_right()

    def test_a_result_typed_over_comes_back_as_it_was_typed(self, furnished: Loop) -> None:
        furnished.cycle()
        furnished.user.type(1, furnished.column("Shout"), "mine")
        furnished.cycle()
        values = owned_values(furnished)
        delete_columns(furnished, ["Shout"])
        assert jobs_until_quiet(furnished) == 0
        assert owned_values(furnished) == values
        assert values[0]["Shout"] == "mine"

    @pytest.mark.parametrize("gone", ["Shout", "sheetd status", "sheetd id"])
    def test_without_create_columns_it_is_refused_by_name_and_nothing_changes(
        self, furnished: Loop, gone: str
    ) -> None:
        furnished.cycle()
        forbid_columns(furnished)
        delete_columns(furnished, [gone])
        furnished.user.type(1, 2, "an edit that has to wait")
        picture, known = photograph(furnished), list(furnished.application.reader.rows())
        failure = furnished.run().sheets[0].failure
        assert isinstance(failure, HeaderError)
        assert repr(gone) in str(failure)
        assert photograph(furnished) == picture
        assert list(furnished.application.reader.rows()) == known

    @pytest.mark.parametrize("may_create", [True, False])
    def test_a_column_put_back_by_hand_is_filled_without_a_tool(
        self, furnished: Loop, *, may_create: bool
    ) -> None:
        furnished.cycle()
        values = owned_values(furnished)
        if not may_create:
            forbid_columns(furnished)
        delete_columns(furnished, ["Shout"])
        furnished.user.type(0, len(HEADERS) + 3, "Shout")
        assert jobs_until_quiet(furnished) == 0
        assert owned_values(furnished) == values
