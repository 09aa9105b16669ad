"""What one snapshot means for the mirror: the list of changes, before any is made."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from sync_daemon.domain.cells import (
    CellValue,
    content_hash,
    encode_cells,
    is_unready,
)
from sync_daemon.domain.computed import Judge
from sync_daemon.domain.identity import (
    Identification,
    IdentifiedRow,
    Recognition,
    has_content_of,
)
from sync_daemon.domain.ids import with_witness
from sync_daemon.domain.links import is_label_mark
from sync_daemon.domain.result_cells import (
    AbsentResult,
    FoundCell,
    HandEdit,
    OurWrites,
    ResultCells,
    Sighting,
)
from sync_daemon.domain.rows import UNPLANNED, MirrorRow, OwnedCell, RowState
from sync_daemon.domain.serial_dates import same_shown
from sync_daemon.domain.status import is_done_text
from sync_daemon.domain.write_constraints import NO_CONSTRAINTS, WriteConstraints


class ChangeKind(Enum):
    """What happened to a row since the mirror last saw it."""

    INSERTED = "inserted"
    UPDATED = "updated"
    DELETED = "deleted"
    REVIVED = "revived"  # a tombstone that is back in the sheet


@dataclass(frozen=True, slots=True)
class RowChange:
    """A change of one row's own cells. ``content`` is JSON (see ``cells.encode_cells``)."""

    kind: ChangeKind
    row_id: str
    row_number: int
    content: str
    content_hash: str  # without the cells of ``computed``
    computed: Mapping[str, str] = field(default_factory=dict)  # see ``MirrorRow.computed``


@dataclass(frozen=True, slots=True)
class Discovery:
    """Nobody edited the row, but more is known now of the formulas on it."""

    row_id: str
    content_hash: str
    computed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """Everything that one snapshot changes in the mirror."""

    changes: Sequence[RowChange] = field(default_factory=tuple)
    moves: Sequence[tuple[str, int]] = field(default_factory=tuple)  # row id, new row number
    hand_edits: Sequence[HandEdit] = field(default_factory=tuple)
    confirmed: Sequence[str] = field(default_factory=tuple)  # pending ids seen on their row
    sightings: Sequence[Sighting] = field(default_factory=tuple)
    absent: Sequence[AbsentResult] = field(default_factory=tuple)
    discoveries: Sequence[Discovery] = field(default_factory=tuple)
    found: Sequence[FoundCell] = field(default_factory=tuple)
    recheck: Sequence[str] = field(default_factory=tuple)  # rows whose rechecks are due at once

    @property
    def is_empty(self) -> bool:
        """Whether the mirror has nothing to learn."""
        changes = (self.changes, self.moves, self.hand_edits, self.confirmed)
        seen = (self.sightings, self.absent, self.discoveries, self.found)
        return not any((*changes, *seen))

    def applied_to(
        self, known: Mapping[str, MirrorRow], tombstones: Mapping[str, MirrorRow]
    ) -> dict[str, MirrorRow]:
        """The sheet's rows by id after the changes, as the mirror keeps them.

        Args:
            known: the live and pending rows before.
            tombstones: at least those of the rows that are revived.
        """
        rows = {**known}
        for change in self.changes:
            if change.kind is ChangeKind.DELETED:
                del rows[change.row_id]
            else:
                old = rows.get(change.row_id) or tombstones.get(change.row_id)
                rows[change.row_id] = _row_after(change, old)
        for found in self.discoveries:
            rows[found.row_id] = replace(
                rows[found.row_id], content_hash=found.content_hash, computed=found.computed
            )
        for row_id, number in self.moves:
            rows[row_id] = replace(rows[row_id], row_number=number)
        for row_id in self.confirmed:
            rows[row_id] = replace(rows[row_id], state=RowState.LIVE)
        seen: list[HandEdit | Sighting | AbsentResult | FoundCell]
        seen = [*self.hand_edits, *self.sightings, *self.absent, *self.found]
        for one in seen:
            rows[one.row_id] = _with_cell(rows[one.row_id], one.header, one.applied_to)
        return rows

    def count(self, kind: ChangeKind) -> int:
        """How many changes are of this kind."""
        return sum(1 for change in self.changes if change.kind is kind)


def plan_changes(
    identification: Identification,
    known: Mapping[str, MirrorRow],
    contents: Mapping[str, Mapping[str, CellValue]],
    result_headers: Sequence[str],
    ours: OurWrites,
    constraints: WriteConstraints = NO_CONSTRAINTS,
    *,
    judge: Judge,
) -> SheetChanges:
    """Compare an identified snapshot with the mirror.

    Args:
        identification: every row of the snapshot with its id.
        known: the sheet's live and pending rows by id.
        contents: the cells last known of a row id.
        result_headers: the order of ``SheetRow.results``.
        ours: what sheetd wrote: a value of it is no edit by the user.
        constraints: a result that one of them covers was not cleared by hand.
        judge: tells what formulas show from what somebody typed.
    """
    changes: list[RowChange] = []
    moves: list[tuple[str, int]] = []
    edits: list[HandEdit] = []
    confirmed: list[str] = []
    sightings: list[Sighting] = []
    absent: list[AbsentResult] = []
    discoveries: list[Discovery] = []
    results = ResultCells(known, contents, result_headers, ours, constraints)
    for identified in identification.rows:
        old = known.get(identified.row_id)
        change = _change_of(identified, old, contents, judge)
        if isinstance(change, RowChange):
            changes.append(change)
        else:
            discoveries += [change] if change is not None else []
            if old is not None and old.row_number != identified.row.row_number:
                moves.append((identified.row_id, identified.row.row_number))
        if old is not None and old.state is RowState.PENDING and identified.undisturbed:
            confirmed.append(identified.row_id)
        for seen in results.changed_by_hand(identified):
            if isinstance(seen, HandEdit):
                edits.append(seen)
            else:
                absent.append(seen)
        absent.extend(results.came_back_without(identified))
        sightings.extend(results.sighted(identified))
    changes.extend(_deletion(known[row_id]) for row_id in identification.missing)
    return SheetChanges(changes, moves, edits, confirmed, sightings, absent, discoveries)


def forget_written(
    known: Mapping[str, MirrorRow], headers: Collection[str]
) -> dict[str, MirrorRow]:
    """The rows as they are known once columns were made again: nothing was written there yet."""
    if not headers:
        return dict(known)
    return {
        row_id: replace(
            row,
            owned={h: c.forgotten() if h in headers else c for h, c in row.owned.items()},
        )
        for row_id, row in known.items()
    }


def found_on_adopted_rows(
    changes: SheetChanges,
    identification: Identification,
    is_passing: Callable[[str, CellValue], bool],
) -> SheetChanges:
    """The changes, with what only an earlier mirror can explain set apart from hand edits.

    Where results change by themselves (``is_passing``, by header and value), an old one
    is out of date.
    """
    adopted = {i.row_id for i in identification.rows if i.recognition is Recognition.ADOPTED}
    return replace(
        changes,
        hand_edits=[edit for edit in changes.hand_edits if edit.row_id not in adopted],
        found=[
            FoundCell(edit.row_id, edit.header, edit.value)
            for edit in changes.hand_edits
            if edit.row_id in adopted and not is_passing(edit.header, edit.value)
        ],
    )


def without_former_dates(changes: SheetChanges, headers: Collection[str]) -> SheetChanges:
    """The changes without dates of ours in columns (``headers``) that hold numbers by now."""
    return replace(
        changes,
        hand_edits=[
            edit
            for edit in changes.hand_edits
            if not (edit.header in headers and same_shown(edit.before, edit.value))
        ],
    )


def found_on_newer_rows(
    changes: SheetChanges,
    identification: Identification,
    known: Mapping[str, MirrorRow],
    is_passing: Callable[[str, CellValue], bool],
) -> SheetChanges:
    """The changes, with results of a mirror that knew more than this one told from hand edits.

    Where a backup was put back, rows say that they were done later than the mirror
    knows. Where results change by themselves (``is_passing``, by header and value), what is
    new on such a row came with it: it is looked up again at once.
    """
    newer = {
        i.row_id
        for i in identification.rows
        if i.undisturbed and i.row_id in known and _is_newer(i, known[i.row_id])
    }

    def is_ours(edit: HandEdit) -> bool:
        is_later = edit.row_id in newer and is_passing(edit.header, edit.value)
        return is_later and not known[edit.row_id].holds(edit.header)

    ours = [edit for edit in changes.hand_edits if is_ours(edit)]
    if not ours:
        return changes
    return replace(
        changes,
        hand_edits=[edit for edit in changes.hand_edits if not is_ours(edit)],
        sightings=[*changes.sightings, *(Sighting(e.row_id, e.header, e.value) for e in ours)],
        recheck=sorted({edit.row_id for edit in ours}),
    )


def _is_newer(identified: IdentifiedRow, old: MirrorRow) -> bool:
    """Whether the status cell says that the row was done after what the mirror knows."""
    shown = str(identified.row.status_cell).removesuffix(with_witness("", old.row_id))
    return is_done_text(shown) and shown > old.status and is_done_text(old.status)


def exceeds_deletion_limit(deletions: int, live: int, max_fraction: float) -> bool:
    """Whether so many of the live rows vanished at once that it may be an accident."""
    return deletions > 0 and deletions > max_fraction * live


def _change_of(
    identified: IdentifiedRow,
    old: MirrorRow | None,
    contents: Mapping[str, Mapping[str, CellValue]],
    judge: Judge,
) -> RowChange | Discovery | None:
    row, row_id = identified.row, identified.row_id
    if old is None:
        revived = identified.recognition is Recognition.REVIVED
        kind = ChangeKind.REVIVED if revived else ChangeKind.INSERTED
        marks, addresses = judge.find_links(row, row.cells())
        content = encode_cells({**row.cells(), **addresses}) if addresses else row.content
        return RowChange(kind, row_id, row.row_number, content, row.content_hash, marks)
    is_as_known = has_content_of(row, old)
    if is_as_known and not (judge.has_looked_at(row) or judge.has_lost_columns(old)):
        return None
    has_links = any(map(is_label_mark, old.computed.values()))
    is_same = is_as_known and not has_links
    before = row.cells() if is_same else contents.get(row_id, {})
    cells = _keep_known_for_unready(row.cells(), before)
    verdict = judge.judge(row, old, before, cells)
    computed = verdict.computed
    typed = {header: value for header, value in cells.items() if header not in computed}
    fingerprint = content_hash(encode_cells(typed))
    if verdict.is_edited:
        content = encode_cells({**cells, **verdict.addresses})
        return RowChange(ChangeKind.UPDATED, row_id, row.row_number, content, fingerprint, computed)
    if (fingerprint, computed) == (old.content_hash, old.computed):
        return None
    return Discovery(row_id, fingerprint, computed)


def _keep_known_for_unready(
    cells: Mapping[str, CellValue], known: Mapping[str, CellValue]
) -> dict[str, CellValue]:
    """A formula that shows no value yet is no change: the last known value stands."""
    return {
        header: known[header] if is_unready(value) and header in known else value
        for header, value in cells.items()
    }


def _row_after(change: RowChange, old: MirrorRow | None) -> MirrorRow:
    if old is None:
        return MirrorRow(
            change.row_id,
            change.row_number,
            RowState.PENDING,
            change.content_hash,
            computed=change.computed,
        )
    return replace(
        old,
        row_number=change.row_number,
        state=RowState.LIVE if change.kind is ChangeKind.REVIVED else old.state,
        content_hash=change.content_hash,
        computed=change.computed,
        planned="",
    )


def _with_cell(row: MirrorRow, header: str, change: Callable[[OwnedCell], OwnedCell]) -> MirrorRow:
    return replace(row, owned={**row.owned, header: change(row.owned.get(header, UNPLANNED))})


def _deletion(old: MirrorRow) -> RowChange:
    return RowChange(ChangeKind.DELETED, old.row_id, old.row_number, "", old.content_hash)
