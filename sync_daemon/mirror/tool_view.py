"""The mirror as tools may read it."""

from __future__ import annotations

from collections.abc import Iterable

from sync_daemon.domain.links import with_addresses
from sync_daemon.mirror.codec import decode_time
from sync_daemon.mirror.read_models import MirrorReader
from sync_daemon.tooling import MirrorRow


class ToolMirror:
    """Implements ``tooling.MirrorReader``."""

    def __init__(self, reader: MirrorReader) -> None:
        self._reader = reader

    def rows(self, sheet: str) -> Iterable[MirrorRow]:
        """The rows of the configured sheet called ``sheet``, as they stand in it."""
        for row in self._reader.rows(sheet=sheet):
            first_seen = decode_time(row.first_seen)
            yield MirrorRow(
                row.row_id,
                dict(with_addresses(row.cells)),
                dict(row.results),
                first_seen,
                row.row_number,
            )
