"""The mirror as tools may read it."""

from __future__ import annotations

from collections.abc import Iterable

from sync_daemon.mirror.queries import MirrorReader
from sync_daemon.tooling import MirrorRow


class ToolMirror:
    """Implements ``tooling.MirrorReader``."""

    def __init__(self, reader: MirrorReader) -> None:
        self._reader = reader

    def rows(self, sheet: str) -> Iterable[MirrorRow]:
        """The rows of the configured sheet called ``sheet``, without deleted ones."""
        for row in self._reader.rows(sheet=sheet):
            yield MirrorRow(row.row_id, dict(row.cells), dict(row.results))
