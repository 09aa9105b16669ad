"""Every fault during a cycle of 200 rows: converged, or the right exit status in good time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.cycle import RunReport
from sync_daemon.domain.retry import RetryPolicy
from sync_daemon.errors import (
    CredentialsError,
    GoogleUnavailableError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.sandbox import HttpRequest
from sync_daemon.sandbox.answers import Answer
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sheets.auth import load_credentials, needed_scopes
from sync_daemon.sheets.session import ANSWER_TIMEOUT_S
from sync_daemon.sheets.transport import READ_TIMEOUT_S, SheetsTransport
from tests.support.fake_clock import FakeClock
from tests.support.loop import HEADERS, Loop, running_loop

ROWS, EDITED = 200, 60
LOOK_UP, READ = r"/v4/spreadsheets/[^/:]+$", "batchGetByDataFilter"
COLUMNS, WRITE = ":batchUpdate$", "batchUpdateByDataFilter"
CREATED = ["sheetd id", "sheetd status", "Words", "Shout"]
PAUSES = [1.0, 2.0, 4.0, 8.0, 16.0]  # with the most jitter
PATIENT, IMPATIENT = (30.0, ANSWER_TIMEOUT_S), (0.8, 1.2)  # for the next bytes, for the whole
LASTS = {  # what a fault takes with the time-outs of production
    FaultKind.HANG: READ_TIMEOUT_S,
    FaultKind.HANG_AFTER: READ_TIMEOUT_S,
    FaultKind.DRIP: ANSWER_TIMEOUT_S,
}
PASSING = [kind for kind in FaultKind if kind not in {FaultKind.NO_PERMISSION, FaultKind.SLOW}]
TOOK_EFFECT = [kind for kind in PASSING if kind.takes_effect]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a cycle ends whose request fails as often as it is sent."""

    error: type[SheetdError]
    status: int
    says: str
    takes_s: float


SIX_ATTEMPTS = Ending(GoogleUnavailableError, 4, "given up after 6 attempts", sum(PAUSES))
NO_QUOTA = Ending(
    GoogleUnavailableError, 4, "given up after 9 attempts", sum([*PAUSES, 32.0, 64.0, 64.0])
)
TWO_HANGS = Ending(GoogleUnavailableError, 4, "given up after 361 s", 2 * READ_TIMEOUT_S + 1)
TWO_DRIPS = Ending(GoogleUnavailableError, 4, "given up after 481 s", 2 * ANSWER_TIMEOUT_S + 1)
STORMS = dict.fromkeys(PASSING, SIX_ATTEMPTS) | {
    FaultKind.HANG: TWO_HANGS,
    FaultKind.HANG_AFTER: TWO_HANGS,
    FaultKind.DRIP: TWO_DRIPS,
    FaultKind.RATE_LIMIT: NO_QUOTA,
    FaultKind.RATE_LIMIT_HTML: NO_QUOTA,
    FaultKind.EXPIRED_TOKEN: Ending(CredentialsError, 3, "does not accept the token", 0.0),
    FaultKind.NO_PERMISSION: Ending(PermissionDeniedError, 3, "denies access", 0.0),
}
LONGEST_S = RetryPolicy().deadline_s + ANSWER_TIMEOUT_S  # of one request, its last attempt included


class Storm:
    """A sheet of 200 rows whose user goes on typing, and a clock that nobody waits for."""

    def __init__(self, loop: Loop, clock: FakeClock) -> None:
        self.loop = loop
        self.clock = clock
        self.service = loop.server.service
        self.service.observers.append(self._pass_time)
        self.edits = 0
        settings = loop.application.settings
        self.transport = SheetsTransport(
            settings.google,
            load_credentials(settings.google, needed_scopes(settings.sheets)),
            clock=clock,
            draw=lambda: 1.0,
        )
        loop.application.__dict__["transport"] = self.transport
        self.wait(PATIENT)

    def _pass_time(self, request: HttpRequest, answer: Answer) -> None:
        """Let a fault take as long on the clock as it would in production."""
        fault = self.service.log[-1].fault
        if fault:
            self.clock.advance(LASTS.get(FaultKind(fault), 0.0))

    def fail(self, kind: FaultKind, path: str, *, times: int = 1, **more: Any) -> None:
        """Let requests fail; 0 times is for ever."""
        seconds = 2.0 if kind is FaultKind.DRIP else 30.0
        self.service.faults.add(Fault(kind, path=path, times=times, seconds=seconds, **more))
        if kind in LASTS:
            self.wait(IMPATIENT)

    def wait(self, seconds: tuple[float, float]) -> None:
        """How long answers are really waited for."""
        self.transport._client.set_timeout((5.0, seconds[0]))
        self.transport._session._answer_timeout_s = seconds[1]

    def end(self) -> None:
        """All is well again."""
        self.service.faults.clear()
        self.wait(PATIENT)

    def edit(self) -> list[list[Any]]:
        """The user types over 300 rows and sorts; returns the user's columns."""
        self.edits += 1
        texts = [[f"edit {self.edits} of {number}"] for number in range(EDITED)]
        self.loop.user.type_rows(1, self.loop.column("Description"), texts)
        self.sort()
        return self.inputs()

    def sort(self) -> None:
        """The user sorts by role, the other way than before."""
        user, role = self.loop.user, self.loop.column("Role")
        is_descending = user.text(1, role) < user.text(2, role)
        width = len(self.loop.rows()[0]) - 1  # without the row number
        user.sort(1, ROWS + 1, 0, width, [(role, is_descending)])

    def inputs(self) -> list[list[Any]]:
        return [[row[header] for header in HEADERS] for row in self.loop.rows()]

    def run(self, **options: Any) -> RunReport:
        """One cycle, an hour after the last."""
        self.clock.advance(3600.0)
        self.clock.sleeps.clear()
        return self.loop.run(**options)

    def assert_converged(self, report: RunReport) -> None:
        assert report.sheets[0].failure is None
        assert report.sheets[0].error is None
        assert report.exit_status() == 0
        self.loop.assert_right()

    def assert_ended(self, report: RunReport, ending: Ending) -> None:
        failure = report.sheets[0].failure
        assert type(failure) is ending.error
        assert ending.says in failure.message
        assert failure.hint
        assert report.exit_status() == ending.status
        assert report.duration_s == ending.takes_s <= LONGEST_S

    def calm_down(self, inputs: list[list[Any]]) -> RunReport:
        """The faults are over: the next cycle converges, and the one after has nothing to do."""
        self.end()
        assert self.inputs() == inputs
        report = self.run()
        self.assert_converged(report)
        assert self.inputs() == inputs
        again = self.run()
        self.assert_converged(again)
        assert again.api_calls.sheets_write == again.sheets[0].jobs.done == 0
        return report


@contextmanager
def open_storm(folder: Path) -> Iterator[Storm]:
    """A sheet that sheetd has not seen; all is well at first."""
    clock = FakeClock()
    sample = [[f"Company {n}", f"Role {n:04}", f"text of row {n}"] for n in range(ROWS)]
    with running_loop(folder, sample, clock=clock) as loop:
        yield Storm(loop, clock)


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Storm]:
    """A sheet that sheetd has not seen."""
    with open_storm(tmp_path) as storm:
        yield storm


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    with open_storm(tmp_path_factory.mktemp("kept")) as storm:
        storm.assert_converged(storm.run())
        yield storm


@pytest.fixture
def known(kept: Storm) -> Iterator[Storm]:
    """A sheet that sheetd keeps, the same through one fault after the other."""
    yield kept
    kept.end()


class TestFirstCycle:
    @pytest.mark.parametrize("kind", PASSING)
    def test_a_fault_of_each_request_is_lived_through(self, new: Storm, kind: FaultKind) -> None:
        """The sheet is looked up, read, given columns, read again and written: all fail once."""
        inputs = new.inputs()
        for path in (LOOK_UP, READ, COLUMNS, WRITE):
            new.fail(kind, path)
        new.fail(kind, READ, after=1)
        report = new.run()
        new.assert_converged(report)
        assert report.sheets[0].jobs.done == ROWS
        assert new.loop.user.texts()[0] == [*HEADERS, *CREATED], "none is made twice"
        new.calm_down(inputs)

    @pytest.mark.parametrize(
        ("kind", "path"),
        [
            (FaultKind.SERVER_ERROR_HTML, LOOK_UP),
            (FaultKind.NO_PERMISSION, LOOK_UP),
            # CUT_JSON is missing: the status of a repetition tells enough without its body.
            *((kind, COLUMNS) for kind in STORMS if kind is not FaultKind.CUT_JSON),
            (FaultKind.RATE_LIMIT, WRITE),
            (FaultKind.RESET_AFTER, WRITE),
            (FaultKind.TRUNCATED, WRITE),
            (FaultKind.HANG_AFTER, WRITE),
            (FaultKind.NO_PERMISSION, WRITE),
        ],
    )
    def test_a_fault_that_lasts_ends_it(self, new: Storm, kind: FaultKind, path: str) -> None:
        inputs = new.inputs()
        new.fail(kind, path, times=0)
        new.assert_ended(new.run(), STORMS[kind])
        new.calm_down(inputs)

    def test_the_user_inserts_columns_before_their_creation_is_repeated(self, new: Storm) -> None:
        inputs = new.inputs()
        new.fail(FaultKind.RESET_BEFORE, COLUMNS)
        with new.loop.user_acts_before(
            ":batchUpdate?", lambda: None, lambda: new.loop.user.insert_columns(1, 3)
        ):
            report = new.run()
        new.assert_converged(report)
        new.calm_down(inputs)


class TestAfterAnEdit:
    @pytest.mark.parametrize("path", [READ, WRITE])
    @pytest.mark.parametrize("kind", PASSING)
    def test_a_fault_that_passes_is_lived_through(
        self, known: Storm, kind: FaultKind, path: str
    ) -> None:
        inputs = known.edit()
        known.fail(kind, path)
        report = known.run()
        known.assert_converged(report)
        assert report.sheets[0].jobs.done == EDITED
        known.calm_down(inputs)

    @pytest.mark.parametrize("path", [READ, WRITE])
    @pytest.mark.parametrize("kind", STORMS)
    def test_a_fault_that_lasts_ends_it_and_no_result_is_lost(
        self, known: Storm, kind: FaultKind, path: str
    ) -> None:
        inputs = known.edit()
        known.fail(kind, path, times=0)
        report = known.run()
        known.assert_ended(report, STORMS[kind])
        done = report.sheets[0].jobs.done
        assert done == (0 if path is READ else EDITED)
        assert known.calm_down(inputs).sheets[0].jobs.done == EDITED - done

    def test_a_late_answer_is_waited_for(self, known: Storm) -> None:
        inputs = known.edit()
        known.service.faults.add(Fault(FaultKind.SLOW, path=WRITE, seconds=0.2))
        known.assert_converged(known.run())
        assert known.clock.sleeps == []
        known.calm_down(inputs)


class TestRowsThatMoved:
    """The user sorts between reading and writing, and then a request fails."""

    @pytest.mark.parametrize(
        "kind",
        [
            FaultKind.RATE_LIMIT,
            FaultKind.SERVER_ERROR_HTML,
            FaultKind.RESET_AFTER,
            FaultKind.HANG,
            FaultKind.TRUNCATED,
            FaultKind.EXPIRED_TOKEN,
        ],
    )
    def test_a_second_reading_that_fails_in_passing_is_lived_through(
        self, known: Storm, kind: FaultKind
    ) -> None:
        known.edit()
        known.fail(kind, READ, after=1)
        with known.loop.user_acts_before(WRITE, known.sort):
            report = known.run()
        known.assert_converged(report)
        assert report.sheets[0].cells_repaired > 0
        known.calm_down(known.inputs())

    @pytest.mark.parametrize(
        "kind", [FaultKind.RATE_LIMIT, FaultKind.RESET_AFTER, FaultKind.NO_PERMISSION]
    )
    def test_results_that_a_lasting_fault_leaves_on_wrong_rows_are_put_right_later(
        self, known: Storm, kind: FaultKind
    ) -> None:
        known.edit()
        known.fail(kind, READ, after=1, times=0)
        with known.loop.user_acts_before(WRITE, known.sort):
            report = known.run()
        known.assert_ended(report, STORMS[kind])
        assert report.sheets[0].cells_repaired > 0
        assert known.calm_down(known.inputs()).sheets[0].jobs.done == 0

    @pytest.mark.parametrize("kind", [FaultKind.RESET_BEFORE, *TOOK_EFFECT])
    def test_a_write_that_is_repeated_after_a_sorting_is_put_right_at_once(
        self, known: Storm, kind: FaultKind
    ) -> None:
        known.edit()
        known.fail(kind, WRITE)
        with known.loop.user_acts_before(WRITE, lambda: None, known.sort):
            report = known.run()
        known.assert_converged(report)
        known.calm_down(known.inputs())
