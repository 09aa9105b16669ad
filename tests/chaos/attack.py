"""A user who acts between any two requests: random, seeded, merciless, but watched."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sync_daemon.sandbox.user import SheetUser
from tests.support.loop import HEADERS, TAB, Loop

OWNED = ("sheetd id", "sheetd status", "Words", "Shout")
CHANCE = 0.5  # of one more operation before a request
MOST_ROWS = 40  # beyond it rows are rather deleted than added
_WORDS = ["python", "sql", "rust", "go", "kafka", "docker", "linux", "react", "scala", "spark"]
_IN_STEPS = {"duplicate", "add_row", "undo", "delete_owned_column"}


class Attacker:
    """Acts on the sheet of a loop.

    Every row has a company of its own for good, so that a row can be told from
    others whatever happens to its id. All randomness comes from ``seed``.
    """

    def __init__(self, loop: Loop, seed: int) -> None:
        self.loop = loop
        self.random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.companies = 100
        self.copies: set[str] = set()  # companies that began as a copy of another row
        self.owned = set(OWNED)  # titles of sheetd's columns; more come with other configurations
        self.log: list[str] = []
        self.is_restoring = False  # a deleted row is being put back
        self.is_shaken = False  # something that only the whole cycle can make good
        self._is_busy = False
        self._last = ""  # the last operation that changed anything
        self._actions: list[Callable[[], None]] = [
            self.edit, self.edit, self.edit, self.add_row, self.add_row, self.insert_rows,
            self.delete_row, self.sort, self.sort_inputs_only, self.move_rows, self.duplicate,
            self.cut_row, self.insert_column, self.move_column, self.move_owned_column,
            self.delete_owned_column, self.clear_id, self.hide_row, self.undo,
        ]  # fmt: skip

    def act(self) -> None:
        """One operation, drawn."""
        self.do(self.random.choice(self._actions).__name__)

    @contextmanager
    def busy(self, *, without: tuple[str, ...] = ()) -> Iterator[None]:
        """Act between any two requests meanwhile, but for actions whose names hold one of these."""
        self._is_busy = True
        actions = self._actions
        self._actions = [a for a in actions if not any(part in a.__name__ for part in without)]
        try:
            yield
        finally:
            self._is_busy = False
            self._actions = actions

    def before_request(self) -> None:
        """A request is about to be handled."""
        while self._is_busy and self.random.random() < CHANCE:
            self.act()

    def forget_last(self) -> None:
        """What was done last is not to be taken back."""
        self._last = "duplicate"

    def begin_again(self) -> None:
        """What was done until now is not to be taken back."""
        self.loop.user = SheetUser(self.loop.user.document)
        self.forget_last()

    def lose_row(self) -> str | None:
        """Somebody else deletes a row, which nobody takes back; returns its id."""
        rows = [row for row in self.loop.rows() if row["Company"] and row.get("sheetd id")]
        if len(rows) <= 6:
            return None
        row = self.random.choice(rows)
        self.loop.user.delete_rows(row["#"] - 1, row["#"])
        self.begin_again()
        return str(row["sheetd id"])

    def do(self, name: str) -> None:
        """The operation of this name."""
        action: Callable[[], None] = getattr(self, name)
        self.log.append(name)
        version = self.loop.user.document.version
        action()
        if self.loop.user.document.version != version:
            self._last = name

    def grid(self) -> list[list[Any]]:
        """The whole tab, formulas as typed."""
        path = f"/v4/spreadsheets/{self.loop.spreadsheet_id}/values/{TAB}"
        answer = self.loop.server.call("GET", path, query=[("valueRenderOption", "FORMULA")])
        rows: list[list[Any]] = answer.get("values", [])
        return rows

    # What the user does

    def filled(self) -> list[int]:
        """Grid indices of rows that hold a company."""
        column = self.loop.column("Company")
        return [
            i for i, row in enumerate(self.grid()) if i and len(row) > column and row[column] != ""
        ]

    def text(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=self.random.randint(1, 6)))

    def next_company(self) -> str:
        self.companies += 1
        return f"Company {self.companies}"

    def edit(self) -> None:
        rows = self.filled()
        if rows:
            header = self.random.choice(["Role", "Description", "Description"])
            self.loop.user.type(self.random.choice(rows), self.loop.column(header), self.text())

    def add_row(self) -> None:
        if len(self.filled()) >= MOST_ROWS:
            self.delete_row()
        row, company, grid = max(self.filled(), default=0) + 1, self.next_company(), self.grid()
        if any(cell != "" for cells in grid[row : row + 1] for cell in cells):
            self.copies.add(company)  # on a row that still bears an id: it was typed over
        for header, value in zip(HEADERS, [company, "new", self.text()], strict=True):
            self.loop.user.type(row, self.loop.column(header), value)

    def insert_rows(self) -> None:
        row = self.random.randint(1, max(self.filled(), default=0) + 1)
        self.loop.user.insert_rows(row, row + self.random.randint(1, 2))

    def delete_row(self) -> None:
        rows = self.filled()
        if len(rows) > 6:
            row = self.random.choice(rows)
            self.loop.user.delete_rows(row, row + 1)

    def _sort(self, left: int, right: int) -> None:
        key = self.loop.column(self.random.choice(HEADERS))
        if left <= key < right:
            bottom = max(self.filled(), default=0) + 1
            self.loop.user.sort(1, bottom, left, right, [(key, self.random.random() < 0.5)])

    def sort(self) -> None:
        self._sort(0, max(map(len, self.grid())))

    def sort_inputs_only(self) -> None:
        indices = [self.loop.column(header) for header in HEADERS]
        headers = self.grid()[0]
        span = headers[min(indices) : max(indices) + 1]
        if not self.owned & set(span):
            self._sort(min(indices), max(indices) + 1)

    def move_rows(self) -> None:
        rows = self.filled()
        if len(rows) > 3:
            start = self.random.choice(rows[:-1])
            destination = self.random.choice([r for r in rows if not start <= r <= start + 1])
            self.loop.user.move_rows(start, start + 1, destination)

    def duplicate(self) -> None:
        """Copy a row below all others and rename the copy, as one does with a template."""
        rows = self.filled()
        if rows and len(rows) < MOST_ROWS:
            source = self.random.choice(rows)
            target = max(rows) + 1
            self.loop.user.copy_rows(source, source + 1)
            self.loop.user.paste(target)
            company = self.next_company()
            self.loop.user.type(target, self.loop.column("Company"), company)
            self.copies.add(company)

    def cut_row(self) -> None:
        """Cut a row and paste it below all others."""
        rows = self.filled()
        if rows:
            source = self.random.choice(rows)
            self.loop.user.cut_rows(source, source + 1)
            self.loop.user.paste(max(rows) + 1)

    def hide_row(self) -> None:
        rows = self.filled()
        if rows:
            row = self.random.choice(rows)
            self.loop.user.hide_rows(row, row + 1, hidden=self.random.random() < 0.5)

    def undo(self) -> None:
        """Take the last operation back; of one in several steps the middle would be left."""
        if self._last not in _IN_STEPS:
            self.loop.user.undo()

    def insert_column(self) -> None:
        if len(self.grid()[0]) < 16:
            column = self.random.randint(0, len(self.grid()[0]))
            self.loop.user.insert_columns(column, column + 1)

    def _move(self, header: str) -> None:
        column = self.loop.column(header)
        destination = self.random.randint(0, len(self.grid()[0]))
        if not column <= destination <= column + 1:
            self.loop.user.move_columns(column, column + 1, destination)

    def move_column(self) -> None:
        self._move(self.random.choice(HEADERS))

    def move_owned_column(self) -> None:
        if present := self.owned_columns():
            self._move(self.random.choice(present))

    def delete_owned_column(self) -> None:
        """Seldom: the results of all rows go, and one of the two places of their ids may."""
        present = self.owned_columns()
        if present and self.random.random() < 0.2:
            column = self.loop.column(self.random.choice(present))
            self.loop.user.delete_columns(column, column + 1)

    def owned_columns(self) -> list[str]:
        """Titles of sheetd's columns that are there."""
        return sorted(set(OWNED) & set(self.grid()[0]))

    def clear_id(self) -> None:
        rows = self.filled()
        if rows and "sheetd id" in self.grid()[0]:
            self.loop.user.type(self.random.choice(rows), self.loop.column("sheetd id"), "")
