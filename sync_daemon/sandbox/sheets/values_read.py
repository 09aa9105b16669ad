"""Answers of the values API that hold values."""

from __future__ import annotations

import json
from typing import Any

from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.document import Document, Sheet
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.ranges import box_of, range_text
from sync_daemon.sandbox.sheets.rendering import Reading, Render, ValueReader

JsonObject = dict[str, Any]

ROWS = "ROWS"
COLUMNS = "COLUMNS"
FORMATTED_STRING = "FORMATTED_STRING"


class Encoded(str):
    """A part of an answer that is JSON text already."""

    __slots__ = ()


def reading_of(document: Document, options: JsonObject, prefix: str = "") -> Reading:
    """How to show values, from the options of a query or a body.

    Args:
        document: gives the locale.
        options: holds ``valueRenderOption`` and ``dateTimeRenderOption``.
        prefix: ``response`` for the options of a write.
    """
    render = "responseValueRenderOption" if prefix else "valueRenderOption"
    dates = "responseDateTimeRenderOption" if prefix else "dateTimeRenderOption"
    return Reading(
        Render(options.get(render, Render.FORMATTED)),
        options.get(dates) == FORMATTED_STRING,
        locale_named(document.locale),
    )


def major_of(options: JsonObject) -> str:
    """``ROWS`` unless columns are asked for."""
    return COLUMNS if options.get("majorDimension") == COLUMNS else ROWS


def value_range(
    document: Document, cells: GridRange, options: JsonObject, calculator: Calculator
) -> JsonObject:
    """A ValueRange of the part of a range that the grid has."""
    sheet, box = box_of(document, cells)
    reading = reading_of(document, options)
    return box_values(sheet, box, reading, calculator, major_of(options))


def box_values(
    sheet: Sheet, box: Box, reading: Reading, calculator: Calculator, major: str = ROWS
) -> JsonObject:
    """A ValueRange of a rectangle; its rows may be encoded already."""
    answer: JsonObject = {"range": range_text(sheet, box), "majorDimension": major}
    reader = ValueReader(sheet, calculator, reading)
    if major == COLUMNS:
        columns = transposed(reader.rows(box))
        if columns:
            answer["values"] = columns
        return answer
    rows = reader.rows_as_json(box)
    if rows:
        answer["values"] = Encoded(f"[{','.join(rows)}]")
    return answer


def transposed(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows to columns; trailing empty cells of each column are left out."""
    width = max((len(row) for row in rows), default=0)
    columns: list[list[Any]] = [[] for _ in range(width)]
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "":
                columns[column].extend([""] * (index - len(columns[column])))
                columns[column].append(value)
    return columns


def plain(answer: Any) -> Any:
    """The answer with all encoded parts decoded."""
    if isinstance(answer, Encoded):
        return json.loads(answer)
    if isinstance(answer, dict):
        return {key: plain(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [plain(item) for item in answer]
    return answer


def is_encoded(answer: Any) -> bool:
    """Whether any part of the answer is encoded."""
    if isinstance(answer, dict):
        return any(is_encoded(value) for value in answer.values())
    if isinstance(answer, list):
        # Values, a list of lists, are encoded as a whole or not at all.
        return any(is_encoded(item) for item in answer if not isinstance(item, list))
    return isinstance(answer, Encoded)


def encode(answer: Any) -> str:
    """The answer as JSON text, its encoded parts as they are."""
    if isinstance(answer, Encoded):
        return answer
    if isinstance(answer, dict) and is_encoded(answer):
        parts = (f"{json.dumps(key)}:{encode(value)}" for key, value in answer.items())
        return "{" + ",".join(parts) + "}"
    if isinstance(answer, list) and is_encoded(answer):
        return "[" + ",".join(encode(item) for item in answer) + "]"
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
