"""A bounded attack; the long one is ``make test-chaos``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import attack_plain_script, attack_sheetd


@pytest.mark.parametrize("seed", [1, 3, 4, 8])
def test_no_user_cell_is_touched_and_every_result_ends_on_its_row(
    tmp_path: Path, seed: int
) -> None:
    figures = attack_sheetd(tmp_path, seed, operations=150)
    assert figures.operations >= 150
    assert figures.misplaced > 0, "the attack did not bite"
    assert figures.is_right, "\n".join(figures.lines())
    assert 0 < len(figures.stood_requests) <= figures.misplaced


def test_the_same_attack_ruins_a_plain_script(tmp_path: Path) -> None:
    figures = attack_plain_script(tmp_path, 1, operations=150)
    assert figures.user_cells_changed > 0
    assert figures.wrong_results > 0
    assert figures.ids_changed or figures.ids_shared
