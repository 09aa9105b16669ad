"""Putting a backup in the place of the mirror, also while the daemon runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.database import (
    FILES,
    backup,
    check,
    connect_plainly,
    database_path,
    known_revisions,
    make_private,
    translated,
)
from sync_daemon.mirror.repair.rebuild import rebuild

_TIME = "%Y-%m-%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the mirror of before is kept, and what of the backup could not be taken over."""

    aside: Path | None  # none where there was no mirror
    lost: tuple[str, ...] = ()


def restore(engine: Engine, copy: Path, now: datetime) -> Restored:
    """Make the mirror what a backup holds; that of before may be newer, damaged, or not there.

    To be called while no cycle runs. A backup may have been in other hands: a file
    is made of its known tables and rows alone, and the pages of that one are written
    into the mirror's file (SQLite's online backup, the other way round), so that
    other processes that have it open see them.

    Raises:
        ConfigError: the backup is not there, or is none of sheetd's.
        MirrorError: it is damaged or too new, or the mirror cannot be written.
    """
    path = database_path(engine.url.render_as_string(hide_password=False))
    if path is None:
        message = "`db restore` restores SQLite mirrors only."
        raise MirrorError(message, hint="Use the tool of your database (pg_restore).")
    revision = _check(copy)
    fresh = path.with_name(f"{path.name}.restoring")
    try:
        _remove(fresh)
        repaired = rebuild(copy, revision, fresh)
        aside = _put_aside(engine, path, now)
        _write_over(engine, fresh)
    finally:
        _remove(fresh)
    faults = check(engine)
    if faults:
        message = f"The mirror is damaged after the restore: {faults[0]}."
        raise MirrorError(message, hint=f"The mirror of before is {aside}.")
    return Restored(aside, tuple(repaired.lost))


def _write_over(engine: Engine, fresh: Path) -> None:
    with translated(engine), engine.connect() as connection:
        target = connection.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)  # noqa: S101 - by the dialect
        with closing(connect_plainly(fresh)) as source:
            source.backup(target)


def _remove(path: Path) -> None:
    for end in FILES:
        path.with_name(path.name + end).unlink(missing_ok=True)


def _put_aside(engine: Engine, path: Path, now: datetime) -> Path | None:
    """Copy the mirror of before, or move it away where SQLite cannot read it."""
    if not path.exists():
        return None
    aside = path.with_name(f"{path.name}.before-restore-{now.astimezone(UTC):{_TIME}}")
    try:
        backup(engine, aside)
    except MirrorError:
        if _can_be_read(path):
            raise  # the copy cannot be written
        engine.dispose()
        for end in FILES:
            with suppress(FileNotFoundError):
                path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
        make_private(path)
    return aside


def _can_be_read(path: Path) -> bool:
    try:
        with closing(_open(path)) as database:
            return bool(database.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def _check(copy: Path) -> str:
    """See that the file is a sound mirror; returns the revision of its schema."""
    if not copy.is_file():
        message = f"The backup {copy} is not there."
        raise ConfigError(message, hint="`sheetd db backup` makes one.")
    try:
        with closing(_open(copy)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0"
            tables = {row[0] for row in database.execute(query)}
            is_mirror = {"rows", "row_versions", "alembic_version"} <= tables
            query = "SELECT version_num FROM alembic_version"
            revisions = [str(r[0]) for r in database.execute(query)] if is_mirror else []
    except sqlite3.Error as error:
        message = f"The backup {copy} cannot be read: {error}."
        raise MirrorError(message, hint="Take an older one.") from error
    if found != "ok":
        raise MirrorError(f"The backup {copy} is damaged: {found}.", hint="Take an older one.")
    if len(revisions) != 1:
        message = f"{copy} is a database, but no mirror of sheetd."
        raise ConfigError(message, hint="Name a file that `sheetd db backup` made.")
    if revisions[0] not in known_revisions():
        raise MirrorError(f"{copy} was made by a newer sheetd.", hint="Upgrade sheetd.")
    return revisions[0]


def _open(copy: Path) -> sqlite3.Connection:
    """For reading only, whatever SQLite would like to tidy up in it."""
    return connect_plainly(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
