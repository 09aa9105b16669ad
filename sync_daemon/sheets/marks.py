"""sheetd's marks in a spreadsheet's developer metadata, as Google's JSON has them."""

from __future__ import annotations

from typing import Any

from sync_daemon.domain.keeper import ColumnMark, Marks, TabMark, decode_mark, encode_mark

METADATA_KEY = "sheetd"
FORMAT_KEY = "sheetd format"
DATES = "date"
MARK_FIELDS = (
    "developerMetadata(metadataId,metadataKey,metadataValue),"
    "data(startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue)))"
)
"""What :func:`read_marks` needs of a Sheet message."""

MARKS_FIELDS = f"sheets(properties(sheetId,title),{MARK_FIELDS})"


def read_marks(sheet: dict[str, Any]) -> Marks:
    """The marks on a tab and on its columns, from a Sheet message with its grid data."""
    tab = [decode_mark(m["metadataId"], m.get("metadataValue", "")) for m in _ours(sheet)]
    columns = [
        ColumnMark(mark["metadataId"], mark.get("metadataValue", ""), index, _is_of_dates(column))
        for data in sheet.get("data", [])
        for index, column in enumerate(data.get("columnMetadata", []), data.get("startColumn", 0))
        for mark in _ours(column)
    ]
    return Marks(tuple(mark for mark in tab if mark is not None), tuple(columns))


def mark_tab(mark: TabMark) -> dict[str, Any]:
    """The request that puts the mark on its tab; refused if there is one of that id."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": mark.metadata_id,
                "metadataKey": METADATA_KEY,
                "metadataValue": encode_mark(mark),
                "visibility": "DOCUMENT",
                "location": {"sheetId": mark.gid},
            }
        }
    }


def mark_dates(gid: int, index: int) -> dict[str, Any]:
    """The request that notes on a column that it is formatted for dates."""
    span = {"sheetId": gid, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataKey": FORMAT_KEY,
                "metadataValue": DATES,
                "visibility": "DOCUMENT",
                "location": {"dimensionRange": span},
            }
        }
    }


def _is_of_dates(column: dict[str, Any]) -> bool:
    marks = column.get("developerMetadata", [])
    return any((m.get("metadataKey"), m.get("metadataValue")) == (FORMAT_KEY, DATES) for m in marks)


def _ours(place: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for m in place.get("developerMetadata", []) if m.get("metadataKey") == METADATA_KEY]
