"""How Google reads and writes values, where sheetd relies on it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.live.tab import COLUMNS, ROWS, Tab

EPOCH = date(1899, 12, 30)
SERIAL = (date(2026, 2, 3) - EPOCH).days


class TestReading:
    def test_values_come_as_they_are_and_blank_ends_are_cut(self, tab: Tab) -> None:
        tab.type([["12%", "TRUE", "=1+1", ""], ["", "x", "", ""], ["", "", "", ""]])
        assert tab.values() == [[0.12, True, 2], ["", "x"]]

    def test_a_blank_tab_has_no_values_and_tells_its_size(self, tab: Tab) -> None:
        (found,) = tab.read({"gridRange": {"sheetId": tab.gid}})
        assert "values" not in found
        assert found["range"].endswith(f"!A1:{chr(64 + COLUMNS)}{ROWS}")

    def test_a_range_beyond_what_is_filled_ends_with_the_grid(self, tab: Tab) -> None:
        tab.put([["h"], ["a"]])
        (found,) = tab.read({"gridRange": tab.area(1, left=0, right=1)})
        assert found["range"].endswith(f"!A2:A{ROWS}")
        assert found["values"] == [["a"]]

    def test_dates_are_days_since_the_end_of_1899_and_times_are_parts_of_a_day(
        self, tab: Tab
    ) -> None:
        tab.type([["2026-02-03", "2026-02-03 06:00:00", "18:00:00"]])
        assert tab.values() == [[SERIAL, SERIAL + 0.25, 0.75]]
        kinds = [
            cell["effectiveFormat"]["numberFormat"]["type"]
            for cell in tab.cells("effectiveFormat(numberFormat(type))")[0]
        ]
        assert kinds == ["DATE", "DATE_TIME", "TIME"]

    def test_dates_are_text_where_that_is_asked_for(self, tab: Tab) -> None:
        tab.type([["2026-02-03"]])
        assert tab.values(dates="FORMATTED_STRING") == [["2026-02-03"]]

    def test_a_number_s_format_changes_what_is_shown_and_not_what_it_is(self, tab: Tab) -> None:
        tab.put([[42]])
        pattern = {"numberFormat": {"type": "NUMBER", "pattern": "0000"}}
        tab.change(
            "repeatCell",
            range=tab.area(0, 1, 0, 1),
            cell={"userEnteredFormat": pattern},
            fields="userEnteredFormat.numberFormat",
        )
        assert tab.values() == [[42]]
        assert tab.values(render="FORMATTED_VALUE") == [["0042"]]

    def test_a_formula_is_read_as_its_result_its_text_or_itself(self, tab: Tab) -> None:
        tab.type([["=6*7"]])
        assert tab.values() == [[42]]
        assert tab.values(render="FORMATTED_VALUE") == [["42"]]
        assert tab.values(render="FORMULA") == [["=6*7"]]

    def test_errors_are_read_as_their_names(self, tab: Tab) -> None:
        errors = {
            "=1/0": ("#DIV/0!", "DIVIDE_BY_ZERO"),
            "=NA()": ("#N/A", "N_A"),
            "=NOSUCHFUNCTION(1)": ("#NAME?", "NAME"),
            '="a"+1': ("#VALUE!", "VALUE"),
        }
        tab.type([list(errors)])
        assert tab.values() == [[shown for shown, _ in errors.values()]]
        cells = tab.cells("effectiveValue(errorValue(type))")[0]
        kinds = [cell["effectiveValue"]["errorValue"]["type"] for cell in cells]
        assert kinds == [kind for _, kind in errors.values()]

    def test_a_reference_to_a_deleted_column_is_an_error(self, tab: Tab) -> None:
        tab.type([["1", "=A1+1"]])
        tab.change("deleteDimension", range=tab.columns(0, 1))
        assert tab.values() == [["#REF!"]]

    def test_hidden_rows_and_columns_are_read_all_the_same(self, tab: Tab) -> None:
        tab.put([["h", "i"], ["a", "b"], ["c", "d"]])
        hide = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        tab.google.batch(
            {"updateDimensionProperties": {"range": tab.rows(1, 2), **hide}},
            {"updateDimensionProperties": {"range": tab.columns(1, 2), **hide}},
        )
        assert tab.values() == [["h", "i"], ["a", "b"], ["c", "d"]]


class TestWriting:
    def test_raw_values_stay_what_they_are(self, tab: Tab) -> None:
        row: list[Any] = ["=1+1", "1/2/2026", "TRUE", "0042", "'quoted", " ends blank ", 1.5, True]
        tab.put([row])
        assert tab.values() == [row]
        kinds = [list(cell["userEnteredValue"]) for cell in tab.cells("userEnteredValue")[0]]
        assert kinds == [["stringValue"]] * 6 + [["numberValue"], ["boolValue"]]

    def test_text_of_every_script_comes_back_as_it_was(self, tab: Tab) -> None:
        row = ["Müller & Söhne", "日本語", "مرحبا", "🦊👩‍👩‍👧", "two\nlines", '"quotes"; \\ \t tab']
        tab.put([row])
        assert tab.values() == [row]

    def test_null_leaves_a_cell_alone_and_blank_text_clears_it(self, tab: Tab) -> None:
        tab.put([["a", "b", "c"]])
        tab.put([[None, "", "new"]])
        assert tab.values() == [["a", "", "new"]]

    def test_a_write_answers_what_stands_there_skipped_cells_included(self, tab: Tab) -> None:
        tab.put([["h", "i"], ["a", 1], ["", ""], ["b", True]])
        (answer,) = tab.put([[None, None]] * 3 + [[None, "x"]])["responses"]
        assert answer["updatedData"]["values"][:2] == [["h", "i"], ["a", 1]]
        assert answer["updatedData"]["values"][3] == ["b", "x"]
        assert answer["dataFilter"]["gridRange"]["endRowIndex"] == 4
        assert tab.values() == [["h", "i"], ["a", 1], [], ["b", "x"]]

    def test_a_write_of_nulls_alone_reads(self, tab: Tab) -> None:
        tab.put([["h", "i"], ["a", "b"]])
        (answer,) = tab.put([[None, None]], top=1)["responses"]
        assert answer["updatedData"]["values"] == [["a", "b"]]
        assert tab.values() == [["h", "i"], ["a", "b"]]

    def test_a_cell_holds_50_000_characters_and_no_more(self, tab: Tab) -> None:
        tab.put([["x" * 50_000]])
        assert tab.values() == [["x" * 50_000]]
        body = {
            "valueInputOption": "RAW",
            "data": [
                {
                    "dataFilter": {"gridRange": tab.area(0, 2, 0, 1)},
                    "values": [["new"], ["x" * 50_001]],
                }
            ],
        }
        path = f"{tab.google.path}/values:batchUpdateByDataFilter"
        refusal = tab.google.line.refusal("POST", path, body)
        assert (refusal.status, refusal.body["status"]) == (400, "INVALID_ARGUMENT")
        assert "50000" in refusal.body["message"]
        assert tab.values() == [["x" * 50_000]]

    def test_what_refers_to_a_cell_follows_when_it_is_written_over(self, tab: Tab) -> None:
        tab.type([["=6/2"], ["=A1*2"]])
        tab.put([[10]])
        assert tab.values() == [[10], [20]]
