"""``sheetd db backup``, as a person and as the timer give it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from tests.acceptance.conftest import Sheetd
from tests.support.loop import Loop


def rows_in(copy: Path) -> int:
    connection = sqlite3.connect(copy)
    try:
        [(count,)] = connection.execute('SELECT count(*) FROM "sheet_jobs"').fetchall()
    finally:
        connection.close()
    return int(count)


def test_a_folder_gets_a_copy_named_by_the_time(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("sync", "now")
    (tmp_path / "copies").mkdir()

    assert sheetd("db", "backup", "copies").status == 0

    [copy] = (tmp_path / "copies").iterdir()
    assert copy.name.startswith("sheetd-2")
    assert rows_in(copy) == 3


def test_with_keep_only_the_newest_copies_stay(hunt: Loop, sheetd: Sheetd, tmp_path: Path) -> None:
    sheetd("sync", "now")
    folder = tmp_path / "var" / "copies"
    folder.mkdir(parents=True)
    old = [folder / f"sheetd-2020-01-0{day}T000000Z.db" for day in (1, 2, 3)]
    for file in old:
        file.touch()

    ran = sheetd("db", "backup", "var/copies", "--keep", "2")

    left = sorted(folder.iterdir())
    assert (ran.status, len(left), left[0]) == (0, 2, old[2])
    assert rows_in(left[1]) == 3
    assert f"Removed {Path('var/copies') / old[0].name}." in ran.out


def test_with_keep_the_folder_is_made_if_it_is_not_there(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    sheetd("sync", "now")

    assert sheetd("db", "backup", "var/copies", "--keep", "2").status == 0

    [copy] = (tmp_path / "var" / "copies").iterdir()
    assert rows_in(copy) == 3


def test_keep_needs_a_number_that_keeps_the_new_copy(sheetd: Sheetd, hunt: Loop) -> None:
    ran = sheetd("db", "backup", "copies", "--keep", "0")

    assert ran.status == 2
    assert "--keep" in ran.err


def test_keep_with_a_file_in_place_of_the_folder_is_an_error(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    hunt.cycle()
    (tmp_path / "copies").touch()

    ran = sheetd("db", "backup", "copies", "--keep", "3")

    assert ran.status == 6
    assert "copies cannot be made" in ran.err


def test_by_hand_too_a_copy_is_for_its_owner_alone(
    hunt: Loop, sheetd: Sheetd, tmp_path: Path
) -> None:
    hunt.cycle()
    before = os.umask(0o022)
    try:
        sheetd("db", "backup", "copy.db")
    finally:
        os.umask(before)

    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
