"""Columns that sheetd creates are decorated once; what the user changes then stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.sandbox.faults import Fault, FaultKind
from tests.support.furniture import (
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
)
from tests.support.loop import Loop, running_loop

WHITE = {"red": 1, "green": 1, "blue": 1}


def header_cells(loop: Loop) -> dict[str, dict[str, Any]]:
    """The header cells of our columns, by title."""
    picture = photograph(loop)
    row = picture["sheets"][0]["data"][0]["rowData"][0]["values"]
    return {row[i]["formattedValue"]: row[i] for i in owned_columns(picture)}


def widths(loop: Loop) -> dict[str, dict[str, Any]]:
    """Width and hiding of our columns, by title, without their marks."""
    data = photograph(loop)["sheets"][0]["data"][0]
    return {
        title: {k: v for k, v in data["columnMetadata"][i].items() if k != "developerMetadata"}
        for title, i in ((title, loop.column(title)) for title in OWNED)
    }


def looks(loop: Loop) -> str:
    """All formats, notes, rules and widths of the tab, whatever stands in the cells."""
    sheet = photograph(loop)["sheets"][0]
    cells = [
        [
            {k: cell[k] for k in ("note", "userEnteredFormat", "dataValidation") if k in cell}
            for cell in row.get("values", [])
        ]
        for row in sheet["data"][0]["rowData"]
    ]
    columns = [
        {k: v for k, v in column.items() if k != "developerMetadata"}
        for column in sheet["data"][0]["columnMetadata"]
    ]
    return json.dumps([cells, columns, sheet.get("conditionalFormats")])


class TestNewColumns:
    def test_headers_are_tinted_and_noted(self, loop: Loop) -> None:
        loop.cycle()
        cells = header_cells(loop)
        assert cells.keys() == set(OWNED)
        for cell in cells.values():
            assert cell["userEnteredFormat"]["backgroundColorStyle"]["rgbColor"]["blue"] > 0.9
            assert cell["userEnteredFormat"]["textFormat"]["bold"] is True
        assert "sheetd fills this column in from Description." in cells["Words"]["note"]
        assert "word_count" not in json.dumps(cells)

    def test_the_id_is_hidden_and_widths_follow_the_kind_of_value(self, loop: Loop) -> None:
        loop.cycle()
        assert widths(loop) == {
            "sheetd id": {"pixelSize": 120, "hiddenByUser": True},
            "sheetd status": {"pixelSize": 320},
            "Words": {"pixelSize": 90},
            "Shout": {"pixelSize": 220},
        }

    def test_a_done_row_looks_quiet_and_one_that_needs_somebody_does_not(self, loop: Loop) -> None:
        loop.user.type(2, loop.column("Description"), "")
        loop.cycle()
        sheet = photograph(loop)["sheets"][0]
        column, shown = loop.column("sheetd status"), {}
        for row in sheet["data"][0]["rowData"][1:]:
            cell = row.get("values", [])[column : column + 1]
            if cell and "formattedValue" in cell[0]:
                fill = cell[0]["effectiveFormat"]["backgroundColor"]
                shown[cell[0]["formattedValue"].split()[0]] = fill == {
                    "red": 1,
                    "green": 1,
                    "blue": 1,
                }
        assert shown == {"done": True, "Fill": False}

    def test_the_status_is_coloured_and_long_results_are_clipped(self, loop: Loop) -> None:
        loop.cycle()
        sheet = photograph(loop)["sheets"][0]
        status = loop.column("sheetd status")
        rules = sheet["conditionalFormats"]
        assert {rule["ranges"][0]["startColumnIndex"] for rule in rules} == {status}
        kinds = [rule["booleanRule"]["condition"]["type"] for rule in rules]
        assert kinds[0] == "TEXT_STARTS_WITH"
        assert kinds[-1] == "NOT_BLANK"
        row = sheet["data"][0]["rowData"][1]["values"]
        wraps = [row[loop.column(h)]["userEnteredFormat"]["wrapStrategy"] for h in OWNED]
        assert wraps == ["CLIP", "WRAP", "CLIP", "CLIP"]

    def test_it_takes_no_request_more(self, tmp_path: Path) -> None:
        calls = []
        for name, more in (("plain", "decorate = false"), ("fine", "")):
            folder = tmp_path / name
            folder.mkdir()
            with running_loop(folder, more=more) as loop:
                calls.append(loop.run().api_calls)
        assert calls[0] == calls[1]

    def test_what_is_above_the_header_row_is_not_tinted(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, sample_rows(), "header_row = 3") as loop:
            start_furnished(loop)
            loop.user.insert_rows(0, 2)
            loop.cycle()
            above = photograph(loop)["sheets"][0]["data"][0]["rowData"][:2]
            cells = [cell for row in above for cell in row.get("values", [])[6:]]
            assert not [cell for cell in cells if "userEnteredFormat" in cell or "note" in cell]

    def test_they_are_plain_where_the_user_wants_that(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, more="decorate = false") as loop:
            loop.cycle()
            assert not any("note" in cell for cell in header_cells(loop).values())
            assert "conditionalFormats" not in photograph(loop)["sheets"][0]
            assert {width["pixelSize"] for width in widths(loop).values()} == {100}


class TestTheUsersOwn:
    def test_a_blank_column_of_the_users_is_used_as_it_is(self, loop: Loop) -> None:
        loop.user.type(0, 3, "Words")
        change(loop, [cell_request(span(0, 1, 3, 4), {"note": "mine"})])
        loop.cycle()
        cell = header_cells(loop)["Words"]
        assert cell["note"] == "mine"
        assert "userEnteredFormat" not in cell
        assert widths(loop)["Words"] == {"pixelSize": 100}

    @pytest.mark.parametrize("is_lost", [False, True], ids=["kept mirror", "lost mirror"])
    def test_what_the_user_makes_of_our_columns_stays(self, loop: Loop, *, is_lost: bool) -> None:
        loop.cycle()
        words, status = loop.column("Words"), loop.column("sheetd status")
        column = loop.column("sheetd id")
        loop.user.hide_columns(column, column + 1, hidden=False)
        sheet = photograph(loop)["sheets"][0]
        gone = [{"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}}]
        change(
            loop,
            [
                *decoration(span(0, 9, words, words + 1)),
                cell_request(span(0, 1, status, status + 1), {"note": ""}),
                *(gone * len(sheet["conditionalFormats"])),
            ],
        )
        before = looks(loop)
        if is_lost:
            loop.lose_mirror()
        loop.user.type(2, 2, "an edited text")
        loop.cycle(take_over=is_lost)
        loop.settle()
        loop.user.sort(1, 9, 0, 7, [(0, True)])
        loop.settle()
        assert looks(loop) == before

    def test_a_result_column_that_comes_later_is_decorated_and_no_other(self, loop: Loop) -> None:
        loop.configure(', shout = "Shout"', "")
        loop.cycle()
        change(loop, [cell_request(span(0, 1, 3, 6), {"note": "changed by hand"})])
        loop.configure('words = "Words"', 'words = "Words", shout = "Shout"')
        loop.settle()
        notes = {title: cell["note"] for title, cell in header_cells(loop).items()}
        assert notes.pop("Shout") != "changed by hand"
        assert set(notes.values()) == {"changed by hand"}

    def test_a_refused_look_does_not_keep_columns_from_being_made(self, loop: Loop) -> None:
        """Whatever Google may have against it, the second attempt asks for columns alone."""
        refusal = Fault(FaultKind.SERVER_ERROR, path=":batchUpdate", status=400)
        loop.server.service.faults.add(refusal)
        loop.settle()
        assert not any("note" in cell for cell in header_cells(loop).values())
        loop.assert_right()

    def test_colour_rules_filters_and_views_of_the_users_are_as_they_were(
        self, tmp_path: Path
    ) -> None:
        with running_loop(tmp_path, sample_rows()) as loop:
            start_furnished(loop)
            before = photograph(loop)
            loop.settle()
            assert without_owned_columns(photograph(loop)) == json.dumps(before, indent=1)
