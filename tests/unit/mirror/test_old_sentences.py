"""What an older sheetd wrote of its rows is read, and put right by the upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, column, insert, table

from sync_daemon.domain.sentence import LONGEST
from sync_daemon.mirror import migrations, tables
from sync_daemon.mirror.database import open_engine, upgrade
from sync_daemon.mirror.read_models import MirrorReader

MIGRATIONS = Path(migrations.__file__).parent
NOW = "2026-11-30T12:00:00+00:00"
ROWS = table(  # the columns that every version has had
    "rows", *map(column, ("row_id", "sheet", "row_number", "state", "version", "content_hash",
                          "standing", "status", "first_seen", "last_changed")),
)  # fmt: skip


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{tmp_path}/mirror.db")
    with opened.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        connection.commit()
    with opened.begin() as connection:
        connection.execute(tables.sheets.insert().values(name="jobs", spreadsheet_id="s"))
        connection.execute(
            tables.runs.insert().values(id=1, trigger="test", started_at=NOW, status="done")
        )
    yield opened
    opened.dispose()


def add_row(engine: Engine, row_id: str, status: str, *jobs: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(ROWS).values(
                row_id=row_id, sheet="jobs", row_number=2, state="live", version=1,
                content_hash="h", standing="queued", status=status, first_seen=NOW,
                last_changed=NOW,
            )
        )  # fmt: skip
        connection.execute(
            tables.row_versions.insert().values(
                row_id=row_id, version=1, kind="inserted", at=NOW, run_id=1, cells="{}"
            )
        )
        for step, state in enumerate(jobs):
            connection.execute(
                tables.jobs.insert().values(
                    row_id=row_id, step=str(step), input_hash="h", state=state, updated_at=NOW
                )
            )


def test_rows_of_an_older_mirror(engine: Engine) -> None:
    old = f"will retry posting_fetcher at 12:01: {'x' * 200}"
    add_row(engine, "a", old, "done", "retrying")
    add_row(engine, "b", "queued: keyword_analyzer", "retrying", "queued")
    add_row(engine, "c", "", "queued")
    upgrade(engine)
    told = {row.row_id: (row.state, row.reason) for row in MirrorReader(engine).rows()}
    assert told == {
        "a": ("retrying", f"{old[: LONGEST - 1]}…"),
        "b": ("queued", "queued: keyword_analyzer"),
        "c": ("queued", "working: about to begin"),
    }


def test_an_old_sentence_is_read_in_one_line(engine: Engine) -> None:
    upgrade(engine)
    add_row(engine, "a", "failed: x\n" * 100, "failed")
    (row,) = MirrorReader(engine).rows()
    assert len(row.reason) <= LONGEST
    assert "\n" not in row.reason
