"""Whether a column that stands in the sheet may be used for results: only the user can say so.

A column without sheetd's mark is the user's as soon as it holds anything. Where
a mark was lost (the column was cut and pasted, a copy came without marks), what
sheetd wrote is known by its form or by the mirror.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sync_daemon.domain.cells import BLANK, CellValue, same_cell
from sync_daemon.domain.headers import OwnedHeaders, fold_header
from sync_daemon.domain.ids import read_id, read_witness
from sync_daemon.domain.rows import MirrorRow, OwnedCell
from sync_daemon.domain.snapshot import SheetRow, Snapshot


def find_filled_columns(
    snapshot: Snapshot,
    headers: OwnedHeaders,
    adopt: Collection[str],
    known: Mapping[str, MirrorRow],
) -> list[str]:
    """Unmarked columns with our headers that hold something of the user's.

    Args:
        snapshot: of the sheet.
        headers: of our columns.
        adopt: headers that the user lets sheetd fill; never those of id and status.
        known: the sheet's rows by id, as the mirror has them.
    """
    allowed = {fold_header(header) for header in adopt}
    return [
        header
        for header in snapshot.columns.unbound
        if not (header in headers.results and fold_header(header) in allowed)
        and not all(_is_ours(header, row, headers, known) for row in snapshot.rows)
    ]


def find_blank_columns(snapshot: Snapshot, headers: OwnedHeaders) -> dict[str, int]:
    """Unmarked columns with our headers that show nothing at all, and where they stand."""
    return {
        header: snapshot.columns.owned[header]
        for header in snapshot.columns.unbound
        if all(_shown(header, row, headers) == BLANK for row in snapshot.rows)
    }


def _shown(header: str, row: SheetRow, headers: OwnedHeaders) -> CellValue:
    if header == headers.id:
        return row.id_cell
    if header == headers.status:
        return row.status_cell
    return row.results[headers.results.index(header)]


def _is_ours(
    header: str, row: SheetRow, headers: OwnedHeaders, known: Mapping[str, MirrorRow]
) -> bool:
    """Whether what stands under the header on a row is nothing, or what sheetd wrote there."""
    value = _shown(header, row, headers)
    if value == BLANK:
        return True
    if header == headers.id:
        return read_id(value) is not None
    if header == headers.status:
        return read_witness(value) is not None
    mirrored = (known.get(row_id) for row_id in (row.id_read, row.witness_read) if row_id)
    return any(row.owned and _was_written(row.owned.get(header), value) for row in mirrored if row)


def _was_written(cell: OwnedCell | None, value: CellValue) -> bool:
    if cell is None:
        return False
    written: Iterable[CellValue | None] = (cell.desired, cell.written, cell.observed, *cell.past)
    return any(ours is not None and same_cell(ours, value) for ours in written)
