"""The folder of dated copies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from sync_daemon.errors import MirrorError
from sync_daemon.service.backups import BackupFolder

NOON = datetime(2026, 11, 23, 12, 30, 5, tzinfo=UTC)


def fill(folder: BackupFolder, copies: int) -> list[Path]:
    files = [folder.new_file(NOON + timedelta(days=n)) for n in range(copies)]
    for file in files:
        file.touch()
    return files


def test_a_copy_is_named_by_the_mirror_and_the_time_in_utc(tmp_path: Path) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    file = BackupFolder(tmp_path, "jobs").new_file(local)

    assert file == tmp_path / "jobs-2026-11-23T123005Z.db"


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    file = BackupFolder(tmp_path / "backups", "jobs").new_file(NOON)

    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_newest_stay_and_the_others_go(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path, "jobs")
    files = fill(folder, 5)

    assert folder.remove_old(2) == files[:3]
    assert sorted(tmp_path.iterdir()) == files[3:]


def test_fewer_than_are_kept_all_stay(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path, "jobs")
    files = fill(folder, 2)

    assert folder.remove_old(14) == []
    assert sorted(tmp_path.iterdir()) == files


def test_files_that_are_no_copies_of_this_mirror_stay(tmp_path: Path) -> None:
    others = [
        tmp_path / "jobs.db",
        tmp_path / "jobs-2026-11-23T123005Z.db.part",
        tmp_path / "jobs-before-the-move.db",
        tmp_path / "other-2020-01-01T000000Z.db",
    ]
    for each in others:
        each.touch()
    folder = BackupFolder(tmp_path, "jobs")
    [_, newest] = fill(folder, 2)

    folder.remove_old(1)

    assert set(tmp_path.iterdir()) == {*others, newest}


def test_a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(MirrorError, match="cannot be made") as caught:
        BackupFolder(tmp_path / "file" / "backups", "jobs").new_file(NOON)

    assert caught.value.hint


def test_copies_of_one_second_have_names_of_their_own_and_age_in_order(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path, "jobs")
    files = []
    for _ in range(11):
        files.append(folder.new_file(NOON))
        files[-1].touch()
    begun = folder.new_file(NOON)
    begun.with_name(f"{begun.name}.part").touch()

    assert folder.new_file(NOON) not in {*files, begun}
    assert folder.remove_old(2) == files[:-2]
