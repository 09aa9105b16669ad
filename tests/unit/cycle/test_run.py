"""Jobs of rows are run step by step."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC
from typing import Any

from sync_daemon.cycle.report import JobCounts
from sync_daemon.cycle.run import JobRunner, interleave
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.cycle.state import Rows
from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import Identification, IdentifiedRow, Recognition
from sync_daemon.domain.jobs import Job, Outcome
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.sheet_state import SheetTarget
from tests.support.fake_clock import FakeClock
from tests.unit.domain.sheets import A, B, mirror_row, sheet_row


class Store:
    """Knows of no cells and no jobs, and keeps nothing."""

    def load_cells(self, row_ids: Collection[str]) -> dict[str, Any]:
        return {}

    load_last_changed = load_jobs = load_cells

    def save_progress(self, *_: object) -> None:
        """Nothing is kept."""


class Busy:
    """Has jobs in hand, and none of them ends."""

    outstanding = 1

    def submit(self, job: Job) -> None:
        raise AssertionError(job)

    def withdraw(self) -> None:
        self.outstanding = 0

    def wait(self, timeout_s: float) -> list[Outcome]:
        return []

    def close(self) -> None:
        """Nothing is open."""


def runner(clock: FakeClock, until: float) -> JobRunner:
    headers = OwnedHeaders("sheetd id", "sheetd status", ())
    return JobRunner(
        sheet=ConfiguredSheet(SheetTarget("jobs", "s", "Jobs", 1, headers)),
        run_id=1,
        locale=CellLocale(UTC),
        mirror=Store(),
        executor=Busy(),
        clock=clock,
        counts=JobCounts(),
        until=until,
    )


def rows(*row_ids: str) -> Rows:
    seen = [
        IdentifiedRow(sheet_row(n, "text", row_id), row_id, Recognition.WITNESSED)
        for n, row_id in enumerate(row_ids, 2)
    ]
    known = {i.row_id: mirror_row(i.row_id, "text", i.row.row_number) for i in seen}
    return Rows.of(Identification(seen, []), known)


def test_while_no_job_ends_the_rows_are_the_very_same_so_that_nobody_calls_it_progress() -> None:
    clock = FakeClock()
    running, before = runner(clock, clock.monotonic() + 60), rows(A)
    assert running.take_on(before, ()) == 1
    begun = running.advance(before)
    assert begun is not before
    assert running.advance(begun) is begun
    assert not running.is_idle


def test_when_its_time_is_over_what_has_not_begun_is_left() -> None:
    clock = FakeClock()
    running, before = runner(clock, clock.monotonic()), rows(A, B)
    running.take_on(before, ())
    assert running.advance(before) is before
    assert (running.is_idle, running.left) == (True, 2)


def test_every_second_row_is_one_that_was_typed_since() -> None:
    known = [MirrorRow(i, n, RowState.LIVE, "") for n, i in enumerate("abcde")]
    assert interleave(known, {"a", "b", "c"}) == ["a", "d", "b", "e", "c"]
