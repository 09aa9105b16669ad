"""Putting a backup in the place of the mirror, also while the daemon runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.database import (
    backup,
    check,
    database_path,
    known_revisions,
    translated,
    upgrade,
)
from sync_daemon.mirror.tables import sheets

_TIME = "%Y-%m-%dT%H%M%SZ"


def restore(engine: Engine, copy: Path, now: datetime) -> Path:
    """Make the mirror what a backup holds; returns where the mirror of before is kept.

    To be called while no cycle runs. The pages are written into the file that is
    there (SQLite's online backup, the other way round), so that other processes
    that have it open see them.

    Raises:
        ConfigError: the backup is not there, or is none of sheetd's.
        MirrorError: it is damaged or too new, or the mirror cannot be written.
    """
    path = database_path(engine.url.render_as_string(hide_password=False))
    if path is None:
        message = "`db restore` restores SQLite mirrors only."
        raise MirrorError(message, hint="Use the tool of your database (pg_restore).")
    _check(copy)
    aside = path.with_name(f"{path.name}.before-restore-{now.astimezone(UTC):{_TIME}}")
    backup(engine, aside)
    with translated(engine), engine.connect() as connection:
        target = connection.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)  # noqa: S101 - by the dialect
        with closing(_open(copy)) as source:
            source.backup(target)
    upgrade(engine)
    with translated(engine), engine.begin() as connection:
        connection.execute(sheets.update().values(settled="", headers="[]"))
    faults = check(engine)
    if faults:
        message = f"The mirror is damaged after the restore: {faults[0]}."
        raise MirrorError(message, hint=f"The mirror of before is {aside}.")
    return aside


def _check(copy: Path) -> None:
    """See that the file is a sound mirror."""
    if not copy.is_file():
        message = f"The backup {copy} is not there."
        raise ConfigError(message, hint="`sheetd db backup` makes one.")
    try:
        with closing(_open(copy)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema")}
            is_mirror = {"rows", "row_versions", "alembic_version"} <= tables
            query = "SELECT version_num FROM alembic_version"
            revisions = {row[0] for row in database.execute(query)} if is_mirror else set()
    except sqlite3.Error as error:
        message = f"The backup {copy} cannot be read: {error}."
        raise MirrorError(message, hint="Take an older one.") from error
    if found != "ok":
        raise MirrorError(f"The backup {copy} is damaged: {found}.", hint="Take an older one.")
    if not is_mirror:
        message = f"{copy} is a database, but no mirror of sheetd."
        raise ConfigError(message, hint="Name a file that `sheetd db backup` made.")
    if not revisions <= known_revisions():
        raise MirrorError(f"{copy} was made by a newer sheetd.", hint="Upgrade sheetd.")


def _open(copy: Path) -> sqlite3.Connection:
    """For reading only, whatever SQLite would like to tidy up in it."""
    return sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
