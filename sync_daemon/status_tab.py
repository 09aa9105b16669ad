"""The tab in the spreadsheet that tells how sheetd is, where somebody wants one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import SheetReport
from sync_daemon.domain.keeper import (
    Keeping,
    TabMark,
    described,
    find_keeper,
    plan_claim,
)
from sync_daemon.domain.status_tab import LINES, SheetLine, render, tab_id
from sync_daemon.errors import KeptElsewhereError, SheetdError
from sync_daemon.settings import SheetSettings
from sync_daemon.sheets.tab import fetch_marks, write_tab

_AT_LEAST_EVERY_S = 300.0  # so that "last run" is not far off
_ROWS_SHOWN = 15  # of a sheet, that need somebody
_AT_MOST_EVERY_S = 60.0  # each writing is one of sixty requests a minute

log = structlog.get_logger(__name__)


class StatusTabs:
    """Keeps the tabs of all spreadsheets up to date; a failure disturbs nothing else."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._ended: dict[str, tuple[datetime, SheetReport]] = {}
        self._shown: dict[tuple[str, str], tuple[float, list[SheetLine]]] = {}
        self._marks: dict[tuple[str, str], TabMark] = {}  # to be put on tabs when they are written

    def ended(self, *reports: SheetReport) -> None:
        """Cycles of sheets ended: show it, unless that was done a moment ago."""
        for report in reports:
            self._ended[report.name] = self._application.clock.now(), report
        for sheet in self._application.settings.sheets:
            if sheet.status_tab and any(sheet.name == report.name for report in reports):
                try:
                    self._show(sheet)
                except SheetdError as error:
                    log.warning(
                        "no status tab", sheet=sheet.name, error=error.message, hint=error.hint
                    )

    def _line(self, name: str) -> SheetLine:
        queue = self._application.reader.queue(name)
        ended_at, report = self._ended.get(name, (_moment(queue.last_pull), None))
        failure = report.failure if report else None
        return SheetLine(
            sheet=name,
            ended_at=ended_at,
            next_run=_moment(queue.next_run),
            rows=queue.rows,
            error=failure.message if failure else "",
            hint=failure.hint if failure else "",
            failures=queue.failures,
            backlog=report.backlog if report else "",
            attention=[
                (row.row_number, row.state, row.reason)
                for row in self._application.reader.attention(name, _ROWS_SHOWN)
            ],
            note=" ".join(report.notes) if report else "",
        )

    def _show(self, sheet: SheetSettings) -> None:
        key = sheet.spreadsheet_id, sheet.status_tab
        lines = [
            self._line(other.name)
            for other in self._application.settings.sheets
            if (other.spreadsheet_id, other.status_tab) == key
        ]
        now = self._application.clock.monotonic()
        if key in self._shown and not _is_due(now, *self._shown[key], lines):
            return
        if key not in self._shown and not self._may_write(*key):
            return
        self._shown[key] = now, lines
        write_tab(
            self._application.transport,
            sheet.spreadsheet_id,
            tab_id(*key),
            sheet.status_tab,
            render(lines, self._zone(sheet)),
            LINES,
            self._marks.pop(key, None),
        )

    def _may_write(self, spreadsheet_id: str, title: str) -> bool:
        """Whether no other installation keeps the status tab; our mark goes on it if nobody does.

        An installation that may not write to any sheet of the spreadsheet writes nothing at all.
        """
        application, gid = self._application, tab_id(spreadsheet_id, title)
        names = [s.name for s in application.settings.sheets if s.spreadsheet_id == spreadsheet_id]
        if all(self._is_kept_elsewhere(name) for name in names):
            return False
        marks = fetch_marks(application.transport, spreadsheet_id, gid)
        keeper = find_keeper(marks, spreadsheet_id, gid, application.installation)
        if keeper.keeping is Keeping.OTHER and keeper.mark is not None:
            log.warning("another installation keeps the status tab", on=described(keeper.mark))
            return False
        now = application.clock.now()
        claim = plan_claim(keeper, spreadsheet_id, gid, application.installation, now)
        if claim is not None:
            self._marks[spreadsheet_id, title] = claim.mark
        return True

    def _is_kept_elsewhere(self, name: str) -> bool:
        _, report = self._ended.get(name, (None, None))
        return report is not None and isinstance(report.failure, KeptElsewhereError)

    def _zone(self, sheet: SheetSettings) -> ZoneInfo:
        record = self._application.mirror.load_sheet(sheet.name)
        try:
            return ZoneInfo(record.time_zone if record and record.time_zone else "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")


def _is_due(now: float, shown_at: float, shown: list[SheetLine], lines: list[SheetLine]) -> bool:
    told = [[(s.error, s.rows, s.attention) for s in view] for view in (shown, lines)]
    has_news = told[0] != told[1]
    return now - shown_at >= (_AT_MOST_EVERY_S if has_news else _AT_LEAST_EVERY_S)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
