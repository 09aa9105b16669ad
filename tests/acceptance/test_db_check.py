"""A damaged mirror is found, and as much of it as can be is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from sync_daemon.cycle import CycleOptions
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


def damage_leaf(table: str) -> Callable[[Path], None]:
    """Overwrite the page in the middle of a table, or of an index."""

    def damage(mirror: Path) -> None:
        leaves = pages_of(mirror, table)
        overwrite(mirror, leaves[len(leaves) // 2])

    damage.__name__ = table
    return damage


damage_table = damage_leaf("row_versions")


def cut_off(mirror: Path) -> None:
    content = mirror.read_bytes()
    mirror.write_bytes(content[: len(content) * 3 // 4 // PAGE * PAGE])


def execute(*statements: str) -> Callable[[Path], None]:
    """Change the mirror behind sheetd's back."""

    def damage(mirror: Path) -> None:
        with closing(sqlite3.connect(mirror)) as database:
            for statement in statements:
                database.execute(statement)
            database.commit()

    damage.__name__ = statements[0]
    return damage


DAMAGES = [
    *map(damage_leaf, ["row_versions", "results", "jobs", "runs", "writes", "written_rows"]),
    *map(damage_leaf, ["rows", "sheets", "ix_results_row_step", "ix_rows_sheet_state"]),
    cut_off,
    execute("DELETE FROM runs WHERE id = 1"),
    execute("DELETE FROM row_versions WHERE version = 1"),
    execute("DELETE FROM sheets"),
    execute("DROP INDEX ix_jobs_due_at"),
    execute("DROP TABLE hand_edits"),
    execute("DROP VIEW sheet_jobs", "CREATE VIEW sheet_jobs AS SELECT 1 FROM nowhere"),
    execute("DROP VIEW sheet_jobs"),
    execute("UPDATE row_versions SET cells = '{\"Description\": [' WHERE version = 1"),
    execute("UPDATE row_versions SET cells = CAST(x'ff00fe' AS TEXT) WHERE version = 1"),
    execute("UPDATE rows SET owned = '[1]' WHERE row_number = 5"),
    execute("UPDATE results SET output = '' WHERE id < 9"),
    execute("UPDATE sheets SET headers = 'none', metadata_ids = '[]'"),
    execute("UPDATE rows SET state = 'gone' WHERE row_number = 5"),
    execute("UPDATE jobs SET state = 'gone'"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_can_be_read_is_saved_and_the_sheet_stays_as_it_is(
    mirror: Path, sheetd: Sheetd, hunt: Loop, damage: Callable[[Path], None]
) -> None:
    before = [{**row, "sheetd status": ""} for row in hunt.rows()]
    damage(mirror)
    found = sheetd("db", "check")
    assert found.status == 6
    assert "--repair" in found.err
    ran = sheetd("db", "check", "--repair")
    assert ran.status == 0, ran.err
    assert "The mirror is sound." in ran.out
    assert list(mirror.parent.glob("sheetd.db.*-*")), "what was there is put aside"
    assert sheetd("db", "check").status == 0
    first = sheetd("sync", "now")
    if first.status == 5:  # which installation it was is among what was lost
        assert "--take-over" in first.err
        first = sheetd("sync", "now", "--take-over")
    assert first.status == 0
    assert sheetd("sync", "now").status == 0
    assert [{**row, "sheetd status": ""} for row in hunt.rows()] == before
    with closing(sqlite3.connect(mirror)) as database:
        assert database.execute("SELECT count(*) FROM sheet_jobs").fetchone() == (len(before),)
    assert sheetd("db", "check").out == "The mirror is sound.\n"


def test_around_two_damaged_pages_all_the_rest_is_saved(mirror: Path, sheetd: Sheetd) -> None:
    with closing(sqlite3.connect(mirror)) as database:
        number = database.execute("SELECT count(*) FROM row_versions").fetchone()[0]
    leaves = pages_of(mirror, "row_versions")
    for damaged in (leaves[1], leaves[-2]):
        overwrite(mirror, damaged)
    told = sheetd("db", "check", "--repair", "--json").json()
    with closing(sqlite3.connect(mirror)) as database:
        saved = database.execute("SELECT count(*) FROM row_versions").fetchone()[0]
    lost = f"Up to {number - saved} entries of row_versions were unreadable."
    assert lost in told["lost"]
    assert number - saved < number / len(leaves) * 4


def test_a_daemon_at_work_goes_on_with_the_repaired_mirror(
    mirror: Path, sheetd: Sheetd, hunt: Loop
) -> None:
    """It must not write on into the file that was put aside."""
    daemon = hunt.open()
    daemon.run_once(trigger="test", options=CycleOptions())
    damage_table(mirror)
    assert sheetd("db", "check", "--repair").status == 0
    report = daemon.run_once(trigger="test", options=CycleOptions())
    assert report.status == "done"
    with closing(sqlite3.connect(mirror)) as database:
        newest = database.execute("SELECT max(id) FROM runs").fetchone()
    assert newest == (report.run_id,)
    daemon.close()
    assert sheetd("db", "check").status == 0


def test_what_is_only_worth_knowing_is_told_and_is_no_damage(mirror: Path, sheetd: Sheetd) -> None:
    execute(
        "INSERT INTO sheets (name, spreadsheet_id) VALUES ('old', 'x')",
        "UPDATE runs SET status = 'running' WHERE id = 1",
        "UPDATE jobs SET state = 'queued' WHERE row_id IN (SELECT row_id FROM rows LIMIT 2)",
    )(mirror)
    ran = sheetd("db", "check")
    assert ran.status == 0
    assert ran.out.splitlines()[-1] == "The mirror is sound."
    assert "The sheet 'old' with 0 rows is not in the configuration any more." in ran.out
    assert "1 runs were cut off" in ran.out
    assert "jobs were at work or waiting when sheetd ended. The next cycle runs them." in ran.out
    assert "1 runs were marked as cut off." in sheetd("db", "check", "--repair").out
    assert "cut off" not in sheetd("db", "check").out


def test_while_a_cycle_runs_its_work_is_not_called_cut_off(
    mirror: Path, sheetd: Sheetd, hunt: Loop
) -> None:
    execute("UPDATE runs SET status = 'running' WHERE id = 1")(mirror)
    with hunt.application.hold_cycle_lock():
        assert sheetd("db", "check").out == "The mirror is sound.\n"


def test_each_finding_is_one_line_with_what_can_be_done(mirror: Path, sheetd: Sheetd) -> None:
    execute("DELETE FROM runs WHERE id = 1", "DROP VIEW sheet_jobs")(mirror)
    ran = sheetd("db", "check")
    assert ran.status == 6
    assert "entries of row_versions refer to something that is missing in runs." in ran.out
    assert "The view sheet_jobs is missing." in ran.out
    assert all("--repair" in line for line in ran.out.splitlines())
    findings = sheetd("db", "check", "--json").json()["findings"]
    assert len(findings) == len(ran.out.splitlines())
    assert {finding["is_damage"] for finding in findings} == {True}


def test_files_of_a_repair_are_for_their_owner_alone(mirror: Path, sheetd: Sheetd) -> None:
    damage_table(mirror)
    sheetd("db", "check", "--repair")
    for file in mirror.parent.glob("sheetd.db*"):
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
