"""Fresh mirrors, migrated once for a whole run: all the migrations take a tenth of a second."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection

from sync_daemon.mirror import database


def reuse_migrations() -> None:
    """Make what the migrations make of an empty SQLite file from what they made of the first."""
    migrate = database.migrate
    script: list[str] = []

    def migrate_or_repeat(connection: Connection, revision: str) -> None:
        if revision != "head" or connection.dialect.name != "sqlite" or not _is_empty(connection):
            migrate(connection, revision)
        elif script:
            for statement in script:
                connection.exec_driver_sql(statement)
        else:
            migrate(connection, revision)
            script.extend(_script_of(connection))

    database.migrate = migrate_or_repeat


def _is_empty(connection: Connection) -> bool:
    return not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()


def _script_of(connection: Connection) -> list[str]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    control = {"BEGIN TRANSACTION;", "COMMIT;"}
    return [statement for statement in raw.iterdump() if statement not in control]
