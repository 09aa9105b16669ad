"""A changed configuration is followed: columns and steps are known by what they are for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.assignment import Reassignment, plan_reassignment
from sync_daemon.domain.pipeline import JobRecord
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.ports import Mirror


def is_followed(tab: Tab) -> bool:
    """Whether the mirror has the sheet as the configuration does."""
    return tab.record.assignment == tab.configured.assignment()


def plan_following(tab: Tab, snapshot: Snapshot) -> tuple[Tab, Reassignment]:
    """The tab as the configuration has it now, and what is to follow; keeps nothing."""
    record, now = tab.record, tab.configured.assignment()
    change = plan_reassignment(record.assignment, now, snapshot.columns, record.metadata_ids)
    marks = {change.renamed.get(h, h): number for h, number in record.metadata_ids.items()}
    dates = tuple(change.renamed.get(header, header) for header in record.dates)
    record = record.unsettled(assignment=now, metadata_ids=marks, dates=dates)
    return replace(tab, record=record), change


def rehearsing(context: CycleContext, change: Reassignment) -> CycleContext:
    """A dry run's context, with the mirror as it would be after the change."""
    if not change:
        return context
    mirror = cast("Mirror", _RehearsedMirror(context.mirror, change))
    return replace(context, ports=replace(context.ports, mirror=mirror))


class _RehearsedMirror:
    def __init__(self, mirror: Mirror, change: Reassignment) -> None:
        self._mirror = mirror
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._mirror, name)

    def load_rows(self, sheet: str) -> dict[str, MirrorRow]:
        return self._changed(self._mirror.load_rows(sheet))

    def load_tombstones(self, sheet: str, row_ids: Collection[str]) -> dict[str, MirrorRow]:
        return self._changed(self._mirror.load_tombstones(sheet, row_ids))

    def load_jobs(self, row_ids: Collection[str]) -> dict[str, dict[str, JobRecord]]:
        names = self._change.steps
        return {
            row_id: {
                names.get(step, step): replace(record, step=names.get(step, step))
                for step, record in records.items()
            }
            for row_id, records in self._mirror.load_jobs(row_ids).items()
        }

    def _changed(self, rows: dict[str, MirrorRow]) -> dict[str, MirrorRow]:
        return {
            row_id: replace(row, owned=self._change.applied_to(row.owned))
            for row_id, row in rows.items()
        }
