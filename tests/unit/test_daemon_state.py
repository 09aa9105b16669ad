"""What the daemon tells beside the mirror: whole, also where the disk is full."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync_daemon.daemon_state import DaemonState, StateFile, load_state
from sync_daemon.domain.trouble import Trouble, in_words

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FULL = Trouble(
    "jobs", "The disk is full.", "Free some space.", 6, NOW, 2, NOW + timedelta(minutes=1)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sheetd.db.state"


def test_what_was_told_is_read_while_the_daemon_runs_and_afterwards(path: Path) -> None:
    file = StateFile(path)
    file.tell([FULL])
    assert load_state(path) == DaemonState(is_running=True, pid=os.getpid(), troubles=(FULL,))
    file.close()
    assert load_state(path) == DaemonState(is_running=False, troubles=(FULL,))
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_has_its_size_from_the_start_and_is_written_only_with_news(path: Path) -> None:
    file = StateFile(path)
    file.tell([])
    size, before = path.stat().st_size, path.stat().st_mtime_ns
    os.utime(path, ns=(before, before - 1_000_000_000))
    file.tell([])
    assert path.stat().st_mtime_ns == before - 1_000_000_000, "nothing has changed"
    file.tell([FULL])
    assert path.stat().st_size == size, "a full disk has no room for more"
    assert load_state(path).troubles == (FULL,)
    file.tell([])
    assert load_state(path).troubles == ()
    file.close()


def test_more_troubles_than_fit_are_counted(path: Path) -> None:
    file = StateFile(path)
    many = [Trouble(f"sheet {n}", "x" * 500, "hint", 4, NOW) for n in range(100)]
    file.tell(many)
    found = load_state(path)
    assert 0 < len(found.troubles) < 100
    assert len(found.troubles) + found.more == 100
    file.close()


def test_a_file_that_was_moved_away_is_made_again(path: Path) -> None:
    file = StateFile(path)
    file.tell([FULL])
    path.rename(path.with_name("elsewhere"))
    file.tell([FULL])
    assert load_state(path).troubles == (FULL,)
    assert load_state(path).is_running
    file.close()


@pytest.mark.parametrize("content", [None, b"", b"no json", b"[]", b'{"pid": 1}'])
def test_where_nothing_is_told_nothing_is_wrong(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    assert load_state(path) == DaemonState()


def test_a_place_that_cannot_be_written_is_no_trouble_of_its_own(path: Path) -> None:
    path.mkdir()
    file = StateFile(path)
    file.tell([FULL])
    file.close()
    assert load_state(path) == DaemonState()


def test_sheets_that_fail_for_one_reason_share_a_line() -> None:
    other = Trouble("leads", FULL.message, FULL.hint, 6, NOW - timedelta(hours=1))
    third = Trouble("crm", "Google is away.", "", 4, NOW)
    shared, own = in_words([FULL, other, third])
    assert shared.startswith("leads, jobs, since 2026-05-01 11:00 UTC: The disk is full. Free")
    assert shared.endswith("Next try at 12:01:00 UTC.")
    assert own == "crm, since 2026-05-01 12:00 UTC: Google is away."
