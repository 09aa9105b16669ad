"""The methods under ``spreadsheets.values``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync_daemon.sandbox.api_errors import ApiError, invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.append import table_in
from sync_daemon.sandbox.sheets.datafilters import echoed, matched_ranges
from sync_daemon.sandbox.sheets.dimensions import insert
from sync_daemon.sandbox.sheets.document import Document, Sheet, atomically
from sync_daemon.sandbox.sheets.ranges import box_of, range_text, resolve_a1
from sync_daemon.sandbox.sheets.session import Request
from sync_daemon.sandbox.sheets.shifts import Dimension
from sync_daemon.sandbox.sheets.values_read import (
    box_values,
    major_of,
    reading_of,
    value_range,
)
from sync_daemon.sandbox.sheets.values_write import (
    USER_ENTERED,
    Writer,
    Written,
    check_values,
    cleared,
    transposed_input,
)

JsonObject = dict[str, Any]


def get(request: Request) -> JsonObject:
    """``values.get``."""
    cells = resolve_a1(request.document, request.query["range"])
    return value_range(request.document, cells, request.query, request.calculator())


def batch_get(request: Request) -> JsonObject:
    """``values.batchGet``."""
    calculator = request.calculator()
    answer: JsonObject = {"spreadsheetId": request.document.spreadsheet_id}
    ranges = [
        value_range(request.document, resolve_a1(request.document, text), request.query, calculator)
        for text in request.query.get("ranges", ())
    ]
    return {**answer, "valueRanges": ranges} if ranges else answer


def batch_get_by_data_filter(request: Request) -> JsonObject:
    """``values.batchGetByDataFilter``: each matched range once, with the filters it matched."""
    document, calculator = request.document, request.calculator()
    picked: dict[GridRange, list[JsonObject]] = {}
    for data_filter in request.body.get("dataFilters", ()):
        for cells in matched_ranges(document, data_filter):
            picked.setdefault(cells, []).append(echoed(data_filter))
    answer: JsonObject = {"spreadsheetId": document.spreadsheet_id}
    ranges = [
        {
            "valueRange": value_range(document, cells, request.body, calculator),
            "dataFilters": filters,
        }
        for cells, filters in picked.items()
    ]
    return {**answer, "valueRanges": ranges} if ranges else answer


def _writer(request: Request, options: JsonObject) -> Writer:
    option = options.get("valueInputOption", "INPUT_VALUE_OPTION_UNSPECIFIED")
    if option == "INPUT_VALUE_OPTION_UNSPECIFIED":
        raise invalid_argument("'valueInputOption' is required but not specified")
    return Writer(request.document, option == USER_ENTERED, request.caller)


def _answered(
    request: Request, written: Written, options: JsonObject, major: str = "ROWS"
) -> JsonObject:
    """An UpdateValuesResponse, with the values as they are now if they are asked for."""
    answer = {"spreadsheetId": request.document.spreadsheet_id, **written.to_json()}
    if options.get("includeValuesInResponse"):
        reading = reading_of(request.document, options, "response")
        answer["updatedData"] = box_values(
            written.sheet, written.asked, reading, request.calculator(), major
        )
    return answer


def _check_named(document: Document, cells: GridRange, text: str, body: JsonObject) -> None:
    """A body may name the range again; it must be the same cells."""
    named = body.get("range")
    if named and resolve_a1(document, named) != cells:
        raise invalid_argument(
            f"Requested writing within range [{text}], but data.range was [{named}]"
        )


def update(request: Request) -> JsonObject:
    """``values.update``."""
    document, body, text = request.document, request.body, request.query["range"]
    writer = _writer(request, request.query)
    cells = resolve_a1(document, text)
    _check_named(document, cells, text, body)
    major = major_of(body)

    def write() -> Written:
        return writer.write(cells, body.get("values", []), major, text)

    written: Written = atomically(document, write)
    document.touch()
    return _answered(request, written, request.query, major)


def batch_update(request: Request) -> JsonObject:
    """``values.batchUpdate``: all or nothing."""
    document, body = request.document, request.body
    writer = _writer(request, body)

    def write() -> list[tuple[Written, str]]:
        return [
            (_write_range(document, writer, item, f"data[{index}]"), major_of(item))
            for index, item in enumerate(body.get("data", ()))
        ]

    done: list[tuple[Written, str]] = atomically(document, write)
    document.touch()
    responses = [_answered(request, written, body, major) for written, major in done]
    return _totalled(document, [written for written, _ in done], responses)


def _write_range(document: Document, writer: Writer, item: JsonObject, place: str) -> Written:
    text = item.get("range", "")
    try:
        return writer.write(
            resolve_a1(document, text), item.get("values", []), major_of(item), text
        )
    except ApiError as error:
        raise error.within(place) from error


def batch_update_by_data_filter(request: Request) -> JsonObject:
    """``values.batchUpdateByDataFilter``: all or nothing, to every range that a filter matches."""
    document, body = request.document, request.body
    writer = _writer(request, body)

    def write() -> list[tuple[Written, JsonObject]]:
        return [
            (written, item)
            for index, item in enumerate(body.get("data", ()))
            for written in _write_matched(document, writer, item, f"data[{index}]")
        ]

    done: list[tuple[Written, JsonObject]] = atomically(document, write)
    document.touch()
    responses = []
    for written, item in done:
        response = _answered(request, written, body, major_of(item))
        del response["spreadsheetId"]
        responses.append({**response, "dataFilter": echoed(item["dataFilter"])})
    return _totalled(document, [written for written, _ in done], responses)


def _write_matched(
    document: Document, writer: Writer, item: JsonObject, place: str
) -> Iterable[Written]:
    try:
        for cells in matched_ranges(document, item.get("dataFilter", {})):
            sheet, box = box_of(document, cells)
            text = range_text(sheet, box)
            yield writer.write(cells, item.get("values", []), major_of(item), text)
    except ApiError as error:
        raise error.within(place) from error


def _totalled(
    document: Document, done: Sequence[Written], responses: list[JsonObject]
) -> JsonObject:
    """The totals of a batch: rows and columns of several ranges of a sheet count once."""
    rows = {(w.sheet.sheet_id, row) for w in done for row in w.rows}
    columns = {(w.sheet.sheet_id, column) for w in done for column in w.columns}
    totals = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(written.cells for written in done),
        "totalUpdatedSheets": len({sheet_id for sheet_id, _ in rows}),
    }
    answer: JsonObject = {"spreadsheetId": document.spreadsheet_id}
    answer |= {key: value for key, value in totals.items() if value}
    return {**answer, "responses": responses} if responses else answer


def append(request: Request) -> JsonObject:
    """``values.append``."""
    document, query = request.document, request.query
    writer = _writer(request, query)
    cells = resolve_a1(document, query["range"])
    sheet, box = box_of(document, cells)
    values = request.body.get("values", [])
    check_values(values)
    rows = transposed_input(values) if major_of(request.body) == "COLUMNS" else values
    table = table_in(sheet.grid, box)
    start = (box.top, box.left) if table is None else (table.bottom, table.left)

    def write() -> Written:
        target = _make_room(document, sheet, start, rows, query.get("insertDataOption"))
        return writer.put(sheet, target, rows)

    written: Written = atomically(document, write)
    document.touch()
    answer: JsonObject = {"spreadsheetId": document.spreadsheet_id}
    if table is not None:
        answer["tableRange"] = range_text(sheet, table)
    return {**answer, "updates": _answered(request, written, query, major_of(request.body))}


def _make_room(
    document: Document,
    sheet: Sheet,
    start: tuple[int, int],
    rows: Sequence[Sequence[Any]],
    option: str | None,
) -> Box:
    """The rectangle for new rows; rows are inserted if asked for, the grid grows as needed."""
    top, left = start
    height = max(1, len(rows))
    width = max(1, max((len(row) for row in rows), default=0))
    grid = sheet.grid
    if option == "INSERT_ROWS" and top < grid.row_count:
        insert(document, sheet, Dimension.ROWS, top, height)
    if top + height > grid.row_count or left + width > grid.column_count:
        grid.resize(max(grid.row_count, top + height), max(grid.column_count, left + width))
        document.check_cell_count()
    return Box(top, top + height, left, left + width)


def _clear(request: Request, sheet: Sheet, box: Box) -> str:
    request.document.check_editable(sheet, [box], request.caller)
    for row, column, content in list(sheet.grid.used(box)):
        sheet.grid.set(row, column, cleared(content))
    return range_text(sheet, box)


def clear(request: Request) -> JsonObject:
    """``values.clear``: formats, notes and validation stay."""
    document = request.document
    sheet, box = box_of(document, resolve_a1(document, request.query["range"]))
    text = _clear(request, sheet, box)
    document.touch()
    return {"spreadsheetId": document.spreadsheet_id, "clearedRange": text}


def batch_clear(request: Request) -> JsonObject:
    """``values.batchClear``: all or nothing."""
    places = []
    for index, text in enumerate(request.body.get("ranges", ())):
        try:
            places.append(box_of(request.document, resolve_a1(request.document, text)))
        except ApiError as error:
            raise error.within(f"range[{index}]") from error
    return _clear_all(request, places)


def batch_clear_by_data_filter(request: Request) -> JsonObject:
    """``values.batchClearByDataFilter``: all ranges that any filter matches."""
    picked = [
        cells
        for data_filter in request.body.get("dataFilters", ())
        for cells in matched_ranges(request.document, data_filter)
    ]
    return _clear_all(request, [box_of(request.document, cells) for cells in dict.fromkeys(picked)])


def _clear_all(request: Request, places: list[tuple[Sheet, Box]]) -> JsonObject:
    document = request.document
    for sheet, box in places:
        document.check_editable(sheet, [box], request.caller)
    ranges = [_clear(request, sheet, box) for sheet, box in places]
    document.touch()
    answer: JsonObject = {"spreadsheetId": document.spreadsheet_id}
    return {**answer, "clearedRanges": ranges} if ranges else answer
