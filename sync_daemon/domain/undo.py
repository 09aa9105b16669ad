"""Taking back what a run wrote: which cells, and which are not its own any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_daemon.domain.cells import CellValue, same_cell
from sync_daemon.domain.identity import IdentifiedRow
from sync_daemon.domain.rows import MirrorRow, Override, OwnedCell


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """What a result cell showed before a run's first write to it, and what the last one left."""

    before: CellValue
    after: CellValue


@dataclass(frozen=True, slots=True)
class Reversal:
    """A cell to bring back to what it was."""

    row_id: str
    header: str
    value: CellValue


def plan_undo(
    rows: Iterable[IdentifiedRow],
    known: Mapping[str, MirrorRow],
    written: Mapping[str, Mapping[str, WrittenCell]],
    result_headers: Sequence[str],
) -> list[Reversal]:
    """The cells that a run wrote and that nobody changed since.

    Args:
        rows: those in the sheet now.
        known: the sheet's rows by id, what the user did taken over.
        written: the result cells that the run changed, by row id and header.
        result_headers: the order of ``SheetRow.results``.
    """
    return [
        Reversal(row.row_id, header, cell.before)
        for row in rows
        if row.row_id in written
        for header, shown, cell in _still_written(row, written[row.row_id], result_headers)
        if _is_unchanged(known[row.row_id].owned.get(header), shown, cell)
    ]


def count_undone(
    rows: Iterable[IdentifiedRow],
    known: Mapping[str, MirrorRow],
    written: Mapping[str, Mapping[str, WrittenCell]],
    result_headers: Sequence[str],
) -> int:
    """How many cells an undo brought back already: it was killed, or is asked for twice."""
    cells = (
        (known[row.row_id].owned.get(header), cell)
        for row in rows
        for header, cell in written.get(row.row_id, {}).items()
        if header in result_headers
    )
    return sum(
        1
        for now, cell in cells
        if now is not None and now.override == Override.UNDO and same_cell(now.desired, cell.before)
    )


def _still_written(
    row: IdentifiedRow, written: Mapping[str, WrittenCell], result_headers: Sequence[str]
) -> Iterator[tuple[str, CellValue, WrittenCell]]:
    for header, shown in zip(result_headers, row.row.results, strict=True):
        if header in written:
            yield header, shown, written[header]


def _is_unchanged(cell: OwnedCell | None, shown: CellValue, written: WrittenCell) -> bool:
    """Whether the cell is as the run left it, for the mirror and in the sheet."""
    if cell is None or cell.override == Override.USER or not same_cell(cell.desired, written.after):
        return False
    return same_cell(shown, written.after) or cell.was_observed(shown)
