"""sheetd on a sandbox, for every integration test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.line import Line, open_line
from tests.support.loop import Loop, running_loop


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[Loop]:
    """Eight rows that were typed and not yet seen by sheetd."""
    with running_loop(tmp_path) as running:
        yield running


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """A transport on a sandbox with one spreadsheet."""
    with open_line(tmp_path) as line:
        yield line
