"""What people ask for by hand: a deleted row back in the sheet, a run's results taken back."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import tzinfo

from sync_daemon.domain.links import is_label_mark
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.status import is_done_text
from sync_daemon.domain.typed_forms import forms_that_hold
from sync_daemon.domain.undo import Reversal, count_undone, plan_undo
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import Ports
from sync_daemon.engine.intake import Intake
from sync_daemon.engine.new_rows import append_rows
from sync_daemon.engine.report import SheetReport, UndoCounts


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery in one sheet."""

    ports: Ports
    sheet: ConfiguredSheet
    report: SheetReport

    def undo_run(self, run_id: int, intake: Intake, tz: tzinfo) -> None:
        """Have the cells that a run wrote, and nobody changed since, show what they showed before.

        Such a value stays until the row's inputs change, as if the user had typed it.
        """
        written = {
            row_id: {h: cell for h, cell in cells.items() if cell.before != cell.after}
            for row_id, cells in self.ports.mirror.load_run_results(run_id, self.sheet.name).items()
        }
        results = self.sheet.target.headers.results
        total = sum(header in results for cells in written.values() for header in cells)
        rows = intake.identification.rows
        reversals = plan_undo(rows, intake.known, written, results)
        reverted = len(reversals) + count_undone(rows, intake.known, written, results)
        now = self.ports.clock.now().astimezone(tz)
        status = f"done {now:%Y-%m-%d %H:%M}; results of run {run_id} undone"
        changed = {r.row_id for r in reversals}
        for reversal in reversals:
            intake.known[reversal.row_id] = _brought_back(
                intake.known[reversal.row_id], reversal, status
            )
        self.ports.mirror.save_undo([intake.known[row_id] for row_id in changed])
        self.report.undone = UndoCounts(reverted, total - reverted)

    def restore_row(
        self, row_id: str, record: SheetRecord, snapshot: Snapshot, known: Container[str]
    ) -> bool:
        """Put a deleted row below all others; returns whether the sheet has to be read again."""
        mirror, name = self.ports.mirror, self.sheet.name
        row = mirror.load_tombstones(name, [row_id]).get(row_id)
        if row_id in known or row is None:
            return False
        cells = mirror.load_cells([row_id])[row_id]
        columns = dict(snapshot.columns.user)
        links = {key for key, found in row.computed.items() if is_label_mark(found)}
        cells = {header: value for header, value in cells.items() if header not in links}
        gone = [
            f"There is no column {header!r} any more: see `sheetd history {row_id}`."
            for header in cells
            if header not in columns
        ]
        self.report.notes += [note for note in gone if note not in self.report.notes]
        known = mirror.load_forms([row_id]).get(row_id, {})
        forms = {row_id: forms_that_hold(known, cells, row.computed)}
        told = append_rows(self.ports, self.sheet.target, record, snapshot, [(row, cells)], forms)
        self.report.notes += [told] if told else []
        return True


def _brought_back(row: MirrorRow, reversal: Reversal, status: str) -> MirrorRow:
    cell = row.owned[reversal.header].brought_back(reversal.value)
    # A row that is not done says so all the same.
    shown = status if is_done_text(row.status) else row.status
    return replace(row, owned={**row.owned, reversal.header: cell}, status=shown)
