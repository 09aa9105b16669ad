"""sheetd on a sandbox, for every integration test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.domain.status import RowProgress
from sync_daemon.mirror.store import SqlMirror
from tests.support.line import Line, open_line
from tests.support.loop import Loop, running_loop
from tests.support.plain_words import faults_of_sentence


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


@pytest.fixture(autouse=True)
def plain_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row of any test says what its keeper should never read."""
    save = SqlMirror.save_progress

    def checked(
        self: SqlMirror, run_id: int, progress: Sequence[RowProgress], *others: Any
    ) -> None:
        faults = {
            row.status: found for row in progress if (found := faults_of_sentence(row.status))
        }
        assert faults == {}
        save(self, run_id, progress, *others)

    monkeypatch.setattr(SqlMirror, "save_progress", checked)
