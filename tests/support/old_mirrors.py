"""Mirrors as earlier versions of sheetd left them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config

from sync_daemon.mirror.database import MIGRATIONS, as_it_is

Cell = list[Any]


def downgrade(mirror: Path, revision: str) -> None:
    """Give a mirror the schema of an earlier version, and its values the forms of then."""
    with closing(sqlite3.connect(mirror)) as database:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'view'"
        views = dict(database.execute(query).fetchall())
        for name in views:  # they would keep columns from being dropped
            database.execute(f'DROP VIEW "{name}"')
        database.commit()
    with as_it_is(f"sqlite:///{mirror}") as engine, engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    with closing(sqlite3.connect(mirror)) as database:
        rewrite_owned(database, FORMS.get(revision, lambda cell: cell))
        for statement in views.values():
            database.execute(statement)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite_owned(database: sqlite3.Connection, change: Callable[[Cell], Cell]) -> None:
    """Change each result cell of each row."""
    found = database.execute("SELECT row_id, owned FROM rows").fetchall()
    for row_id, owned in found:
        cells = {header: change(cell) for header, cell in json.loads(owned).items()}
        text = json.dumps(cells, separators=(",", ":"))
        database.execute("UPDATE rows SET owned = ? WHERE row_id = ?", (text, row_id))


def _by_user(cell: Cell) -> Cell:
    """The first form: who holds a cell was whether the user does, and nothing was remembered."""
    return [*cell[:3], cell[3] == "user", cell[4]]


def _without_past(cell: Cell) -> Cell:
    return cell[:5]


FORMS: dict[str, Callable[[Cell], Cell]] = {
    "0001": _by_user,
    "0002": _without_past,
    "0003": _without_past,
}
"""By revision, how result cells differed from what the downgrades of later ones make of them."""


def revision_of(mirror: Path) -> str:
    """The schema that a mirror says it has."""
    with closing(sqlite3.connect(mirror)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def set_revision(mirror: Path, revision: str) -> None:
    """As if another version had made it."""
    with closing(sqlite3.connect(mirror)) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
