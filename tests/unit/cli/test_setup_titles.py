"""What becomes of a title that a column of the user's has already, where nobody can answer."""

from __future__ import annotations

import pytest

from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.cli.setup_titles import settle_titles

TITLES = ["Company", "keywords", "Due", "Due", "Keywords (sheetd)"]


@pytest.mark.parametrize(
    ("taken", "filled", "used"),
    [
        ({}, [], {}),
        ({"Keywords": "keywords"}, [], {"Keywords": "keywords"}),
        ({"Keywords": "keywords"}, ["keywords"], {"Keywords": "Keywords (sheetd 2)"}),
        ({"Due": "Due"}, [], {"Due": "Due (sheetd)"}),  # which of the two is meant?
    ],
    ids=["none", "blank", "filled", "doubled"],
)
def test_only_a_single_blank_column_is_used(
    taken: dict[str, str],
    filled: list[str],
    used: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = settle_titles(Dialogue(is_interactive=False), taken, filled, TITLES)
    assert (found.used, found.adopted) == (used, [])
    said = capsys.readouterr().err
    assert ("There is already a column" in said) == any(
        "sheetd" in title for title in used.values()
    )
