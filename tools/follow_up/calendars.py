"""The calendar files of all steps, each opened once, and freed of rows that are gone."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .calendar_file import CalendarFile
from .events import uid_of

if TYPE_CHECKING:
    from pathlib import Path

    from sync_daemon.tooling import ToolContext

    from .events import Entry

_CLEAN_EVERY = timedelta(minutes=15)


class Calendars:
    """Knows the calendar files that were used since sheetd started; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[Path, CalendarFile] = {}
        self._cleaned: dict[tuple[Path, str], datetime] = {}

    def note(self, path: Path, entry: Entry | None, context: ToolContext) -> None:
        """Show ``entry`` as the event of the context's row, or no event of it."""
        now = context.clock.now()
        path = path.resolve()
        file = self._file(path)
        file.put(uid_of(context.sheet, context.row_id), entry, now)
        if self._is_due_for_cleaning(path, context.sheet, now):
            _clean(file, context)

    def _file(self, path: Path) -> CalendarFile:
        with self._lock:
            return self._files.setdefault(path, CalendarFile(path))

    def _is_due_for_cleaning(self, path: Path, sheet: str, now: datetime) -> bool:
        with self._lock:
            last = self._cleaned.get((path, sheet))
            if last is not None and abs(now - last) < _CLEAN_EVERY:
                return False
            self._cleaned[path, sheet] = now
            return True


def _clean(file: CalendarFile, context: ToolContext) -> None:
    """Take out the events of rows that the sheet has no longer."""
    rows = {row.row_id for row in context.mirror.rows(context.sheet)}
    if context.row_id in rows:  # else the tool is being tried without a sheet
        gone = file.keep_only(context.sheet, {uid_of(context.sheet, row) for row in rows})
        if gone:
            context.log.info("events of deleted rows removed", events=gone)
