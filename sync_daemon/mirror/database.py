"""Opening the mirror: the engine, its pragmas, migrations and the database's own errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from sync_daemon.errors import MirrorError

FILES = ("", "-wal", "-shm")  # what the names of a SQLite mirror's files end in
MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_TIMEOUT_S = 30
_LARGEST_LOG = 16 << 20  # bytes that the log keeps once all of it is in the file
_LITTLE_SPACE = 1 << 20  # bytes; SQLite's journal and shared memory need some to begin with

_HINTS = {
    "database is locked": "Another program holds it; close it, or try again in a minute.",
    "malformed": "It is damaged: sheetd db check --repair saves what can be read. Or restore a"
    " backup, or move it away: sheetd rebuilds it from the sheet (history is lost).",
    "not a database": "The file is no SQLite database; check database.url.",
    "disk is full": "Free some space and run again; nothing was lost.",
    "disk I/O error": "The disk does not write; check it and its free space, then run again.",
    "readonly": "The user running sheetd may not write there; change the owner or database.url.",
    "read-only": "The user running sheetd may not write there; change the owner or database.url.",
    "unable to open": "The folder must exist and be writable by the user running sheetd.",
}


def open_engine(url: str) -> Engine:
    """An engine on the mirror; SQLite in WAL mode, foreign keys on, every commit synced."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        path = database_path(url)
        if path is not None:
            event.listen(engine, "do_connect", lambda *_: make_private(path))
            event.listen(engine, "connect", lambda _, record: _note_file(path, record))
            event.listen(engine, "checkout", lambda _, record, __: _check_file(path, record))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def database_path(url: str) -> Path | None:
    """The file of a SQLite mirror, or nothing for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def upgrade(engine: Engine) -> None:
    """Bring the mirror to the newest schema, making it if there is none."""
    with translated(engine), engine.connect() as connection:
        if _is_current(connection):
            return
        config = _alembic_config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            message = f"The mirror {_name(engine)} cannot be upgraded: {error}."
            hint = "It was made by a newer sheetd; upgrade sheetd."
            raise MirrorError(message, hint=hint) from error
        connection.commit()


def create(engine: Engine, revision: str) -> None:
    """Make an empty mirror with the schema that it had at a revision."""
    config = _alembic_config()
    with translated(engine), engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
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


def known_revisions() -> set[str]:
    """The schemas that this sheetd can bring to the newest."""
    return {
        script.revision
        for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions()
    }


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
        return shutil.disk_usage(Path(engine.url.database).parent).free < _LITTLE_SPACE
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
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a committed result survives power loss
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute(f"PRAGMA journal_size_limit = {_LARGEST_LOG}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    """Take the write lock at once where the option says so: no upgrade half-way can fail."""
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _is_current(connection: Any) -> bool:
    head = ScriptDirectory.from_config(_alembic_config()).get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    return current == head
