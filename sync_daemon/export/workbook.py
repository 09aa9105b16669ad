"""Rows as a workbook for Excel and LibreOffice: text is text, never a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from sync_daemon.domain.cells import CellValue
from sync_daemon.errors import ConfigError

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Excel's specifications and limits
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767
_CUT = "… (cut: the CSV and JSON exports have it whole)"
_OPTIONS = {"constant_memory": True}  # a line at a time


def write_workbook(
    headers: Sequence[str], lines: Iterable[Sequence[CellValue]], file: BinaryIO
) -> None:
    """Write one worksheet; a text too long for a cell is cut, and says so.

    Raises:
        ConfigError: there are more rows or columns than a worksheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 - 30 ms, which only this form is to cost

    if len(headers) > MAX_COLUMNS:
        raise _too_large("columns", MAX_COLUMNS)
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        # As if typed with a quote before it: it stays text when somebody edits the cell.
        as_text = book.add_format({"quote_prefix": True})
        _write_line(sheet, 0, headers, book.add_format({"bold": True, "quote_prefix": True}))
        for number, line in enumerate(lines, 1):
            if number >= MAX_ROWS:
                raise _too_large("rows", MAX_ROWS)
            _write_line(sheet, number, line, as_text)


def _write_line(
    sheet: Worksheet, number: int, line: Sequence[CellValue], text_format: Format
) -> None:
    for column, value in enumerate(line):
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value)
        elif value:
            sheet.write_string(number, column, _fitted(value), text_format)


def _fitted(text: str) -> str:
    """The text without what UTF-8 cannot carry, and not longer than a cell."""
    text = text.encode("utf-8", "backslashreplace").decode()
    if _length(text) <= MAX_CHARACTERS:
        return text
    room = (MAX_CHARACTERS - len(_CUT)) * 2
    kept = text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore")
    return kept + _CUT


def _length(text: str) -> int:
    """As Excel counts: a character beyond the first 65,536 is two."""
    return len(text.encode("utf-16-le")) // 2


def _too_large(what: str, limit: int) -> ConfigError:
    return ConfigError(
        f"A worksheet holds at most {limit:,} {what}.", hint="Use --format csv or json."
    )
