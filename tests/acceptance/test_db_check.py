"""A damaged mirror is found, and as much of it as can be is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop

PAGE = 4096


@pytest.fixture
def mirror(hunt: Loop, sheetd: Sheetd) -> Path:
    """A mirror with some history, closed and in one file."""
    hunt.user.type_rows(4, 0, [[f"Company {n}", "Role", f"text {n} " * 30] for n in range(300)])
    assert sheetd("sync", "now").status == 0
    hunt.user.type(2, 2, "edited")
    assert sheetd("sync", "now").status == 0
    hunt.application.close()
    path = hunt.folder / "sheetd.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    return path


def overwrite(path: Path, page: int, content: bytes = b"\xa5" * PAGE) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(content)


def pages_of(path: Path, table: str) -> list[int]:
    """Pages, from 0, that hold the leaves of a table, or of an index."""
    with closing(sqlite3.connect(path)) as database:
        try:
            query = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'"
            found = database.execute(query, (table,)).fetchall()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no dbstat")
    return [page - 1 for (page,) in found]


def test_a_sound_mirror_needs_no_repair(mirror: Path, sheetd: Sheetd) -> None:
    before = mirror.read_bytes()
    ran = sheetd("db", "check", "--repair")
    assert (ran.status, ran.out) == (0, "The mirror is sound.\n")
    assert mirror.read_bytes()[PAGE:] == before[PAGE:]
    assert list(mirror.parent.glob("sheetd.db.*-*")) == []


def damage_table(mirror: Path) -> None:
    leaves = pages_of(mirror, "row_versions")
    overwrite(mirror, leaves[len(leaves) // 2])


def damage_index(mirror: Path) -> None:
    overwrite(mirror, pages_of(mirror, "ix_results_row_step")[0])


def cut_off(mirror: Path) -> None:
    content = mirror.read_bytes()
    mirror.write_bytes(content[: len(content) * 3 // 4 // PAGE * PAGE])


def drop_rows(mirror: Path) -> None:
    with closing(sqlite3.connect(mirror)) as database:
        database.execute("DELETE FROM runs WHERE id = 1")
        database.commit()


@pytest.mark.parametrize("damage", [damage_table, damage_index, cut_off, drop_rows])
def test_what_can_be_read_is_saved_and_the_sheet_stays_as_it_is(
    mirror: Path, sheetd: Sheetd, hunt: Loop, damage: Callable[[Path], None]
) -> None:
    ids = [row["sheetd id"] for row in hunt.rows()]
    damage(mirror)
    found = sheetd("db", "check")
    assert found.status == 6
    assert "--repair" in found.err
    ran = sheetd("db", "check", "--repair")
    assert ran.status == 0, ran.err
    assert "The mirror is sound." in ran.out
    assert list(mirror.parent.glob("sheetd.db.*-*")), "what was there is put aside"
    assert sheetd("db", "check").status == 0
    assert sheetd("sync", "now").status == 0
    assert sheetd("sync", "now").status == 0
    rows = hunt.rows()
    assert [row["sheetd id"] for row in rows] == ids
    assert all(row["Words"] == len(str(row["Description"]).split()) for row in rows[1:2])
    assert rows[1]["Description"] == "edited"
    with closing(sqlite3.connect(mirror)) as database:
        assert database.execute("SELECT count(*) FROM sheet_jobs").fetchone() == (len(rows),)


def test_files_of_a_repair_are_for_their_owner_alone(mirror: Path, sheetd: Sheetd) -> None:
    damage_table(mirror)
    sheetd("db", "check", "--repair")
    for file in mirror.parent.glob("sheetd.db*"):
        if not file.name.endswith(".lock"):
            assert file.stat().st_mode & 0o077 == 0, file


@pytest.mark.parametrize("content", [b"no database at all" * 500, b"\0" * PAGE * 9])
def test_where_nothing_can_be_read_it_is_said_so(
    mirror: Path, sheetd: Sheetd, content: bytes
) -> None:
    mirror.write_bytes(content)
    ran = sheetd("db", "check", "--repair")
    assert ran.status == 6
    assert "Restore a backup" in ran.err
    assert mirror.read_bytes() == content


def test_scripts_learn_what_was_done(mirror: Path, sheetd: Sheetd) -> None:
    damage_table(mirror)
    told = sheetd("db", "check", "--repair", "--json").json()
    assert told["ok"] is True
    assert told["done"]
    assert told["lost"]
