"""What befalls cells, headers or the disk at one moment of a cycle, between two requests.

A write that was on its way can then land on cells of the user's. What it overwrote has to
be back when the cycle ends; so it is not each request that is watched here, but each cycle.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sync_daemon.cycle import CycleOptions
from sync_daemon.errors import SheetdError
from sync_daemon.sandbox import HttpRequest
from tests.chaos.attack import Attacker
from tests.chaos.watch import RESULTS, Figures
from tests.support.loop import HEADERS
from tests.trouble.statements import Statements

_MOMENTS = 8  # a request of the cycle; after the last one if it has fewer
_STATEMENTS = 60  # of a cycle's first ones, any may be the one at which the disk is full
_NOTES = "Notes"


class Shock:
    """One of several; afterwards the sheet is as the attack needs it."""

    def __init__(self, attacker: Attacker, figures: Figures) -> None:
        self._attacker = attacker
        self._loop = attacker.loop
        self._random = attacker.random
        self._figures = figures

    def happen(self) -> None:
        """One of them, drawn."""
        shock = self._random.choice(
            [
                self.cells_are_shifted,
                self.column_is_cut_and_pasted_over_ours,
                self.lines_come_above_the_headers,
                self.disk_is_full,
            ]
        )
        self._figures.upheavals[shock.__name__.replace("_", " ")] += 1
        self._attacker.is_shaken = True
        shock()
        self._attacker.is_shaken = False
        self._attacker.begin_again()
        for _ in range(2):
            self._run()

    def cells_are_shifted(self) -> None:
        """Cells of a row are deleted, and those right of them move left, the user's note too."""
        notes = self._keep_notes()
        left = max(map(self._loop.column, HEADERS)) + 1
        between = self._attacker.grid()[0][left:notes]
        if between and between[-1] in RESULTS and set(between) <= self._attacker.owned:
            row = self._random.choice(self._attacker.filled())
            at = self._random.randrange(left, notes)
            self._shake(lambda: self._loop.user.delete_cells((row, row + 1, at, at + 1)))
            self._loop.user.type(row, notes, f"note {row}")
            self._run()
            self._loop.user.clear(row, row + 1, left, notes)
            self._run()
            self._type_anew(row)
        self._drop_notes()

    def column_is_cut_and_pasted_over_ours(self) -> None:
        """A whole column of the user's stands where one of ours was."""
        notes = self._keep_notes()
        ours = self._loop.column(self._random.choice(self._attacker.owned_columns()))
        bottom = max(self._attacker.filled()) + 1

        def paste() -> None:
            self._loop.user.cut(0, bottom, notes, notes + 1)
            self._loop.user.paste(0, ours)

        self._shake(paste)
        self._drop_notes()

    def lines_come_above_the_headers(self) -> None:
        """The headers stand lower than they are looked for, until the user takes the lines out."""
        lines = self._random.randint(1, 3)
        self._shake(lambda: self._loop.user.insert_rows(0, lines))
        self._loop.user.delete_rows(0, lines)

    def disk_is_full(self) -> None:
        """From one statement of the mirror's on, for as long as the cycle lasts."""
        statements = Statements()
        statements.watch(self._loop.application.database)
        self._edit()

        def fail() -> None:
            message = "database or disk is full"
            raise sqlite3.OperationalError(message)

        statements.fail_from(self._random.randrange(_STATEMENTS), fail)
        before = self._users_cells()
        self._run()
        statements.heal()
        self._count_lost(before)
        self._loop.reopen()

    def _shake(self, act: Callable[[], None]) -> None:
        """A cycle with something to write, and ``act`` before one of its requests."""
        self._edit()
        with self._acting(act) as users_cells:
            self._run()
        self._count_lost(users_cells())

    @contextmanager
    def _acting(self, act: Callable[[], None]) -> Iterator[Callable[[], Counter[str]]]:
        """Does ``act`` at a moment, and tells afterwards what was the user's just before."""
        left = self._random.randrange(_MOMENTS)
        seen: list[Counter[str]] = []
        server = self._loop.server

        def happen() -> None:
            seen.append(self._users_cells())
            act()

        def before(request: HttpRequest) -> None:
            nonlocal left
            if request.target.startswith("/v4/") and not seen:
                left -= 1
                if left < 0:
                    with server.workspace.lock:
                        happen()

        server.service.before.append(before)
        try:
            yield lambda: seen[0]
        finally:
            server.service.before.remove(before)
            if not seen:
                happen()

    def _count_lost(self, before: Counter[str]) -> None:
        """Texts of the user's that stand nowhere any more."""
        now = Counter(str(cell) for row in self._attacker.grid() for cell in row)
        self._figures.user_cells_changed += (before - now).total()

    def _users_cells(self) -> Counter[str]:
        grid = self._attacker.grid()
        ours = {column for column, title in enumerate(grid[0]) if title in self._attacker.owned}
        cells = (c for row in grid for column, c in enumerate(row) if column not in ours)
        return Counter(str(cell) for cell in cells if cell != "")

    def _keep_notes(self) -> int:
        """The user keeps a note on each row, right of all columns; returns where."""
        place = max(map(len, self._attacker.grid()))
        if place == self._loop.user.sheet.grid.column_count:
            self._loop.user.append_columns()
        self._loop.user.type(0, place, _NOTES)
        for row in self._attacker.filled():
            self._loop.user.type(row, place, f"note {row}")
        self._run()
        return place

    def _drop_notes(self) -> None:
        """The user deletes the column of notes, wherever it stands."""
        place = self._loop.column(_NOTES)
        self._loop.user.delete_columns(place, place + 1)

    def _type_anew(self, row: int) -> None:
        """Inputs that the row did not have, so that what was typed over its results ends."""
        column = self._loop.column("Description")
        before = self._attacker.grid()[row][column]
        self._loop.user.type(row, column, f"{before} anew")

    def _edit(self) -> None:
        for _ in range(3):
            self._attacker.edit()

    def _run(self) -> None:
        """A cycle, which may say that it cannot."""
        options = CycleOptions(allow_mass_delete=True)
        try:
            self._loop.application.run_once(trigger="test", options=options)
        except SheetdError:
            assert self._attacker.is_shaken, "nothing is wrong any more"
