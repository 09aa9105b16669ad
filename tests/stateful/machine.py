"""A sheet, its user and sheetd, in any order of events that Hypothesis can think of.

The user acts, between cycles and in the middle of them; requests fail before
or after they took effect; sheetd dies at any call of a port and is started
again. Whenever it is quiet, everything that was promised has to hold.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from sync_daemon.cycle import RunReport
from sync_daemon.errors import CredentialsError, GarbledAnswerError, GoogleUnavailableError
from sync_daemon.sandbox import HttpRequest, SandboxServer
from sync_daemon.sandbox.faults import Fault, FaultKind
from tests.chaos.attack import Attacker
from tests.chaos.watch import RESULTS, Watch, results_of
from tests.support.fake_clock import FakeClock
from tests.support.loop import HEADERS, Loop

# An answer that is cut right behind a brace is known to be no JSON only by its reader.
_FAULTS_COME_TO = (GoogleUnavailableError, CredentialsError, GarbledAnswerError)
FAULTS = [
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.SERVER_ERROR_HTML,
    FaultKind.CUT_JSON,
    FaultKind.TRUNCATED,
    FaultKind.GARBAGE,
    FaultKind.RATE_LIMIT,
    FaultKind.EXPIRED_TOKEN,
]
STEPS = [
    ("mirror", "apply_changes"),
    ("mirror", "save_progress"),
    ("mirror", "save_sheet"),
    ("mirror", "save_intent"),
    ("mirror", "save_verdict"),
    ("mirror", "settle"),
    ("gateway", "fetch"),
    ("gateway", "change_columns"),
    ("gateway", "write"),
]
ACTIONS = [
    "edit", "add_row", "insert_rows", "delete_row", "sort", "sort_inputs_only", "move_rows",
    "duplicate", "cut_row", "insert_column", "move_column", "move_owned_column",
    "delete_owned_column", "clear_id", "hide_row", "undo",
]  # fmt: skip
seeds = st.integers(0, 2**16)
actions = st.tuples(st.sampled_from(ACTIONS), seeds)


class Killed(BaseException):
    """sheetd is no more; nothing of it may catch this."""


class SheetMachine(RuleBasedStateMachine):
    """Rules for the user, for Google and for sheetd; checks when it is quiet."""

    server: SandboxServer

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.typed: dict[tuple[str, str], tuple[str, str]] = {}  # over results, see type_over
        self.is_quiet = False

    @initialize(rows=st.integers(0, 6))
    def open(self, rows: int) -> None:
        sample = [[f"Company {n}", f"Role {n}", f"text of row {n}"] for n in range(1, rows + 1)]
        self.loop = Loop(self.folder, self.server, [HEADERS, *sample], clock=FakeClock())
        self.attacker = Attacker(self.loop, 0)
        self.watch = Watch(self.attacker)
        self.pending: list[tuple[str, int]] = []  # what the user will do between requests
        self.server.service.before.append(self.before)
        self.server.service.after.append(self.after)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            try:
                self.quiet()
            finally:
                self.server.service.before.remove(self.before)
                self.server.service.after.remove(self.after)
                self.server.service.faults.clear()
                self.loop.close()
                self.server.workspace.delete(self.loop.spreadsheet_id)
                self.server.service.log.clear()
        shutil.rmtree(self.folder)

    # Between any two requests

    def before(self, request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with self.server.workspace.lock:
                if self.pending:
                    self.act(self.pending.pop())
                self.watch.before(request)

    def after(self, request: HttpRequest) -> None:
        if request.target.startswith("/v4/"):
            with self.server.workspace.lock:
                self.watch.after(request)

    def act(self, action: tuple[str, int]) -> None:
        name, seed = action
        self.is_quiet = False
        self.attacker.random.seed(seed)
        self.attacker.do(name)

    # The user

    @rule(action=actions)
    def the_user_acts(self, action: tuple[str, int]) -> None:
        self.act(action)

    @precondition(lambda self: self.is_quiet and self.attacker.filled())
    @rule(seed=seeds, header=st.sampled_from(RESULTS), text=st.sampled_from(["mine", "", "7"]))
    def the_user_types_over_a_result(self, seed: int, header: str, text: str) -> None:
        row = random.Random(seed).choice([r for r in self.loop.rows() if r["Company"] != ""])  # noqa: S311
        if str(row[header]) != text:
            self.loop.user.type(row["#"] - 1, self.loop.column(header), text)
            self.typed[row["Company"], header] = (str(row["Description"]), text)
            self.attacker.forget_last()
            self.cycle()

    # sheetd

    @rule()
    def cycle(self) -> None:
        self.run()

    @rule(meanwhile=st.lists(actions, min_size=1, max_size=6))
    def a_cycle_while_the_user_acts(self, meanwhile: list[tuple[str, int]]) -> None:
        self.pending = meanwhile
        self.run()
        self.pending = []

    @rule(kind=st.sampled_from(FAULTS), after=st.integers(0, 3), times=st.sampled_from([1, 2, 50]))
    def a_cycle_with_faults(self, kind: FaultKind, after: int, times: int) -> None:
        self.server.service.faults.add(Fault(kind, path="/v4/", after=after, times=times))
        report = self.run()
        self.server.service.faults.clear()
        failure = report.sheets[0].failure
        assert failure is None or isinstance(failure, _FAULTS_COME_TO), failure

    @rule(
        step=st.sampled_from(STEPS),
        nth=st.integers(1, 2),
        is_done=st.booleans(),
        meanwhile=st.lists(actions, max_size=2),
    )
    def sheetd_dies(
        self,
        step: tuple[str, str],
        nth: int,
        is_done: bool,
        meanwhile: list[tuple[str, int]],
    ) -> None:
        self.pending = meanwhile
        _kill_at(getattr(self.loop.application, step[0]), step[1], nth, is_done=is_done)
        try:
            self.run()
        except Killed:
            note("killed")
        self.pending = []
        self.restart()

    @rule()
    def restart(self) -> None:
        self.loop.application.close()
        self.loop.application = self.loop.open()

    @rule()
    def a_dry_run_tells_what_the_cycle_does(self) -> None:
        planned, done = self.run(dry_run=True).sheets[0], self.run().sheets[0]
        counts = ("inserted", "updated", "deleted", "moved", "ids_assigned", "ids_repaired")
        assert [getattr(planned, c) for c in counts] == [getattr(done, c) for c in counts]
        assert planned.planned or not (done.cells_written or done.jobs.done)

    @precondition(lambda self: self.is_quiet)
    @rule(seed=seeds)
    def a_deleted_row_is_restored(self, seed: int) -> None:
        there = {row["Company"] for row in self.loop.rows()}
        deleted = [
            row
            for row in self.loop.application.reader.rows(only_deleted=True)
            if row.cells.get("Company", "") not in there | {""}
        ]
        if deleted:
            row = random.Random(seed).choice(deleted)  # noqa: S311 - reproducible
            self.run(restore=row.row_id)
            # The row's own cells, in a row that was not there: nothing else may have changed.
            assert self.watch.figures.user_cells_changed == len(row.cells)
            self.watch.figures.user_cells_changed = 0
            back = {r["sheetd id"]: r for r in self.loop.rows()}[row.row_id]
            assert {h: back[h] for h in HEADERS if back[h] != ""} == row.cells

    def run(self, **options: Any) -> RunReport:
        return self.loop.run(allow_mass_delete=True, **options)

    # What has to hold

    @rule()
    def quiet(self) -> None:
        """One whole cycle without a user or a fault, and all is right."""
        self.pending = []
        self.loop.cycle(allow_mass_delete=True)
        self.check_sheet()
        self.check_mirror()
        again = self.loop.cycle(allow_mass_delete=True)
        assert (again.cells_written, again.jobs.done, again.updated) == (0, 0, 0)
        assert self.run(dry_run=True).sheets[0].planned == []
        self.is_quiet = True

    def check_sheet(self) -> None:
        self.watch.in_quiet(self.expected)
        figures = self.watch.figures
        assert figures.is_right, "\n".join([*figures.lines(), *figures.ids_changed])

    def check_mirror(self) -> None:
        shown = {row["sheetd id"]: row for row in self.loop.rows()}
        known = {row.row_id: row for row in self.loop.application.reader.rows()}
        assert known.keys() == shown.keys()
        for row_id, row in known.items():
            assert row.row_number == shown[row_id]["#"]
            assert {h: row.cells.get(h, "") for h in HEADERS} == {
                h: shown[row_id][h] for h in HEADERS
            }
            assert {h: row.results.get(h, "") for h in RESULTS} == {
                h: shown[row_id][h] for h in RESULTS
            }

    def expected(self, company: str, text: str) -> tuple[object, ...]:
        """The results of a row: the tool's, or what was typed over them for these inputs."""
        right: list[object] = []
        for header, value in zip(RESULTS, results_of(text), strict=True):
            for_text, typed = self.typed.get((company, header), (None, ""))
            if for_text == text:
                right.append(7 if typed == "7" else typed)
            else:
                self.typed.pop((company, header), None)
                right.append(value)
        return tuple(right)


def _kill_at(port: Any, name: str, nth: int, *, is_done: bool) -> None:
    """Die before, or right after, the nth call of a method."""
    original: Callable[..., Any] = getattr(port, name)
    calls = 0

    def method(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != nth:
            return original(*args, **kwargs)
        if is_done:
            original(*args, **kwargs)
        raise Killed

    setattr(port, name, method)
