"""Rows that sheetd itself puts into the sheet: below all others, with their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.ids import with_witness
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.sheet_state import NewRow, SheetTarget
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.typed_forms import TypedForm, moved_formula

_NO_FORMS: Mapping[str, Mapping[str, TypedForm]] = MappingProxyType({})


def append_rows(
    context: CycleContext,
    tab: Tab,
    snapshot: Snapshot,
    rows: Sequence[tuple[MirrorRow, Mapping[str, CellValue]]],
    forms: Mapping[str, Mapping[str, TypedForm]] = _NO_FORMS,
) -> None:
    """Insert rows with the user's cells; the sheet has to be read again afterwards.

    Cells of columns that are not there any more, or that a formula fills, are
    left out. If columns moved at that moment, the rows stay as they are, as nobody's:
    what is cleared by its place might be the user's by then.

    Args:
        context: of the cycle; told where a row came to stand in the wrong columns.
        tab: where to put them.
        snapshot: of the tab.
        rows: with their cells, by header.
        forms: how cells were typed, by row id and header.
    """
    target = tab.sheet.target
    last = max((r.row_number for r in snapshot.rows), default=target.header_row)
    computed = context.gateway.find_computed_columns(
        target, tab.gid, snapshot.title, sorted({target.header_row + 1, last})
    )
    places = {key: index for key, index in snapshot.columns.user if index not in computed}
    new = [
        _new_row(index, row, cells, forms.get(row.row_id, {}), places, target, snapshot)
        for index, (row, cells) in enumerate(rows, last)
    ]
    if not context.gateway.insert_rows(target, tab.gid, snapshot.title, new):
        what = "A row was" if len(new) == 1 else f"{len(new)} rows were"
        context.note(
            f"{what} put in below the others while columns were moved: there the cells stand in"
            " the wrong columns. You can delete that; what it was for follows in its right place."
        )


def _new_row(
    index: int,
    row: MirrorRow,
    cells: Mapping[str, CellValue],
    forms: Mapping[str, TypedForm],
    places: Mapping[str, int],
    target: SheetTarget,
    snapshot: Snapshot,
) -> NewRow:
    """One row as it is to stand at ``index``, its cells in the columns of ``places``."""
    texts = dict(enumerate(header_texts(snapshot.header_row)))
    owned, status = snapshot.columns.owned, with_witness(row.status, row.row_id)
    values = {places[header]: value for header, value in cells.items() if header in places}
    values |= {owned[target.headers.id]: row.row_id, owned[target.headers.status]: status}
    return NewRow(
        index=index,
        cells={place: value for place, value in values.items() if value != BLANK},
        forms={
            places[h]: form._replace(formula=moved_formula(form.formula, form.row, index + 1))
            for h, form in forms.items()
            if h in places
        },
        headers={place: texts.get(place, "") for place in values},
        tokens=(row.row_id, status),
    )
