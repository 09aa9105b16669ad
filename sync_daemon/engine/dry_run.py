"""What a run would do, in sentences; from the same plan that a run applies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from sync_daemon.domain.cells import decode_cells
from sync_daemon.domain.identity import Identification
from sync_daemon.domain.pipeline import plan_row
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.reconcile import plan_id_writes
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.configured import ConfiguredSheet

_SHOWN = 20  # sentences of one kind before the rest is only counted


def describe_plan(
    sheet: ConfiguredSheet,
    snapshot: Snapshot,
    identification: Identification,
    changes: SheetChanges,
    tz: tzinfo,
    now: datetime,
) -> list[str]:
    """One sentence for each thing that a run would do; empty if it would do nothing."""
    headers = sheet.target.headers
    planned = [f"create column {header!r}" for header in snapshot.columns.missing]
    planned += [f"take column {header!r} into use" for header in snapshot.columns.unbound]
    planned += _shorten([_sentence(change) for change in changes.changes])
    planned += _shorten([f"row {n}: keeps its id, moved here" for _, n in changes.moves])
    planned += _shorten(
        [f"keep the value typed over {e.header!r} (row id {e.row_id})" for e in changes.hand_edits]
    )
    ids = plan_id_writes(identification.rows, identification.blank, headers.id, headers.status)
    if ids:
        planned.append(f"write {len(ids)} cells of {headers.id!r}")
    jobs = Counter(_first_jobs(sheet, changes.changes, tz, now))
    planned += [f"run {step} on {count} rows" for step, count in jobs.items()]
    return planned


def _sentence(change: RowChange) -> str:
    words = {
        ChangeKind.INSERTED: "new",
        ChangeKind.UPDATED: "changed",
        ChangeKind.DELETED: "deleted, kept as a tombstone",
        ChangeKind.REVIVED: "back after a deletion",
    }
    known = "" if change.kind is ChangeKind.INSERTED else f" (id {change.row_id})"
    return f"row {change.row_number}: {words[change.kind]}{known}"


def _shorten(sentences: Sequence[str]) -> list[str]:
    if len(sentences) <= _SHOWN:
        return list(sentences)
    return [*sentences[:_SHOWN], f"… and {len(sentences) - _SHOWN} more like these"]


def _first_jobs(
    sheet: ConfiguredSheet, changes: Sequence[RowChange], tz: tzinfo, now: datetime
) -> Iterator[str]:
    """The steps that new and changed rows begin with; later ones depend on their results."""
    for change in changes:
        if change.kind is ChangeKind.DELETED:
            continue
        cells = decode_cells(change.content)
        plan = plan_row(change.row_id, sheet.name, cells, sheet.steps, {}, now, tz)
        yield from (job.step for job in plan.jobs)
