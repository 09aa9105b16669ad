"""What all tests share: which examples are drawn, and that ``live`` ones need an account."""

from __future__ import annotations

import os

import pytest

from tests.support.drawing import choose_examples

LIVE_VARIABLES = ("SHEETD_LIVE_CREDENTIALS", "SHEETD_LIVE_SPREADSHEET")

choose_examples()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what would talk to Google, unless the user says with which account."""
    if all(os.environ.get(name) for name in LIVE_VARIABLES):
        return
    live = [item for item in items if item.get_closest_marker("live")]
    if live:
        items[:] = [item for item in items if item not in live]
        config.hook.pytest_deselected(items=live)
