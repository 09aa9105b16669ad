"""Rows as a workbook for Excel and LibreOffice: text is text, never a formula or a link.

Results that are dates are dates there too, and so are cells of columns that tools read as dates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.serial_dates import to_serial
from sync_daemon.errors import ConfigError

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Excel's specifications and limits
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767
_FIRST_SERIAL = 61  # 1900-03-01: before it, Excel counts a 29th of February that was none
_CUT = "… (cut: the CSV and JSON exports have it whole)"
_SAMPLE = 100  # lines that the widths of columns are measured by
_NARROWEST, _WIDEST = 6, 40  # in characters
_FILTER_BUTTON = 4
_OPTIONS = {"constant_memory": True}  # a line at a time


@dataclass(frozen=True, slots=True)
class _Formats:
    text: Format
    day: Format
    moment: Format


def write_workbook(
    headers: Sequence[str],
    lines: Iterable[Sequence[CellValue]],
    file: BinaryIO,
    dates: Collection[int],
) -> None:
    """Write one worksheet; a text too long for a cell is cut, and says so.

    Args:
        headers: the first line.
        lines: the others.
        file: stays open.
        dates: the indices in a line of what is written as a date where it is one.

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
        formats = _Formats(
            text=book.add_format({"quote_prefix": True}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
            moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        bold = replace(formats, text=book.add_format({"bold": True, "quote_prefix": True}))
        rest = iter(lines)
        first = list(islice(rest, _SAMPLE))
        _set_widths(sheet, [headers, *first])
        _write_line(sheet, 0, headers, bold, ())
        number = 0
        for number, line in enumerate(chain(first, rest), 1):
            if number >= MAX_ROWS:
                raise _too_large("rows", MAX_ROWS)
            _write_line(sheet, number, line, formats, dates)
        if headers:
            sheet.autofilter(0, 0, number, len(headers) - 1)


def _set_widths(sheet: Worksheet, lines: Sequence[Sequence[CellValue]]) -> None:
    """Make columns as wide as what stands in the first lines; long texts are clipped."""
    for column in range(len(lines[0])):
        longest = max(len(_first_line(line[column])) for line in lines)
        header = len(_first_line(lines[0][column])) + _FILTER_BUTTON
        sheet.set_column(column, column, max(min(longest, _WIDEST), header, _NARROWEST))


def _first_line(value: CellValue) -> str:
    return str(value).partition("\n")[0]


def _write_line(
    sheet: Worksheet,
    number: int,
    line: Sequence[CellValue],
    formats: _Formats,
    dates: Collection[int],
) -> None:
    for column, value in enumerate(line):
        serial = to_serial(value) if column in dates else value
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value)
        elif not isinstance(serial, str) and serial >= _FIRST_SERIAL:
            shown = formats.day if serial == int(serial) else formats.moment
            sheet.write_number(number, column, serial, shown)
        elif value:
            sheet.write_string(number, column, _fitted(value), formats.text)


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
