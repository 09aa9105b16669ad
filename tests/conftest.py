"""What all tests share: which examples they draw, what makes them quick, who needs an account."""

from __future__ import annotations

import gc
import os

import pytest

from tests.support.drawing import choose_examples
from tests.support.fresh_mirrors import reuse_migrations
from tests.support.installed import reuse_entry_points
from tests.support.keys import reuse_keys

LIVE_VARIABLES = ("SHEETD_LIVE_CREDENTIALS", "SHEETD_LIVE_SPREADSHEET")

choose_examples()
reuse_keys()
reuse_migrations()
reuse_entry_points()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what would talk to Google, unless the user says with which account."""
    if all(os.environ.get(name) for name in LIVE_VARIABLES):
        return
    live = [item for item in items if item.get_closest_marker("live")]
    if live:
        items[:] = [item for item in items if item not in live]
        config.hook.pytest_deselected(items=live)


def pytest_collection_finish() -> None:
    """Spare the collector the thousands of collected tests: it would walk them again and again."""
    gc.collect()
    gc.freeze()
