"""Developer metadata: what finds a column again, and how it behaves on rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.tab import ROWS, Tab, by_mark, marking, unused_id


@pytest.fixture
def lettered(tab: Tab) -> Tab:
    """A to C across, and 1 to 3 down."""
    tab.put([["a", "b", "c"], ["1"], ["2"], ["3"]])
    return tab


def place_of(tab: Tab, number: int) -> tuple[int, int] | None:
    """Where the row or column with a mark begins and ends; None if there is no mark."""
    found = tab.marks(number)
    if not found:
        return None
    span = found[0]["location"]["dimensionRange"]
    return span.get("startIndex", 0), span["endIndex"]


def read_marked(tab: Tab, number: int) -> dict[str, Any]:
    (found,) = tab.read(by_mark(number))
    return found


class TestOfAColumn:
    def test_it_is_found_wherever_the_column_goes(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        lettered.change("moveDimension", source=lettered.columns(1, 2), destinationIndex=4)
        lettered.change("insertDimension", range=lettered.columns(0, 1), inheritFromBefore=False)
        found = read_marked(lettered, number)
        assert found["values"] == [["b"]]
        assert found["range"].endswith(f"!E1:E{ROWS}")

    def test_it_tells_what_it_was_given(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        (mark,) = lettered.marks(number)
        assert mark["metadataId"] == number
        assert (mark["metadataKey"], mark["metadataValue"]) == ("sheetd-test", "a test")
        assert mark["visibility"] == "DOCUMENT"
        assert mark["location"]["locationType"] == "COLUMN"
        assert mark["location"]["dimensionRange"] == lettered.columns(1, 2)

    def test_it_goes_with_the_column_and_its_id_is_free_again(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        lettered.change("deleteDimension", range=lettered.columns(1, 2))
        assert place_of(lettered, number) is None
        lettered.mark(lettered.columns(0, 1), number)
        assert read_marked(lettered, number)["values"] == [["a"], ["1"], ["2"], ["3"]]

    def test_it_stays_when_the_cells_are_cut_and_pasted_elsewhere(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        goal = {"sheetId": lettered.gid, "rowIndex": 0, "columnIndex": 5}
        cells = lettered.area(0, ROWS, 1, 2)
        lettered.change("cutPaste", source=cells, destination=goal)
        assert place_of(lettered, number) == (1, 2)

    def test_it_is_deleted_by_its_id(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        lettered.change("deleteDeveloperMetadata", dataFilter=by_mark(number))
        assert place_of(lettered, number) is None

    def test_a_write_through_it_hits_its_column_and_answers_what_stands_there(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.put([["b1"], ["b2"], ["b3"]], 1, 1)
        lettered.mark(lettered.columns(1, 2), number)
        lettered.change("insertDimension", range=lettered.columns(0, 1), inheritFromBefore=False)
        answer = lettered.put_by_mark(number, [None, None, "=new", ""])
        (response,) = answer["responses"]
        assert response["dataFilter"]["developerMetadataLookup"]["metadataId"] == number
        shown = response["updatedData"]["values"]  # as a column, or as rows of one cell
        assert shown[:3] in ([["b"], ["b1"], ["=new"]], [["b", "b1", "=new"]])
        column = [row[2] if len(row) > 2 else "" for row in lettered.values()]
        assert column == ["b", "b1", "=new", ""]

    def test_one_that_is_not_there_is_read_and_written_without_an_error(
        self, lettered: Tab, number: int
    ) -> None:
        before = lettered.values()
        found = lettered.read({"gridRange": lettered.area()}, by_mark(number))
        assert [one["values"] for one in found] == [before]
        assert lettered.put_by_mark(number, ["x"]).get("totalUpdatedCells", 0) == 0
        assert lettered.values() == before

    def test_one_column_bears_several(self, lettered: Tab, number: int) -> None:
        other = unused_id()
        lettered.google.batch(
            marking(lettered.columns(1, 2), number), marking(lettered.columns(1, 2), other)
        )
        assert place_of(lettered, number) == place_of(lettered, other) == (1, 2)

    def test_a_copy_of_the_tab_does_not_take_its_id(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.columns(1, 2), number)
        copy = unused_id()
        lettered.google.made.append(copy)
        lettered.change("duplicateSheet", sourceSheetId=lettered.gid, newSheetId=copy)
        (mark,) = lettered.marks(number)
        assert mark["location"]["dimensionRange"]["sheetId"] == lettered.gid

    def test_its_id_in_use_is_refused_with_the_whole_batch(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.mark(lettered.columns(0, 1), number)
        insert = {"range": lettered.columns(0, 1), "inheritFromBefore": False}
        refusal = lettered.refusal(
            {"insertDimension": insert}, marking(lettered.columns(2, 3), number)
        )
        assert (refusal.status, refusal.body["status"]) == (400, "INVALID_ARGUMENT")
        assert lettered.values()[0] == ["a", "b", "c"]


class TestOfARow:
    """sheetd marks rows only while it inserts them; nothing documented tells of a sort."""

    def test_it_is_found_after_rows_were_inserted_and_moved(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.mark(lettered.rows(1, 2), number)
        lettered.change("insertDimension", range=lettered.rows(0, 2), inheritFromBefore=False)
        assert read_marked(lettered, number)["values"] == [["1"]]
        lettered.change("moveDimension", source=lettered.rows(3, 4), destinationIndex=6)
        assert read_marked(lettered, number)["values"] == [["1"]]
        assert place_of(lettered, number) == (5, 6)

    def test_it_goes_with_the_row(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.rows(1, 2), number)
        lettered.change("deleteDimension", range=lettered.rows(1, 2))
        assert place_of(lettered, number) is None

    def test_a_sort_moves_contents_and_leaves_it_where_it_is(
        self, lettered: Tab, number: int
    ) -> None:
        lettered.mark(lettered.rows(1, 2), number)
        by_first = {"dimensionIndex": 0, "sortOrder": "DESCENDING"}
        lettered.change("sortRange", range=lettered.area(1, 4, 0, 3), sortSpecs=[by_first])
        assert place_of(lettered, number) == (1, 2)
        assert read_marked(lettered, number)["values"] == [["3"]]

    def test_a_copy_of_the_row_does_not_bear_it(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.rows(1, 2), number)
        lettered.change(
            "copyPaste",
            source=lettered.area(1, 2, 0, 8),
            destination=lettered.area(6, 7, 0, 8),
            pasteType="PASTE_NORMAL",
        )
        assert len(lettered.marks(number)) == 1
        assert place_of(lettered, number) == (1, 2)

    def test_the_cells_of_the_row_are_cleared_by_it(self, lettered: Tab, number: int) -> None:
        lettered.mark(lettered.rows(1, 2), number)
        path = f"{lettered.google.path}/values:batchClearByDataFilter"
        lettered.google.line.ask("POST", path, {"dataFilters": [by_mark(number)]})
        assert lettered.values() == [["a", "b", "c"], [], ["2"], ["3"]]
