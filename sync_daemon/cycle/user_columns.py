"""Columns of the user's that have another name now: the mirror follows, and no row changes."""

from __future__ import annotations

from dataclasses import replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.cells import content_hash, encode_cells
from sync_daemon.domain.columns import Renaming, has_doubtful_columns, renamed_cells
from sync_daemon.domain.links import address_key
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.snapshot import SheetRow, Snapshot
from sync_daemon.ports import Mirror


def follow_columns(context: CycleContext, tab: Tab, snapshot: Snapshot) -> tuple[Tab, Snapshot]:
    """Have the mirror call columns as the sheet does now.

    In a dry run it is the snapshot that gets the mirror's names.
    """
    mirror, record = context.mirror, tab.record
    places = dict(snapshot.columns.user)
    layout = sorted(places, key=lambda key: places[key])
    if layout == list(record.layout) and not has_doubtful_columns(layout):
        return tab, snapshot
    renamed = _find_renamed(mirror, record, snapshot, layout)
    if context.options.dry_run:
        return tab, _under_old_names(snapshot, renamed) if renamed else snapshot
    record = replace(record, layout=layout)
    if renamed:
        record = record.unsettled(explained={})
        renamed |= {address_key(old): address_key(new) for old, new in renamed.items()}
        mirror.rename_columns(record, renamed)
    return replace(tab, record=record), snapshot


def _find_renamed(
    mirror: Mirror, record: SheetRecord, snapshot: Snapshot, layout: list[str]
) -> dict[str, str]:
    known = mirror.load_rows(record.name)
    shown = {
        str(row.id_cell): row.cells()
        for row in snapshot.rows
        if row.id_cell in known and row.bears(row.id_cell)
    }
    if not shown:
        return {}
    return Renaming(
        before=record.layout,
        now=layout,
        places=dict(snapshot.columns.user),
        known=mirror.load_cells(list(shown)),
        shown=shown,
        computed={key for row_id in shown for key in known[row_id].computed},
    ).plan()


def _under_old_names(snapshot: Snapshot, renamed: dict[str, str]) -> Snapshot:
    old_names = {new: old for old, new in renamed.items()}
    user = sorted((old_names.get(key, key), index) for key, index in snapshot.columns.user)
    return replace(
        snapshot,
        columns=replace(snapshot.columns, user=tuple(user)),
        rows=[_under(row, old_names) for row in snapshot.rows],
    )


def _under(row: SheetRow, names: dict[str, str]) -> SheetRow:
    content = encode_cells(renamed_cells(row.cells(), names))
    return replace(row, content=content, content_hash=content_hash(content))
