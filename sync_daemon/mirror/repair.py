"""A damaged mirror: what is wrong with it, what can be mended, what can be saved."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, Table

from sync_daemon.errors import MirrorError
from sync_daemon.mirror.database import backup, check, database_path, open_engine, upgrade
from sync_daemon.mirror.tables import metadata

_FILES = ("", "-wal", "-shm")
_LARGEST = 1 << 40  # bytes that a head can be believed to say; the file stays sparse
_TIME = "%Y-%m-%dT%H%M%SZ"
_RESTORE = (
    "Restore a backup made by `sheetd db backup`, or move the file away: sheetd makes a new one"
    " from the sheet (history is lost)."
)


@dataclass(slots=True)
class Repair:
    """What was done, in sentences, and what could not be."""

    done: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def repair(url: str, now: datetime) -> Repair:
    """Mend what can be mended; to be called while no cycle runs.

    First a copy is put aside. Broken indexes are built anew and entries that
    refer to something missing are removed. If the file itself is damaged, all
    that can still be read of it goes into a new one, and the old one stays
    beside it.

    Raises:
        MirrorError: nothing of it can be read, or there is no such file.
    """
    path = database_path(url)
    if path is None or not path.is_file():
        message = "Only a SQLite mirror that is there can be repaired."
        raise MirrorError(message, hint="Check database.url.")
    repaired = Repair()
    if _is_readable(path):
        _mend(url, path, now, repaired)
    if not _is_readable(path) or _faults(url):
        _salvage(path, now, repaired)
    return repaired


def _is_readable(path: Path) -> bool:
    """Whether SQLite can read every page of it."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error:
        return False
    text = " ".join(str(row[0]) for row in found)
    return text == "ok" or "index" in text  # an index can be built anew from its table


def _faults(url: str) -> list[str]:
    engine = open_engine(url)
    try:
        return check(engine)
    except MirrorError as error:
        return [error.message]
    finally:
        engine.dispose()


def _mend(url: str, path: Path, now: datetime, repaired: Repair) -> None:
    """Mend inside the file; what is left for :func:`_salvage` shows in the next check."""
    engine = open_engine(url)
    try:
        faults = check(engine)
        if not faults:
            return
        copy = path.with_name(f"{path.name}.before-repair-{now.astimezone(UTC):{_TIME}}")
        with suppress(MirrorError):  # a copy of what SQLite itself cannot copy is made later
            backup(engine, copy)
            repaired.done.append(f"The mirror as it was is in {copy}.")
        with closing(sqlite3.connect(path)) as database:
            database.execute("REINDEX")
            repaired.done.append("The indexes were built anew.")
            _make_whole(database, repaired)
            database.commit()
        upgrade(engine)
    except (sqlite3.Error, MirrorError) as error:
        repaired.lost.append(f"It could not be mended in place ({error}).")
    finally:
        engine.dispose()


def _make_whole(database: sqlite3.Connection, repaired: Repair) -> None:
    """Put references right, and have the next cycle read again what is not known any more.

    That cycle compares everything, takes in rows whose cells are lost, and makes
    the views of the sheets anew.
    """
    for table in ("row_versions", "results", "hand_edits", "writes"):
        database.execute(
            "INSERT INTO runs (id, trigger, started_at, status)"  # noqa: S608 - names of ours
            f" SELECT run_id, 'lost', min(at), 'lost' FROM {table}"
            " WHERE run_id NOT IN (SELECT id FROM runs) GROUP BY run_id"
        )
    removed = _remove_orphans(database)
    if removed:
        repaired.lost.append(f"{removed} entries referred to something that is missing.")
    forgotten = database.execute(
        "UPDATE rows SET content_hash = '' WHERE NOT EXISTS (SELECT 1 FROM row_versions v"
        " WHERE v.row_id = rows.row_id AND v.version = rows.version)"
    ).rowcount
    if forgotten:
        repaired.lost.append(f"The cells of {forgotten} rows; the next cycle reads them again.")
    database.execute("UPDATE sheets SET headers = '[]', settled = ''")


def _remove_orphans(database: sqlite3.Connection) -> int:
    """Remove entries whose reference leads nowhere, until none is left."""
    removed = 0
    while found := database.execute("PRAGMA foreign_key_check").fetchall():
        names = {table for table, rowid, *_ in found if rowid is not None}
        if not names:
            break
        for table, rowid, *_ in found:
            removed += database.execute(
                f'DELETE FROM "{table}" WHERE rowid = ?',  # noqa: S608 - SQLite's own answer
                (rowid,),
            ).rowcount
    return removed


def _salvage(path: Path, now: datetime, repaired: Repair) -> None:
    """Read what can be read into a new file, and put it in the place of the damaged one."""
    fresh = path.with_name(path.name + ".salvaged")
    fresh.unlink(missing_ok=True)
    engine = open_engine(f"sqlite:///{fresh}")
    reading = _whole_copy(path)
    try:
        upgrade(engine)
        saved = _copy_tables(reading, engine, repaired)
    finally:
        engine.dispose()
        for end in _FILES:
            reading.with_name(reading.name + end).unlink(missing_ok=True)
    if not saved:
        fresh.unlink(missing_ok=True)
        raise MirrorError(f"Nothing of the mirror {path} can be read.", hint=_RESTORE)
    aside = path.with_name(f"{path.name}.damaged-{now.astimezone(UTC):{_TIME}}")
    for end in _FILES:
        beside = path.with_name(path.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    fresh.rename(path)
    repaired.done.append(f"{saved} entries were saved; the damaged file is {aside}.")


def _whole_copy(path: Path) -> Path:
    """A copy to read from, as long as its head says: SQLite reads nothing of one that is shorter.

    Page size and number of pages stand at 16 and 28 ("Database File Format").
    """
    copy = path.with_name(path.name + ".reading")
    for end in ("", "-wal"):
        source, target = path.with_name(path.name + end), copy.with_name(copy.name + end)
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, target, follow_symlinks=True)
            target.chmod(0o600)
    with copy.open("r+b") as file:
        head = file.read(100)
        page = int.from_bytes(head[16:18]) or 4096
        length = (65_536 if page == 1 else page) * int.from_bytes(head[28:32])
        if head.startswith(b"SQLite format 3") and copy.stat().st_size < length < _LARGEST:
            file.truncate(length)
    return copy


def _copy_tables(path: Path, engine: Engine, repaired: Repair) -> int:
    saved = 0
    try:
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    except sqlite3.Error as error:
        raise MirrorError(f"The mirror {path} cannot be opened: {error}.", hint=_RESTORE) from error
    target_path = database_path(engine.url.render_as_string(hide_password=False))
    with closing(source), closing(sqlite3.connect(str(target_path))) as target:
        for table in metadata.sorted_tables:
            entries, has_gap = _read(source, table)
            saved += _write(target, table, entries)
            if has_gap:
                repaired.lost.append(f"Some entries of {table.name} could not be read.")
        _make_whole(target, repaired)
        target.commit()
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return saved


def _read(source: sqlite3.Connection, table: Table) -> tuple[dict[int, Sequence[object]], bool]:
    """The entries of a table by rowid, from its top and from its end; whether some are missing."""
    found: dict[int, Sequence[object]] = {}
    has_gap = False
    for order in ("ASC", "DESC"):
        has_gap = False
        try:
            found.update(_select(source, table, order))
        except sqlite3.Error:
            has_gap = True
        if not has_gap:
            break
    return found, has_gap


def _select(
    source: sqlite3.Connection, table: Table, order: str
) -> Iterator[tuple[int, Sequence[object]]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    for rowid, *values in source.execute(
        f'SELECT rowid, {columns} FROM "{table.name}" ORDER BY rowid {order}'  # noqa: S608 - ours
    ):
        yield rowid, values


def _write(target: sqlite3.Connection, table: Table, entries: dict[int, Sequence[object]]) -> int:
    """Put entries into an empty table; one that does not fit any more is left out."""
    if not entries:
        return 0
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    places = ", ".join("?" for _ in table.columns)
    statement = f'INSERT OR IGNORE INTO "{table.name}" ({columns}) VALUES ({places})'  # noqa: S608
    return target.executemany(statement, entries.values()).rowcount
