"""Sees, at every request, what it changed: a user's cell, or a result on a wrong row."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from statistics import median
from typing import Any

from sync_daemon.domain.cells import is_blank
from sync_daemon.sandbox import HttpRequest
from tests.chaos.attack import Attacker

RESULTS = ("Words", "Shout")
Place = tuple[str, str]  # company, result header


def results_of(text: str) -> tuple[object, object]:
    """What the tool of the loop makes of a description."""
    return (len(text.split()), text.upper()) if not is_blank(text) else ("", "")


@dataclass
class Figures:
    """What came of an attack."""

    operations: int = 0
    cycles: int = 0
    requests: int = 0
    cells_repaired: int = 0
    user_cells_changed: int = 0
    misplaced: int = 0  # results that a request put on a wrong row, for however long
    stood_requests: list[int] = field(default_factory=list)  # until they were gone
    stood_ms: list[float] = field(default_factory=list)
    wrong_results: int = 0  # on rows in quiet
    ids_missing: int = 0
    ids_shared: int = 0
    ids_changed: list[str] = field(default_factory=list)  # companies
    ids_reused: list[str] = field(default_factory=list)
    upheavals: Counter[str] = field(default_factory=Counter)
    run_again: int = 0  # jobs that ran, and rows that were new, as only a label had changed
    wrongly_kept: int = 0  # cycles of an installation that did not keep the tab, and wrote

    @property
    def is_right(self) -> bool:
        """Whether the promise was kept."""
        return not (
            self.user_cells_changed or self.wrong_results or self.ids_missing
            or self.ids_shared or self.ids_changed or self.ids_reused or self.wrongly_kept
            or self.run_again
        )  # fmt: skip

    def _id_counts(self) -> tuple[int, int, int, int]:
        changed, reused = len(self.ids_changed), len(self.ids_reused)
        return self.ids_missing, self.ids_shared, changed, reused

    def lines(self) -> list[str]:
        """The figures for people."""
        stood = "none"
        if self.stood_requests:
            requests, ms = sorted(self.stood_requests), sorted(self.stood_ms)
            stood = (
                f"median {median(requests):.0f} requests ({median(ms):.0f} ms),"
                f" longest {requests[-1]} ({ms[-1]:.0f} ms)"
            )
        return [
            f"operations {self.operations}, cycles {self.cycles}, requests {self.requests}",
            f"user cells changed: {self.user_cells_changed}",
            f"results put on a wrong row meanwhile: {self.misplaced}; they stood: {stood}",
            f"wrong results in quiet: {self.wrong_results}",
            "ids missing, shared, changed, reused in quiet: "
            + ", ".join(map(str, self._id_counts())),
            "upheavals: " + (", ".join(f"{n} × {k}" for k, n in self.upheavals.items()) or "none"),
            f"jobs run for another label: {self.run_again}",
            f"cycles of an installation that should have refused: {self.wrongly_kept}",
        ]


class Watch:
    """Compares the sheet before and after each request, and in quiet."""

    def __init__(self, attacker: Attacker) -> None:
        self._attacker = attacker
        self._loop = attacker.loop
        self.figures = Figures()
        self._columns: list[list[Any]] = []
        self._users_rows: dict[str, dict[str, Any]] = {}
        self._titles: list[Any] = []
        self._shown: dict[Place, object] = {}
        self._right: dict[Place, set[object]] = defaultdict(set)  # results ever right
        self._standing: dict[Place, tuple[object, int, float]] = {}
        self._ids: dict[str, str] = {}
        self._companies: dict[str, str] = {}

    def before(self, _: HttpRequest) -> None:
        """The user has acted, and a request is about to be handled."""
        self.figures.requests += 1
        if self._attacker.is_shaken:
            return
        self._columns = self._user_columns()
        self._users_rows = self._user_rows()
        self._titles = self._attacker.grid()[0]
        self._shown = self._look()

    def _note_new_columns(self) -> None:
        """Columns that came with a request of sheetd's are its own."""
        new = Counter(self._attacker.grid()[0]) - Counter(self._titles)
        self._attacker.owned |= {title for title in new if title}

    def after(self, _: HttpRequest) -> None:
        """A request was handled."""
        if self._attacker.is_shaken:
            return
        self._note_new_columns()
        if self._attacker.is_restoring:  # a row with cells of the user's may be put in
            self.figures.user_cells_changed += self._changed_rows()
        else:
            self.figures.user_cells_changed += _differences(self._columns, self._user_columns())
        now, seen = time.monotonic(), self._look()
        for place, value in seen.items():
            is_new = value not in ("", self._shown.get(place))
            if is_new and value not in self._right[place]:
                self.figures.misplaced += 1
                self._standing.setdefault(place, (value, self.figures.requests, now))
        self._end_misplacements(seen, now)

    def in_quiet(
        self, expected: Callable[[str, str], tuple[object, ...]] = lambda _, text: results_of(text)
    ) -> None:
        """A whole cycle went by undisturbed: all has to be right.

        ``expected`` tells the results of a company with a description.
        """
        rows = [row for row in self._loop.rows() if row["Company"] != ""]
        figures = self.figures
        for row in rows:
            shown = tuple(row.get(header, "") for header in RESULTS)
            figures.wrong_results += shown != expected(row["Company"], str(row["Description"]))
        ids = {str(row["Company"]): str(row.get("sheetd id", "")) for row in rows}
        figures.ids_missing += sum(1 for row_id in ids.values() if not row_id)
        shared = Counter(row_id for row_id in ids.values() if row_id)
        figures.ids_shared += sum(number - 1 for number in shared.values())
        for company, row_id in ids.items():
            if self._ids.setdefault(company, row_id) != row_id:
                figures.ids_changed.append(company)
                self._ids[company] = row_id
            # Where the original was deleted, its renamed copy is an edited row to everybody.
            is_copy = company in self._attacker.copies
            if self._companies.setdefault(row_id, company) != company and not is_copy:
                figures.ids_reused.append(company)
                self._companies[row_id] = company
        self._end_misplacements(self._look(), time.monotonic())

    def _look(self) -> dict[Place, object]:
        """The results on each company's row; rows of nobody are told by their number."""
        seen: dict[Place, object] = {}
        for row in self._loop.rows():
            company = str(row.get("Company", "")) or f"row {row['#']}"
            for header, right in zip(RESULTS, results_of(str(row["Description"])), strict=True):
                self._right[company, header].add(right)
                seen[company, header] = row.get(header, "")
        return seen

    def _end_misplacements(self, seen: dict[Place, object], now: float) -> None:
        for place, (value, request, since) in list(self._standing.items()):
            if seen.get(place, "") != value:
                del self._standing[place]
                self.figures.stood_requests.append(self.figures.requests - request)
                self.figures.stood_ms.append((now - since) * 1000)

    def _user_rows(self) -> dict[str, dict[str, Any]]:
        """What is the user's of each company's row."""
        ours = {*self._attacker.owned, "#", ""}
        return {
            str(row["Company"]): {h: value for h, value in row.items() if h not in ours}
            for row in self._loop.rows()
            if row.get("Company")
        }

    def _changed_rows(self) -> int:
        """How many of the rows that there were before the request are not as they were."""
        now = self._user_rows()
        return sum(now.get(company) != cells for company, cells in self._users_rows.items())

    def _user_columns(self) -> list[list[Any]]:
        """Every column that is not ours, top to bottom, trailing blanks cut."""
        grid = self._attacker.grid()
        columns = []
        for cells in zip_longest(*grid, fillvalue=""):
            column = list(cells)
            while column and column[-1] == "":
                column.pop()
            if column and column[0] not in self._attacker.owned:
                columns.append(column)
        return columns


def _differences(before: list[list[Any]], after: list[list[Any]]) -> int:
    """How many cells are not the same."""
    nothing: list[Any] = []
    pairs = zip_longest(before, after, fillvalue=nothing)
    return sum(sum(a != b for a, b in zip_longest(*pair, fillvalue="")) for pair in pairs)
