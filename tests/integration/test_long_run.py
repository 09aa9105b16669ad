"""What a year does to a process that is left running: clocks, and another one's long cycle."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from sync_daemon import cycle_lock
from sync_daemon.cycle import CycleOptions
from sync_daemon.errors import MirrorError, StoppedError
from sync_daemon.mirror.database import FILES
from sync_daemon.mirror.tables import row_versions
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

YEARS = timedelta(days=5_000)


def versions(loop: Loop) -> int:
    with loop.application.database.connect() as connection:
        return connection.scalar(select(func.count()).select_from(row_versions)) or 0


def test_a_clock_that_is_years_ahead_forgets_no_history(tmp_path: Path) -> None:
    clock = FakeClock()
    with running_loop(tmp_path, clock=clock) as loop:
        loop.cycle()
        for number in range(3):
            loop.user.type(1, 2, f"edit {number}")
            loop.cycle()
        before = versions(loop)
        clock.step(YEARS.total_seconds())
        loop.user.type(1, 2, "typed in the far future")
        loop.cycle()
        assert versions(loop) == before + 1


def test_a_reading_of_the_future_does_not_put_off_the_next(tmp_path: Path) -> None:
    """Drive's version lags: without a full reading now and then an edit could be missed."""
    clock = FakeClock()
    with running_loop(tmp_path, clock=clock, more='probe = "drive"') as loop:
        clock.step(86_400.0)
        loop.settle()
        loop.cycle(may_skip=True)
        assert loop.run(may_skip=True).api_calls.sheets_read == 0
        clock.step(-86_400.0)
        assert loop.run(may_skip=True).api_calls.sheets_read > 0


def test_a_process_makes_no_mirror_where_it_had_one(loop: Loop) -> None:
    loop.cycle()
    mirror, away = loop.folder / "sheetd.db", loop.folder / "away"
    away.mkdir()
    for end in FILES:
        (loop.folder / f"sheetd.db{end}").rename(away / f"sheetd.db{end}")
    for _ in range(2):
        with pytest.raises(MirrorError, match=r"is gone\."):
            loop.cycle()
        assert not mirror.exists()
        loop.application.reopen_mirror()
    for end in FILES:
        if (away / f"sheetd.db{end}").exists():
            (away / f"sheetd.db{end}").rename(loop.folder / f"sheetd.db{end}")
    loop.user.type(1, 2, "typed when it was back")
    loop.settle()
    loop.assert_right()


def test_to_wait_for_another_cycle_is_no_standstill_and_can_be_ended(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle_lock, "LOOK_S", 0.0)
    loop.cycle()
    signs: list[str] = []
    loop.application.on_attempt = lambda: signs.append("alive")

    def stop() -> None:
        raise StoppedError("told to stop")

    other = loop.open()
    with other.hold_cycle_lock():
        with pytest.raises(MirrorError, match="has held"):
            loop.cycle()
        assert len(signs) == cycle_lock.LOOKS
        with pytest.raises(StoppedError):
            loop.application.run_once(trigger="test", options=CycleOptions(), checkpoint=stop)
    other.close()
    loop.cycle()
