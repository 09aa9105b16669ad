"""How Google refuses a request, and what sheetd's client tells of it."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
import requests

from sync_daemon.errors import (
    ConfigError,
    CredentialsError,
    GoogleRejectedError,
    PermissionDeniedError,
)
from sync_daemon.sheets.auth import client_email
from sync_daemon.sheets.discovery import SpreadsheetBrowser
from sync_daemon.sheets.ranges import quote_title
from sync_daemon.sheets.session import DirectSession
from sync_daemon.sheets.translate import failure_of_response
from tests.live.backends import PRIVATE, Google
from tests.live.line import SPREADSHEETS, Refusal
from tests.live.tab import ROWS, Tab

NOTHING = {"valueInputOption": "RAW", "data": []}


@pytest.fixture
def unknown() -> str:
    """An id of the right form that no spreadsheet has."""
    return f"1{secrets.token_urlsafe(33)[:43]}"


def facts(refusal: Refusal) -> tuple[int, int, str]:
    return refusal.status, refusal.body["code"], refusal.body["status"]


class TestNotFound:
    def test_an_unknown_spreadsheet(self, google: Google, unknown: str) -> None:
        refusal = google.line.refusal("GET", SPREADSHEETS + unknown)
        assert facts(refusal) == (404, 404, "NOT_FOUND")
        assert refusal.body["message"] == "Requested entity was not found."
        assert isinstance(refusal.error, ConfigError)
        assert unknown in refusal.error.message

    def test_a_write_to_an_unknown_spreadsheet(self, google: Google, unknown: str) -> None:
        path = f"{SPREADSHEETS}{unknown}/values:batchUpdate"
        refusal = google.line.refusal("POST", path, NOTHING)
        assert facts(refusal) == (404, 404, "NOT_FOUND")

    def test_an_unknown_file_in_drive_s_own_form(self, google: Google, unknown: str) -> None:
        path = f"/drive/v3/files/{unknown}"
        refusal = google.line.refusal("GET", path, params={"fields": "version"})
        assert (refusal.status, refusal.body["code"]) == (404, 404)
        assert refusal.body["errors"][0]["reason"] == "notFound"
        assert isinstance(refusal.error, ConfigError)


class TestPermission:
    def test_who_may_write_passes_the_check_that_writes_nothing(self, tab: Tab) -> None:
        tab.put([["x"]])
        SpreadsheetBrowser(tab.google.line.transport, tab.google.spreadsheet_id).check_writable()
        assert tab.values() == [["x"]]

    def test_who_may_only_read_does_not_pass_it(self, google: Google) -> None:
        browser = SpreadsheetBrowser(google.line.transport, google.read_only)
        assert browser.outline().tabs
        with pytest.raises(PermissionDeniedError) as caught:
            browser.check_writable()
        assert "→ Editor" in caught.value.hint
        assert (client_email(google.settings) or "account") in caught.value.hint

    def test_a_batch_on_a_spreadsheet_that_is_shown_only(self, google: Google) -> None:
        note = {"range": {"sheetId": 0, "endRowIndex": 1}, "rows": [], "fields": "note"}
        body = {"requests": [{"updateCells": note}]}
        path = f"{SPREADSHEETS}{google.read_only}:batchUpdate"
        refusal = google.line.refusal("POST", path, body)
        assert facts(refusal) == (403, 403, "PERMISSION_DENIED")
        assert refusal.body["message"] == "The caller does not have permission"
        assert isinstance(refusal.error, PermissionDeniedError)

    def test_a_spreadsheet_that_is_not_shared(self, google: Google) -> None:
        if google.private is None:
            pytest.skip(f"{PRIVATE} not set: the id of a spreadsheet that the account may not see")
        refusal = google.line.refusal("GET", SPREADSHEETS + google.private)
        assert facts(refusal) == (403, 403, "PERMISSION_DENIED")
        assert isinstance(refusal.error, PermissionDeniedError)

    def test_a_token_that_is_none(self, google: Google) -> None:
        with DirectSession() as session:
            session.trust_env = False
            response = ask_with_token(session, google, "ya29.no-token-of-anybody")
        assert response.status_code == 401
        assert response.json()["error"]["status"] == "UNAUTHENTICATED"
        failure = failure_of_response(response, None)
        assert failure.is_token_refused
        assert isinstance(failure.error, CredentialsError)


def ask_with_token(session: requests.Session, google: Google, token: str) -> requests.Response:
    return session.get(
        google.settings.api_root + google.path,
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )


class TestInvalid:
    @pytest.mark.parametrize(
        ("path", "params"),
        [("/values/No such tab!A1:B2", {}), ("", {"ranges": "No such tab!A1:B2"})],
    )
    def test_a_range_in_a_tab_that_is_not_there(
        self, google: Google, path: str, params: dict[str, Any]
    ) -> None:
        refusal = google.line.refusal("GET", google.path + path, params=params)
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        assert refusal.body["message"] == "Unable to parse range: No such tab!A1:B2"
        assert isinstance(refusal.error, GoogleRejectedError)

    def test_a_mask_with_an_unknown_field(self, google: Google) -> None:
        refusal = google.line.refusal("GET", google.path, params={"fields": "sheets.nothing"})
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        violations = refusal.body["details"][0]["fieldViolations"]
        assert violations[0]["field"] == "sheets.nothing"

    def test_a_value_of_a_wrong_type(self, tab: Tab) -> None:
        data = [{"dataFilter": {"gridRange": tab.area(0, 1)}, "values": ["no list"]}]
        path = f"{tab.google.path}/values:batchUpdateByDataFilter"
        body = {"valueInputOption": "RAW", "data": data}
        refusal = tab.google.line.refusal("POST", path, body)
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        assert refusal.body["details"][0]["fieldViolations"]

    def test_a_request_that_there_is_none_of(self, tab: Tab) -> None:
        refusal = tab.refusal({"noSuchRequest": {}})
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")

    def test_a_reading_of_a_tab_that_was_deleted(self, tab: Tab) -> None:
        tab.change("deleteSheet", sheetId=tab.gid)
        body = {"dataFilters": [{"gridRange": tab.area()}]}
        path = f"{tab.google.path}/values:batchGetByDataFilter"
        refusal = tab.google.line.refusal("POST", path, body)
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        assert isinstance(refusal.error, GoogleRejectedError)

    def test_a_write_below_the_last_row(self, tab: Tab) -> None:
        path = f"{tab.google.path}/values/{quote_title(tab.title)}!A{ROWS + 1}"
        params = {"valueInputOption": "RAW"}
        refusal = tab.google.line.refusal("PUT", path, {"values": [["x"]]}, params)
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        assert "exceeds grid limits" in refusal.body["message"]


class TestBatches:
    """All of a batch is done, in its order, or nothing of it."""

    def test_one_with_a_bad_request_at_its_end_changes_nothing(self, tab: Tab) -> None:
        tab.put([["a"]])
        insert = {"range": tab.columns(0, 1), "inheritFromBefore": False}
        refusal = tab.refusal(
            {"insertDimension": insert}, {"deleteDimension": {"range": tab.columns(90, 91)}}
        )
        assert facts(refusal) == (400, 400, "INVALID_ARGUMENT")
        assert "requests[1]" in refusal.body["message"]
        assert tab.values() == [["a"]]

    def test_values_are_written_all_or_none(self, tab: Tab) -> None:
        tab.put([["a"]])
        good = {"dataFilter": {"gridRange": tab.area(0, 1, 0, 1)}, "values": [["new"]]}
        bad = {"dataFilter": {"gridRange": tab.area(0, 1, 1, 2)}, "values": [["x" * 50_001]]}
        path = f"{tab.google.path}/values:batchUpdateByDataFilter"
        body = {"valueInputOption": "RAW", "data": [good, bad]}
        assert tab.google.line.refusal("POST", path, body).status == 400
        assert tab.values() == [["a"]]

    def test_the_answer_shows_the_state_after_it(self, tab: Tab) -> None:
        tab.put([["a", "b"]])
        move = {"source": tab.columns(0, 1), "destinationIndex": 2}
        answer = tab.google.batch(
            {"moveDimension": move},
            includeSpreadsheetInResponse=True,
            responseIncludeGridData=True,
            responseRanges=[f"{quote_title(tab.title)}!1:1"],
        )
        (sheet,) = answer["updatedSpreadsheet"]["sheets"]
        cells = sheet["data"][0]["rowData"][0]["values"]
        assert [cell["formattedValue"] for cell in cells[:2]] == ["b", "a"]

    def test_the_answer_holds_a_reply_for_each_request(self, tab: Tab) -> None:
        title = f"{tab.title} (renamed)"
        named = {"properties": {"sheetId": tab.gid, "title": title}, "fields": "title"}
        protect = {"protectedRange": {"range": tab.area(0, 1), "warningOnly": True}}
        answer = tab.google.batch({"updateSheetProperties": named}, {"addProtectedRange": protect})
        assert answer["replies"][0] == {}
        assert answer["replies"][1]["addProtectedRange"]["protectedRange"]["warningOnly"]
