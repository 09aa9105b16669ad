"""Stage 2: read the tab, unless Drive or the reading itself tells that nothing is new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.locate import locate_again
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.sheet_state import GridSize
from sync_daemon.errors import GoogleRejectedError, SheetdError
from sync_daemon.ports import Reading

VIEW_FORM = 3  # raise it when the mirror's views look different: all are then made again
_NOTE_EVERY = timedelta(minutes=10)  # that a sheet was read and is as it was


@dataclass(frozen=True, slots=True)
class Pulled:
    """A reading of the tab; ``mark`` tells it from any other, as this pipeline sees it."""

    tab: Tab
    reading: Reading

    @property
    def mark(self) -> str:
        """What the record of a settled sheet holds."""
        return f"{self.reading.digest}:{VIEW_FORM}:{self.tab.sheet.fingerprint()}"

    @property
    def is_as_settled(self) -> bool:
        """Whether exactly this was read when nothing was left to do."""
        return self.tab.record.settled == self.mark


def probe(context: CycleContext, tab: Tab) -> str:
    """Drive's version of the spreadsheet; empty where that is not asked for, or not told."""
    if not (tab.sheet.probe and context.options.may_skip):
        return ""
    try:
        version = context.gateway.fetch_version(tab.sheet.target)
    except SheetdError:
        return ""  # only a hint: without it the sheet is read, which tells what is wrong
    context.report.is_probed = bool(version)
    return version


def is_unchanged(context: CycleContext, tab: Tab, version: str) -> bool:
    """Whether Drive says that nothing changed, and a full reading is not overdue."""
    record, now = tab.record, context.now
    return (
        bool(version)
        and record.settled.endswith(f":{tab.sheet.fingerprint()}")  # the pipeline of then
        and version == record.drive_version
        and record.pulled_at is not None
        and timedelta(0) <= now - record.pulled_at < tab.sheet.full_pull_every
        and not has_due_rows(context, tab)
    )


def has_due_rows(context: CycleContext, tab: Tab) -> bool:
    """Whether a job has come due."""
    return bool(context.mirror.load_due_rows(tab.name, context.now))


def pull(context: CycleContext, tab: Tab) -> Pulled:
    """Read the tab as it is at one moment.

    Raises:
        TornReadError: what was read does not belong to one state.
    """
    context.ports.checkpoint()
    context.ports.on_progress(f"{tab.name}: reading the sheet")
    try:
        return Pulled(tab, _fetch(context, tab))
    except GoogleRejectedError:
        # The tab is gone, and perhaps another one has taken its name; or it is smaller now.
        tab = locate_again(context, tab)
        return Pulled(tab, _fetch(context, tab))


def _fetch(context: CycleContext, tab: Tab) -> Reading:
    size = GridSize(tab.record.grid_rows, tab.record.grid_columns)
    return context.gateway.fetch(tab.target, tab.gid, tab.record.metadata_ids, size)


def note_quiet(context: CycleContext, tab: Tab, version: str) -> None:
    """Nothing has changed: note when that was seen, unless it was noted not long ago."""
    pulled_at, now = tab.record.pulled_at, context.now
    is_noted = pulled_at is not None and timedelta(0) <= now - pulled_at < _NOTE_EVERY
    if version or not is_noted or not context.options.may_skip:
        settle(context, tab, tab.record.settled, version)


def settle(context: CycleContext, tab: Tab, mark: str, version: str) -> None:
    """Keep what was read when the sheet was as it should be; no ``mark`` where it is not."""
    report, mirror = context.report, context.mirror
    report.rows, report.failed_rows = mirror.count_rows(tab.name)
    if not context.options.dry_run:
        settled = replace(tab.record, settled=mark, drive_version=version, pulled_at=context.now)
        mirror.settle(settled)
