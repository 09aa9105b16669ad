"""What a dry run says is what the run does; 500 plans are ``make test-plans``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.chaos.attack import Attacker
from tests.chaos.plans import Plans
from tests.support.fake_clock import FakeClock
from tests.support.loop import running_loop

PLANS = int(os.environ.get("SHEETD_TEST_PLANS", "35"))


@pytest.mark.parametrize("seed", [3, 4])
def test_the_run_does_what_the_dry_run_said(tmp_path: Path, seed: int) -> None:
    with running_loop(tmp_path, clock=FakeClock()) as loop:
        plans = Plans(loop, Attacker(loop, seed))
        plans.try_some(PLANS)
    assert not plans.faults, "\n".join(plans.faults)
    assert plans.refused > 0, "nothing was ever refused"
    assert plans.kinds, "nothing but the sheet ever changed"
