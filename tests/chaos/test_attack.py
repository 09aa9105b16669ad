"""A bounded attack; the long one is a target of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.attack import run_attack
from tests.support.loop import running_loop


@pytest.mark.parametrize("seed", [1, 3, 4, 8])
def test_no_user_cell_is_touched_and_every_result_ends_on_its_row(
    tmp_path: Path, seed: int
) -> None:
    with running_loop(tmp_path) as loop:
        figures = run_attack(loop, seed, operations=120)
    assert figures.operations >= 120
    assert figures.cells_repaired > 0, "the attack did not bite"
    assert figures.user_cells_changed == 0
    assert figures.ids_changed == []
