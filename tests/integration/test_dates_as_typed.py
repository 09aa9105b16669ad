"""Dates that a sheet keeps as text, read in its locale, and the same however late."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.furniture import change
from tests.support.loop import Loop, running_loop
from tests.support.user_tools import add_tool

READS_DAYS = """
from datetime import date

from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class ReadDaysInputSchema(ToolInputSchema):
    day: date


class ReadDaysResult(ToolResultSchema):
    seen: str


class ReadDays(Tool[ReadDaysInputSchema, ReadDaysResult]):
    \"\"\"Say which day came in.\"\"\"

    name = "read_days"
    version = 1

    def process(self, entry: ReadDaysInputSchema, context: ToolContext) -> ReadDaysResult:
        return ReadDaysResult(seen=f"seen {entry.day}")
"""
STEP = """
[[sheets.steps]]
tool = "read_days"
inputs = { day = "Role" }
outputs = { seen = "Seen" }
"""


def a_row_with(loop: Loop, day: str, locale: str) -> None:
    properties = {"properties": {"locale": locale}, "fields": "locale"}
    change(loop, [{"updateSpreadsheetProperties": properties}])
    loop.user.type_rows(1, 0, [["'Acme", f"'{day}", "'some text"]])
    add_tool(loop, "read_days", READS_DAYS, STEP)
    loop.cycle()


@pytest.mark.parametrize(
    ("locale", "typed", "seen"),
    [
        ("en_US", "03/06/2026", "seen 2026-03-06"),
        ("en_GB", "03/06/2026", "seen 2026-06-03"),
        ("de_DE", "3. Juni 2026", "seen 2026-06-03"),
        ("pl_PL", "3 czerwca 2026", "seen 2026-06-03"),
    ],
)
def test_the_locale_of_the_spreadsheet_decides(
    tmp_path: Path, locale: str, typed: str, seen: str
) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        a_row_with(loop, typed, locale)
        assert loop.rows()[0]["Seen"] == seen


def test_what_is_no_date_is_said_to_be_none(tmp_path: Path) -> None:
    with running_loop(tmp_path, rows=[]) as loop:
        a_row_with(loop, "soon", "en_US")
        row = loop.rows()[0]
        assert row["Seen"] == ""
        sentence = 'Role says "soon", which is not a date: write it like 2026-05-31.'
        assert row["sheetd status"].startswith(f"{sentence} · #")


def test_a_date_without_a_year_does_not_move_as_time_passes(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 6, 10, 9, tzinfo=UTC))
    with running_loop(tmp_path, rows=[], clock=clock) as loop:
        a_row_with(loop, "3.6.", "de_DE")
        assert loop.rows()[0]["Seen"] == "seen 2026-06-03"
        clock.advance(330 * 86_400)
        loop.user.type_rows(2, 0, [["'Beta", "'3.6.", "'other text"]])
        tool = loop.folder / "my-tools" / "read_days" / "processor.py"
        tool.write_text(tool.read_text().replace("version = 1", "version = 2"))
        loop.close()
        loop.application = loop.open()
        assert loop.cycle().jobs.done >= 2, "both rows are planned again"
        assert [row["Seen"] for row in loop.rows()] == ["seen 2026-06-03", "seen 2027-06-03"]
