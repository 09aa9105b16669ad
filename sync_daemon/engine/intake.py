"""From a snapshot to what the mirror is to know: which row is which, and what the user did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.computed import (
    NO_DETAILS,
    Columns,
    Judge,
    Look,
    find_changed,
    find_labelled,
    forget_read,
    plan_look,
)
from sync_daemon.domain.formulas import Layout
from sync_daemon.domain.identity import (
    Identification,
    Identifier,
    Recognition,
    foreign_claims,
)
from sync_daemon.domain.ids import IdSource
from sync_daemon.domain.links import LOOKED_AT, NO_LABELS
from sync_daemon.domain.obstacles import NOTHING_IN_THE_WAY, Obstacles
from sync_daemon.domain.plan import (
    ChangeKind,
    SheetChanges,
    exceeds_deletion_limit,
    forget_written,
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
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import CycleOptions, Ports
from sync_daemon.engine.on_demand import OnDemand
from sync_daemon.engine.report import SheetReport
from sync_daemon.errors import MassDeleteError


@dataclass(frozen=True, slots=True)
class Intake:
    """What a snapshot means; nothing of it is saved yet."""

    identification: Identification
    changes: SheetChanges
    known: dict[str, MirrorRow]  # the sheet's rows by id, after the changes
    explained: Mapping[str, str]  # what formulas show now, see SheetRecord
    forms: Mapping[str, Mapping[str, TypedForm | None]]  # how cells were typed, by row id


def take_in(
    ports: Ports,
    sheet: ConfiguredSheet,
    snapshot: Snapshot,
    options: CycleOptions,
    record: SheetRecord,
    find_obstacles: Callable[[], Obstacles],
) -> Intake:
    """Compare a snapshot with the mirror; only reads.

    Obstacles are looked for, which costs a request, where a result of ours is blank;
    formulas where a cell changed that no step reads.

    Raises:
        MassDeleteError: more rows are gone than may be at once.
        TornReadError: rows moved between the snapshot and a closer look.
    """
    mirror, name = ports.mirror, sheet.name
    columns = _columns(sheet, snapshot)
    known = forget_read(mirror.load_rows(name), columns)
    made_again = {*snapshot.columns.missing, *snapshot.columns.unbound}
    known = forget_written(known, made_again)  # a run has done so by now, a dry run has not
    contents = OnDemand(mirror.load_cells)
    claims = foreign_claims(snapshot.rows, known)
    tombstones = mirror.load_tombstones(name, claims)
    unsettled = mirror.load_unsettled(name)
    identification = Identifier(
        known=known,
        deleted=tombstones,
        buried=OnDemand(partial(mirror.load_buried, name)),
        elsewhere=mirror.ids_elsewhere(name, claims),
        contents=contents,
        last_phase=unsettled[-1].phase if unsettled else None,
        draw_id=IdSource(ports.random_number, known).draw,
    ).identify(snapshot.rows)
    if not options.allow_mass_delete:
        _refuse_mass_delete(sheet, identification, len(known))
    contents.load(find_changed(identification.rows, known))
    is_due = labels_are_due(sheet, record, ports.clock.now(), options)
    look = plan_look(
        identification.rows, known, contents, columns, record.explained, all_labels=is_due
    )
    judge, details = Judge(columns), NO_DETAILS
    if look.cells:
        contents.load(find_labelled(identification.rows, known, look))
        details = ports.gateway.look_closer(sheet.target, record.gid or 0, snapshot, look)
        judge = Judge(columns, details, snapshot.rows, known)
    is_hidden = may_be_hidden(identification.rows, known, sheet.target.headers.results)
    changes = plan_changes(
        identification,
        known,
        contents,
        sheet.target.headers.results,
        OurWrites(
            _in_flight(unsettled),
            OnDemand(mirror.load_written),
            cache(partial(mirror.load_lately_written, name)),
        ),
        find_obstacles() if is_hidden else NOTHING_IN_THE_WAY,
        judge=judge,
    )
    former = set(record.dates) - set(sheet.dates_among(record.dates))
    changes = without_former_dates(changes, former) if former else changes
    changes = found_on_adopted_rows(changes, identification, sheet.is_passing)
    changes = found_on_newer_rows(changes, identification, known, sheet.is_passing)
    back = {c.row_id for c in changes.changes if c.kind is ChangeKind.REVIVED} - tombstones.keys()
    tombstones |= mirror.load_tombstones(name, back)
    return Intake(
        identification,
        changes,
        changes.applied_to(known, tombstones),
        {**look.digests, **_labels_seen(columns, look, record, ports.clock.now(), is_due=is_due)},
        find_forms(identification.rows, details, {c.row_id for c in changes.changes}),
    )


def labels_are_due(
    sheet: ConfiguredSheet, record: SheetRecord, now: datetime, options: CycleOptions
) -> bool:
    """Whether to look behind labels that did not change: other links give no other values."""
    seen = record.explained.get(LOOKED_AT, "")
    if seen == NO_LABELS or not sheet.link_headers():
        return False
    is_by_hand = not options.may_skip
    return is_by_hand or not seen or now - datetime.fromisoformat(seen) >= sheet.full_pull_every


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


def _columns(sheet: ConfiguredSheet, snapshot: Snapshot) -> Columns:
    names = {index: f"{key} (owned)" for key, index in snapshot.columns.owned.items()}
    names |= {index: key for key, index in snapshot.columns.user}
    present = {key for key, _ in snapshot.columns.user}
    return Columns(
        present=present,
        read=set(sheet.needed_headers()),
        layout=Layout(names, sheet.target.header_row),
        links=sheet.link_headers() & present,
    )


def strangers_note(intake: Intake) -> str:
    """That rows bear ids which a mirror that knows the sheet does not know; empty if none do."""
    rows = intake.identification.rows
    strangers = sum(1 for row in rows if row.recognition is Recognition.ADOPTED)
    if strangers in {0, len(rows)}:
        return ""
    number = "1 row has an id" if strangers == 1 else f"{strangers} rows have ids"
    return (
        f"{number} that the mirror does not know; they stay as they are. Was a backup restored,"
        " or were rows pasted from another sheet?"
    )


def count_changes(report: SheetReport, intake: Intake) -> None:
    """Add what the user did to what the report tells."""
    changes = intake.changes
    report.inserted += changes.count(ChangeKind.INSERTED)
    report.updated += changes.count(ChangeKind.UPDATED)
    report.deleted += changes.count(ChangeKind.DELETED)
    report.moved += len(changes.moves)
    report.ids_assigned += changes.count(ChangeKind.INSERTED)
    repaired = (Recognition.BY_CONTENT, Recognition.COPY)
    report.ids_repaired += sum(1 for i in intake.identification.rows if i.recognition in repaired)


def _refuse_mass_delete(sheet: ConfiguredSheet, identification: Identification, live: int) -> None:
    deletions = len(identification.missing)
    if not exceeds_deletion_limit(deletions, live, sheet.max_delete_fraction):
        return
    what = "is empty" if not identification.rows else f"lacks {deletions} of its rows"
    raise MassDeleteError(
        f"Sheet {sheet.name!r} {what} ({live} are known), so nothing was changed.",
        hint="Undo the deletion in the sheet (File → Version history), or confirm it:"
        " sheetd sync now --allow-mass-delete.",
    )


def _in_flight(unsettled: list[UnsettledWrite]) -> Mapping[str, set[CellValue]]:
    values: dict[str, set[CellValue]] = defaultdict(set)
    for write in unsettled:
        for header, written in write.values.items():
            values[header] |= written
    return values
