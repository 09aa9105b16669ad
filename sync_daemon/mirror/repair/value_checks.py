"""Values of the mirror that hold more than text: whether each can be understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, cast, select

from sync_daemon.domain.cells import decode_cells
from sync_daemon.domain.rows import Override
from sync_daemon.mirror.codec import decode_assignment, decode_forms, decode_owned
from sync_daemon.mirror.tables import (
    api_tokens,
    hand_edits,
    metadata,
    results,
    row_versions,
    rows,
    runs,
    sheets,
    work_requests,
    written_rows,
)

Reader = Callable[[str], object]
_BATCH = 1_000


def _read_cells(value: str) -> None:
    for cell in decode_cells(value).values():
        if not isinstance(cell, str | int | float):
            raise TypeError(value)


def _read_owned(value: str) -> None:
    for cell in decode_owned(value).values():
        Override(cell.override)
        if not all(isinstance(part, str) for part in (cell.basis, cell.inputs)):
            raise TypeError(value)


def _read_object(value: str) -> None:
    if not isinstance(json.loads(value), dict):
        raise TypeError(value)


def _read_headers(value: str) -> None:
    found = json.loads(value)
    if not isinstance(found, list) or not all(isinstance(header, str) for header in found):
        raise TypeError(value)


def _read_time(value: str) -> None:
    if datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(value)


TIMES = tuple(
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if column.name.endswith(("_at", "_seen", "_changed")) or column.name == "at"
)
"""Columns that hold a moment as text."""

READERS: Mapping[Column[Any], Reader] = {
    **dict.fromkeys(TIMES, _read_time),
    sheets.c.headers: _read_headers,
    sheets.c.metadata_ids: _read_object,
    sheets.c.explained: _read_object,
    sheets.c.layout: _read_headers,
    sheets.c.dates: _read_headers,
    sheets.c.assignment: decode_assignment,
    rows.c.owned: _read_owned,
    rows.c.computed: _read_object,
    rows.c.forms: decode_forms,
    row_versions.c.cells: _read_cells,
    results.c.output: _read_object,
    written_rows.c.before: _read_cells,
    written_rows.c.after: _read_cells,
    hand_edits.c.before: json.loads,
    hand_edits.c.value: json.loads,
    runs.c.report: _read_object,
    api_tokens.c.sheets: _read_headers,
    work_requests.c.sheets: _read_headers,
    work_requests.c.payload: _read_object,
}
"""Columns of text that means more, each with what fails for a value that no cycle could read."""


def is_understood(read: Reader, value: str | bytes) -> bool:
    """Whether a value of a column of :data:`READERS` is what it should be."""
    try:
        read(value if isinstance(value, str) else bytes(value).decode())
    except (ValueError, TypeError, AttributeError, RecursionError):
        return False
    return True


def find_malformed(connection: Connection, column: Column[Any]) -> list[dict[str, Any]]:
    """The keys of entries whose value in ``column`` cannot be understood."""
    key = list(column.table.primary_key)
    # As bytes, for SQLite keeps what is no UTF-8 but hands out no such text.
    value = cast(column, LargeBinary) if connection.dialect.name == "sqlite" else column
    query = select(value, *key).where(column.is_not(None)).execution_options(yield_per=_BATCH)
    read = READERS[column]
    return [
        {part.name: found for part, found in zip(key, rest, strict=True)}
        for text, *rest in connection.execute(query)
        if not is_understood(read, text)
    ]
