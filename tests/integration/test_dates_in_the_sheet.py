"""Results that are dates stand in the sheet as dates, and are ISO 8601 everywhere else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.furniture import change, photograph
from tests.support.loop import Loop, running_loop
from tests.support.stories import hand_edits
from tests.support.user_tools import add_tool

DUE = """
from datetime import date, timedelta

from typing import Annotated

from sync_daemon.tooling import Format, Tool, ToolContext, ToolInputSchema, ToolResultSchema


class DueInputSchema(ToolInputSchema):
    day: str


class DueResult(ToolResultSchema):
    due: Annotated[date, Format.DUE]
    left: int
    words: str


class Due(Tool[DueInputSchema, DueResult]):
    \"\"\"Say when something is due.\"\"\"

    name = "due"
    version = 1

    def process(self, entry: DueInputSchema, context: ToolContext) -> DueResult:
        days = int(entry.day)
        return DueResult(due=date(2026, 1, 1) + timedelta(days=days), left=days, words=entry.day)
"""
STEP = """
[[sheets.steps]]
tool = "due"
inputs = { day = "Role" }
outputs = { due = "Due" }
"""
DAYS = [40, 3, 364, 9, 100, 11, 72, 2]
WRITE = "values:batchUpdateByDataFilter"


def day_of(number: int) -> date:
    return date(2026, 1, 1) + timedelta(days=number)


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def rows() -> list[list[Any]]:
    return [[f"Company {n}", str(days), f"text {n}"] for n, days in enumerate(DAYS, 1)]


@pytest.fixture
def dated(tmp_path: Path) -> Iterator[Loop]:
    """A sheet with a result column of dates, not yet seen by sheetd."""
    with running_loop(tmp_path, rows()) as loop:
        add_tool(loop, "due", DUE, STEP)
        yield loop


def shown(loop: Loop) -> list[Any]:
    """What the cells of the column hold."""
    return [row["Due"] for row in loop.rows()]


def texts(loop: Loop) -> list[str]:
    """How the cells of the column look."""
    column = loop.column("Due")
    picture = photograph(loop)["sheets"][0]["data"][0]["rowData"][1:9]
    return [row["values"][column]["formattedValue"] for row in picture]


def mirrored(loop: Loop) -> dict[str, Any]:
    """The results as `sheetd rows` tells them, by company."""
    return {str(row.cells["Company"]): row.results["Due"] for row in loop.application.reader.rows()}


def use_locale(loop: Loop, locale: str) -> None:
    properties = {"properties": {"locale": locale}, "fields": "locale"}
    change(loop, [{"updateSpreadsheetProperties": properties}])


class TestWritten:
    @pytest.mark.parametrize(
        ("locale", "first"),
        [
            ("en_US", "2/10/2026"),
            ("de_DE", "10.02.2026"),
            ("fr_FR", "10/02/2026"),
            ("ja_JP", "2026/02/10"),
        ],
    )
    def test_they_are_dates_that_look_as_the_locale_writes_them_and_sort(
        self, dated: Loop, locale: str, first: str
    ) -> None:
        use_locale(dated, locale)
        dated.settle()
        assert shown(dated) == [serial(day_of(days)) for days in DAYS]
        assert texts(dated)[0] == first
        column = dated.column("Due")
        dated.user.sort(1, 9, 0, column + 1, [(column, False)])
        assert shown(dated) == [serial(day_of(days)) for days in sorted(DAYS)]
        assert dated.cycle().cells_written == 0

    @pytest.mark.parametrize(
        ("locale", "wanted"),
        [
            ("en_US", "2/1/2026"),
            ("de_DE", "1.2.2026"),
            ("fr_FR", "01/02/2026"),
            ("ja_JP", "2026/02/01"),
        ],
    )
    def test_they_filter_as_dates(self, dated: Loop, locale: str, wanted: str) -> None:
        use_locale(dated, locale)
        dated.settle()
        column = dated.column("Due")
        condition = {"type": "DATE_BEFORE", "values": [{"userEnteredValue": wanted}]}
        specs = [{"columnIndex": column, "filterCriteria": {"condition": condition}}]
        whole = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 9, "endColumnIndex": column + 1}
        whole["startColumnIndex"] = 0
        change(dated, [{"setBasicFilter": {"filter": {"range": whole, "filterSpecs": specs}}}])
        metadata = photograph(dated)["sheets"][0]["data"][0]["rowMetadata"][1:9]
        kept = [
            days for days, row in zip(DAYS, metadata, strict=True) if not row.get("hiddenByFilter")
        ]
        assert sorted(kept) == sorted(days for days in DAYS if day_of(days) < date(2026, 2, 1))

    def test_nothing_is_written_twice_and_everybody_else_reads_iso(self, dated: Loop) -> None:
        dated.settle()
        for _ in range(3):
            report = dated.cycle()
            assert (report.cells_written, report.jobs.done, report.updated) == (0, 0, 0)
        assert mirrored(dated) == {
            f"Company {n}": day_of(days).isoformat() for n, days in enumerate(DAYS, 1)
        }
        with closing(sqlite3.connect(dated.folder / "sheetd.db")) as connection:
            found = [due for (due,) in connection.execute('SELECT "Due" FROM sheet_jobs')]
        assert sorted(found) == sorted(day_of(days).isoformat() for days in DAYS)

    def test_days_that_have_come_are_coloured(self, dated: Loop) -> None:
        dated.settle()
        rules = photograph(dated)["sheets"][0]["conditionalFormats"]
        column = dated.column("Due")
        (rule,) = [r for r in rules if r["ranges"][0]["startColumnIndex"] == column]
        condition = rule["booleanRule"]["condition"]
        assert condition == {"type": "DATE_BEFORE", "values": [{"relativeDate": "TOMORROW"}]}

    def test_a_changed_input_gives_another_date(self, dated: Loop) -> None:
        dated.settle()
        dated.user.type(1, 1, "50")
        dated.settle()
        assert shown(dated)[0] == serial(day_of(50))

    def test_rows_sorted_while_dates_are_written_get_their_own(self, dated: Loop) -> None:
        dated.settle()
        dated.user.type_rows(1, 1, [[str(days + 1)] for days in DAYS])
        column = dated.column("Due")

        def sort() -> None:
            dated.user.sort(1, 9, 0, column + 1, [(1, False)])

        with dated.user_acts_before(WRITE, sort):
            assert dated.cycle().cells_repaired > 0
        dated.settle()
        expected = [serial(day_of(int(row["Role"]))) for row in dated.rows()]
        assert shown(dated) == expected

    def test_plain_columns_keep_dates_as_text(self, tmp_path: Path) -> None:
        with running_loop(tmp_path, rows(), "decorate = false") as loop:
            add_tool(loop, "due", DUE, STEP)
            loop.settle()
            assert shown(loop) == [day_of(days).isoformat() for days in DAYS]
            assert loop.cycle().cells_written == 0

    def test_a_blank_column_of_the_users_has_no_format_and_gets_text(self, dated: Loop) -> None:
        dated.user.type(0, 3, "Due")
        dated.settle()
        assert shown(dated)[0] == day_of(40).isoformat()


class TestByHand:
    @pytest.mark.parametrize("typed", ["2026-12-24", "12/24/2026", "24 Dec 2026"])
    def test_a_date_typed_over_another_stays_and_is_known_as_one(
        self, dated: Loop, typed: str
    ) -> None:
        dated.settle()
        dated.user.type(1, dated.column("Due"), typed)
        row_id = dated.rows()[0]["sheetd id"]
        for _ in range(2):
            assert dated.cycle().cells_written == 0
        assert shown(dated)[0] == serial(date(2026, 12, 24))
        assert mirrored(dated)["Company 1"] == "2026-12-24"
        edits = hand_edits(dated, row_id)
        assert edits == [{"Due": {"before": "2026-02-10", "after": "2026-12-24"}}]

    def test_the_same_date_typed_by_hand_is_no_edit(self, dated: Loop) -> None:
        dated.settle()
        dated.user.type(1, dated.column("Due"), "2/10/2026")
        assert dated.cycle().cells_written == 0
        assert hand_edits(dated, dated.rows()[0]["sheetd id"]) == []

    def test_words_a_moment_and_a_small_number_stay_what_they_are(self, dated: Loop) -> None:
        dated.settle()
        column = dated.column("Due")
        dated.user.type_rows(1, column, [["next week"], ["12/24/2026 18:00"], [1]])
        dated.settle()
        held = shown(dated)[:3]
        assert held == ["next week", serial(date(2026, 12, 24)) + 0.75, 1]
        assert mirrored(dated)["Company 2"] == "2026-12-24T18:00:00"
        dated.user.clear(1, 4, 4, column)  # as if somebody had cleared what is beside it
        dated.settle()
        assert shown(dated)[:3] == held

    def test_an_undone_run_brings_the_date_back(self, dated: Loop) -> None:
        dated.settle()
        dated.user.type(1, 1, "50")
        run = dated.run()
        dated.settle()
        dated.cycle(undo=run.run_id)
        dated.settle()
        assert shown(dated)[0] == serial(day_of(40))

    def test_a_row_that_was_deleted_and_restored_has_its_date(self, dated: Loop) -> None:
        dated.settle()
        row_id = dated.rows()[0]["sheetd id"]
        dated.user.delete_rows(1, 2)
        dated.settle()
        dated.cycle(restore=row_id)
        dated.settle()
        last = dated.rows()[-1]
        assert (last["sheetd id"], last["Due"]) == (row_id, serial(day_of(40)))


class TestRemembered:
    def test_a_lost_mirror_knows_the_column_by_its_mark(self, dated: Loop) -> None:
        dated.settle()
        dated.user.type(1, dated.column("Due"), "2026-12-24")
        dated.cycle()
        before = shown(dated)
        dated.lose_mirror()
        assert dated.cycle(take_over=True).cells_written == 0
        dated.settle()
        assert shown(dated) == before
        assert mirrored(dated)["Company 1"] == "2026-12-24"
        dated.user.type(2, 1, "50")
        dated.settle()
        assert shown(dated)[1] == serial(day_of(50))

    def test_a_column_that_is_deleted_and_made_again_holds_dates(self, dated: Loop) -> None:
        dated.settle()
        column = dated.column("Due")
        dated.user.delete_columns(column, column + 1)
        dated.settle()
        assert shown(dated) == [serial(day_of(days)) for days in DAYS]

    def test_a_column_that_is_cut_and_pasted_elsewhere_holds_dates(self, dated: Loop) -> None:
        dated.settle()
        column = dated.column("Due")
        dated.user.cut(0, 9, column, column + 1)
        dated.user.paste(0, column + 2)
        dated.settle()
        dated.user.type(1, 1, "50")
        dated.settle()
        dated.forget_look_up()
        assert dated.cycle().cells_written == 0
        assert shown(dated) == [serial(day_of(days)) for days in [50, *DAYS[1:]]]
        assert hand_edits(dated, dated.rows()[1]["sheetd id"]) == []

    def test_a_new_title_in_the_configuration_takes_the_dates_along(self, dated: Loop) -> None:
        dated.settle()
        dated.configure('due = "Due"', 'due = "Until"')
        dated.settle()
        assert [row["Until"] for row in dated.rows()] == [serial(day_of(d)) for d in DAYS]

    @pytest.mark.parametrize(
        ("output", "values"),
        [("left", DAYS), ("words", [str(days) for days in DAYS])],
        ids=["numbers", "text"],
    )
    def test_another_result_in_the_same_column_takes_the_place_of_dates(
        self, dated: Loop, output: str, values: list[Any]
    ) -> None:
        dated.settle()
        dated.configure('due = "Due"', f'{output} = "Due"')
        dated.settle()
        assert shown(dated) == values
        assert hand_edits(dated, dated.rows()[0]["sheetd id"]) == []

    def test_titles_that_trade_places_trade_their_values(self, dated: Loop) -> None:
        dated.configure('due = "Due"', 'due = "Due", words = "Text"')
        dated.settle()
        dated.configure('due = "Due", words = "Text"', 'due = "Text", words = "Due"')
        dated.settle()
        assert shown(dated) == [str(days) for days in DAYS]
        assert [row["Text"] for row in dated.rows()] == [day_of(d).isoformat() for d in DAYS]
        assert hand_edits(dated, dated.rows()[0]["sheetd id"]) == []


def test_cells_of_the_users_shifted_onto_dates_get_back_what_they_held(dated: Loop) -> None:
    """A column of the user's right of ours: its cells come into ours while dates are written."""
    dated.settle()
    column = dated.column("Due")
    dated.user.type_rows(0, column + 1, [["Mine"], *([f"mine {n}"] for n in range(1, 9))])
    dated.settle()
    dated.user.type_rows(1, 1, [[str(days + 1)] for days in DAYS])
    cells = (1, 9, column, column + 1)
    with dated.user_acts_before(WRITE, lambda: dated.user.delete_cells(cells)):
        dated.cycle()
    dated.settle()
    everything = json.dumps(dated.rows())
    for n in range(1, 9):
        assert f"mine {n}" in everything


def test_a_column_of_the_users_pasted_over_dates_gets_back_what_it_held(dated: Loop) -> None:
    dated.settle()
    column = dated.column("Due")
    mine = [["Mine"], *([f"mine {n}"] for n in range(1, 9))]
    dated.user.type_rows(0, column + 1, mine)
    dated.settle()
    dated.user.type_rows(1, 1, [[str(days + 1)] for days in DAYS])

    def paste() -> None:
        dated.user.cut(0, 9, column + 1, column + 2)
        dated.user.paste(0, column)

    with dated.user_acts_before(WRITE, paste):
        dated.cycle()
    dated.settle()
    assert [row["Mine"] for row in dated.rows()] == [text for [text] in mine[1:]]
    assert shown(dated) == [serial(day_of(days + 1)) for days in DAYS]
