"""Old history goes; whatever is current stays, and sheetd works as before."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, func, select

from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.retention import Cutoffs, is_due, plan_retention, prune
from sync_daemon.mirror.tables import (
    hand_edits,
    jobs,
    results,
    row_versions,
    rows,
    runs,
    tool_memory,
    writes,
    written_rows,
)
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def loop(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with running_loop(tmp_path, clock=clock) as made:
        yield made


def number_of(loop: Loop, table: Table) -> int:
    with loop.application.database.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def live_on(loop: Loop, clock: FakeClock, seed: int) -> str:
    """A year in which somebody edits, deletes, types over results; returns a deleted row's id."""
    draw = random.Random(seed)  # noqa: S311 - a made-up year
    loop.cycle()
    deleted = ""
    for month in range(12):
        clock.advance(30 * 86_400)
        for _ in range(draw.randint(1, 3)):
            loop.user.type(draw.randint(1, 6), 2, f"text {month} {draw.random()}")
        if month == 5:
            deleted = str(loop.rows()[6]["sheetd id"])
            loop.user.delete_rows(7, 8)
        if month == 7:
            loop.user.type(2, loop.column("Shout"), "typed over")
        loop.cycle()
        loop.cycle()
    return deleted


def current(loop: Loop) -> dict[str, Any]:
    """All that sheetd goes by."""
    mirror, reader = loop.application.mirror, loop.application.reader
    known = mirror.load_rows("jobs")
    buried = [row.row_id for row in reader.rows(only_deleted=True)]
    everybody = [*known, *buried]
    return {
        "rows": list(reader.rows()),
        "deleted": list(reader.rows(only_deleted=True)),
        "known": known,
        "tombstones": mirror.load_tombstones("jobs", buried),
        "cells": mirror.load_cells(everybody),
        "jobs": mirror.load_jobs(everybody),
        "sheet": mirror.load_sheet("jobs"),
    }


@pytest.mark.parametrize("seed", range(4))
def test_nothing_current_is_dropped_however_old(loop: Loop, clock: FakeClock, seed: int) -> None:
    deleted = live_on(loop, clock, seed)
    clock.advance(900 * 86_400)
    before = current(loop)
    versions, sheet = number_of(loop, row_versions), loop.rows()
    pruned = prune(loop.application.database, plan_retention(clock.now(), DAY, DAY), clock.now())
    assert current(loop) == before
    assert number_of(loop, row_versions) == number_of(loop, rows) < versions
    assert number_of(loop, hand_edits) == number_of(loop, writes) == 0
    assert number_of(loop, written_rows) == 0
    assert number_of(loop, results) == number_of(loop, jobs)
    assert pruned.entries["row_versions"] == versions - number_of(loop, rows)
    report = loop.cycle()
    assert (report.jobs.done, report.cells_written) == (0, 0), "no job runs again"
    assert loop.rows() == sheet
    loop.cycle(restore=deleted)
    assert deleted in [row["sheetd id"] for row in loop.rows()]


def test_a_year_of_quiet_schedule_takes_no_room(
    loop: Loop, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    loop.cycle()
    engine = loop.application.database
    report = '{"run_id": 1, "status": "done", "duration_s": 0.1, "sheets": [{"name": "jobs"}]}'
    a_day = 1_440
    began = clock.now()
    with engine.begin() as connection:
        for start in range(0, 365 * a_day, 10_000):
            minutes = range(start, min(start + 10_000, 365 * a_day))
            connection.execute(
                runs.insert(),
                [
                    {
                        "trigger": "schedule",
                        "started_at": encode_time(began + timedelta(minutes=minute)),
                        "status": "done",
                        "report": report * 4,
                    }
                    for minute in minutes
                ],
            )
    file = loop.folder / "sheetd.db"
    before = file.stat().st_size
    clock.advance(365 * 86_400)
    rounds = 0
    while prune(engine, plan_retention(clock.now(), 365 * DAY, 14 * DAY), clock.now()).total:
        rounds += 1
    with capsys.disabled():
        print(f"\nmirror of 365 quiet days: {before:,} → {file.stat().st_size:,} bytes")  # noqa: T201
    assert number_of(loop, runs) <= 15 * a_day
    assert rounds <= 7, "so many days bring an old mirror down to size"
    assert file.stat().st_size < before / 10
    assert loop.cycle().cells_written == 0


def test_runs_that_wrote_are_kept_for_undo(loop: Loop, clock: FakeClock) -> None:
    loop.cycle()
    clock.advance(30 * 86_400)
    prune(loop.application.database, plan_retention(clock.now(), 365 * DAY, DAY), clock.now())
    assert number_of(loop, runs) == 1
    assert loop.cycle(undo=1).undone.reverted  # type: ignore[union-attr]


def test_a_write_in_doubt_stays(loop: Loop, clock: FakeClock) -> None:
    loop.cycle()
    with loop.application.database.begin() as connection:
        connection.execute(writes.update().values(state="sent"))
    clock.advance(900 * 86_400)
    prune(loop.application.database, plan_retention(clock.now(), DAY, DAY), clock.now())
    assert number_of(loop, writes) > 0
    assert number_of(loop, written_rows) > 0


def test_what_tools_kept_goes_with_the_history(loop: Loop, clock: FakeClock) -> None:
    loop.cycle()
    with loop.application.database.begin() as connection:
        for key, age in (("old", 400), ("new", 3)):
            at = encode_time(clock.now() - age * DAY)
            connection.execute(tool_memory.insert().values(tool="t", key=key, value="", at=at))
    prune(loop.application.database, plan_retention(clock.now(), 365 * DAY, DAY), clock.now())
    assert number_of(loop, tool_memory) == 1


def test_it_is_done_once_a_day_by_the_cycles_themselves(loop: Loop, clock: FakeClock) -> None:
    engine = loop.application.database
    assert is_due(engine, clock.now())
    loop.cycle()
    assert not is_due(engine, clock.now())
    clock.advance(86_399)
    assert not is_due(engine, clock.now())
    clock.advance(2)
    assert is_due(engine, clock.now())
    loop.cycle()
    assert not is_due(engine, clock.now())
    assert is_due(engine, clock.now() - 9 * DAY), "a clock that was set back holds up nothing"


def test_with_forever_nothing_goes(loop: Loop, clock: FakeClock) -> None:
    live_on(loop, clock, 1)
    clock.advance(10_000 * 86_400)
    assert prune(loop.application.database, plan_retention(clock.now(), None, None), NOW).total == 0


SPANS = st.none() | st.timedeltas(timedelta(0), timedelta(days=9_999))


@given(SPANS, SPANS)
def test_runs_never_outlive_what_refers_to_them(
    history: timedelta | None, quiet: timedelta | None
) -> None:
    cut = plan_retention(NOW, history, quiet)
    assert isinstance(cut, Cutoffs)
    assert cut.history == (None if history is None else NOW - history)
    if cut.history is not None:
        assert cut.quiet_runs is not None
        assert cut.quiet_runs >= cut.history
