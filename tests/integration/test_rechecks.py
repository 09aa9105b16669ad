"""A tool that looks again by itself: the row says so only when there is news."""

from __future__ import annotations

import shutil
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


class TestABackupComesBack:
    """Results that are newer than it stand in the sheet, and are no hand edits."""

    def set_back(self, hunt: Loop) -> None:
        hunt.close()
        for file in hunt.folder.glob("sheetd.db*"):
            file.unlink()
        (hunt.folder / "backup.db").replace(hunt.folder / "sheetd.db")
        hunt.application = hunt.open()

    def keep(self, hunt: Loop) -> None:
        hunt.close()
        shutil.copy(hunt.folder / "sheetd.db", hunt.folder / "backup.db")
        hunt.application = hunt.open()

    def test_they_are_looked_up_again_at_once(self, hunt: Loop, clock: FakeClock) -> None:
        self.keep(hunt)
        number = hunt.folder / "my-tools" / "word_count" / "n"
        number.write_text("3")
        clock.advance(3_601)
        hunt.cycle()
        assert hunt.rows()[0]["Words"] == 3
        number.write_text("4")
        self.set_back(hunt)
        clock.advance(60)
        planned = hunt.cycle(dry_run=True).planned
        assert "run word_count on 1 row" in planned
        assert not any("keep the value" in one for one in planned)
        assert hunt.cycle().jobs.done == 1
        assert hunt.rows()[0]["Words"] == 4
        number.write_text("5")
        clock.advance(3_601)
        hunt.cycle()
        assert hunt.rows()[0]["Words"] == 5

    def test_what_was_typed_on_a_row_that_is_no_newer_stays(
        self, hunt: Loop, clock: FakeClock
    ) -> None:
        self.keep(hunt)
        hunt.user.type(1, hunt.column("Words"), "mine")
        self.set_back(hunt)
        clock.advance(3_601)
        hunt.settle()
        assert hunt.rows()[0]["Words"] == "mine"


class TestALostMirror:
    def lose(self, hunt: Loop, clock: FakeClock, typed: str | int) -> None:
        hunt.user.type(1, hunt.column("Words"), typed)
        hunt.settle()
        hunt.lose_mirror()
        clock.advance(60)
        hunt.cycle(take_over=True)
        hunt.settle()

    def test_what_no_tool_can_have_said_stays(self, hunt: Loop, clock: FakeClock) -> None:
        self.lose(hunt, clock, "ask Ada")
        assert hunt.rows()[0]["Words"] == "ask Ada"

    def test_an_old_result_gives_way(self, hunt: Loop, clock: FakeClock) -> None:
        self.lose(hunt, clock, 77)
        assert hunt.rows()[0]["Words"] == 2
