"""The columns of a sheet as its SQL view shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from sync_daemon.domain.cells import CellValue, is_blank
from sync_daemon.domain.headers import ColumnMap, header_texts

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class ResultType(Enum):
    """What a tool declares of an output, as far as SQL can tell it."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "date and time"
    ANY = "any"  # several of them

    def may_be(self, value: CellValue) -> bool:
        """Whether a cell with such a result can show this; else somebody typed it."""
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        match self:
            case ResultType.NUMBER:
                return is_number
            case ResultType.BOOLEAN:
                return isinstance(value, bool)
            case ResultType.DATE | ResultType.DATETIME:
                return is_number or _DAY.match(str(value)) is not None
            case _:
                return True


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of the view.

    Attributes:
        label: what it is called, as the sheet's header says.
        key: by which the mirror knows the cell.
        type: of a result; None for a cell that the user types.
    """

    label: str
    key: str
    type: ResultType | None = None


def view_columns(
    header_row: Sequence[CellValue], columns: ColumnMap, results: Mapping[str, ResultType]
) -> list[ViewColumn]:
    """The sheet's columns from left to right, then results whose column is still to be made.

    Those without a header, and the id and status, are left out.
    """
    placed = sorted(_placed(header_texts(header_row), columns, results), key=lambda one: one[0])
    unplaced = [header for header in results if header not in columns.owned]
    return [
        *(column for _, column in placed),
        *(ViewColumn(header, header, results[header]) for header in unplaced),
    ]


def _placed(
    texts: Sequence[str], columns: ColumnMap, results: Mapping[str, ResultType]
) -> Iterator[tuple[int, ViewColumn]]:
    for key, index in columns.user:
        if index < len(texts) and not is_blank(texts[index]):
            yield index, ViewColumn(texts[index], key)
    for header, index in columns.owned.items():
        if header in results:
            label = texts[index] if index < len(texts) else header
            yield index, ViewColumn(label, header, results[header])
