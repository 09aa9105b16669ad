"""What a user types keeps its meaning through pull, mirror and tools, in every locale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.furniture import OWNED, change, photograph, without_owned_columns
from tests.support.loop import Loop, running_loop
from tests.support.user_tools import add_tool

SERIAL = (date(2026, 12, 31) - date(1899, 12, 30)).days
QUARTER_TO_TWO = 0.5729166666666666
READS_TYPES = """
from datetime import date, datetime, time

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class ReadTypesInputSchema(ToolInputSchema):
    day: date
    moment: datetime
    at: time
    share: float
    amount: float
    flag: bool
    digits: int
    code: str
    phone: str


class ReadTypesResult(ToolResultSchema):
    seen: str


class ReadTypes(Tool[ReadTypesInputSchema, ReadTypesResult]):
    \"\"\"Say what came in.\"\"\"

    name = "read_types"
    version = 1

    def process(self, entry: ReadTypesInputSchema, context: ToolContext) -> ReadTypesResult:
        values = entry.model_dump(mode="json").values()
        return ReadTypesResult(seen=" ".join(map(str, values)))
"""
STEP = """
[[sheets.steps]]
tool = "read_types"
outputs = { seen = "Seen" }
[sheets.steps.inputs]
day = "Date"
moment = "Moment"
at = "Time"
share = "Percentage"
amount = "Currency"
flag = "Boolean"
digits = "16 digits"
code = "Leading zeros"
phone = "Phone"
"""
COLUMNS = [*OWNED, "Seen"]
LOADING = '=IMPORTFEED("https://example.com/feed")'
UNREADY = {
    "Loading...": LOADING,
    "#N/A": "=NA()",
    "#DIV/0!": "=1/0",
    "#VALUE!": '=1+"x"',
    "#NAME?": "=NOSUCHFUNCTION(1)",
    "#REF!": "=#REF!+1",
    "#ERROR!": "=1+(",
}

# Typed text and what the cell then holds, for columns that are typed alike in every locale.
COMMON: dict[str, tuple[str, str | float | bool]] = {
    "Time": ("13:45", QUARTER_TO_TWO),
    "Boolean": ("TRUE", True),
    "16 digits": ("1234567890123456", 1234567890123456),
    "20 digits": ("12345678901234567890", 12345678901234567890.0),
    "Leading zeros": ("'007", "007"),
    "Zeros dropped": ("007", 7),
    "Fraction as text": ("'1/2", "1/2"),
    "TRUE as text": ("'TRUE", "TRUE"),
    "Phone": ("'+49 170 1234567", "+49 170 1234567"),
    "Formula as text": ("'=1+1", "=1+1"),
    "Formula": ("=1+1", 2),
    "Error": ("=NA()", "#N/A"),
    "Error as text": ("'#REF!", "#REF!"),
    "Loading": (LOADING, "Loading..."),
    "ISO date": ("2026-12-31", SERIAL),
    "Lines": ("one\ntwo\tthree", "one\ntwo\tthree"),
    "Other scripts": ("שלום 👩‍💻 東京", "שלום 👩‍💻 東京"),
}
# Date, moment, percentage and currency as people of each locale type them.
LOCALES: dict[str, tuple[str, str, str, str]] = {
    "en_US": ("12/31/2026", "12/31/2026 13:45", "12.5%", "$1,234.00"),
    "en_GB": ("31/12/2026", "31/12/2026 13:45", "12.5%", "£1,234.00"),
    "de_DE": ("31.12.2026", "31.12.2026 13:45", "12,5%", "1.234,00 €"),
    "fr_FR": ("31/12/2026", "31/12/2026 13:45", "12,5%", "1\u202f234,00 €"),
    "es_ES": ("31/12/2026", "31/12/2026 13:45", "12,5%", "1.234,00 €"),
    "nl_NL": ("31-12-2026", "31-12-2026 13:45", "12,5%", "€ 1.234,00"),
    "ja_JP": ("2026/12/31", "2026/12/31 13:45", "12.5%", "¥1,234.00"),
}


def typed_in(locale: str) -> dict[str, tuple[str, str | float | bool]]:
    """Header → what is typed, and what the cell holds then."""
    day, moment, share, amount = LOCALES[locale]
    return {
        "Company": ("A", "A"),
        "Role": ("Dev", "Dev"),
        "Description": ("some text", "some text"),
        "Date": (day, SERIAL),
        "Moment": (moment, SERIAL + QUARTER_TO_TWO),
        "Percentage": (share, 0.125),
        "Currency": (amount, 1234),
        "Day and month": ("1/2", ""),
        **COMMON,
    }


@pytest.fixture(params=LOCALES)
def typed(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Loop]:
    """A sheet of some locale into which everything was typed."""
    with running_loop(tmp_path, rows=[]) as loop:
        properties = {"properties": {"locale": request.param}, "fields": "locale"}
        change(loop, [{"updateSpreadsheetProperties": properties}])
        entries = typed_in(request.param)
        loop.user.type_rows(0, 0, [[f"'{header}" for header in entries]])
        loop.user.type_rows(1, 0, [[text for text, _ in entries.values()]])
        add_tool(loop, "read_types", READS_TYPES, STEP)
        yield loop


def locale_of(loop: Loop) -> str:
    return str(loop.user.document.locale)


def grid(loop: Loop) -> str:
    return without_owned_columns(photograph(loop), COLUMNS)


def user_cells(loop: Loop) -> dict[str, Any]:
    """The first row as the API shows it unformatted, without our columns."""
    (row,) = loop.rows()
    return {h: v for h, v in row.items() if h not in (*COLUMNS, "#") and v != ""}


def assert_same_types(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Equal values of equal kinds: ``TRUE`` is not 1 and not the text."""
    assert found == expected
    assert {h: type(v) is bool for h, v in found.items()} == {
        h: type(v) is bool for h, v in expected.items()
    }


class TestTyped:
    def test_the_cells_stay_as_they_were_typed(self, typed: Loop) -> None:
        before = grid(typed)
        typed.cycle()
        assert grid(typed) == before
        typed.user.type(1, 2, "another text")
        edited = grid(typed)
        typed.settle()
        assert grid(typed) == edited

    def test_the_mirror_holds_what_they_mean(self, typed: Loop) -> None:
        typed.cycle()
        (row,) = typed.application.reader.rows()
        expected = {h: v for h, (_, v) in typed_in(locale_of(typed)).items()}
        expected["Day and month"] = user_cells(typed)["Day and month"]
        assert_same_types(row.cells, expected)
        assert_same_types(row.cells, user_cells(typed))

    def test_a_tool_is_given_dates_times_numbers_and_texts(self, typed: Loop) -> None:
        typed.cycle()
        assert typed.rows()[0]["Seen"] == (
            "2026-12-31 2026-12-31T13:45:00Z 13:45:00 0.125 1234.0 True 1234567890123456"
            " 007 +49 170 1234567"
        )

    def test_reading_again_changes_nothing(self, typed: Loop) -> None:
        typed.cycle()
        for _ in range(3):
            report = typed.run()
            sheet = report.sheets[0]
            assert (sheet.updated, sheet.cells_written, sheet.jobs.done) == (0, 0, 0)
            assert report.api_calls.sheets_write == 0

    def test_another_format_of_the_same_value_is_no_change(self, typed: Loop) -> None:
        typed.cycle()
        plain = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.00000"}}}
        whole_row = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2}
        fields = "userEnteredFormat.numberFormat"
        change(typed, [{"repeatCell": {"range": whole_row, "cell": plain, "fields": fields}}])
        report = typed.cycle()
        assert (report.updated, report.cells_written, report.jobs.done) == (0, 0, 0)

    def test_another_locale_is_no_change(self, typed: Loop) -> None:
        typed.cycle()
        other = "en_US" if locale_of(typed) != "en_US" else "de_DE"
        properties = {"properties": {"locale": other}, "fields": "locale"}
        change(typed, [{"updateSpreadsheetProperties": properties}])
        report = typed.cycle()
        assert (report.updated, report.cells_written, report.jobs.done) == (0, 0, 0)

    @pytest.mark.parametrize("typed", ["en_US"], indirect=True)
    @pytest.mark.parametrize(
        ("before", "after"),
        [("1", "TRUE"), ("TRUE", "1"), ("1", "'1"), ("'1", "1"), ("TRUE", "'TRUE"), ("7", "'07")],
    )
    def test_a_value_of_another_type_is_a_change(
        self, typed: Loop, before: str, after: str
    ) -> None:
        column = typed.column("Role")
        typed.user.type(1, column, before)
        typed.cycle()
        typed.user.type(1, column, after)
        assert typed.cycle().updated == 1
        (row,) = typed.application.reader.rows()
        assert_same_types(row.cells, user_cells(typed))


class TestUnready:
    """A formula without a value (yet) in an input cell."""

    @pytest.fixture
    def loop(self, tmp_path: Path) -> Iterator[Loop]:
        with running_loop(tmp_path, [["A", "Dev", "old text"]]) as running:
            yield running

    @pytest.mark.parametrize("shown", UNREADY)
    def test_the_old_result_stays_and_nothing_is_recorded(self, loop: Loop, shown: str) -> None:
        loop.cycle()
        (before,), known = loop.rows(), list(loop.application.reader.rows())
        told = loop.application.reader.history(before["sheetd id"])
        loop.user.type(1, 2, UNREADY[shown])
        for _ in range(2):
            report = loop.cycle()
            assert (report.updated, report.deleted, report.cells_written) == (0, 0, 0)
            assert report.jobs.done == 0
        assert loop.rows() == [{**before, "Description": shown}]
        assert list(loop.application.reader.rows()) == known
        assert loop.application.reader.history(before["sheetd id"]) == told

    def test_the_job_runs_when_the_formula_comes_to_a_value(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(1, 2, LOADING)
        loop.cycle()
        with loop.server.workspace.lock:
            loop.user.document.settle(LOADING, "two words")
        report = loop.cycle()
        assert (report.updated, report.jobs.done) == (1, 1)
        loop.assert_right()
        assert loop.rows()[0]["Shout"] == "TWO WORDS"

    @pytest.mark.parametrize("shown", UNREADY)
    def test_a_new_row_waits_for_its_value(self, loop: Loop, shown: str) -> None:
        loop.user.type(1, 2, UNREADY[shown])
        assert loop.cycle().jobs.done == 0
        (row,) = loop.rows()
        assert (row["Words"], row["Shout"]) == ("", "")
        assert row["sheetd status"].startswith(f"Description shows {shown} · #")
        loop.user.type(1, 2, "here it is")
        assert loop.cycle().jobs.done == 1
        loop.assert_right()

    def test_another_cell_of_the_row_is_still_recorded(self, loop: Loop) -> None:
        loop.cycle()
        loop.user.type(1, 2, LOADING)
        loop.user.type(1, 1, "Lead")
        assert loop.cycle().updated == 1
        (row,) = loop.application.reader.rows()
        assert row.cells == {"Company": "A", "Role": "Lead", "Description": "old text"}
        assert loop.rows()[0]["Shout"] == "OLD TEXT"

    def test_a_whole_row_of_formulas_that_load_is_not_taken_for_deleted(self, loop: Loop) -> None:
        loop.cycle()
        (before,) = loop.application.reader.rows()
        loop.user.type_rows(1, 0, [[LOADING] * 3])
        assert loop.cycle().deleted == 0
        (after,) = loop.application.reader.rows()
        assert after == before


class TestUnreadyAndMoved:
    """Formulas load while the user moves their rows; ids stay with their rows."""

    def test_rows_are_sorted_without_our_columns(self, loop: Loop) -> None:
        before = start_with_two_loading(loop)
        loop.user.sort(1, 9, 0, 3, [(0, True)])
        settle_loading(loop)
        assert ids_by_company(loop) == before

    def test_ids_and_statuses_are_cleared(self, loop: Loop) -> None:
        before = start_with_two_loading(loop)
        for header in ("sheetd id", "sheetd status"):
            loop.user.type_rows(1, loop.column(header), [[""]] * 8)
        settle_loading(loop)
        assert ids_by_company(loop) == before


def ids_by_company(loop: Loop) -> dict[str, str]:
    return {row["Company"]: row["sheetd id"] for row in loop.rows()}


def start_with_two_loading(loop: Loop) -> dict[str, str]:
    loop.cycle()
    for row in (2, 5):
        loop.user.type(row, 2, LOADING)
    return ids_by_company(loop)


def settle_loading(loop: Loop) -> None:
    """A cycle while the formulas load, then they come to a value."""
    loop.cycle()
    with loop.server.workspace.lock:
        loop.user.document.settle(LOADING, "two words")
    loop.settle()
    loop.assert_right()
