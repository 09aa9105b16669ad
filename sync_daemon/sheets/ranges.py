"""A1 ranges in Google's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sync_daemon.domain.headers import column_index

_RANGE = re.compile(
    r"(?:(?P<title>'(?:[^']|'')*'|[^'!]+)!)?"
    r"(?P<column>[A-Z]*)(?P<row>\d*)(?::(?P<last_column>[A-Z]*)(?P<last_row>\d*))?"
)


@dataclass(frozen=True, slots=True)
class AnsweredRange:
    """A range as Google answers it; indices count from 0, ends are exclusive."""

    title: str
    first_row: int
    first_column: int
    end_column: int  # 0 where the range does not say


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle of a tab as it is asked for: from 0, ends exclusive, None without end."""

    top: int = 0
    bottom: int | None = None
    left: int = 0
    right: int | None = None

    @classmethod
    def from_json(cls, raw: Mapping[str, int]) -> Span:
        """From Google's GridRange, in which nothing stands for 0 and for no end."""
        return cls(
            raw.get("startRowIndex", 0),
            raw.get("endRowIndex"),
            raw.get("startColumnIndex", 0),
            raw.get("endColumnIndex"),
        )

    def to_json(self, gid: int) -> dict[str, int]:
        """As Google's GridRange."""
        ends = {"endRowIndex": self.bottom, "endColumnIndex": self.right}
        return {
            "sheetId": gid,
            "startRowIndex": self.top,
            "startColumnIndex": self.left,
            **{key: value for key, value in ends.items() if value is not None},
        }


def parse_range(text: str) -> AnsweredRange:
    """Read ``'My tab'!B2:D5`` (Sheets API, "A1 notation"); ValueError if it is none."""
    match = _RANGE.fullmatch(text)
    if match is None:
        message = f"not a range: {text!r}"
        raise ValueError(message)
    title = match["title"] or ""
    if title.startswith("'"):
        title = title[1:-1].replace("''", "'")
    first_column = column_index(match["column"]) if match["column"] else 0
    last = match["last_column"] or match["column"]
    return AnsweredRange(
        title=title,
        first_row=int(match["row"]) - 1 if match["row"] else 0,
        first_column=first_column,
        end_column=column_index(last) + 1 if last else 0,
    )


def quote_title(title: str) -> str:
    """A tab's title as it stands in a range."""
    return "'" + title.replace("'", "''") + "'"
