"""Opening the mirror: the engine, its pragmas, migrations and the database's own errors."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from sync_daemon.errors import MirrorError, NewerMirrorError

_NO_SUCH_TABLE = ("no such table", 'relation "alembic_version" does not exist')
LIGHTLY = {"sqlite_sync": "NORMAL"}
"""Options of a transaction that is not synced by itself, but with the next that is.

Killed, a process loses none of it; a power cut may take what came last. That is right for
what the next cycle finds out again: that a write arrived, that nothing is left to do.
"""

FILES = ("", "-wal", "-shm")  # what the names of a SQLite mirror's files end in
MIGRATIONS = Path(__file__).with_name("migrations")
BUSY_TIMEOUT_S = 30.0
_LARGEST_LOG = 16 << 20  # bytes that the log keeps once all of it is in the file
LITTLE_SPACE = 1 << 20  # bytes; SQLite's journal and shared memory need some to begin with

_HINTS = {
    "database is locked": "Another program holds it; close it, or try again in a minute.",
    "malformed": "It is damaged: sheetd db check --repair saves what can be read. Or restore a"
    " backup, or move it away: sheetd rebuilds it from the sheet (history is lost).",
    "not a database": "The file is not an SQLite database; check database.url.",
    "disk is full": "Free some space and run again; nothing was lost.",
    "disk I/O error": "The disk does not write; check it and its free space, then run again.",
    "readonly": "The user running sheetd may not write there; change the owner or database.url.",
    "read-only": "The user running sheetd may not write there; change the owner or database.url.",
    "unable to open": "The folder must exist and be writable by the user running sheetd.",
}


def open_engine(url: str) -> Engine:
    """An engine on the mirror; SQLite in WAL mode, foreign keys on, every commit synced.

    A file that is not there is made by the first connection, and by no later one: a
    mirror that vanishes from under a process is somewhere else, or on a disk that is away.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        path = database_path(url)
        if path is not None:
            file = _File(path)
            event.listen(engine, "do_connect", lambda *_: file.prepare())
            event.listen(engine, "connect", lambda _, record: _note_file(path, record))
            event.listen(engine, "checkout", lambda _, record, __: _check_file(path, record))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


@dataclass(slots=True)
class _File:
    """The file of a SQLite mirror, as one engine knows it."""

    path: Path
    was_there: bool = False

    def prepare(self) -> None:
        """See to the file before it is opened."""
        if self.was_there and not self.path.exists():
            raise vanished(f"The mirror {self.path} is gone.")
        make_private(self.path)
        self.was_there = self.path.exists()


def refuse_missing(url: str) -> None:
    """Raise MirrorError if there is no mirror: to open it would make an empty one."""
    path = database_path(url)
    if path is not None and not path.exists():
        message = f"There is no mirror {path} yet."
        raise MirrorError(message, hint="The first cycle makes it: sheetd sync now.")


def vanished(message: str) -> MirrorError:
    """The error where a mirror that this process has used is not there any more."""
    hint = (
        "Put it back where it was, or restore a backup: sheetd db restore. Started again,"
        " sheetd makes a new one."
    )
    return MirrorError(message, hint=hint)


def file_identity(engine: Engine) -> tuple[int, int] | None:
    """Which file the mirror is, by device and inode; None for a server, or if it is gone."""
    path = database_path(engine.url.render_as_string(hide_password=False))
    return _identity(path) if path is not None else None


@contextmanager
def as_it_is(url: str) -> Iterator[Engine]:
    """An engine on the mirror, whatever schema it has, for as long as the ``with`` statement."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def database_path(url: str) -> Path | None:
    """The file of a SQLite mirror, or nothing for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def upgrade(engine: Engine) -> None:
    """Bring the mirror to the newest schema, making it if there is none."""
    if load_schema(engine).age is SchemaAge.NOW:
        return
    with translated(engine), engine.connect() as connection:
        migrate(connection, "head")
        connection.commit()


def create(engine: Engine, revision: str) -> None:
    """Make an empty mirror with the schema that it had at a revision."""
    with translated(engine), engine.connect() as connection:
        migrate(connection, revision)
        connection.commit()


def connect_plainly(database: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection that trusts nothing a file says of itself ("Defense Against The Dark Arts").

    Views and the like in its schema can only call functions without side effects, and
    a page whose content does not fit is told at once.
    """
    connection = sqlite3.connect(database, uri=uri)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def migrate(connection: Connection, revision: str) -> None:
    """Run the migrations up to a revision, in the transaction of the connection."""
    from alembic import command  # noqa: PLC0415 - large, and needed once after an upgrade
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def known_revisions() -> tuple[str, ...]:
    """The schemas that this sheetd knows, the newest last, by the names of the migrations."""
    found = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(path.name.partition("_")[0] for path in found))


class SchemaAge(Enum):
    """A mirror's schema beside the newest that this sheetd knows."""

    NONE = "none"  # there is nothing in it yet
    OLDER = "older"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema of a mirror."""

    age: SchemaAge
    revision: str = ""


def load_schema(engine: Engine) -> Schema:
    """Which schema a mirror has.

    Raises:
        NewerMirrorError: one that this sheetd does not know.
        MirrorError: it cannot be read.
    """
    with translated(engine), engine.connect() as connection:
        return schema_of(connection)


def schema_of(connection: Connection) -> Schema:
    """The same on an open connection."""
    revision = _load_revision(connection)
    if not revision:
        return Schema(SchemaAge.NONE)
    if revision not in known_revisions():
        raise _newer(connection.engine, revision)
    is_newest = revision == known_revisions()[-1]
    return Schema(SchemaAge.NOW if is_newest else SchemaAge.OLDER, revision)


def _load_revision(connection: Connection) -> str:
    """Asked for directly, as each cycle does: to look for the table first takes twice as long."""
    try:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    except DBAPIError as error:
        if any(words in str(error.orig) for words in _NO_SUCH_TABLE):
            return ""
        raise


def _newer(engine: Engine, revision: str) -> NewerMirrorError:
    known = known_revisions()[-1]
    message = (
        f"The mirror {_name(engine)} was made by a newer sheetd: its schema is {revision},"
        f" and this sheetd knows schemas up to {known}."
    )
    path = database_path(engine.url.render_as_string(hide_password=False))
    copies = backups_before_upgrades(path) if path is not None else []
    fitting = [copy for copy in copies if copy.revision in known_revisions()]
    back = f"sheetd db restore {fitting[-1].path}" if fitting else "sheetd db restore BACKUP"
    return NewerMirrorError(
        message, hint=f"Upgrade sheetd, or go back to a backup made before the upgrade: {back}"
    )


@dataclass(frozen=True, slots=True)
class UpgradeBackup:
    """A copy of the mirror that was made before migrations changed it."""

    path: Path
    revision: str


def backups_before_upgrades(mirror: Path) -> list[UpgradeBackup]:
    """The copies beside a mirror, the oldest first."""
    name = re.compile(re.escape(mirror.name) + r"\.before-upgrade-(\d{4}-\d\d-\d\dT\d{6}Z)-(\w+)")
    try:
        found = [(name.fullmatch(path.name), path) for path in mirror.parent.iterdir()]
    except OSError:
        return []
    copies = sorted((match[1], path, match[2]) for match, path in found if match)
    return [UpgradeBackup(path, revision) for _, path, revision in copies]


def upgrade_with_backup(engine: Engine, now: datetime) -> Path | None:
    """Bring the mirror to the newest schema; returns the copy made before, if there had to be one.

    Raises:
        MirrorError: it cannot be copied or migrated, and is as it was.
    """
    schema = load_schema(engine)
    path = database_path(engine.url.render_as_string(hide_password=False))
    copy = None
    if schema.age is SchemaAge.OLDER and path is not None:
        stamp = f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
        copy = path.with_name(f"{path.name}.before-upgrade-{stamp}-{schema.revision}")
        backup(engine, copy)
    upgrade(engine)
    return copy


def check(engine: Engine) -> list[str]:
    """What the database itself finds wrong with the mirror; empty if nothing."""
    if engine.dialect.name != "sqlite":
        return []
    with translated(engine), engine.connect() as connection:
        found = [row[0] for row in connection.execute(text("PRAGMA integrity_check"))]
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    faults = [fault for fault in found if fault != "ok"]
    return faults + [f"{row[0]} row {row[1]} refers to a missing {row[2]}" for row in broken]


def backup(engine: Engine, target: Path) -> None:
    """Copy the mirror while it is in use (SQLite online backup), in one piece or not at all."""
    if engine.dialect.name != "sqlite":
        message = "`db backup` copies SQLite mirrors only."
        raise MirrorError(message, hint="Use the backup tool of your database (pg_dump).")
    part = target.with_name(target.name + ".part")
    with translated(engine), engine.connect() as connection:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101 - by the dialect
        try:
            part.unlink(missing_ok=True)
            make_private(part)
            copy = connect_plainly(part)
            try:
                source.backup(copy)
            finally:
                copy.close()
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)  # half a copy is none, and the disk may be full
            message = f"The backup {target} could not be written: {error}."
            raise MirrorError(message, hint="Check the folder and its free space.") from error


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into :class:`MirrorError`, which says what to do."""
    try:
        yield
    except DBAPIError as error:
        raise _mirror_error(engine, str(error.orig)) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _mirror_error(engine, str(error)) from error
    except UnicodeDecodeError as error:  # from a message of SQLite's that quotes damaged text
        raise _mirror_error(engine, "its schema is malformed") from error


def _mirror_error(engine: Engine, reason: str) -> MirrorError:
    # SQLite says "I/O error" if it is the shared memory beside the file that has no space.
    if "disk I/O error" in reason and _has_little_space(engine):
        reason += ", for the disk is full"
    hint = next((hint for part, hint in _HINTS.items() if part in reason), "")
    return MirrorError(f"The mirror {_name(engine)} failed: {reason}.", hint=hint)


def _has_little_space(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return False
    try:
        return shutil.disk_usage(Path(engine.url.database).parent).free < LITTLE_SPACE
    except OSError:
        return False


def _name(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def make_private(path: Path) -> None:
    """Let the owner alone read a mirror: a new file, or one that everybody may read.

    SQLite gives its log the same mode. A file that is for a group was given to it on purpose.
    """
    with suppress(OSError):  # it is there; or SQLite will say what is wrong
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return
    for end in FILES:
        with suppress(OSError):  # another's file is the other's matter
            file = path.with_name(path.name + end)
            if file.stat().st_mode & 0o007:
                file.chmod(0o600)


def _note_file(path: Path, record: ConnectionPoolEntry) -> None:
    record.info["file"] = _identity(path)


def _check_file(path: Path, record: ConnectionPoolEntry) -> None:
    """Have a connection made anew if another file took the place of its own.

    A repair does that while the daemon runs, and whoever moves a backup there.
    """
    if record.info.get("file") != _identity(path):
        raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    # Transactions are begun by us (see _begin_immediate), not by the sqlite3 module.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000:.0f}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a committed result survives power loss
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """Take the write lock at once where the option says so: no upgrade half-way can fail.

    And sync as the option says: see :data:`LIGHTLY`.
    """
    options = connection.get_execution_options()
    level = options.get("sqlite_sync", "FULL")
    if connection.info.get("sqlite_sync", "FULL") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous = {level}")
        connection.info["sqlite_sync"] = level
    connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'DEFERRED')}")
