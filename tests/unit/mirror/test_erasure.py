"""A forgotten row is nowhere any more: not in a table, not in a byte of the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.database import check
from sync_daemon.mirror.erasure import Forgotten, forget_row
from sync_daemon.mirror.tables import rows, writes
from tests.support.loop import Loop, running_loop

CANARIES = (
    "canary of the cells", "CANARY OF THE CELLS", "canary typed over", "second canary",
    "SECOND CANARY", "canary left over",
)  # fmt: skip


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """A sheet with a row that was edited, typed over, and deleted."""
    typed = [["A", "r", "one"], ["B", "r", "canary of the cells"], ["C", "r", "three"]]
    with running_loop(tmp_path, typed) as made:
        made.cycle()
        made.user.type(2, made.column("Shout"), "canary typed over")
        made.cycle()
        made.user.type(2, 2, "second canary")
        made.cycle()
        yield made


def bytes_on_disk(loop: Loop) -> bytes:
    """The mirror's file and what lies beside it."""
    return b"".join(path.read_bytes() for path in loop.folder.glob("sheetd.db*"))


def found_on_disk(loop: Loop) -> list[str]:
    content = bytes_on_disk(loop)
    return [canary for canary in CANARIES if canary.encode() in content]


def delete_row(loop: Loop) -> str:
    row_id = str(loop.rows()[1]["sheetd id"])
    loop.user.delete_rows(2, 3)
    assert loop.cycle().deleted == 1
    return row_id


def forget(loop: Loop, row_id: str) -> Forgotten:
    return forget_row(loop.application.database, row_id, loop.application.clock.now())


def test_before_it_is_forgotten_the_file_holds_the_row(loop: Loop) -> None:
    delete_row(loop)
    assert found_on_disk(loop) == list(CANARIES[:5])


def test_no_byte_of_the_mirror_holds_a_forgotten_row(loop: Loop) -> None:
    row_id = delete_row(loop)
    forgotten = forget(loop, row_id)
    assert found_on_disk(loop) == []
    assert row_id.encode() in bytes_on_disk(loop)
    assert forgotten.entries == {
        "jobs": 1, "results": 2, "row_versions": 3, "hand_edits": 1, "written_rows": 2,
        "tool_memory": 0, "work_requests": 0,
    }  # fmt: skip
    assert check(loop.application.database) == []


def test_text_that_an_earlier_change_left_in_free_pages_goes_too(loop: Loop) -> None:
    row_id = delete_row(loop)
    database = sqlite3.connect(loop.folder / "sheetd.db", isolation_level=None)
    database.execute("PRAGMA secure_delete = OFF")
    database.execute("CREATE TABLE gone (text)")
    database.executemany("INSERT INTO gone VALUES (?)", [("canary left over " * 99,)] * 50)
    database.execute("DROP TABLE gone")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert "canary left over" in found_on_disk(loop)
    forget(loop, row_id)
    assert found_on_disk(loop) == []


def test_only_the_id_stays_and_other_rows_are_as_they_were(loop: Loop) -> None:
    row_id = delete_row(loop)
    before = list(loop.application.reader.rows())
    forget(loop, row_id)
    with loop.application.database.connect() as connection:
        (kept,) = connection.execute(select(rows).where(rows.c.row_id == row_id)).mappings()
    assert (kept["state"], kept["owned"], kept["content_hash"]) == ("deleted", "{}", "")
    assert list(loop.application.reader.rows()) == before
    assert list(loop.application.reader.rows(only_deleted=True)) == []
    assert loop.application.mirror.load_tombstones("jobs", [row_id]).keys() == {row_id}


def test_a_row_in_the_sheet_is_refused_and_kept(loop: Loop) -> None:
    row_id = str(loop.rows()[1]["sheetd id"])
    with pytest.raises(ConfigError, match="still in the sheet: row 3 of 'jobs'") as caught:
        forget(loop, row_id)
    assert "Delete it there" in caught.value.hint
    assert loop.application.reader.row(row_id).cells["Description"] == "second canary"


def test_a_row_that_is_not_there_is_told(loop: Loop) -> None:
    with pytest.raises(ConfigError, match="no row with the id 'nothing'"):
        forget(loop, "nothing")


def test_a_row_is_kept_while_its_write_may_have_reached_the_sheet_unseen(loop: Loop) -> None:
    row_id = delete_row(loop)
    with loop.application.database.begin() as connection:
        connection.execute(writes.update().values(state="sent"))
    with pytest.raises(ConfigError, match="not yet checked"):
        forget(loop, row_id)
    loop.cycle()
    forget(loop, row_id)
    assert found_on_disk(loop) == []


def test_forgetting_again_finishes_what_another_program_kept_from_ending(loop: Loop) -> None:
    row_id = delete_row(loop)
    loop.application.database.dispose()
    reader = sqlite3.connect(loop.folder / "sheetd.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM row_versions").fetchall()
    with loop.application.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
        connection.commit()
    with pytest.raises(MirrorError, match="The row is erased, but another program"):
        forget(loop, row_id)
    reader.close()
    assert set(forget(loop, row_id).entries.values()) == {0}
    assert found_on_disk(loop) == []


def test_a_forgotten_row_that_is_pasted_back_begins_anew_under_its_id(loop: Loop) -> None:
    deleted = loop.rows()[1]
    row_id = delete_row(loop)
    forget(loop, row_id)
    loop.user.type_rows(3, 0, [[deleted["Company"], deleted["Role"], "typed anew"]])
    loop.user.type(3, loop.column("sheetd id"), row_id)
    loop.settle()
    loop.assert_right()
    row = loop.application.reader.row(row_id)
    assert (row.cells["Description"], row.results["Words"]) == ("typed anew", 2)
    events = [event.what for event in loop.application.reader.history(row_id)]
    assert events[0] == "revived"
