"""References inside formulas: found, moved along with the cells, and translated for a copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sync_daemon.sandbox.sheets.a1 import GridRange, column_index, column_letters, quote_title
from sync_daemon.sandbox.sheets.shifts import Change

REF_ERROR = "#REF!"

TITLE = r"(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!"
CORNER = r"\$?[A-Za-z]{1,3}\$?[1-9]\d*"
COLUMN = r"\$?[A-Za-z]{1,3}"
ROW = r"\$?[1-9]\d*"
CELLS = rf"(?:{CORNER}:(?:{CORNER}|{COLUMN}|{ROW})|{COLUMN}:{COLUMN}|{ROW}:{ROW}|{CORNER})"
REFERENCE = re.compile(rf"({TITLE})?({CELLS})(?![\w(!.])")
_SKIPPED = re.compile(r'"(?:[^"]|"")*"')
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9]\d*)?\Z")


@dataclass(frozen=True)
class Corner:
    """One end of a reference: each part from 0, None if not named, with its ``$``."""

    row: int | None
    column: int | None
    fixed_row: bool = False
    fixed_column: bool = False

    def text(self) -> str:
        """In A1 notation."""
        letters = "" if self.column is None else column_letters(self.column)
        digits = "" if self.row is None else str(self.row + 1)
        return (
            ("$" if self.fixed_column and letters else "")
            + letters
            + ("$" if self.fixed_row and digits else "")
            + digits
        )


@dataclass(frozen=True)
class Reference:
    """A reference as written: ``'My Sheet'!$A1:B``; ``end`` is None for a single cell."""

    title: str | None
    start: Corner
    end: Corner | None

    def text(self) -> str:
        """As it stands in a formula."""
        prefix = "" if self.title is None else quote_title(self.title) + "!"
        end = "" if self.end is None else ":" + self.end.text()
        return prefix + self.start.text() + end

    def cells(self, sheet_id: int) -> GridRange:
        """The cells it names."""
        end = self.end or self.start
        rows = _span(self.start.row, end.row)
        columns = _span(self.start.column, end.column)
        return GridRange(sheet_id, *rows, *columns)


def _span(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if first is None or last is None:
        return (last if first is None else first), None
    return min(first, last), max(first, last) + 1


def parse_reference(title: str | None, cells: str) -> Reference:
    """A reference from the two groups that ``REFERENCE`` matches."""
    first, colon, second = cells.partition(":")
    name = None if title is None else title[:-1]
    if name is not None and name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return Reference(name, _parse_corner(first), _parse_corner(second) if colon else None)


def _parse_corner(text: str) -> Corner:
    match = _CORNER.match(text)
    if match is None:
        msg = f"not a corner of a reference: {text}"
        raise ValueError(msg)
    dollar, letters, second, digits = match.groups()
    if letters is None:
        return Corner(int(digits) - 1, None, fixed_row=bool(dollar or second))
    row = int(digits) - 1 if digits else None
    return Corner(row, column_index(letters), bool(second), bool(dollar))


def rewrite(formula: str, change: Callable[[Reference], str]) -> str:
    """Put something in the place of each reference of a formula; strings are left alone."""
    result: list[str] = []
    place = 0
    while place < len(formula):
        skipped = _SKIPPED.match(formula, place)
        inside_word = place > 0 and (formula[place - 1].isalnum() or formula[place - 1] in "_.#")
        found = None if inside_word else REFERENCE.match(formula, place)
        if skipped:
            result.append(skipped.group())
            place = skipped.end()
        elif found:
            result.append(change(parse_reference(found.group(1), found.group(2))))
            place = found.end()
        else:
            result.append(formula[place])
            place += 1
    return "".join(result)


def follow(
    formula: str, own_sheet: int, change: Change, sheet_named: Callable[[str], int | None]
) -> str:
    """The formula after a change of rows or columns: references follow their cells."""

    def moved(reference: Reference) -> str:
        sheet_id = own_sheet if reference.title is None else sheet_named(reference.title)
        if sheet_id != change.sheet_id:
            return reference.text()
        cells = change.range(reference.cells(sheet_id))
        if cells is None:
            prefix = "" if reference.title is None else quote_title(reference.title) + "!"
            return prefix + REF_ERROR
        return _onto(reference, cells).text()

    return rewrite(formula, moved)


def _onto(reference: Reference, cells: GridRange) -> Reference:
    """The same way of writing, for other cells."""
    start = replace(
        reference.start,
        row=None if reference.start.row is None else cells.top,
        column=None if reference.start.column is None else cells.left,
    )
    end = reference.end
    if end is None:
        return replace(reference, start=start)
    end_row = None if end.row is None or cells.end_row is None else cells.end_row - 1
    end_column = None if end.column is None or cells.end_column is None else cells.end_column - 1
    return replace(reference, start=start, end=replace(end, row=end_row, column=end_column))


def translate(formula: str, rows: int, columns: int) -> str:
    """The formula as a copy of it, so many rows and columns away, reads."""

    def moved(reference: Reference) -> str:
        start = _translated(reference.start, rows, columns)
        end = None if reference.end is None else _translated(reference.end, rows, columns)
        if start is None or (reference.end is not None and end is None):
            return REF_ERROR
        return replace(reference, start=start, end=end).text()

    return rewrite(formula, moved)


def _translated(corner: Corner, rows: int, columns: int) -> Corner | None:
    row = corner.row if corner.row is None or corner.fixed_row else corner.row + rows
    column = (
        corner.column if corner.column is None or corner.fixed_column else corner.column + columns
    )
    if (row is not None and row < 0) or (column is not None and column < 0):
        return None
    return replace(corner, row=row, column=column)


def rename(formula: str, old: str, new: str) -> str:
    """The formula after a sheet got another title."""

    def renamed(reference: Reference) -> str:
        same = reference.title is not None and reference.title.casefold() == old.casefold()
        return (replace(reference, title=new) if same else reference).text()

    return rewrite(formula, renamed)
