"""Every connection to a mirror distrusts what its file says of itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sync_daemon.mirror.database import connect_plainly, open_engine

SPY = "CREATE VIEW spy AS SELECT * FROM pragma_table_list"  # a function that is not innocuous


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mirror.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(SPY)
        database.commit()
        assert database.execute("SELECT * FROM spy").fetchall()
    return path


def test_a_view_calls_nothing_that_is_not_harmless(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection, pytest.raises(DBAPIError, match="unsafe use"):
        connection.execute(text("SELECT * FROM spy"))
    engine.dispose()
    with closing(connect_plainly(file)) as database:
        with pytest.raises(sqlite3.OperationalError, match="unsafe use"):
            database.execute("SELECT * FROM spy")
        assert database.execute("PRAGMA cell_size_check").fetchone() == (1,)
