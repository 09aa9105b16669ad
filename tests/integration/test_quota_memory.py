"""The quota is kept across processes and restarts: requests are remembered in the mirror."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.cycle import CycleOptions
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop, running_loop

LIMIT = 10  # reads a minute


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def loop(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with running_loop(tmp_path, clock=clock) as made:
        text = made.config.read_text(encoding="utf-8")
        text = text.replace("reads_per_minute = 300", f"reads_per_minute = {LIMIT}")
        made.config.write_text(text, encoding="utf-8")
        made.application.close()
        made.application = made.open()
        yield made


def restart(loop: Loop) -> None:
    loop.application.close()
    loop.application = loop.open()


def test_a_new_process_counts_what_the_old_one_sent(loop: Loop, clock: FakeClock) -> None:
    reads: list[float] = []
    loop.server.service.before.append(
        lambda request: reads.append(clock.monotonic()) if "batchGet" in request.target else None
    )
    for _ in range(30):
        loop.cycle()
        restart(loop)
    assert len(reads) == 30
    for first, later in zip(reads, reads[LIMIT:], strict=False):
        assert later - first >= 60, "more than the limit in one minute"
    assert clock.monotonic() - 1000 < 250, "and not much slower than the quota"


def test_two_processes_share_one_quota(loop: Loop, clock: FakeClock) -> None:
    other = loop.open()
    for _ in range(LIMIT):
        loop.cycle()
        other.run_once(trigger="hand", options=CycleOptions())
    assert clock.monotonic() - 1000 >= 60
    other.close()


def test_a_clock_set_back_does_not_block_the_line(loop: Loop, clock: FakeClock) -> None:
    for _ in range(LIMIT):
        loop.cycle()
    clock.step(-7_200)
    restart(loop)
    before = clock.monotonic()
    loop.cycle()
    assert clock.monotonic() - before <= 61


def test_status_tells_the_use_of_the_last_minute(loop: Loop, clock: FakeClock) -> None:
    loop.cycle()
    calls = loop.application.reader.calls_since(clock.now())
    assert calls["sheets_write"] == 2
