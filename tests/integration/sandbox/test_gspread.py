"""gspread as its users use it, on the sandbox: what comes back is what Google sends."""

from __future__ import annotations

from pathlib import Path

import gspread
import pytest
from gspread.utils import (
    InsertDataOption,
    PasteType,
    ValidationConditionType,
    ValueInputOption,
    ValueRenderOption,
)

from sync_daemon.sandbox import DEFAULT_ACCOUNT, HttpRequest, SandboxServer
from sync_daemon.sandbox.answers import Answer
from tests.support.sandbox import Examiner, gspread_client

FRIEND = "friend@example.com"


class TestValues:
    def test_a_sheet_is_read_whole(self, book: gspread.Spreadsheet) -> None:
        assert book.title == "People"
        assert book.sheet1.get_all_values() == [
            ["Name", "Age"],
            ["Carol", "31"],
            ["Ann", "27"],
            ["Bob", "45"],
        ]
        assert book.sheet1.get_all_records()[0] == {"Name": "Carol", "Age": 31}

    def test_user_entered_text_is_parsed_and_raw_text_is_not(
        self, book: gspread.Spreadsheet
    ) -> None:
        sheet = book.sheet1
        cells = [["12", "=1+2", "true", "50%"]]
        sheet.update(cells, "D1:G1", raw=False)
        sheet.update(cells, "D2:G2", raw=True)
        unformatted = ValueRenderOption.unformatted
        assert sheet.get("D1:G2", value_render_option=unformatted) == [
            [12, 3, True, 0.5],
            ["12", "=1+2", "true", "50%"],
        ]
        assert sheet.get("D1:G1", value_render_option=ValueRenderOption.formula) == [
            [12, "=1+2", True, 0.5]
        ]
        assert sheet.get("D1:G1") == [["12", "3", "TRUE", "50%"]]

    def test_an_update_tells_what_it_changed(self, book: gspread.Spreadsheet) -> None:
        answer = book.sheet1.update([["a", "b"], ["c"]], "B6")
        assert answer == {
            "spreadsheetId": book.id,
            "updatedRange": "Sheet1!B6:C7",
            "updatedRows": 2,
            "updatedColumns": 2,
            "updatedCells": 3,
        }

    def test_several_ranges_at_once(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        sheet.batch_update(
            [
                {"range": "D1", "values": [["x"]]},
                {"range": "D3:E3", "values": [["y", "z"]]},
            ]
        )
        read = sheet.batch_get(["A2:B2", "D1:E3", "Z9"])
        assert [list(part) for part in read] == [
            [["Carol", "31"]],
            [["x"], [], ["y", "z"]],
            [],
        ]
        sheet.batch_clear(["D1", "E3"])
        assert sheet.get("D1:E3") == [[], [], ["y"]]

    def test_rows_are_appended_after_the_table(self, book: gspread.Spreadsheet) -> None:
        answer = book.sheet1.append_rows(
            [["Dan", "8"], ["Eve", "9"]],
            value_input_option=ValueInputOption.user_entered,
            insert_data_option=InsertDataOption.insert_rows,
        )
        assert answer["tableRange"] == "Sheet1!A1:B4"
        assert answer["updates"]["updatedRange"] == "Sheet1!A5:B6"
        assert book.sheet1.get("A5:B6") == [["Dan", "8"], ["Eve", "9"]]

    def test_cells_are_found_and_replaced_one_by_one(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        found = sheet.find("Ann")
        assert found is not None
        assert (found.row, found.col, found.address) == (3, 1, "A3")
        sheet.update_cell(3, 1, "Anna")
        sheet.update_acell("B3", 28)
        assert sheet.row_values(3) == ["Anna", "28"]
        assert sheet.col_values(1) == ["Name", "Carol", "Anna", "Bob"]
        assert sheet.find("Nobody") is None


class TestRowsAndColumns:
    def test_sort(self, book: gspread.Spreadsheet) -> None:
        book.sheet1.sort((1, "asc"), range="A2:B4")
        assert book.sheet1.col_values(1) == ["Name", "Ann", "Bob", "Carol"]
        book.sheet1.sort((2, "des"), range="A2:B4")
        assert book.sheet1.col_values(2) == ["Age", "45", "31", "27"]

    def test_rows_and_columns_come_and_go(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        sheet.insert_rows([["New", 1], ["Newer", 2]], row=2)
        assert sheet.col_values(1) == ["Name", "New", "Newer", "Carol", "Ann", "Bob"]
        sheet.delete_rows(2, 3)
        sheet.insert_cols([["City", "Rome"]], col=2)
        assert sheet.get("A1:C2") == [["Name", "City", "Age"], ["Carol", "Rome", "31"]]
        sheet.delete_columns(2)
        assert sheet.row_values(1) == ["Name", "Age"]

    def test_the_grid_grows_and_shrinks(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        sheet.resize(rows=10, cols=3)
        sheet.add_rows(5)
        sheet.add_cols(2)
        fresh = book.worksheet("Sheet1")
        assert (fresh.row_count, fresh.col_count) == (15, 5)

    def test_copy_format_hide_merge_and_validate(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        sheet.copy_range("A2:B2", "A6:B6", PasteType.values)
        sheet.format("A1:B1", {"textFormat": {"bold": True}})
        sheet.freeze(rows=1)
        sheet.hide_rows(3, 4)
        sheet.merge_cells("D1:E2")
        sheet.add_validation("A2:A4", ValidationConditionType.one_of_list, ["Ann", "Bob"])
        sheet.set_basic_filter("A1:B4")
        assert sheet.row_values(6) == ["Carol", "31"]
        properties = book.fetch_sheet_metadata()["sheets"][0]
        assert properties["properties"]["gridProperties"]["frozenRowCount"] == 1
        assert properties["merges"][0]["endColumnIndex"] == 5
        assert properties["basicFilter"]["range"]["endRowIndex"] == 4


class TestSpreadsheet:
    def test_tabs_are_added_renamed_duplicated_and_deleted(self, book: gspread.Spreadsheet) -> None:
        added = book.add_worksheet("Second", rows=5, cols=4)
        assert (added.title, added.row_count, added.col_count) == ("Second", 5, 4)
        added.update_title("It's two")
        added.update([["here"]], "A1")
        copied = added.duplicate(new_sheet_name="Third")
        assert copied.acell("A1").value == "here"
        assert {tab.title for tab in book.worksheets()} == {"Sheet1", "Third", "It's two"}
        book.del_worksheet(copied)
        book.reorder_worksheets([added, book.sheet1])
        assert [tab.title for tab in book.worksheets()] == ["It's two", "Sheet1"]
        with pytest.raises(gspread.WorksheetNotFound):
            book.worksheet("Third")

    def test_named_ranges_follow_their_cells(self, book: gspread.Spreadsheet) -> None:
        sheet = book.sheet1
        answer = sheet.define_named_range("A2:B4", "people")
        name_id = answer["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]
        sheet.insert_row(["New"], index=1)
        assert book.values_get("people")["range"] == "Sheet1!A3:B5"
        sheet.delete_named_range(name_id)
        assert book.list_named_ranges() == []
        with pytest.raises(gspread.exceptions.APIError, match="Unable to parse range: people"):
            book.values_get("people")

    def test_a_range_is_protected_against_other_writers(
        self, server: SandboxServer, client: gspread.Client, tmp_path: Path
    ) -> None:
        book = client.create("Mine")
        book.share(FRIEND, perm_type="user", role="writer", notify=False)
        book.sheet1.add_protected_range("A1:A5", description="keep out")
        protected = book.list_protected_ranges(book.sheet1.id)
        assert [item["description"] for item in protected] == ["keep out"]
        theirs = gspread_client(server, tmp_path, FRIEND).open_by_key(book.id).sheet1
        theirs.update([["free"]], "B1")
        with pytest.raises(gspread.exceptions.APIError, match="protected cell"):
            theirs.update([["not free"]], "A1")
        book.sheet1.update([["mine"]], "A1")
        assert book.sheet1.row_values(1) == ["mine", "free"]

    def test_title_locale_and_time_zone(self, book: gspread.Spreadsheet) -> None:
        book.update_title("Folk")
        book.update_locale("de_DE")
        book.update_timezone("Europe/Berlin")
        about = book.fetch_sheet_metadata()["properties"]
        assert (about["title"], about["locale"], about["timeZone"]) == (
            "Folk",
            "de_DE",
            "Europe/Berlin",
        )


class TestDrive:
    def test_create_list_open_copy_and_delete(
        self, server: SandboxServer, client: gspread.Client
    ) -> None:
        made = client.create("Made by gspread")
        made.sheet1.update([["content"]], "A1")
        found = client.list_spreadsheet_files(title="Made by gspread")
        assert [file["id"] for file in found] == [made.id]
        assert set(found[0]) == {"id", "name", "createdTime", "modifiedTime"}
        copied = client.copy(made.id, title="A copy")
        assert client.open("A copy").id == copied.id != made.id
        assert copied.sheet1.acell("A1").value == "content"
        assert server.workspace.get(copied.id).owner == DEFAULT_ACCOUNT
        client.del_spreadsheet(made.id)
        assert [file["id"] for file in client.list_spreadsheet_files()] == [copied.id]
        with pytest.raises(gspread.SpreadsheetNotFound):
            client.open("Made by gspread")

    def test_copy_takes_permissions_along(self, client: gspread.Client) -> None:
        made = client.create("Shared")
        made.share(FRIEND, perm_type="user", role="reader", notify=False)
        copied = client.copy(made.id, title="Copy", copy_permissions=True)
        assert {p["emailAddress"]: p["role"] for p in copied.list_permissions()} == {
            DEFAULT_ACCOUNT: "owner",
            FRIEND: "reader",
        }

    def test_sharing_changes_who_may_read(
        self, server: SandboxServer, client: gspread.Client, tmp_path: Path
    ) -> None:
        made = client.create("Private")
        friend = gspread_client(server, tmp_path, FRIEND)
        with pytest.raises(PermissionError):
            friend.open_by_key(made.id)
        made.share(FRIEND, perm_type="user", role="reader", notify=False)
        assert friend.open_by_key(made.id).title == "Private"
        assert made.remove_permissions(FRIEND) != []
        with pytest.raises(PermissionError):
            friend.open_by_key(made.id)
        made.share("", perm_type="anyone", role="reader", notify=False)
        assert friend.open_by_key(made.id).title == "Private"

    def test_times_and_changes_show(self, book: gspread.Spreadsheet) -> None:
        assert book.get_lastUpdateTime() >= book.creationTime


class TestRefusals:
    def test_400_for_a_range_that_is_none(self, book: gspread.Spreadsheet) -> None:
        with pytest.raises(gspread.exceptions.APIError) as caught:
            book.values_get("Nowhere!A1")
        assert caught.value.response.status_code == caught.value.code == 400
        assert caught.value.error["status"] == "INVALID_ARGUMENT"
        assert caught.value.error["message"] == "Unable to parse range: Nowhere!A1"

    def test_400_for_a_request_that_is_none(self, book: gspread.Spreadsheet) -> None:
        with pytest.raises(gspread.exceptions.APIError, match='Unknown name "doMagic"') as caught:
            book.batch_update({"requests": [{"doMagic": {}}]})
        assert caught.value.code == 400

    def test_400_takes_back_the_requests_before_it(self, book: gspread.Spreadsheet) -> None:
        add = {"addSheet": {"properties": {"title": "New"}}}
        with pytest.raises(gspread.exceptions.APIError, match=r"requests\[1\]"):
            book.batch_update({"requests": [add, add]})
        assert [tab.title for tab in book.worksheets()] == ["Sheet1"]

    def test_403_for_what_is_not_shared(
        self, server: SandboxServer, client: gspread.Client
    ) -> None:
        hidden = server.add_spreadsheet("Hidden", share=None)
        with pytest.raises(PermissionError) as caught:
            client.open_by_key(hidden)
        cause = caught.value.__cause__
        assert isinstance(cause, gspread.exceptions.APIError)
        assert cause.error["message"] == "The caller does not have permission"

    def test_404_for_what_is_not_there(self, client: gspread.Client) -> None:
        with pytest.raises(gspread.SpreadsheetNotFound) as caught:
            client.open_by_key("1" * 44)
        assert caught.value.args[0].status_code == 404


class TestExaminer:
    """The comparison that every test here relies on."""

    def test_names_each_method_that_was_called(
        self, server: SandboxServer, client: gspread.Client
    ) -> None:
        examiner = Examiner(server)
        client.create("Fine")
        assert examiner.seen == ["drive.files.create", "sheets.spreadsheets.get"]
        assert examiner.faults == []

    @pytest.mark.parametrize(
        ("method", "target", "answer", "fault"),
        [
            (
                "GET",
                "/v4/spreadsheets/x",
                Answer(200, b'{"sheets": [{"title": "A"}]}'),
                "sheets.spreadsheets.get: Spreadsheet.sheets[0]: unknown field 'title'",
            ),
            (
                "GET",
                "/drive/v3/files/x?fields=trashed",
                Answer(200, b'{"trashed": "no"}'),
                "drive.files.get: File.trashed: 'no' is no boolean",
            ),
            (
                "DELETE",
                "/drive/v3/files/x/permissions/1",
                Answer(200, b"{}"),
                "drive.permissions.delete: a body where Google sends none",
            ),
            (
                "POST",
                "/v4/spreadsheets/x:batchUpdate",
                Answer(500, b'{"error": {"code": 400}}'),
                "sheets.spreadsheets.batchUpdate: error 400 sent as 500",
            ),
        ],
    )
    def test_finds_what_google_does_not_send(
        self, method: str, target: str, answer: Answer, fault: str
    ) -> None:
        with SandboxServer() as server:
            examiner = Examiner(server)
            examiner.look(HttpRequest(method, target, {}, b""), answer)
            assert examiner.faults == [fault]
