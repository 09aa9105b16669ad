"""Rows as CSV, JSON or XLSX; nothing that a user typed runs where the file is opened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from sync_daemon.domain.cells import CellValue

if TYPE_CHECKING:
    from sync_daemon.export.table import Export


class ExportForm(StrEnum):
    """How rows are written to a file."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


def write_export(export: Export, form: ExportForm, file: BinaryIO) -> None:
    """Write the rows; the file stays open.

    Raises:
        ConfigError: the form cannot hold so many rows or columns.
    """
    match form:
        case ExportForm.CSV:
            _write_csv(export, file)
        case ExportForm.JSON:
            _write_json(export, file)
        case ExportForm.XLSX:
            from sync_daemon.export.workbook import write_workbook  # noqa: PLC0415 - large

            write_workbook(export.headers(), export.lines(), file, export.date_columns())


# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")
_DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")


def guarded(value: CellValue) -> CellValue:
    """Text that a spreadsheet would run as a formula, with a quote before it."""
    if isinstance(value, str) and value.lstrip(" ")[:1] in _DANGEROUS and value.strip(" "):
        return "'" + value
    return value


def _write_csv(export: Export, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    try:
        writer = csv.writer(text)
        writer.writerow(map(guarded, export.headers()))
        writer.writerows(_guarded_line(line) for line in export.lines())
    finally:
        text.detach()  # flushes, and leaves the file open


def _guarded_line(line: Sequence[CellValue]) -> list[CellValue]:
    return [guarded(value) for value in line]


def _write_json(export: Export, file: BinaryIO) -> None:
    """One list, an item at a time; in ASCII, so that any text can be in it."""
    file.write(b"[")
    separator = b"\n"
    for document in export.documents():
        file.write(separator + json.dumps(document, indent=2).encode("ascii"))
        separator = b",\n"
    file.write(b"\n]\n")
