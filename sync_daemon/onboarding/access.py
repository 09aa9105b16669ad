"""Waiting until Google lets us in: somebody has to share a sheet or enable an API meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sync_daemon.errors import HeaderError, PermissionDeniedError
from sync_daemon.onboarding.headers import ROWS_LOOKED_AT, find_header_row, titles
from sync_daemon.ports import Clock
from sync_daemon.sheets.browse import SpreadsheetBrowser

_T = TypeVar("_T")

MendableError = PermissionDeniedError | HeaderError


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for somebody to mend something.

    Attributes:
        clock: what waits.
        timeout_s: for each thing; 0 to try once.
        tell: told what is waited for, once for each different thing.
        every_s: between two looks; a third of the quota is enough for somebody who waits.
    """

    clock: Clock
    timeout_s: float
    tell: Callable[[MendableError], None]
    every_s: float = 3.0

    def wait_for(self, look: Callable[[], _T]) -> _T:
        """Look until nothing is left that somebody could mend.

        Raises:
            PermissionDeniedError, HeaderError: it was not mended in time.
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


@dataclass(frozen=True, slots=True)
class Table:
    """The table in a tab: which row holds its titles, counted from 1, and what they are."""

    header_row: int
    headers: tuple[str, ...]


def find_table(browser: SpreadsheetBrowser, tab: str, header_row: int | None = None) -> Table:
    """The table in a tab, by its titles.

    Args:
        browser: of the spreadsheet.
        tab: its title.
        header_row: the row with the titles, if it is known.

    Raises:
        HeaderError: there are no titles.
    """
    rows = browser.first_rows(tab, max(ROWS_LOOKED_AT, header_row or 0))
    number = header_row or find_header_row(rows)
    headers = titles(rows[number - 1]) if number and number <= len(rows) else []
    if number is None or not headers:
        message = f"The tab {tab!r} has no row with titles of columns."
        hint = "Type titles into its first row, such as Company, Role, Link, Description, Status."
        raise HeaderError(message, hint=hint)
    return Table(number, tuple(headers))
