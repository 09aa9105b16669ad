"""A tool that looks again by itself: the row says so only when there is news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.fake_clock import FakeClock
from tests.support.loop import WORD_COUNT, Loop, running_loop

LOOKS_AGAIN = """    version = 1
    recheck_every = timedelta(hours=1)"""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def hunt(tmp_path: Path, clock: FakeClock) -> Iterator[Loop]:
    with running_loop(tmp_path, [["Acme", "Dev", "two words"]], clock=clock) as loop:
        text = WORD_COUNT.replace("    version = 1", LOOKS_AGAIN)
        text = "from datetime import timedelta\nfrom pathlib import Path\n" + text
        text = text.replace(
            "len(entry.text.split())", "int(Path(__file__).with_name('n').read_text())"
        )
        folder = tmp_path / "my-tools" / "word_count"
        (folder / "processor.py").write_text(text)
        (folder / "n").write_text("2")
        loop.application.close()
        loop.application = loop.open()
        loop.settle()
        yield loop


def test_an_equal_result_writes_nothing(hunt: Loop, clock: FakeClock) -> None:
    before = hunt.rows()
    clock.advance(timedelta(hours=1, seconds=1).total_seconds())
    report = hunt.cycle()
    assert (report.jobs.done, report.cells_written) == (1, 0)
    assert hunt.rows() == before


def test_another_result_is_shown_with_its_time(hunt: Loop, clock: FakeClock) -> None:
    before = hunt.rows()[0]
    (hunt.folder / "my-tools" / "word_count" / "n").write_text("3")
    clock.advance(timedelta(hours=1, seconds=1).total_seconds())
    hunt.cycle()
    row = hunt.rows()[0]
    assert row["Words"] == 3
    assert row["sheetd status"] != before["sheetd status"]
