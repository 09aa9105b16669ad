"""A day of the soak; ``make soak`` runs thirty."""

from __future__ import annotations

from pathlib import Path

from tests.soak.run import EDITS_A_DAY, Soak
from tests.support.fake_clock import FakeClock
from tests.support.loop import running_loop


def test_no_edit_waits_for_long_through_outages_and_clocks_that_are_set(tmp_path: Path) -> None:
    clock = FakeClock()
    with running_loop(tmp_path, clock=clock) as loop:
        figures = Soak(loop, clock, seed=1).run(days=1)
        loop.server.service.faults.clear()
        loop.settle()
        loop.assert_right()
    assert figures.late == []
    assert figures.edits == EDITS_A_DAY
    assert figures.failed_cycles > 0, "the outages did not bite"
    assert 0 < figures.slowest_s <= 180
