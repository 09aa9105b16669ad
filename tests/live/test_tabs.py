"""What sheetd's client asks of a tab beside its values: columns, rows, merges, protection."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.keeper import (
    ColumnMark,
    Installation,
    TabClaim,
    find_keeper,
    plan_claim,
)
from sync_daemon.domain.sheet_state import ColumnChanges, GridSize, NewRow, SheetTarget
from sync_daemon.domain.write_constraints import ConstraintKind
from sync_daemon.errors import ConfigError, GoogleRejectedError, SheetRefusedError
from sync_daemon.sheets.discovery import SpreadsheetBrowser
from sync_daemon.sheets.gateway import GoogleSheetGateway
from sync_daemon.sheets.ranges import parse_range, quote_title
from sync_daemon.sheets.tab import write_tab
from tests.live.backends import LOCKED_TAB, Google
from tests.live.tab import COLUMNS, ROWS, Tab, add_tab, unused_id

LAPTOP, SERVER = Installation("a laptop", "laptop"), Installation("a server", "server")
PROTECTED = "You are trying to edit a protected cell or object."


@pytest.fixture
def gateway(google: Google) -> GoogleSheetGateway:
    return GoogleSheetGateway(google.line.transport)


def target(tab: Tab, title: str | None = None) -> SheetTarget:
    headers = OwnedHeaders("sheetd id", "sheetd status", ("Words",))
    return SheetTarget("jobs", tab.google.spreadsheet_id, title or tab.title, 1, headers)


def changes(places: dict[str, int] | None = None, **given: Any) -> ColumnChanges:
    told = {"create": {}, "adopt": {}, "drop": (), "insert_at": 0, "grid_columns": COLUMNS}
    return ColumnChanges(**{**told, "places": places or {}, "titles": {}, **given})


def claim(tab: Tab, gateway: GoogleSheetGateway, ours: Installation) -> TabClaim | None:
    """What makes an installation the keeper of the tab, by what stands on it now."""
    book, facts = tab.google.spreadsheet_id, gateway.look_up(target(tab), None)
    keeper = find_keeper(facts.marks, book, facts.gid, ours)
    return plan_claim(keeper, book, facts.gid, ours, datetime.now(UTC))


class TestLooking:
    def test_a_tab_is_found_by_its_title_and_tells_its_size(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        facts = gateway.look_up(target(tab), None)
        assert (facts.gid, facts.size) == (tab.gid, GridSize(ROWS, COLUMNS))
        assert facts.locale
        assert facts.time_zone

    def test_a_tab_is_found_by_its_id_when_it_is_called_otherwise(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        assert gateway.look_up(target(tab, "no such title"), tab.gid).gid == tab.gid

    def test_a_tab_that_is_not_there_is_said_to_be_so(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        with pytest.raises(ConfigError, match="has no tab 'no such title'") as caught:
            gateway.look_up(target(tab, "no such title"), None)
        assert repr(tab.title) in caught.value.hint

    @pytest.mark.parametrize("title", ['It\'s "{}" & more: 50%!', "🦊 {} $A1", "A1 {}", "2026 {}"])
    def test_a_title_of_any_kind_is_quoted_in_a_range(self, google: Google, title: str) -> None:
        tab = add_tab(google, title.format(unused_id()))
        tab.put([["h"], ["a"]])
        browser = SpreadsheetBrowser(google.line.transport, google.spreadsheet_id)
        assert browser.first_rows(tab.title, 5) == [["h"], ["a"]]
        assert tab.title in browser.outline().tabs
        params = {"ranges": f"{quote_title(tab.title)}!A1:A2"}
        answer = google.line.ask("GET", f"{google.path}/values:batchGet", params=params)
        assert parse_range(answer["valueRanges"][0]["range"]).title == tab.title

    def test_a_mask_leaves_out_all_that_it_does_not_name(self, tab: Tab) -> None:
        tab.type([["=1+1", "x"]])
        answer = tab.google.get(
            "sheets(properties(sheetId),data(rowData(values(effectiveValue))))",
            ranges=f"{quote_title(tab.title)}!A1:B1",
        )
        cells = [{"effectiveValue": {"numberValue": 2}}, {"effectiveValue": {"stringValue": "x"}}]
        data = [{"rowData": [{"values": cells}]}]
        assert answer.keys() == {"sheets"}
        shown = [sheet for sheet in answer["sheets"] if "data" in sheet]
        assert shown == [{"properties": {"sheetId": tab.gid}, "data": data}]

    def test_columns_that_a_formula_elsewhere_fills_are_known(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        tab.type([["h", "Double", "i"], ["1", "=ARRAYFORMULA(A2:A4*2)", ""], ["2"], ["3"]])
        assert tab.values()[2] == [2, 4]
        assert gateway.find_computed_columns(target(tab), tab.gid, tab.title, [3, 4]) == {1}

    def test_the_version_of_the_file_is_a_number_that_does_not_fall(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        before = int(gateway.fetch_version(target(tab)))
        tab.put([["x"]])
        assert int(gateway.fetch_version(target(tab))) >= before


class TestColumns:
    def test_they_are_made_marked_and_proved_in_one_step(
        self, tab: Tab, gateway: GoogleSheetGateway, number: int
    ) -> None:
        tab.put([["a", "b"], ["1", "2"]])
        made = changes(create={"Words": number}, insert_at=1)
        assert gateway.change_columns(target(tab), tab.gid, tab.title, made) == {"Words"}
        assert tab.values() == [["a", "Words", "b"], ["1", "", "2"]]
        with pytest.raises(GoogleRejectedError):  # as after an answer that was lost
            gateway.change_columns(target(tab), tab.gid, tab.title, made)
        assert tab.values() == [["a", "Words", "b"], ["1", "", "2"]]

    def test_a_header_that_stands_there_is_marked_and_another_is_not_proved(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        tab.put([["a", "Words"]])
        right = changes({"Words": 1}, adopt={"Words": unused_id()})
        wrong = changes({"Words": 0}, adopt={"Words": unused_id()})
        assert gateway.change_columns(target(tab), tab.gid, tab.title, right) == {"Words"}
        assert gateway.change_columns(target(tab), tab.gid, tab.title, wrong) == set()

    def test_one_is_made_behind_the_last_of_the_grid(
        self, tab: Tab, gateway: GoogleSheetGateway, number: int
    ) -> None:
        tab.put([[f"h{index}" for index in range(COLUMNS)]])
        made = changes(create={"Words": number}, insert_at=COLUMNS)
        assert gateway.change_columns(target(tab), tab.gid, tab.title, made) == {"Words"}
        assert tab.values()[0][COLUMNS:] == ["Words"]


class TestKeepers:
    def test_a_tab_is_marked_once_and_the_mark_is_found(
        self, tab: Tab, gateway: GoogleSheetGateway, number: int
    ) -> None:
        tab.put([["a"]])
        wanted, late = claim(tab, gateway, LAPTOP), claim(tab, gateway, SERVER)
        made = changes(create={"Words": number}, insert_at=1, claim=wanted)
        assert gateway.change_columns(target(tab), tab.gid, tab.title, made) == {"Words"}
        with pytest.raises(GoogleRejectedError):  # of two that claim at once, one wins
            gateway.change_columns(target(tab), tab.gid, tab.title, changes(claim=late))
        marks = gateway.look_up(target(tab), None).marks
        assert [mark.installation for mark in marks.tab] == [LAPTOP.key]
        assert marks.columns == (ColumnMark(number, "Words", 1),)
        assert claim(tab, gateway, LAPTOP) is None

    def test_a_tab_is_taken_over_in_one_step(self, tab: Tab, gateway: GoogleSheetGateway) -> None:
        tab.put([["a"]])
        for ours in (LAPTOP, SERVER):
            taken = changes(claim=claim(tab, gateway, ours))
            gateway.change_columns(target(tab), tab.gid, tab.title, taken)
        marks = gateway.look_up(target(tab), None).marks.tab
        assert [mark.installation for mark in marks] == [SERVER.key]

    def test_the_copy_of_a_tab_bears_marks_that_name_the_original(
        self, tab: Tab, gateway: GoogleSheetGateway, number: int
    ) -> None:
        tab.put([["a"]])
        made = changes(create={"Words": number}, insert_at=1, claim=claim(tab, gateway, LAPTOP))
        gateway.change_columns(target(tab), tab.gid, tab.title, made)
        copy = unused_id()
        tab.google.made.append(copy)
        title = f"{tab.title} copied"
        tab.change("duplicateSheet", sourceSheetId=tab.gid, newSheetId=copy, newSheetName=title)
        marks = gateway.look_up(target(tab, title), None).marks
        assert [(mark.gid, mark.installation) for mark in marks.tab] == [(tab.gid, LAPTOP.key)]
        assert [(mark.header, mark.index) for mark in marks.columns] == [("Words", 1)]
        assert number not in {mark.metadata_id for mark in marks.columns}


class TestFormulas:
    def test_a_column_whose_formulas_show_nothing_is_not_blank(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        tab.put([["a", "b", "c"], ["1"], ["2"]])
        tab.type([['=IF(TRUE,"","")']], 2, 1)
        found = gateway.find_formulas(target(tab), tab.gid, {"b": 1, "c": 2})
        assert found == {"b"}


class TestRows:
    def test_one_is_inserted_with_its_values(self, tab: Tab, gateway: GoogleSheetGateway) -> None:
        tab.put([["a", "b"], ["1", "2"], ["3", "4"]])
        row = NewRow(2, {0: "=new", 1: 5}, {}, {0: "a", 1: "b"}, ("=new",))
        assert gateway.insert_rows(target(tab), tab.gid, tab.title, [row])
        assert tab.values() == [["a", "b"], ["1", "2"], ["=new", 5], ["3", "4"]]

    def test_of_one_whose_columns_have_moved_only_its_tokens_are_cleared(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        tab.put([["b", "a"], ["1", "2"]])
        row = NewRow(1, {0: "new", 1: "k7f3token"}, {}, {0: "a", 1: "b"}, ("k7f3token",))
        assert not gateway.insert_rows(target(tab), tab.gid, tab.title, [row])
        assert tab.values() == [["b", "a"], ["new"], ["1", "2"]]


class TestObstacles:
    def test_a_merge_shows_one_value_and_is_known(
        self, tab: Tab, gateway: GoogleSheetGateway
    ) -> None:
        tab.put([["h", "Words"], ["a", "x"], ["b", "y"]])
        tab.change("mergeCells", range=tab.area(1, 3, 1, 2), mergeType="MERGE_ALL")
        assert tab.values() == [["h", "Words"], ["a", "x"], ["b"]]
        found = gateway.find_constraints(target(tab), tab.gid, {"Words": 1})
        assert found.at(3, "Words") is ConstraintKind.MERGED
        assert found.at(2, "Words") is None

    @pytest.mark.parametrize("how", [{"warningOnly": True}, {"description": "of our own"}])
    def test_a_range_that_we_may_edit_is_no_obstacle(
        self, tab: Tab, gateway: GoogleSheetGateway, how: dict[str, Any]
    ) -> None:
        tab.put([["h", "Words"], ["a", ""]])
        protected = {"range": tab.area(0, 5, 0, 2), **how}
        tab.change("addProtectedRange", protectedRange=protected)
        found = gateway.find_constraints(target(tab), tab.gid, {"Words": 1})
        assert found.at(2, "Words") is None
        tab.put([["x"]], 1, 1)
        assert tab.values()[1] == ["a", "x"]

    def test_a_tab_that_we_may_not_edit_is_an_obstacle_and_writing_there_is_refused(
        self, google: Google, gateway: GoogleSheetGateway
    ) -> None:
        if google.locked_tab is None:
            pytest.skip(f"{LOCKED_TAB} not set: the title of a tab that the account may not edit")
        gid = next(gid for gid, title in google.tabs().items() if title == google.locked_tab)
        locked = Tab(google, gid, google.locked_tab)
        found = gateway.find_constraints(target(locked), gid, {"Words": 0})
        assert found.at(2, "Words") is ConstraintKind.PROTECTED
        empty = {"range": locked.area(0, 1, 0, 1), "rows": [], "fields": "note"}
        refusal = locked.refusal({"updateCells": empty})
        assert (refusal.status, refusal.body["status"]) == (400, "INVALID_ARGUMENT")
        assert PROTECTED in refusal.body["message"]
        assert isinstance(refusal.error, GoogleRejectedError)


class TestATabOfOurOwn:
    def test_it_is_made_once_and_then_written_over(self, google: Google) -> None:
        gid = unused_id()
        tab = Tab(google, gid, f"sheetd's own {gid}")
        google.made.append(gid)
        for cells in ([["Run", "=1"], ["rows", "2"]], [["Run", "=3"]]):
            write_tab(google.line.transport, google.spreadsheet_id, gid, tab.title, cells, 5)
        assert tab.values() == [["Run", "=3"]]

    def test_a_tab_of_somebody_else_s_is_left_alone(self, tab: Tab) -> None:
        tab.put([["mine"]])
        line, book = tab.google.line.transport, tab.google.spreadsheet_id
        with pytest.raises(SheetRefusedError, match="cannot be made"):
            write_tab(line, book, unused_id(), tab.title, [["Run"]], 5)
        assert tab.values() == [["mine"]]
