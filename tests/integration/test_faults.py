"""Every fault during a cycle of 1,000 rows: converged, or the right exit status in good time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.retry import RetryPolicy
from sync_daemon.engine import RunReport
from sync_daemon.errors import (
    CredentialsError,
    GoogleUnavailableError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sheets.auth import load_credentials
from sync_daemon.sheets.transport import SheetsTransport
from tests.support.fake_clock import FakeClock
from tests.support.loop import HEADERS, Loop, running_loop

ROWS = 1_000
READ, COLUMNS, WRITE = "batchGetByDataFilter", ":batchUpdate$", "batchUpdateByDataFilter"
DEADLINE_S = RetryPolicy().deadline_s
PASSING = [kind for kind in FaultKind if kind not in (FaultKind.NO_PERMISSION, FaultKind.SLOW)]
"""All but a refusal, and an answer that is only late."""
STORMS: dict[FaultKind, type[SheetdError]] = dict.fromkeys(PASSING, GoogleUnavailableError) | {
    FaultKind.EXPIRED_TOKEN: CredentialsError,
    FaultKind.NO_PERMISSION: PermissionDeniedError,
}
TOOK_EFFECT = [kind for kind in PASSING if kind.takes_effect]


class Storm:
    """A sheet of 1,000 rows whose user goes on typing, and a clock that nobody waits for."""

    def __init__(self, loop: Loop, clock: FakeClock) -> None:
        self.loop = loop
        self.clock = clock
        self.count = 0
        settings = loop.application.settings
        loop.application.__dict__["transport"] = SheetsTransport(
            settings.google,
            load_credentials(settings),
            clock=clock,
            timeouts=(5.0, 0.3),
            token_timeout_s=0.3,
            answer_timeout_s=0.5,
        )

    def fail(self, kind: FaultKind, path: str, *, times: int, after: int = 0) -> None:
        fault = Fault(kind, path=path, after=after, times=times, seconds=5.0)
        self.loop.server.service.faults.add(fault)

    def edit(self) -> list[list[Any]]:
        """The user types over 300 rows and sorts; returns the user's columns."""
        self.count += 1
        texts = [[f"edit {self.count} of {number}"] for number in range(300)]
        self.loop.user.type_rows(1, self.loop.column("Description"), texts)
        width = len(self.loop.user.texts()[0])
        self.loop.user.sort(
            1, ROWS + 1, 0, width, [(self.loop.column("Role"), self.count % 2 == 0)]
        )
        return self.inputs()

    def inputs(self) -> list[list[Any]]:
        return [[row[header] for header in HEADERS] for row in self.loop.rows()]

    def run(self) -> RunReport:
        """One cycle, which has to end inside its deadline."""
        started = self.clock.monotonic()
        report = self.loop.run()
        assert self.clock.monotonic() - started < 3 * DEADLINE_S  # three requests at most
        return report

    def calm_down(self) -> None:
        """The faults are over: the next cycle converges, and the one after has nothing to do."""
        self.loop.server.service.faults.clear()
        self.loop.cycle()
        self.loop.assert_right()
        assert self.loop.cycle().cells_written == 0


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Storm]:
    """A sheet that sheetd has not seen."""
    clock = FakeClock()
    sample = [[f"Company {n}", f"Role {n:04}", f"text of row {n}"] for n in range(ROWS)]
    with running_loop(tmp_path, sample, clock=clock) as loop:
        yield Storm(loop, clock)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """A sheet that sheetd keeps, through one fault after the other."""
    clock = FakeClock()
    sample = [[f"Company {n}", f"Role {n:04}", f"text of row {n}"] for n in range(ROWS)]
    with running_loop(tmp_path_factory.mktemp("known"), sample, clock=clock) as loop:
        storm = Storm(loop, clock)
        loop.cycle()
        yield storm


@pytest.mark.parametrize("path", [READ, WRITE])
@pytest.mark.parametrize("kind", PASSING)
def test_a_fault_that_passes_is_lived_through(known: Storm, kind: FaultKind, path: str) -> None:
    inputs = known.edit()
    known.fail(kind, path, times=1)
    report = known.run()
    assert report.exit_status() == 0
    known.loop.assert_right()
    assert known.inputs() == inputs
    known.calm_down()


@pytest.mark.parametrize("path", [READ, WRITE])
@pytest.mark.parametrize("kind", STORMS)
def test_one_that_does_not_pass_ends_the_cycle_with_its_exit_status(
    known: Storm, kind: FaultKind, path: str
) -> None:
    inputs = known.edit()
    known.fail(kind, path, times=0)
    report = known.run()
    (failure,) = [sheet.failure for sheet in report.sheets]
    assert isinstance(failure, STORMS[kind])
    assert report.exit_status() == failure.exit_status
    assert failure.hint
    assert known.inputs() == inputs
    known.calm_down()
    assert known.inputs() == inputs


def test_permission_lost_between_two_writes_is_said_and_nothing_is_lost(known: Storm) -> None:
    known.edit()
    known.loop.user.type_rows(ROWS + 1, 0, [["New", "Role 9999", "a new row"]])
    known.fail(FaultKind.NO_PERMISSION, WRITE, times=0, after=1)
    report = known.run()
    assert report.exit_status() == 3
    assert report.sheets[0].jobs.done >= 1, "its results are kept"
    known.loop.server.service.faults.clear()
    assert known.loop.cycle().jobs.done == 0
    known.loop.assert_right()
    known.loop.user.delete_rows(known.loop.rows()[-1]["#"] - 1, known.loop.rows()[-1]["#"])
    known.calm_down()


@pytest.mark.parametrize("path", [COLUMNS, WRITE])
@pytest.mark.parametrize("kind", TOOK_EFFECT)
def test_an_answer_lost_in_the_first_cycle_makes_nothing_twice(
    new: Storm, kind: FaultKind, path: str
) -> None:
    inputs = new.inputs()
    new.fail(kind, path, times=1)
    assert new.run().exit_status() in (0, 4)
    new.calm_down()
    assert new.inputs() == inputs
    headers = new.loop.user.texts()[0]
    assert sorted(headers) == sorted({*headers}), "no column was made twice"


def test_a_storm_of_429_is_waited_out_as_google_asks(known: Storm) -> None:
    known.edit()
    for _ in range(3):
        fault = Fault(FaultKind.RATE_LIMIT, path=READ, times=1, retry_after="30")
        known.loop.server.service.faults.add(fault)
    known.clock.sleeps.clear()
    assert known.run().exit_status() == 0
    assert sum(known.clock.sleeps) >= 90
    known.calm_down()
