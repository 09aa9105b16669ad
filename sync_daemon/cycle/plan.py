"""Stage 4: what the user did since the last reading, and what the mirror is to learn of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from sync_daemon.cycle.context import CycleContext, CycleOptions
from sync_daemon.cycle.identify import Identified, find_strangers
from sync_daemon.cycle.lazy_mapping import LazyMapping
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.computed import (
    NO_DETAILS,
    Columns,
    Details,
    Judge,
    Look,
    find_changed,
    find_labelled,
    plan_look,
)
from sync_daemon.domain.identity import Identification, Recognition
from sync_daemon.domain.links import LOOKED_AT, NO_LABELS
from sync_daemon.domain.plan import (
    ChangeKind,
    SheetChanges,
    found_on_adopted_rows,
    found_on_newer_rows,
    plan_changes,
    without_former_dates,
)
from sync_daemon.domain.reconcile import UnsettledWrite
from sync_daemon.domain.result_cells import OurWrites, may_be_hidden
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.typed_forms import TypedForm, find_forms
from sync_daemon.domain.write_constraints import NO_CONSTRAINTS, WriteConstraints


@dataclass(frozen=True, slots=True)
class Planned:
    """What the user did, and the sheet's rows with that."""

    identification: Identification
    changes: SheetChanges
    known: Mapping[str, MirrorRow]  # the sheet's rows by id, after the changes
    explained: Mapping[str, str]  # what formulas show now, see SheetRecord
    forms: Mapping[str, Mapping[str, TypedForm | None]]  # how cells were typed, by row id
    constraints: WriteConstraints  # in the way of results, as far as anybody asked


def plan(
    context: CycleContext,
    tab: Tab,
    identified: Identified,
    constraints: WriteConstraints = NO_CONSTRAINTS,
) -> Planned:
    """Compare identified rows with the mirror; only reads.

    WriteConstraints that are not known yet are looked for, which costs a request, where a
    result of ours is blank; formulas where a cell changed that no step reads.

    Raises:
        TornReadError: rows moved between the snapshot and a closer look.
    """
    sheet, mirror, known = tab.sheet, context.mirror, identified.known
    rows, contents = identified.identification.rows, identified.contents
    is_due = labels_are_due(sheet, tab.record, context.now, context.options)
    look, details, judge = _look_closer(context, tab, identified, is_due=is_due)
    is_hidden = may_be_hidden(rows, known, sheet.target.headers.results)
    if is_hidden and constraints is NO_CONSTRAINTS:
        constraints = find_constraints(context, tab, identified.snapshot)
    changes = plan_changes(
        identified.identification,
        known,
        contents,
        sheet.target.headers.results,
        OurWrites(
            _in_flight(identified.unsettled),
            LazyMapping(mirror.load_written),
            cache(partial(mirror.load_lately_written, tab.name)),
        ),
        constraints,
        judge=judge,
    )
    former = set(tab.record.dates) - set(sheet.dates_among(tab.record.dates))
    changes = without_former_dates(changes, former) if former else changes
    changes = found_on_adopted_rows(changes, identified.identification, sheet.is_passing)
    changes = found_on_newer_rows(changes, identified.identification, known, sheet.is_passing)
    back = {c.row_id for c in changes.changes if c.kind is ChangeKind.REVIVED}
    back -= identified.tombstones.keys()
    tombstones = {**identified.tombstones, **mirror.load_tombstones(tab.name, back)}
    seen = _labels_seen(identified.columns, look, tab.record, context.now, is_due=is_due)
    return Planned(
        identified.identification,
        changes,
        changes.applied_to(known, tombstones),
        {**look.digests, **seen},
        find_forms(rows, details, {c.row_id for c in changes.changes}),
        constraints,
    )


def find_constraints(context: CycleContext, tab: Tab, snapshot: Snapshot) -> WriteConstraints:
    """Ask what is in the way in the tab."""
    owned = snapshot.columns.owned
    return context.gateway.find_constraints(tab.sheet.target, tab.gid, owned)


def keep(context: CycleContext, tab: Tab, planned: Planned) -> Tab:
    """Have the mirror know what the user did."""
    record = tab.record
    if not planned.changes.is_empty:
        record = record.unsettled()
        context.mirror.apply_changes(context.open_run(), tab.name, planned.changes, context.now)
    if planned.forms:
        context.mirror.save_forms(planned.forms)
    return replace(tab, record=replace(record, explained=planned.explained))


def tell_changes(context: CycleContext, planned: Planned) -> None:
    """Add what the user did to what the report tells."""
    report, changes = context.report, planned.changes
    report.inserted += changes.count(ChangeKind.INSERTED)
    report.updated += changes.count(ChangeKind.UPDATED)
    report.deleted += changes.count(ChangeKind.DELETED)
    report.moved += len(changes.moves)
    report.ids_assigned += changes.count(ChangeKind.INSERTED)
    repaired = (Recognition.BY_CONTENT, Recognition.COPY)
    rows = planned.identification.rows
    report.ids_repaired += sum(1 for row in rows if row.recognition in repaired)
    context.note(find_strangers(planned.identification))


def labels_are_due(
    sheet: ConfiguredSheet, record: SheetRecord, now: datetime, options: CycleOptions
) -> bool:
    """Whether to look behind labels that did not change: other links give no other values."""
    seen = record.explained.get(LOOKED_AT, "")
    if seen == NO_LABELS or not sheet.link_headers():
        return False
    is_by_hand = not options.may_skip
    return is_by_hand or not seen or now - datetime.fromisoformat(seen) >= sheet.full_pull_every


def _look_closer(
    context: CycleContext, tab: Tab, identified: Identified, *, is_due: bool
) -> tuple[Look, Details, Judge]:
    """What formulas and labels hold, where that can matter."""
    known, contents, columns = identified.known, identified.contents, identified.columns
    rows, snapshot = identified.identification.rows, identified.snapshot
    contents.load(find_changed(rows, known))
    look = plan_look(rows, known, contents, columns, tab.record.explained, all_labels=is_due)
    if not look.cells:
        return look, NO_DETAILS, Judge(columns)
    contents.load(find_labelled(rows, known, look))
    details = context.gateway.look_closer(tab.sheet.target, tab.gid, snapshot, look)
    return look, details, Judge(columns, details, snapshot.rows, known)


def _labels_seen(
    columns: Columns, look: Look, record: SheetRecord, now: datetime, *, is_due: bool
) -> dict[str, str]:
    if not columns.links:
        return {}
    seen = record.explained.get(LOOKED_AT, NO_LABELS)
    has_labels = any(not columns.links.isdisjoint(keys) for keys in look.cells.values())
    if is_due or (has_labels and seen == NO_LABELS):
        seen = now.isoformat() if has_labels else NO_LABELS
    return {LOOKED_AT: seen}


def _in_flight(unsettled: Iterable[UnsettledWrite]) -> Mapping[str, set[CellValue]]:
    values: dict[str, set[CellValue]] = defaultdict(set)
    for write in unsettled:
        for header, written in write.values.items():
            values[header] |= written
    return values
