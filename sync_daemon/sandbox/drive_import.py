"""Drive's import of CSV into a spreadsheet (``/upload/drive/…``)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from sync_daemon.sandbox.answers import Refusal, drive_error, json_answer
from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.sheets.document import (
    DEFAULT_COLUMNS,
    DEFAULT_ROWS,
    Document,
    Sheet,
    atomically,
)
from sync_daemon.sandbox.sheets.grid import Grid
from sync_daemon.sandbox.sheets.spreadsheet_properties import check_size
from sync_daemon.sandbox.sheets.values_write import Writer

CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sends."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes


def import_csv(document: Document, headers: Mapping[str, str], body: bytes) -> None:
    """Replace the whole spreadsheet by one sheet with the values of a CSV file.

    The values are taken as if they were typed. The first sheet keeps its title and id.

    Raises:
        Refusal: 400 for what is no CSV in UTF-8, 501 for another kind of file.
    """
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != CSV:
        message = f"The sandbox imports {CSV} only, not {kind or 'a file without a type'}."
        raise Refusal(json_answer(drive_error(501, "notImplemented", message), 501))
    rows = _rows(body)
    try:
        atomically(document, lambda: _replace(document, rows))
    except ApiError as error:
        raise Refusal(json_answer(drive_error(400, "badRequest", error.message), 400)) from error
    document.touch()


def _rows(body: bytes) -> list[list[str]]:
    try:
        text = body.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"The file is not CSV in UTF-8: {error}"
        raise Refusal(json_answer(drive_error(400, "badRequest", message), 400)) from error


def _replace(document: Document, rows: list[list[str]]) -> None:
    first = document.sheets[0]
    for sheet in list(document.sheets):
        document.remove_sheet(sheet)
    width = max((len(row) for row in rows), default=0)
    grid = Grid(max(DEFAULT_ROWS, len(rows)), max(DEFAULT_COLUMNS, width))
    check_size(grid.row_count, grid.column_count)
    sheet = Sheet(first.sheet_id, first.title, grid)
    document.sheets = [sheet]
    document.check_cell_count()
    Writer(document, user_entered=True, caller=None).put(sheet, grid.box, rows)
