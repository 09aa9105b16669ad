"""What people ask for by hand: a deleted row back in the sheet, a run's results taken back."""

from __future__ import annotations

from dataclasses import replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.new_rows import append_rows
from sync_daemon.cycle.plan import Planned
from sync_daemon.cycle.report import UndoCounts
from sync_daemon.cycle.state import ReadAgain, Tab
from sync_daemon.domain.links import is_label_mark
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.status import is_done_text
from sync_daemon.domain.typed_forms import forms_that_hold
from sync_daemon.domain.undo import Reversal, count_undone, plan_undo


def recover(context: CycleContext, tab: Tab, snapshot: Snapshot, planned: Planned) -> Planned:
    """Do what was asked for; returns the plan with the rows as they are to be.

    Raises:
        ReadAgain: a row was put into the sheet.
    """
    options = context.options
    if options.undo is not None and context.report.undone is None:
        planned = _undo_run(context, tab, options.undo, planned)
    if options.restore is not None:
        _restore_row(context, tab, snapshot, options.restore, planned)
    return planned


def _undo_run(context: CycleContext, tab: Tab, run_id: int, planned: Planned) -> Planned:
    """Have the cells that a run wrote, and nobody changed since, show what they showed before.

    Such a value stays until the row's inputs change, as if the user had typed it.
    """
    written = {
        row_id: {h: cell for h, cell in cells.items() if cell.before != cell.after}
        for row_id, cells in context.mirror.load_run_results(run_id, tab.name).items()
    }
    results = tab.target.headers.results
    total = sum(header in results for cells in written.values() for header in cells)
    rows, known = planned.identification.rows, {**planned.known}
    reversals = plan_undo(rows, known, written, results)
    reverted = len(reversals) + count_undone(rows, known, written, results)
    now = context.now.astimezone(tab.zone)
    status = f"done {now:%Y-%m-%d %H:%M}; results of run {run_id} undone"
    for reversal in reversals:
        known[reversal.row_id] = _brought_back(known[reversal.row_id], reversal, status)
    context.mirror.save_undo([known[row_id] for row_id in {r.row_id for r in reversals}])
    context.report.undone = UndoCounts(reverted, total - reverted)
    return replace(planned, known=known)


def _brought_back(row: MirrorRow, reversal: Reversal, status: str) -> MirrorRow:
    cell = row.owned[reversal.header].brought_back(reversal.value)
    # A row that is not done says so all the same.
    shown = status if is_done_text(row.status) else row.status
    return replace(row, owned={**row.owned, reversal.header: cell}, status=shown)


def _restore_row(
    context: CycleContext, tab: Tab, snapshot: Snapshot, row_id: str, planned: Planned
) -> None:
    """Put a deleted row below all others, unless it is there.

    Raises:
        ReadAgain: it was put there.
    """
    mirror = context.mirror
    row = mirror.load_tombstones(tab.name, [row_id]).get(row_id)
    if row_id in planned.known or row is None:
        return
    cells = mirror.load_cells([row_id])[row_id]
    columns = dict(snapshot.columns.user)
    links = {key for key, found in row.computed.items() if is_label_mark(found)}
    cells = {header: value for header, value in cells.items() if header not in links}
    for header in cells:
        if header not in columns:
            context.note(f"There is no column {header!r} any more: see `sheetd history {row_id}`.")
    known = mirror.load_forms([row_id]).get(row_id, {})
    forms = {row_id: forms_that_hold(known, cells, row.computed)}
    append_rows(context, tab, snapshot, [(row, cells)], forms)
    raise ReadAgain(tab, "a row was restored")
