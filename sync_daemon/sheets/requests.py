"""The bodies of our requests to the Sheets API (v4); pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.reconcile import WriteIntent
from sync_daemon.domain.serial_dates import to_serial
from sync_daemon.domain.sheet_state import ColumnChanges
from sync_daemon.sheets.decoration import decorate_column
from sync_daemon.sheets.marks import METADATA_KEY, mark_dates, mark_tab
from sync_daemon.sheets.ranges import Span, quote_title

_MAX_PROOF_CELLS = 100_000  # read back to prove content; beyond it, fewer columns are
_SAMPLE = 200  # rows to judge columns by
_MAX_GAP = 50  # rows between two proofs that are worth one range


def read_body(gid: int, spans: Iterable[Span], metadata_ids: Iterable[int]) -> dict[str, Any]:
    """Parts of a tab, then each metadata's column, whose range tells where it is."""
    filters: list[dict[str, Any]] = [{"gridRange": span.to_json(gid)} for span in spans]
    filters += [by_metadata(metadata_id) for metadata_id in metadata_ids]
    return {
        "dataFilters": filters,
        "majorDimension": "ROWS",
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
    }


def by_metadata(metadata_id: int) -> dict[str, Any]:
    """A filter that the server resolves at the moment of the request, wherever the column is."""
    return {"developerMetadataLookup": {"metadataId": metadata_id}}


def columns_body(gid: int, title: str, header_row: int, changes: ColumnChanges) -> dict[str, Any]:
    """Create and mark owned columns in one atomic batch that answers with the header row.

    New columns are inserted, so whatever the user does meanwhile, what follows
    in the batch hits no column but those.
    """
    requests: list[dict[str, Any]] = [
        {"deleteDeveloperMetadata": {"dataFilter": by_metadata(metadata_id)}}
        for metadata_id in (*changes.drop, *(changes.claim.drop if changes.claim else ()))
    ]
    if changes.claim is not None:
        requests.append(mark_tab(changes.claim.mark))
    requests += [
        _mark_column(gid, changes.places[header], header, metadata_id)
        for header, metadata_id in changes.adopt.items()
    ]
    requests += [mark_dates(gid, changes.places[h]) for h in changes.adopt if h in changes.dates]
    if changes.create:
        requests += _insert_columns(gid, header_row, changes)
    return {
        "requests": requests,
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": [f"{quote_title(title)}!{header_row}:{header_row}"],
    }


COLUMNS_FIELDS = (
    "updatedSpreadsheet(sheets(properties(sheetId),data(columnMetadata(developerMetadata("
    "metadataId)),rowData(values(formattedValue)))))"
)


def write_body(
    gid: int,
    metadata_ids: Mapping[str, int],
    proving: Iterable[str],
    intent: WriteIntent,
    user_columns: Sequence[tuple[str, int]],
    last_rows: Mapping[str, int],
    dates: Collection[str] = (),
) -> dict[str, Any]:
    """Cells to write, by their columns' metadata, with nulls over what is not meant.

    Args:
        gid: the tab.
        metadata_ids: of every owned column, by header.
        proving: owned headers to be answered though nothing is written there.
        intent: what to write.
        user_columns: (header, index) of the user's columns, for content proofs.
        last_rows: by header, how far down a column may be touched, where that is limited.
        dates: headers of columns in which dates stand as serial numbers.
    """
    columns: dict[str, dict[int, CellValue]] = {header: {} for header in proving}
    for row in intent.rows:
        for header, value in row.cells.items():
            cell = to_serial(value) if header in dates else value
            columns.setdefault(header, {})[row.row_number] = cell
    last_row = max(row.row_number for row in intent.rows)
    data: list[dict[str, Any]] = [
        {
            "dataFilter": by_metadata(metadata_ids[header]),
            "majorDimension": "COLUMNS",
            "values": [[cells.get(number) for number in range(1, end + 1)]],
        }
        for header, cells in columns.items()
        if (end := min(last_row, last_rows.get(header, last_row)))
    ]
    data += [
        {"dataFilter": {"gridRange": block}, "majorDimension": "ROWS", "values": nulls}
        for block, nulls in _proof_blocks(gid, intent, user_columns)
    ]
    return {
        "valueInputOption": "RAW",
        "data": data,
        "includeValuesInResponse": True,
        "responseValueRenderOption": "UNFORMATTED_VALUE",
        "responseDateTimeRenderOption": "SERIAL_NUMBER",
    }


def _mark_column(gid: int, index: int, header: str, metadata_id: int) -> dict[str, Any]:
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": metadata_id,
                "metadataKey": METADATA_KEY,
                "metadataValue": header,
                "visibility": "DOCUMENT",
                "location": {
                    "dimensionRange": {
                        "sheetId": gid,
                        "dimension": "COLUMNS",
                        "startIndex": index,
                        "endIndex": index + 1,
                    }
                },
            }
        }
    }


def _insert_columns(gid: int, header_row: int, changes: ColumnChanges) -> list[dict[str, Any]]:
    start, end = changes.insert_at, changes.insert_at + len(changes.create)
    insert = {
        "insertDimension": {
            "range": {
                "sheetId": gid,
                "dimension": "COLUMNS",
                "startIndex": start,
                "endIndex": end,
            },
            # Past the last column, Google wants the properties of the one before.
            "inheritFromBefore": start >= changes.grid_columns,
        }
    }
    headers = {
        "updateCells": {
            "range": {
                "sheetId": gid,
                "startRowIndex": header_row - 1,
                "endRowIndex": header_row,
                "startColumnIndex": start,
                "endColumnIndex": end,
            },
            "rows": [
                {
                    "values": [
                        {"userEnteredValue": {"stringValue": header}} for header in changes.create
                    ]
                }
            ],
            "fields": "userEnteredValue",
        }
    }
    marks = [
        _mark_column(gid, index, header, metadata_id)
        for index, (header, metadata_id) in enumerate(changes.create.items(), start)
    ]
    marks += [mark_dates(gid, i) for i, h in enumerate(changes.create, start) if h in changes.dates]
    plain = {  # in a full grid the columns are born with the format of the one before
        "repeatCell": {
            "range": {"sheetId": gid, "startColumnIndex": start, "endColumnIndex": end},
            "cell": {},
            "fields": "userEnteredFormat,dataValidation",
        }
    }
    decoration = [
        request
        for index, header in enumerate(changes.create, start)
        if header in changes.styles
        for request in decorate_column(gid, header_row, index, changes.styles[header])
    ]
    return [insert, plain, headers, *marks, *decoration]


def _proof_blocks(
    gid: int, intent: WriteIntent, user_columns: Sequence[tuple[str, int]]
) -> Iterable[tuple[dict[str, Any], list[list[None]]]]:
    """Ranges over the user's columns, all null, that bring the content of proving rows back."""
    contents = {row.row_number: row.proof for row in intent.rows if row.proof is not None}
    if not contents or not user_columns:
        return
    start, end = proof_columns(contents.values(), user_columns)
    for first, last in _runs(sorted(contents)):
        block = {
            "sheetId": gid,
            "startRowIndex": first - 1,
            "endRowIndex": last,
            "startColumnIndex": start,
            "endColumnIndex": end,
        }
        yield block, [[None] * (end - start)] * (last - first + 1)


def proof_columns(
    contents: Collection[str], user_columns: Sequence[tuple[str, int]]
) -> tuple[int, int]:
    """The span of columns (start, end) to read back: all of the user's, or as many as is cheap.

    Where not all are, the span begins at the column that tells rows apart best.
    """
    indices = [index for _, index in user_columns]
    first, end = min(indices), max(indices) + 1
    affordable = max(1, _MAX_PROOF_CELLS // len(contents))
    if end - first <= affordable:
        return first, end
    sample = [decode_cells(content) for content in islice(contents, _SAMPLE)]
    best = max(user_columns, key=lambda column: len({row.get(column[0]) for row in sample}))[1]
    return best, min(end, best + affordable)


def _runs(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Row numbers as (first, last), close ones together."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number - last > _MAX_GAP:
            yield first, last
            first = number
        last = number
    yield first, last
