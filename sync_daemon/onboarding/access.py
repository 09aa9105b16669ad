"""Waiting until Google lets us in: meanwhile a sheet has to be shared or an API enabled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.headers import column_letters
from sync_daemon.errors import HeaderError, PermissionDeniedError
from sync_daemon.onboarding.headers import ROWS_LOOKED_AT, Column, find_header_row, recognise
from sync_daemon.ports import Clock
from sync_daemon.sheets.discovery import SpreadsheetBrowser

_T = TypeVar("_T")

FixableError = PermissionDeniedError | HeaderError


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait until something is fixed.

    Attributes:
        clock: what waits.
        timeout_s: for each thing; 0 to try once.
        tell: told what is waited for, once for each different thing.
        every_s: between two looks; a third of the quota is enough while waiting.
    """

    clock: Clock
    timeout_s: float
    tell: Callable[[FixableError], None]
    every_s: float = 3.0

    def wait_for(self, look: Callable[[], _T]) -> _T:
        """Look until nothing is left that can be fixed outside.

        Raises:
            PermissionDeniedError, HeaderError: it was not fixed in time.
            SheetdError: what cannot be waited for, as ``look`` raises it.
        """
        ends = self.clock.monotonic() + self.timeout_s
        told = ""
        while True:
            try:
                return look()
            except (PermissionDeniedError, HeaderError) as error:
                if self.clock.monotonic() + self.every_s > ends:
                    raise
                if str(error) != told:
                    self.tell(error)
                told = str(error)
            self.clock.sleep(self.every_s)


_SAMPLE = 50  # rows below the titles


@dataclass(frozen=True, slots=True)
class Table:
    """The table in a tab: which row holds its titles, counted from 1, and its columns.

    A column without a title is among them, so that they stand at their indices.
    """

    header_row: int
    columns: tuple[Column, ...]
    ours: frozenset[int] = frozenset()  # the indices of columns with sheetd's mark

    @property
    def of_the_user(self) -> list[Column]:
        """The columns of the user's that have a title."""
        return [c for i, c in enumerate(self.columns) if c.title and i not in self.ours]


def find_table(browser: SpreadsheetBrowser, tab: str, header_row: int | None = None) -> Table:
    """The table in a tab, by its titles.

    Args:
        browser: of the spreadsheet.
        tab: its title.
        header_row: the row with the titles, if it is known.

    Raises:
        HeaderError: there are no titles, or one that sheetd needs stands there twice.
    """
    rows = browser.first_rows(tab, max(ROWS_LOOKED_AT, header_row or 0) + _SAMPLE)
    number = header_row or find_header_row(rows[:ROWS_LOOKED_AT])
    columns = _columns(rows, number) if number and number <= len(rows) else ()
    if number is None or not any(column.title for column in columns):
        message = f"The tab {tab!r} has no row with column titles."
        hint = "Type titles into its first row, such as Company, Role, Link, Description, Status."
        raise HeaderError(message, hint=hint)
    _, marks = browser.marks(tab)
    table = Table(number, columns, frozenset(mark.index for mark in marks.columns))
    _refuse_doubled(table)
    return table


def _columns(rows: Sequence[Sequence[CellValue]], number: int) -> tuple[Column, ...]:
    below = rows[number : number + _SAMPLE]
    return tuple(
        Column(str(title).strip(), [row[index] for row in below if index < len(row)])
        for index, title in enumerate(rows[number - 1])
    )


def _refuse_doubled(table: Table) -> None:
    """Refuse a title that sheetd would use and that stands on two columns."""
    texts = [column.title for column in table.columns]
    for title in recognise(table.of_the_user).values():
        places = [index for index, text in enumerate(texts) if text == title]
        if len(places) > 1:
            where = " and ".join(column_letters(index) for index in places)
            message = f"Several columns have the title {title!r}: {where}."
            raise HeaderError(message, hint="Rename all but one of them, in the sheet.")
