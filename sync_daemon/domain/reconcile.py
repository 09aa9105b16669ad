"""Which owned cells to write, and what the answer to the write tells.

Desired and observed states are compared; no event is remembered. So a crash, a
lost answer or a sort in between needs no special case: the next comparison
sees what is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sync_daemon.domain.cells import BLANK, CellValue, decode_cells, same_cell
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import IdentifiedRow, WritePhase
from sync_daemon.domain.ids import with_witness
from sync_daemon.domain.rows import MirrorRow, OwnedCell
from sync_daemon.domain.snapshot import SheetRow
from sync_daemon.domain.status import tells_of_constraints, with_constraints
from sync_daemon.domain.write_constraints import NO_CONSTRAINTS, ConstraintKind, WriteConstraints

_NOTHING: Mapping[str, CellValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RowWrite:
    """Cells to write on one row. Without ``row_id``: owned leftovers to clear on a blank row."""

    row_number: int
    row_id: str | None
    cells: Mapping[str, CellValue]  # header → value
    before: Mapping[str, CellValue]
    expect: Mapping[str, CellValue] = field(default_factory=lambda: _NOTHING)
    """Owned cells that this request does not write and that must be on the row."""
    proof: str | None = None
    """The ``SheetRow.content`` that must be on the row; None where ``expect`` will do."""


@dataclass(frozen=True, slots=True)
class WriteIntent:
    """One request's worth of writes, saved before it is sent."""

    phase: WritePhase
    rows: Sequence[RowWrite]

    @property
    def cell_count(self) -> int:
        """How many cells it writes."""
        return sum(len(row.cells) for row in self.rows)


@dataclass(frozen=True, slots=True)
class WriteAnswer:
    """What stood in the sheet right after a write, from the same atomic step.

    Attributes:
        columns: each written or proving column from row 1 on, by the header
            that was meant, if that header stands on it.
        proofs: cells of the user by row number, cut after the last that is not blank.
        proof_columns: (header, index in a row of ``proofs``).
    """

    columns: Mapping[str, Sequence[CellValue]]
    proofs: Mapping[int, Sequence[CellValue]] = field(default_factory=dict)
    proof_columns: Sequence[tuple[str, int]] = ()

    def value(self, header: str, row_number: int) -> CellValue:
        """The cell, blank where the answer ends before it."""
        cells = self.columns.get(header, ())
        return cells[row_number - 1] if row_number <= len(cells) else BLANK


@dataclass(frozen=True, slots=True)
class UnsettledWrite:
    """An earlier request of ours whose effect is not certain, with the values it wrote."""

    phase: WritePhase
    values: Mapping[str, set[CellValue]]  # by header


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the cells of a write came to stand."""

    placed: Sequence[RowWrite]
    misplaced: Sequence[RowWrite]
    lost_columns: Sequence[str]

    @property
    def is_clean(self) -> bool:
        """Whether everything is where it was meant to be."""
        return not (self.misplaced or self.lost_columns)

    @property
    def doubtful(self) -> Sequence[RowWrite]:
        """Writes that may have hit what was not meant: the user's own cells, perhaps."""
        return [*self.misplaced, *self.placed] if self.lost_columns else self.misplaced


def plan_id_writes(
    identified: Iterable[IdentifiedRow],
    blank: Iterable[SheetRow],
    headers: OwnedHeaders,
    constraints: WriteConstraints = NO_CONSTRAINTS,
) -> list[RowWrite]:
    """Id cells that do not show their row's id. The witness, if there, proves the row."""
    id_header, status_header = headers.id, headers.status
    writes = [
        _id_write(i, id_header, status_header)
        for i in identified
        if i.row.id_cell != i.row_id and not constraints.hides_row(i.row.row_number, headers)
    ]
    writes += [
        RowWrite(
            row_number=row.row_number,
            row_id=None,
            cells={id_header: BLANK},
            before={id_header: row.id_cell},
            expect={status_header: row.status_cell},
        )
        for row in blank
        if row.id_cell != BLANK and not constraints.hides_row(row.row_number, headers)
    ]
    return writes


def plan_cell_writes(
    identified: Iterable[IdentifiedRow],
    blank: Iterable[SheetRow],
    known: Mapping[str, MirrorRow],
    columns: OwnedHeaders,
    constraints: WriteConstraints = NO_CONSTRAINTS,
    *,
    with_content: bool = False,
) -> list[RowWrite]:
    """Status and result cells where desired and observed differ. The id proves the row.

    Args:
        identified: every row of the snapshot with its id.
        blank: rows on which nothing of ours should stand.
        known: what the rows should show, by id.
        columns: ours.
        constraints: what cannot be written.
        with_content: have the content prove the row too: cells that were shifted
            sideways may bring the user's into our columns, and leave the id.
    """
    writes = []
    for i in identified:
        row = known[i.row_id]
        wanted = _wanted_cells(i, row, columns, constraints)
        if wanted and not constraints.hides_row(i.row.row_number, columns):
            seen = _seen_cells(i.row, columns)
            before = {header: seen[header] for header in wanted}
            expect = {columns.id: i.row_id}
            proof = i.row.content if with_content else None
            writes.append(RowWrite(i.row.row_number, i.row_id, wanted, before, expect, proof))
    for blank_row in blank:
        leftovers = {
            header: value
            for header, value in _leftovers(blank_row, columns).items()
            if constraints.at(blank_row.row_number, header) is None
        }
        if leftovers:
            cleared: dict[str, CellValue] = dict.fromkeys(leftovers, BLANK)
            expect = {columns.id: BLANK}
            writes.append(RowWrite(blank_row.row_number, None, cleared, leftovers, expect))
    return writes


def needs_write(cell: OwnedCell, observed: CellValue) -> bool:
    """Whether the sheet does not show what it should.

    A value that Sheets stored in another form is not written again and again:
    what our last write of the same value came to is taken as right.
    """
    if same_cell(cell.desired, observed):
        return False
    if cell.written is None or cell.observed is None:
        return True
    return not (same_cell(cell.written, cell.desired) and same_cell(cell.observed, observed))


def find_hidden_statuses(
    identified: Iterable[IdentifiedRow],
    known: Mapping[str, MirrorRow],
    columns: OwnedHeaders,
    constraints: WriteConstraints,
) -> dict[str, str]:
    """The sentences that change as results cannot be shown, or are shown again, by row id."""
    changed = {}
    for i in identified:
        row = known[i.row_id]
        if constraints is NO_CONSTRAINTS and not tells_of_constraints(row.status):
            continue
        status = with_constraints(row.status, _hidden(i, row, columns, constraints))
        if row.status and status != row.status:
            changed[i.row_id] = status
    return changed


def _hidden(
    identified: IdentifiedRow, row: MirrorRow, columns: OwnedHeaders, constraints: WriteConstraints
) -> dict[str, ConstraintKind]:
    """The results that cannot be shown, and why."""
    hidden: dict[str, ConstraintKind] = {}
    for header, observed in zip(columns.results, identified.row.results, strict=True):
        cell = row.owned.get(header)
        if cell is None or same_cell(cell.desired, observed):
            continue
        if obstacle := constraints.at(identified.row.row_number, header):
            hidden[header] = obstacle
    return hidden


def plan_first_writes(
    identified: Iterable[IdentifiedRow],
    blank: Iterable[SheetRow],
    known: Mapping[str, MirrorRow],
    columns: OwnedHeaders,
    constraints: WriteConstraints = NO_CONSTRAINTS,
) -> list[RowWrite]:
    """Ids and other cells at once: only for a sheet in which no row has an id to destroy.

    The content proves the row.
    """
    writes = []
    for i in identified:
        if constraints.hides_row(i.row.row_number, columns):
            continue
        wanted = {columns.id: i.row_id, **_wanted_cells(i, known[i.row_id], columns, constraints)}
        before = _seen_cells(i.row, columns)
        writes.append(
            RowWrite(
                row_number=i.row.row_number,
                row_id=i.row_id,
                cells=wanted,
                before={h: before[h] for h in wanted if before[h] != BLANK} or _NOTHING,
                proof=i.row.content,
            )
        )
    for row in blank:
        leftovers = {h: v for h, v in _seen_cells(row, columns).items() if v != BLANK}
        cleared: dict[str, CellValue] = dict.fromkeys(leftovers, BLANK)
        writes.append(RowWrite(row.row_number, None, cleared, leftovers))
    return writes


def judge(intent: WriteIntent, answer: WriteAnswer, id_header: str) -> Verdict:
    """Tell from a write's own answer where its cells came to stand.

    An id that stands twice proves nothing: a copy pasted meanwhile bears it too.
    """
    standing = Counter(answer.columns.get(id_header, ()))
    headers = {header for row in intent.rows for header in (*row.cells, *row.expect)}
    placed: list[RowWrite] = []
    misplaced: list[RowWrite] = []
    for row in intent.rows:
        is_alone = row.row_id is None or standing[row.row_id] == 1
        (placed if is_alone and _is_placed(row, answer) else misplaced).append(row)
    return Verdict(placed, misplaced, sorted(headers - answer.columns.keys()))


def _id_write(identified: IdentifiedRow, id_header: str, status_header: str) -> RowWrite:
    row, row_id = identified.row, identified.row_id
    has_witness = row.witness_read == row_id
    return RowWrite(
        row_number=row.row_number,
        row_id=row_id,
        cells={id_header: row_id},
        before={id_header: row.id_cell},
        expect={status_header: row.status_cell} if has_witness else _NOTHING,
        proof=None if has_witness else row.content,
    )


def _wanted_cells(
    identified: IdentifiedRow, row: MirrorRow, columns: OwnedHeaders, constraints: WriteConstraints
) -> dict[str, CellValue]:
    wanted: dict[str, CellValue] = {}
    for header, observed in zip(columns.results, identified.row.results, strict=True):
        cell = row.owned.get(header)
        if cell is None or constraints.at(identified.row.row_number, header):
            continue
        if needs_write(cell, observed):
            wanted[header] = cell.desired
    status = with_witness(row.status, row.row_id)
    if row.status and identified.row.status_cell != status:
        wanted[columns.status] = status
    return wanted


def _is_placed(row: RowWrite, answer: WriteAnswer) -> bool:
    owned = all(
        same_cell(answer.value(header, row.row_number), value)
        for header, value in row.expect.items()
    )
    if not owned or row.proof is None:
        return owned
    shown = answer.proofs.get(row.row_number)
    if shown is None:
        return False
    expected = decode_cells(row.proof)
    return all(
        same_cell(shown[index] if index < len(shown) else BLANK, expected.get(header, BLANK))
        for header, index in answer.proof_columns
    )


def _leftovers(row: SheetRow, columns: OwnedHeaders) -> dict[str, CellValue]:
    cells = _seen_cells(row, columns)
    del cells[columns.id]
    return {header: value for header, value in cells.items() if value != BLANK}


def _seen_cells(row: SheetRow, columns: OwnedHeaders) -> dict[str, CellValue]:
    """Our cells of a row as they were read, by header."""
    cells = {columns.id: row.id_cell, columns.status: row.status_cell}
    cells.update(zip(columns.results, row.results, strict=True))
    return cells
