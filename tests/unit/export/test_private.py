"""Exported files are their owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sync_daemon.errors import ConfigError
from sync_daemon.private_file import private_file


def write_half(path: Path) -> None:
    with private_file(path) as file:
        file.write(b"newer")
        message = "half-way"
        raise KeyError(message)


def test_nobody_else_can_read_the_file_from_its_beginning(tmp_path: Path) -> None:
    with private_file(tmp_path / "rows.csv") as file:
        file.write(b"rows")
        file.flush()
        (part,) = tmp_path.iterdir()
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "rows.csv").stat().st_mode) == 0o600


def test_a_file_that_others_could_read_is_replaced_by_one_that_they_cannot(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("older")
    path.chmod(0o644)
    with private_file(path) as file:
        file.write(b"newer")
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_half_way_leaves_the_older_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("older")
    with pytest.raises(KeyError):
        write_half(path)
    assert [found.name for found in tmp_path.iterdir()] == ["rows.csv"]
    assert path.read_text() == "older"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"), private_file(tmp_path):
        pytest.fail("it was opened")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "rows.csv"
    with pytest.raises(ConfigError, match="No such file"), private_file(missing):
        pytest.fail("it was opened")
