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

from sync_daemon.domain.access import Role, Scope
from sync_daemon.errors import MirrorError
from sync_daemon.mirror import retention
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import check
from sync_daemon.mirror.retention import Cutoffs, is_due, plan_retention, prune
from sync_daemon.mirror.tables import (
    feed_items,
    hand_edits,
    jobs,
    results,
    row_versions,
    rows,
    runs,
    tool_memory,
    work_requests,
    writes,
    written_rows,
)
from sync_daemon.mirror.work_requests import RequestState, settle
from sync_daemon.services.carrying_out import carry_out_requests
from sync_daemon.services.requests import Asking
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


def test_months_of_quiet_schedule_take_no_room(
    loop: Loop, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    loop.cycle()
    engine = loop.application.database
    report = '{"run_id": 1, "status": "done", "duration_s": 0.1, "sheets": [{"name": "jobs"}]}'
    a_day, days = 1_440, 100
    began = clock.now()
    with engine.begin() as connection:
        for start in range(0, days * a_day, 10_000):
            minutes = range(start, min(start + 10_000, days * a_day))
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
    clock.advance(days * 86_400)
    rounds = 0
    while prune(engine, plan_retention(clock.now(), 365 * DAY, 14 * DAY), clock.now()).total:
        rounds += 1
    with capsys.disabled():
        print(f"\nmirror of {days} quiet days: {before:,} → {file.stat().st_size:,} bytes")  # noqa: T201
    assert number_of(loop, runs) <= 15 * a_day
    assert rounds <= 7, "so many days bring an old mirror down to size"
    assert file.stat().st_size < before / 3
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
    in_sheet, deleted = (str(row["sheetd id"]) for row in loop.rows()[:2])
    loop.user.delete_rows(2, 3)
    loop.cycle()
    kept = {"old": None, "of a deleted row": deleted, "of a row": in_sheet, "new": None}
    with loop.application.database.begin() as connection:
        for key, row_id in kept.items():
            at = encode_time(clock.now() - (3 if key == "new" else 400) * DAY)
            values = {"tool": "t", "key": key, "row_id": row_id, "value": "", "at": at}
            connection.execute(tool_memory.insert().values(values))
    prune(loop.application.database, plan_retention(clock.now(), 365 * DAY, DAY), clock.now())
    with loop.application.database.connect() as connection:
        left = set(connection.scalars(select(tool_memory.c.key)))
    assert left == {"of a row", "new"}


def test_requests_that_ended_go_with_the_history_and_open_ones_stay(
    loop: Loop, clock: FakeClock
) -> None:
    loop.cycle()
    application, scope = loop.application, Scope("phone", Role.OPERATE)
    engine = application.database
    asking = Asking(engine, application.settings, clock.now)
    added = asking.add_row(scope, "jobs", {"Company": "Once"}, "key")
    carry_out_requests(application)
    ended = {state: asking.sync(scope) for state in ("done", "refused", "failed")}
    for state, request in ended.items():
        settle(engine, request.request_id, RequestState(state), clock.now())
    waiting, begun = asking.sync(scope), asking.sync(scope)
    settle(engine, begun.request_id, RequestState.RUNNING, clock.now())
    clock.advance(10 * 86_400 + 1)
    fresh = asking.sync(scope)
    settle(engine, fresh.request_id, RequestState.DONE, clock.now())
    rows_before = list(application.reader.rows())

    kept = prune(engine, plan_retention(clock.now(), 11 * DAY, DAY), clock.now()).entries
    pruned = prune(engine, plan_retention(clock.now(), 10 * DAY, DAY), clock.now()).entries

    with engine.connect() as connection:
        left = set(connection.scalars(select(work_requests.c.id)))
    assert kept["work_requests"] == kept["feed_items"] == 0
    assert left == {waiting.request_id, begun.request_id, fresh.request_id}
    assert added.request_id not in left
    assert (pruned["work_requests"], pruned["feed_items"]) == (4, 1)
    assert number_of(loop, feed_items) == 0
    assert list(application.reader.rows()) == rows_before


def test_a_run_is_undone_wholly_or_not_at_all(loop: Loop, clock: FakeClock) -> None:
    """A run that wrote on both sides of the cut-off loses all of its before-images."""
    loop.cycle()
    with loop.application.database.begin() as connection:
        newest = select(func.max(writes.c.id)).scalar_subquery()
        later = encode_time(clock.now() + DAY)
        connection.execute(writes.update().where(writes.c.id == newest).values(at=later))
    now = clock.now() + 10 * DAY + timedelta(hours=1)
    prune(loop.application.database, plan_retention(now, 10 * DAY, DAY), now)
    assert number_of(loop, writes) == number_of(loop, written_rows) == 0


def test_more_than_goes_in_one_day_goes_in_several(
    loop: Loop, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writes keep waiting for their before-images, and runs for their writes."""
    monkeypatch.setattr(retention, "_STEP", 2)
    monkeypatch.setattr(retention, "_STEPS", 1)
    live_on(loop, clock, 2)
    clock.advance(900 * 86_400)
    before, days = current(loop), 0
    engine = loop.application.database
    while prune(engine, plan_retention(clock.now(), DAY, DAY), clock.now()).total:
        days += 1
        assert check(engine) == []
        assert current(loop) == before
    assert days > 10
    assert number_of(loop, written_rows) == number_of(loop, writes) == 0


def test_the_newest_run_stays_so_that_no_id_is_given_twice(loop: Loop, clock: FakeClock) -> None:
    for _ in range(5):
        loop.settle()
    with loop.application.database.connect() as connection:
        newest = connection.scalar(select(func.max(runs.c.id)))
    clock.advance(86_400)
    prune(loop.application.database, Cutoffs(clock.now(), clock.now()), clock.now())
    assert loop.run().run_id == newest + 1


def test_a_pruning_that_fails_is_tried_again_and_fails_no_run(
    loop: Loop, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MirrorError("the disk is full")

    loop.cycle()
    clock.advance(86_401)
    with monkeypatch.context() as patched:
        patched.setattr(retention, "prune", fail)
        assert loop.run().status == "done"
    assert is_due(loop.application.database, clock.now())
    loop.cycle()
    assert not is_due(loop.application.database, clock.now())


@pytest.mark.parametrize("seed", range(4))
def test_every_run_that_history_still_holds_can_be_undone(tmp_path: Path, seed: int) -> None:
    """What a run wrote is the same to the undo before and after."""
    clock = FakeClock()
    with running_loop(tmp_path, clock=clock) as loop:
        live_on(loop, clock, seed)
        cutoffs = plan_retention(clock.now(), 100 * DAY, DAY)
        assert cutoffs.history is not None
        recent = select(runs.c.id).where(runs.c.started_at >= encode_time(cutoffs.history))
        with loop.application.database.connect() as connection:
            ids = list(connection.scalars(recent))
        mirror = loop.application.mirror
        before = [mirror.load_run_results(run_id, "jobs") for run_id in ids]
        assert any(before)
        assert prune(loop.application.database, cutoffs, clock.now()).entries["writes"] > 0
        assert [mirror.load_run_results(run_id, "jobs") for run_id in ids] == before


def test_the_file_and_its_log_become_smaller(loop: Loop, clock: FakeClock) -> None:
    loop.cycle()
    engine, now = loop.application.database, clock.now()
    log = loop.folder / "sheetd.db-wal"
    with engine.begin() as connection:
        old = {"trigger": "t", "started_at": encode_time(now - 900 * DAY), "status": "done"}
        connection.execute(runs.insert(), [{**old, "report": "x" * 4_000}] * 5_000)
        connection.execute(runs.insert().values(old))
    assert log.stat().st_size > 20_000_000
    prune(engine, plan_retention(now, 365 * DAY, DAY), now)
    assert log.stat().st_size == 0
    assert (loop.folder / "sheetd.db").stat().st_size < 1_000_000


def test_it_is_done_once_a_day_by_the_cycles_themselves(loop: Loop, clock: FakeClock) -> None:
    engine = loop.application.database
    loop.cycle()
    assert not is_due(engine, clock.now()), "a new mirror holds nothing old"
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
