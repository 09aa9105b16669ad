"""A user who acts between any two requests: random, seeded, merciless, but watched."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync_daemon.sandbox import HttpRequest
from tests.support.loop import HEADERS, TAB, Loop

OWNED = {"sheetd id", "sheetd status", "Words", "Shout"}
_WORDS = ["python", "sql", "rust", "go", "kafka", "docker", "linux", "react", "scala", "spark"]


@dataclass
class Figures:
    """What came of an attack."""

    operations: int = 0
    cycles: int = 0
    user_cells_changed: int = 0
    cells_repaired: int = 0
    ids_changed: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Attacker:
    """Acts on the sheet of a loop before requests; sees whether sheetd touches user cells.

    Every row has a company of its own for good, so that a row can be told from
    others whatever happens to its id.
    """

    def __init__(self, loop: Loop, seed: int, chance: float = 0.5) -> None:
        self.loop = loop
        self.random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.chance = chance
        self.figures = Figures()
        self.companies = 100
        self._seen: list[list[Any]] = []
        self._actions: list[Callable[[], None]] = [
            self.edit, self.edit, self.edit, self.add_row, self.add_row, self.insert_rows,
            self.delete_row, self.sort, self.sort_inputs_only, self.move_rows, self.duplicate,
            self.insert_column, self.move_column, self.move_owned_column, self.clear_id,
        ]  # fmt: skip

    def act(self) -> None:
        """One operation."""
        action = self.random.choice(self._actions)
        self.figures.operations += 1
        self.figures.log.append(action.__name__)
        action()

    def before(self, request: HttpRequest) -> None:
        """A request is about to be handled."""
        if not request.target.startswith("/v4/"):
            return
        with self.loop.server.workspace.lock:
            while self.random.random() < self.chance:
                self.act()
            self._seen = self.user_columns()

    def after(self, request: HttpRequest) -> None:
        """A request was handled: no cell of the user's may have changed by it."""
        if not request.target.startswith("/v4/"):
            return
        with self.loop.server.workspace.lock:
            if self.user_columns() != self._seen:
                self.figures.user_cells_changed += 1

    def grid(self) -> list[list[Any]]:
        """The whole tab, formulas as typed."""
        path = f"/v4/spreadsheets/{self.loop.spreadsheet_id}/values/{TAB}"
        answer = self.loop.server.call("GET", path, query=[("valueRenderOption", "FORMULA")])
        rows: list[list[Any]] = answer.get("values", [])
        return rows

    def user_columns(self) -> list[list[Any]]:
        """Every column that is not ours, top to bottom, trailing blanks cut."""
        grid = self.grid()
        width = max(map(len, grid), default=0)
        columns = []
        for index in range(width):
            column = [row[index] if index < len(row) else "" for row in grid]
            while column and column[-1] == "":
                column.pop()
            if column and column[0] not in OWNED and any(cell != "" for cell in column):
                columns.append(column)
        return columns

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
        row = max(self.filled(), default=0) + 1
        for header, value in zip(HEADERS, [self.next_company(), "new", self.text()], strict=True):
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
        if not OWNED & set(span):
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
        if rows:
            source = self.random.choice(rows)
            target = max(rows) + 1
            self.loop.user.copy_rows(source, source + 1)
            self.loop.user.paste(target)
            self.loop.user.type(target, self.loop.column("Company"), self.next_company())

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
        present = OWNED & set(self.grid()[0])
        if present:
            self._move(self.random.choice(sorted(present)))

    def clear_id(self) -> None:
        rows = self.filled()
        if rows and "sheetd id" in self.grid()[0]:
            self.loop.user.type(self.random.choice(rows), self.loop.column("sheetd id"), "")


def run_attack(loop: Loop, seed: int, operations: int) -> Figures:
    """Cycles under attack, each so often followed by quiet in which all has to be right.

    Raises:
        AssertionError: a result is on a wrong row in quiet, or an id is shared.
    """
    attacker = Attacker(loop, seed)
    service, figures = loop.server.service, attacker.figures
    ids: dict[str, str] = {}
    while figures.operations < operations:
        service.before.append(attacker.before)
        service.after.append(attacker.after)
        for _ in range(3):
            report = loop.run(allow_mass_delete=True).sheets[0]
            figures.cycles += 1
            figures.cells_repaired += report.cells_repaired
            if report.failure is not None:
                raise report.failure
        service.before.remove(attacker.before)
        service.after.remove(attacker.after)
        loop.cycle(allow_mass_delete=True)
        loop.assert_right()
        now = {row["Company"]: row["sheetd id"] for row in loop.rows()}
        changed = [c for c, i in now.items() if ids.get(c, i) != i]
        figures.ids_changed += changed
        ids.update(now)
    return figures
