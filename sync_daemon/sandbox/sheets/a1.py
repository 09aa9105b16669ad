"""Cell addresses: A1 and R1C1 notation to half-open grid ranges and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

COLUMN_LETTERS = 26
MAX_COLUMN_LETTERS = 3

_BARE_TITLE = re.compile(r"[^\W\d]\w*\Z")
_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}\d+\Z|[Rr]\d*[Cc]\d*\Z")
_A1_CORNER = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?\Z")
_R1C1_CORNER = re.compile(r"[Rr]([1-9]\d*)[Cc]([1-9]\d*)\Z")


@dataclass(frozen=True, slots=True)
class GridRange:
    """Cells of one sheet: half-open, from 0; None is an open end."""

    sheet_id: int
    start_row: int | None = None
    end_row: int | None = None
    start_column: int | None = None
    end_column: int | None = None

    @property
    def top(self) -> int:
        """The first row."""
        return self.start_row or 0

    @property
    def left(self) -> int:
        """The first column."""
        return self.start_column or 0

    def clamp(self, rows: int, columns: int) -> Box:
        """The part of it that a grid of this size has."""
        bottom = rows if self.end_row is None else min(self.end_row, rows)
        right = columns if self.end_column is None else min(self.end_column, columns)
        return Box(min(self.top, rows), bottom, min(self.left, columns), right)

    @property
    def is_one_cell(self) -> bool:
        """Whether it names exactly one cell."""
        return (
            self.end_row is not None
            and self.end_column is not None
            and self.end_row - self.top == 1
            and self.end_column - self.left == 1
        )

    def to_json(self) -> dict[str, Any]:
        """Google's GridRange, defaults left out except explicit zero starts."""
        named = {
            "sheetId": self.sheet_id or None,
            "startRowIndex": self.start_row,
            "endRowIndex": self.end_row,
            "startColumnIndex": self.start_column,
            "endColumnIndex": self.end_column,
        }
        return {key: value for key, value in named.items() if value is not None}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> GridRange:
        """Read Google's GridRange (already checked for types)."""
        return cls(
            raw.get("sheetId", 0),
            raw.get("startRowIndex"),
            raw.get("endRowIndex"),
            raw.get("startColumnIndex"),
            raw.get("endColumnIndex"),
        )

    def on(self, sheet_id: int) -> GridRange:
        """The same cells of another sheet."""
        return replace(self, sheet_id=sheet_id)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells with known sides, half-open, from 0."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """How many rows."""
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        """How many columns."""
        return max(0, self.right - self.left)

    def intersects(self, other: Box) -> bool:
        """Whether the two share a cell."""
        return max(self.top, other.top) < min(self.bottom, other.bottom) and max(
            self.left, other.left
        ) < min(self.right, other.right)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.top <= row < self.bottom and self.left <= column < self.right

    def contains(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def on(self, sheet_id: int) -> GridRange:
        """The range of these cells on a sheet."""
        return GridRange(sheet_id, self.top, self.bottom, self.left, self.right)


def column_letters(index: int) -> str:
    """0 to ``A``, 26 to ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, COLUMN_LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """``A`` or ``a`` to 0, ``AA`` to 26."""
    value = 0
    for letter in letters.upper():
        value = value * COLUMN_LETTERS + ord(letter) - ord("A") + 1
    return value - 1


def quote_title(title: str) -> str:
    """The title as it stands before ``!`` in an answered range."""
    if _BARE_TITLE.match(title) and not _CELL_LIKE.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def split_title(text: str) -> tuple[str | None, str]:
    """Split ``'My Sheet'!A1`` into the title and the cells; no title gives None.

    Raises:
        ValueError: for quotes that do not close.
    """
    if text.startswith("'"):
        match = re.match(r"'((?:[^']|'')*)'(?:!(.*))?\Z", text, re.DOTALL)
        if match is None:
            raise ValueError(text)
        return match.group(1).replace("''", "'"), match.group(2) or ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def parse_cells(text: str, sheet_id: int) -> GridRange | None:
    """Parse the part after ``!``: A1, open and R1C1 forms; None if it is none of them."""
    first, colon, second = text.partition(":")
    start = _corner(first)
    end = _corner(second) if colon else start
    if start is None or end is None or (not colon and None in start):
        return None
    rows, columns = _ordered(start[0], end[0]), _ordered(start[1], end[1])
    if start == (None, None) or end == (None, None):
        return None
    return GridRange(sheet_id, *rows, *columns)


def _corner(text: str) -> tuple[int | None, int | None] | None:
    """Row and column, from 0, each None if it is not named."""
    match = _R1C1_CORNER.match(text)
    if match:
        return int(match.group(1)) - 1, int(match.group(2)) - 1
    match = _A1_CORNER.match(text)
    if match is None or not text:
        return None
    letters, row = match.groups()
    return (int(row) - 1 if row else None, column_index(letters) if letters else None)


def _ordered(start: int | None, end: int | None) -> tuple[int | None, int | None]:
    """Half-open ends of two corners given in any order; ``A5:A`` starts at row 5."""
    if start is None or end is None:
        return (start if end is None else end), None
    low, high = sorted((start, end))
    return low, high + 1


def format_range(title: str, cells: GridRange) -> str:
    """A range in A1 notation, open ends kept open: ``Sheet1!A5:B``, ``Sheet1!1:3``, ``Sheet1``."""
    last_row = None if cells.end_row is None else cells.end_row - 1
    last_column = None if cells.end_column is None else cells.end_column - 1
    first_row = 0 if cells.start_row is None and last_row is not None else cells.start_row
    first_column = (
        0 if cells.start_column is None and last_column is not None else cells.start_column
    )
    start = _corner_text(first_row, first_column)
    end = _corner_text(last_row, last_column)
    if not end and not start:
        return quote_title(title)
    if cells.is_one_cell or not end:
        return f"{quote_title(title)}!{start}"
    return f"{quote_title(title)}!{start}:{end}"


def _corner_text(row: int | None, column: int | None) -> str:
    letters = "" if column is None else column_letters(column)
    return letters + ("" if row is None else str(row + 1))


def format_box(title: str, box: Box) -> str:
    """A rectangle in A1 notation with its sheet: ``Sheet1!A1:B2``, ``'My Sheet'!C3``."""
    start = column_letters(box.left) + str(box.top + 1)
    if box.height <= 1 and box.width <= 1:
        return f"{quote_title(title)}!{start}"
    end = column_letters(max(box.right - 1, box.left)) + str(max(box.bottom, box.top + 1))
    return f"{quote_title(title)}!{start}:{end}"
