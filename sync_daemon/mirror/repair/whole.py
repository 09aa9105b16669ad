"""A damaged mirror: what can be mended is, and of a broken file all that can be read is saved."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from sync_daemon.errors import MirrorError, NewerMirrorError
from sync_daemon.mirror.database import (
    FILES,
    as_it_is,
    backup,
    connect_plainly,
    database_path,
    known_revisions,
    load_schema,
    make_private,
    migrate,
    open_engine,
    upgrade,
    upgrade_with_backup,
)
from sync_daemon.mirror.repair.fixes import Repair, make_whole, mark_cut_off
from sync_daemon.mirror.repair.integrity import Finding, find_triggers, inspect_mirror
from sync_daemon.mirror.repair.salvage import UNREADABLE, copy_tables, decode_somehow
from sync_daemon.mirror.tables import metadata

_LARGEST = 1 << 40  # bytes that a head can be believed to say; the file stays sparse
_TIME = "%Y-%m-%dT%H%M%SZ"
RESTORE = (
    "Restore a backup made by `sheetd db backup`, or move the file away: sheetd makes a new one"
    " from the sheet (history is lost)."
)


def repair(url: str, configured: Collection[str], now: datetime) -> Repair:
    """Mend what can be mended; to be called while no cycle runs.

    First a copy is put aside. Broken indexes are built anew, and entries that
    no cycle could use are removed. If the file itself is damaged, all that can
    still be read of it goes into a new one, and the old one stays beside it.

    Raises:
        MirrorError: nothing of it can be read, or there is no such file.
    """
    path = database_path(url)
    if path is None or not path.is_file():
        message = "Only a SQLite mirror that is there can be repaired."
        raise MirrorError(message, hint="Check database.url.")
    make_private(path)
    _refuse_newer(url)
    repaired = Repair()
    if _is_readable(path):
        _mend(url, path, configured, now, repaired)
    if not _is_readable(path) or _has_damage(url, configured):
        _salvage(path, now, repaired)
    return repaired


def _refuse_newer(url: str) -> None:
    """Nothing of a mirror that a newer sheetd made can be judged, let alone mended."""
    try:
        with as_it_is(url) as engine:
            load_schema(engine)
    except NewerMirrorError:
        raise
    except MirrorError:
        return  # it is damaged: that is what the repair is for


def _is_readable(path: Path) -> bool:
    """Whether SQLite can read every page of it, but for indexes: those can be built anew."""
    try:
        with closing(connect_plainly(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as database:
            database.text_factory = decode_somehow
            found = database.execute("PRAGMA integrity_check(1)").fetchall()
    except UNREADABLE:
        return False
    text = " ".join(str(row[0]) for row in found)
    return text == "ok" or "index" in text


def _has_damage(url: str, configured: Collection[str]) -> bool:
    engine = open_engine(url)
    try:
        return any(finding.is_damage for finding in _inspect(engine, configured))
    except MirrorError:
        return True
    finally:
        engine.dispose()


def _inspect(engine: Engine, configured: Collection[str]) -> list[Finding]:
    return inspect_mirror(engine, configured, is_idle=True)


def _mend(
    url: str, path: Path, configured: Collection[str], now: datetime, repaired: Repair
) -> None:
    """Mend inside the file; what is left for :func:`_salvage` shows in the next check."""
    engine = open_engine(url)
    try:
        before = upgrade_with_backup(engine, now)
        if before is not None:
            repaired.done.append(f"The mirror was upgraded; as it was before, it is in {before}.")
        if not any(finding.is_damage for finding in _inspect(engine, configured)):
            mark_cut_off(engine, repaired)
            return
        copy = path.with_name(f"{path.name}.before-repair-{now.astimezone(UTC):{_TIME}}")
        with suppress(MirrorError):  # what SQLite itself cannot copy is put aside by the salvage
            backup(engine, copy)
            repaired.done.append(f"The mirror as it was is in {copy}.")
        with closing(connect_plainly(path)) as database:
            _drop_triggers(database, repaired)
            database.execute("REINDEX")
        with engine.begin() as connection:
            metadata.create_all(connection)  # tables that are missing
            for table in metadata.sorted_tables:
                for index in table.indexes:
                    index.create(connection, checkfirst=True)
        repaired.done.append("The indexes were rebuilt.")
        make_whole(engine, repaired)
    except Exception as error:  # noqa: BLE001 - whatever it is, the salvage comes next
        repaired.lost.append(f"It could not be repaired in place ({error}).")
    finally:
        engine.dispose()


def _drop_triggers(database: sqlite3.Connection, repaired: Repair) -> None:
    """Before anything is changed: sheetd makes none, and they would run."""
    for name in find_triggers(database):
        database.execute('DROP TRIGGER "{}"'.format(name.replace('"', '""')))
        repaired.done.append(f"The trigger {name} was removed; sheetd makes none.")
    database.commit()


def _salvage(path: Path, now: datetime, repaired: Repair) -> None:
    """Read what can be read into a new file, and put it in the place of the damaged one."""
    fresh = path.with_name(path.name + ".salvaged")
    _remove(fresh)
    engine = open_engine(f"sqlite:///{fresh}")
    reading = _whole_copy(path)
    try:
        with engine.connect() as connection:  # values have the form of their schema
            migrate(connection, _revision_of(reading))
            connection.commit()
        saved = _save(reading, engine, repaired)
    except UNREADABLE as error:
        raise MirrorError(f"The mirror {path} cannot be read: {error}.", hint=RESTORE) from error
    finally:
        engine.dispose()
        _remove(reading)
    if not saved:
        _remove(fresh)
        raise MirrorError(f"Nothing of the mirror {path} can be read.", hint=RESTORE)
    aside = _replace(path, fresh, f"{path.name}.damaged-{now.astimezone(UTC):{_TIME}}")
    repaired.done.append(f"{saved} entries were saved; the damaged file is {aside}.")


def _revision_of(copy: Path) -> str:
    """The schema of a damaged mirror, as far as it can be told; otherwise the newest."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA writable_schema = ON")
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except UNREADABLE:
        found = None
    revision = str(found[0]) if found else ""
    return revision if revision in known_revisions() else known_revisions()[-1]


def _save(reading: Path, engine: Engine, repaired: Repair) -> int:
    source = connect_plainly(f"{reading.absolute().as_uri()}?mode=rw", uri=True)
    with closing(source):
        saved = copy_tables(source, Path(str(engine.url.database)), repaired)
    upgrade(engine)
    if saved:
        make_whole(engine, repaired)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return saved


def _replace(path: Path, fresh: Path, name: str) -> Path:
    """Put ``fresh`` in the place of ``path``, which stays under ``name``; at no time is none there.

    The log goes first: SQLite would take it for one of the new file.
    """
    aside = path.with_name(name)
    for end in FILES[1:]:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        path.rename(aside)
    fresh.replace(path)
    return aside


def _remove(path: Path) -> None:
    for end in FILES:
        path.with_name(path.name + end).unlink(missing_ok=True)


def _whole_copy(path: Path) -> Path:
    """A copy to read from, as long as its head says: SQLite reads nothing of one that is shorter.

    Page size and number of pages stand at 16 and 28 ("Database File Format").
    """
    copy = path.with_name(path.name + ".reading")
    _remove(copy)
    make_private(copy)
    shutil.copyfile(path, copy)
    log = path.with_name(path.name + "-wal")
    if log.exists():
        make_private(copy.with_name(copy.name + "-wal"))
        shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
    with copy.open("r+b") as file:
        head = file.read(100)
        page = int.from_bytes(head[16:18]) or 4096
        length = (65_536 if page == 1 else page) * int.from_bytes(head[28:32])
        if head.startswith(b"SQLite format 3") and copy.stat().st_size < length < _LARGEST:
            file.truncate(length)
    return copy
