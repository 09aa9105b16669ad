"""Drive's export of a spreadsheet as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from sync_daemon.sandbox.answers import Answer, Refusal, drive_error, json_answer, not_supported
from sync_daemon.sandbox.drive_query import invalid
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.sheets.shown import ShownCells

CSV = "text/csv"
_OTHERS = frozenset(  # what Drive exports spreadsheets as besides
    {
        "application/pdf",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/x-vnd.oasis.opendocument.spreadsheet",
        "application/zip",
        "text/tab-separated-values",
    }
)


def export(document: Document, query: Mapping[str, str]) -> Answer:
    """The first sheet as the texts on the screen.

    As in Google's exports lines end with CR LF, the last one with nothing, and all
    are as long as the longest.

    Raises:
        Refusal: 501 for the types that only Drive writes, 400 for those it does not write either.
    """
    wanted = query.get("mimeType")
    if not wanted:
        message = "The 'mimeType' parameter is required for this method."
        raise Refusal(json_answer(drive_error(400, "required", message, "mimeType"), 400))
    if wanted in _OTHERS:
        raise not_supported(f"The sandbox exports spreadsheets as {CSV} only.")
    if wanted != CSV:
        raise invalid("mimeType")
    shown = ShownCells(document, document.sheets[0])
    rows = [
        [shown.text(row, column) for column in range(shown.width(row))]
        for row in range(shown.height())
    ]
    width = max((len(row) for row in rows), default=0)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return Answer(200, text.getvalue().removesuffix("\r\n").encode("utf-8", "replace"), CSV)
