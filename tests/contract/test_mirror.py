"""What the engine may expect of a mirror, on a real database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from sync_daemon.domain.cells import CellValue, content_hash, encode_cells
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.domain.pipeline import JobRecord, JobState
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.reconcile import RowWrite, WriteIntent
from sync_daemon.domain.result_cells import AbsentResult, HandEdit, Sighting
from sync_daemon.domain.rows import OwnedCell, RowState
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.status import RowProgress, RowStanding
from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import backup, check, open_engine, upgrade
from sync_daemon.mirror.read_models import MirrorReader
from sync_daemon.mirror.request_log import SqlRequestLog
from sync_daemon.mirror.store import SqlMirror
from sync_daemon.mirror.tables import metadata

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path / 'mirror.db'}")
    upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def mirror(engine: Engine) -> SqlMirror:
    made = SqlMirror(engine)
    made.save_sheet(SheetRecord("jobs", "spreadsheet-id"))
    made.open_run("test", NOW)
    return made


def change(kind: ChangeKind, row_id: str, number: int, cells: dict[str, CellValue]) -> RowChange:
    content = encode_cells(cells) if cells else ""
    return RowChange(kind, row_id, number, content, content_hash(content))


def insert(mirror: SqlMirror, *row_ids: str) -> None:
    changes = [
        change(ChangeKind.INSERTED, row_id, number, {"Company": row_id})
        for number, row_id in enumerate(row_ids, 2)
    ]
    mirror.apply_changes(1, "jobs", SheetChanges(changes), NOW)


def test_the_migrations_make_the_tables_that_the_code_knows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_upgrading_twice_does_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert check(engine) == []


def test_a_sheet_comes_back_as_it_was_kept(mirror: SqlMirror) -> None:
    record = SheetRecord(
        "jobs", "other-id", 7, "Jobs", "de_DE", "Europe/Berlin", ["Role", "Größe"],
        {"sheetd id": 5}, 1000, 26, "digest", "12", NOW, NOW, {"Age": "d"}, ["Role"],
    )  # fmt: skip
    mirror.save_sheet(record)
    assert mirror.load_sheet("jobs") == record
    assert mirror.load_sheet("unknown") is None


def test_a_new_row_is_pending_until_its_id_is_confirmed(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b")
    assert {row.state for row in mirror.load_rows("jobs").values()} == {RowState.PENDING}
    mirror.apply_changes(1, "jobs", SheetChanges(confirmed=["a"]), NOW)
    assert mirror.load_rows("jobs")["a"].state is RowState.LIVE
    assert mirror.load_rows("jobs")["b"].state is RowState.PENDING


def test_cells_survive_whatever_their_characters(mirror: SqlMirror) -> None:
    cells: dict[str, CellValue] = {"Ünï": "😀 שלום \0 \ud800", "n": 1.5, "yes": True}
    mirror.apply_changes(1, "jobs", SheetChanges([change(ChangeKind.INSERTED, "a", 2, cells)]), NOW)
    assert mirror.load_cells(["a"]) == {"a": cells}


def test_it_tells_when_the_user_last_changed_a_row(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b")
    edited = change(ChangeKind.UPDATED, "a", 5, {"Company": "changed"})
    later = NOW + timedelta(days=3)
    mirror.apply_changes(1, "jobs", SheetChanges([edited]), later)
    assert mirror.load_last_changed(["a", "b", "unknown"]) == {"a": later, "b": NOW}


def test_an_update_keeps_the_version_before(mirror: SqlMirror, engine: Engine) -> None:
    insert(mirror, "a")
    edited = change(ChangeKind.UPDATED, "a", 5, {"Company": "changed"})
    mirror.apply_changes(1, "jobs", SheetChanges([edited]), NOW)
    assert mirror.load_cells(["a"]) == {"a": {"Company": "changed"}}
    assert [event.what for event in MirrorReader(engine).history("a")] == ["inserted", "updated"]


def test_a_deleted_row_is_a_tombstone_with_its_cells(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b")
    gone = change(ChangeKind.DELETED, "a", 2, {})
    mirror.apply_changes(1, "jobs", SheetChanges([gone]), NOW)
    assert list(mirror.load_rows("jobs")) == ["b"]
    assert list(mirror.load_tombstones("jobs", ["a", "b", "x"])) == ["a"]
    assert mirror.load_cells(["a"]) == {"a": {"Company": "a"}}
    back = change(ChangeKind.REVIVED, "a", 9, {"Company": "a"})
    mirror.apply_changes(1, "jobs", SheetChanges([back]), NOW)
    assert mirror.load_rows("jobs")["a"].row_number == 9


def test_ids_of_other_sheets_are_known(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    assert mirror.ids_elsewhere("other", ["a", "x"]) == {"a"}
    assert mirror.ids_elsewhere("jobs", ["a"]) == set()


def progress(row_id: str, owned: dict[str, OwnedCell], standing: RowStanding) -> RowProgress:
    return RowProgress(row_id, standing, "words", "", "pipeline", owned)


def test_a_change_of_the_row_has_its_jobs_planned_anew(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    mirror.save_progress(1, [progress("a", {}, RowStanding.DONE)], [], [], NOW)
    assert mirror.load_rows("jobs")["a"].planned == "pipeline"
    edited = change(ChangeKind.UPDATED, "a", 2, {"Company": "changed"})
    mirror.apply_changes(1, "jobs", SheetChanges([edited]), NOW)
    assert mirror.load_rows("jobs")["a"].planned == ""


def test_results_are_kept_with_the_job(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    job = Job("a", "jobs", "step", "tool", {}, "hash", 1)
    mirror.save_progress(1, [], [], [job], NOW)
    assert mirror.load_jobs(["a"])["a"]["step"].state is JobState.QUEUED
    assert mirror.load_due_rows("jobs", NOW) == {"a"}, "a crash left it queued"
    outcome = Outcome(job, OutcomeKind.DONE, NOW, 0.5, {"out": [1, "zwei"]})
    later = NOW + timedelta(hours=1)
    record = JobRecord("step", "hash", JobState.DONE, 1, later, "", {"out": [1, "zwei"]}, "hash")
    mirror.save_progress(1, [], [(outcome, record, 3)], [], NOW)
    assert mirror.load_jobs(["a"]) == {"a": {"step": record}}
    assert mirror.load_due_rows("jobs", NOW) == set()
    assert mirror.load_due_rows("jobs", later) == {"a"}


def test_when_a_job_is_due_counts_for_nothing_if_a_clock_that_was_ahead_said_so(
    mirror: SqlMirror,
) -> None:
    insert(mirror, "a")
    job = Job("a", "jobs", "step", "tool", {}, "hash", 1)
    outcome = Outcome(job, OutcomeKind.TRANSIENT, NOW, 0.5)
    ahead = NOW + timedelta(days=365)
    record = JobRecord("step", "hash", JobState.RETRYING, 1, ahead + timedelta(minutes=1), "")
    mirror.save_progress(1, [], [(outcome, record, 1)], [], ahead)
    assert mirror.load_due_rows("jobs", NOW) == {"a"}, "in a year, said the clock"
    mirror.save_progress(1, [], [(outcome, record, 1)], [], NOW)
    assert mirror.load_due_rows("jobs", NOW) == set()


def test_requests_of_a_clock_that_was_ahead_do_not_use_up_the_quota(engine: Engine) -> None:
    journal = SqlRequestLog(engine)
    journal.record("read", NOW + timedelta(hours=2))
    assert journal.load_since("read", NOW) == []
    journal.record("read", NOW + timedelta(seconds=2))  # as NTP sets it
    assert journal.load_since("read", NOW) == [NOW + timedelta(seconds=2)]
    assert journal.load_since("read", NOW + timedelta(hours=2)) == [], "it is forgotten"


def test_a_failure_after_a_result_keeps_the_result(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    job = Job("a", "jobs", "step", "tool", {}, "hash", 1)
    record = JobRecord("step", "hash", JobState.DONE, 1, None, "", {"out": 1}, "hash")
    mirror.save_progress(
        1, [], [(Outcome(job, OutcomeKind.DONE, NOW, 0.1, {"out": 1}), record, 1)], [], NOW
    )
    failed = JobRecord("step", "hash", JobState.FAILED, 1, None, "why", {"out": 1}, "hash")
    mirror.save_progress(
        1, [], [(Outcome(job, OutcomeKind.PERMANENT, NOW, 0.1, {}, "why"), failed, 1)], [], NOW
    )
    assert mirror.load_jobs(["a"])["a"]["step"] == failed


def test_a_write_is_in_doubt_until_it_is_seen_or_settled(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    intent = WriteIntent(WritePhase.CELLS, [RowWrite(2, "a", {"Keywords": "x"}, {"Keywords": ""})])
    for settle in (False, True):
        write_id = mirror.save_intent(1, "jobs", intent, ["Keywords"], NOW)
        (unsettled,) = mirror.load_unsettled("jobs")
        assert (unsettled.phase, dict(unsettled.values)) == (WritePhase.CELLS, {"Keywords": {"x"}})
        if settle:
            mirror.settle(SheetRecord("jobs", "spreadsheet-id"))
        else:
            shown = {"a": {"Keywords": OwnedCell("x", "x", "x")}}
            mirror.save_verdict(write_id, is_clean=True, confirmed=["a"], shown=shown)
        assert mirror.load_unsettled("jobs") == []
    row = mirror.load_rows("jobs")["a"]
    assert (row.state, row.owned) == (RowState.LIVE, {"Keywords": OwnedCell("x", "x", "x")})


def test_hand_edits_and_sightings_change_what_a_cell_should_show(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b")
    ours = {"Keywords": OwnedCell("x", None, None, basis="h")}
    both = [progress(row_id, ours, RowStanding.DONE) for row_id in ("a", "b")]
    mirror.save_progress(1, both, [], [], NOW)
    changes = SheetChanges(
        hand_edits=[HandEdit("a", "Keywords", "x", "mine")],
        sightings=[Sighting("b", "Keywords", "x")],
    )
    mirror.apply_changes(1, "jobs", changes, NOW)
    rows = mirror.load_rows("jobs")
    assert rows["a"].owned["Keywords"] == ours["Keywords"].typed_over("mine")
    assert rows["b"].owned["Keywords"] == OwnedCell("x", "x", "x", basis="h")
    mirror.forget_written("jobs", ["Keywords"])
    assert mirror.load_rows("jobs")["b"].owned["Keywords"].observed is None


def test_rows_are_counted_with_those_that_failed(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b", "c")
    mirror.save_progress(1, [progress("b", {}, RowStanding.FAILED)], [], [], NOW)
    assert mirror.count_rows("jobs") == (3, 1)
    assert mirror.count_rows("other") == (0, 0)


def test_a_backup_is_a_mirror_of_its_own(mirror: SqlMirror, engine: Engine, tmp_path: Path) -> None:
    insert(mirror, "a")
    backup(engine, tmp_path / "copy.db")
    copied = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert list(SqlMirror(copied).load_rows("jobs")) == ["a"]
    assert check(copied) == []
    copied.dispose()


def test_every_commit_is_synced_and_foreign_keys_hold(engine: Engine) -> None:
    with engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert values == ["wal", 2, 1]


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_file_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(MirrorError) as caught:
        upgrade(engine)
    engine.dispose()
    assert caught.value.hint


def test_a_locked_mirror_is_said_to_be_locked(
    mirror: SqlMirror, engine: Engine, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "mirror.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    try:
        with pytest.raises(MirrorError) as caught:
            insert(mirror, "a")
    finally:
        other.close()
    assert "locked" in caught.value.message


def test_what_is_planned_of_changes_is_what_the_mirror_then_holds(mirror: SqlMirror) -> None:
    insert(mirror, "a", "b", "c", "d")
    ours = {"Keywords": OwnedCell("x", "x", "x", basis="h")}
    mirror.save_progress(1, [progress(i, ours, RowStanding.DONE) for i in "abcd"], [], [], NOW)
    gone = SheetChanges([change(ChangeKind.DELETED, "d", 5, {})])
    known = mirror.load_rows("jobs")
    mirror.apply_changes(1, "jobs", gone, NOW)
    assert mirror.load_rows("jobs") == gone.applied_to(known, {})
    known, tombstones = mirror.load_rows("jobs"), mirror.load_tombstones("jobs", ["d"])
    assert mirror.load_buried("jobs", [tombstones["d"].content_hash]) == {
        tombstones["d"].content_hash: ["d"]
    }
    changes = SheetChanges(
        [
            change(ChangeKind.INSERTED, "e", 2, {"Company": "e"}),
            change(ChangeKind.UPDATED, "a", 3, {"Company": "a", "Role": "new"}),
            change(ChangeKind.REVIVED, "d", 9, {"Company": "d, again"}),
        ],
        moves=[("b", 7)],
        hand_edits=[HandEdit("b", "Keywords", "x", "mine"), HandEdit("e", "Keywords", "", "typed")],
        confirmed=["c"],
        sightings=[Sighting("c", "Keywords", "x")],
        absent=[AbsentResult("a", "Keywords")],
    )
    mirror.apply_changes(1, "jobs", changes, NOW)
    assert mirror.load_rows("jobs") == changes.applied_to(known, tombstones)


def test_every_value_written_to_a_row_is_known(mirror: SqlMirror) -> None:
    insert(mirror, "a")
    for value in ("x", 5):
        write = RowWrite(2, "a", {"Keywords": value}, {})
        mirror.save_intent(1, "jobs", WriteIntent(WritePhase.CELLS, [write]), ["Keywords"], NOW)
    assert mirror.load_written(["a", "b"]) == {"a": {"Keywords": ["x", 5]}}


def test_what_was_written_lately_is_known_by_its_place(mirror: SqlMirror) -> None:
    for run, number, value in ((1, 2, "x"), (2, 3, "y"), (2, 4, "z"), (3, 4, "")):
        mirror.open_run("test", NOW)
        write = RowWrite(number, "a", {"Keywords": value}, {})
        mirror.save_intent(run, "jobs", WriteIntent(WritePhase.CELLS, [write]), ["Keywords"], NOW)
    assert mirror.load_lately_written("jobs") == {3: {"Keywords": "y"}, 4: {"Keywords": ""}}
    assert mirror.load_lately_written("other") == {}
