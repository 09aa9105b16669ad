"""Writes owned cells and judges each write by its own answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.identity import Identification, IdentifiedRow, WritePhase
from sync_daemon.domain.obstacles import Obstacles
from sync_daemon.domain.reconcile import (
    RowWrite,
    Verdict,
    WriteAnswer,
    WriteIntent,
    find_hidden_statuses,
    judge,
    plan_cell_writes,
    plan_first_writes,
    plan_id_writes,
)
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.sheet_state import ColumnAddress, SheetRecord, SheetTarget
from sync_daemon.domain.snapshot import SheetRow, Snapshot
from sync_daemon.engine.report import SheetReport
from sync_daemon.errors import GoogleRejectedError
from sync_daemon.ports import Clock, Mirror, SheetGateway

ROWS_PER_WRITE = 100_000  # some MB; Google advises about 2, and takes more


@dataclass(frozen=True, slots=True)
class Channel:
    """Where one sheet's writes go, and where they are recorded."""

    gateway: SheetGateway
    mirror: Mirror
    clock: Clock
    target: SheetTarget
    record: SheetRecord
    run_id: int
    report: SheetReport


class WriteBack:
    """The writes of one round: what the snapshot showed, brought to what it should show.

    ``known`` is shared with those who do the work on rows; it is kept up with
    what the sheet shows after each write.
    """

    def __init__(
        self,
        channel: Channel,
        snapshot: Snapshot,
        identification: Identification,
        known: dict[str, MirrorRow],
        *,
        with_proofs: bool,
        obstacles: Obstacles,
    ) -> None:
        self._channel = channel
        self._obstacles = obstacles
        self._headers = channel.target.headers
        self._columns = column_addresses(snapshot, channel.record.metadata_ids)
        computed = {key for row in known.values() for key in row.computed}
        self._user_columns = [  # those that prove a row: what formulas show moves on
            (key, index)
            for key, index in snapshot.columns.user
            if with_proofs and key not in computed
        ]
        self._seen: dict[str, IdentifiedRow] = {i.row_id: i for i in identification.rows}
        self._placed: list[RowWrite] = []  # written, but not yet in _seen
        self._blank = list(identification.blank)
        self._known = known
        self._is_first_contact = False
        self._is_interleaved = _is_interleaved(snapshot)
        self.written = 0  # cells
        self.doubtful: list[RowWrite] = []  # what may have hit cells of the user's
        self.rejection: GoogleRejectedError | None = None

    def write_ids(self) -> bool:
        """Put missing and wrong ids right; returns whether all stand where they should.

        While no row of the sheet has an id yet there is none to destroy: then
        the ids go with the other cells, in one request.
        """
        writes = plan_id_writes(self._seen.values(), self._blank, self._headers, self._obstacles)
        has_ids = any(row.state is RowState.LIVE for row in self._known.values())
        if writes and not has_ids and len(writes) <= ROWS_PER_WRITE:
            self._is_first_contact = True
            return True
        return self._send(WritePhase.IDS, writes)

    def write_cells(self) -> bool:
        """Bring status and result cells up to date; returns whether all went where they should."""
        writes = self._plan_cells()
        self._is_first_contact = False
        return self._send(WritePhase.CELLS, writes)

    def is_up_to_date(self) -> bool:
        """Whether there is nothing left to write."""
        return not self._plan_cells()

    def _plan_cells(self) -> list[RowWrite]:
        for write in self._placed:
            if write.row_id is not None:
                seen = self._seen[write.row_id]
                self._seen[write.row_id] = replace(seen, row=self._after(seen.row, write.cells))
        self._placed.clear()
        self._say_what_is_hidden()
        rows, known = self._seen.values(), self._known
        if self._is_first_contact:
            return plan_first_writes(rows, self._blank, known, self._headers, self._obstacles)
        return plan_cell_writes(
            rows, self._blank, known, self._headers, self._obstacles,
            with_content=self._is_interleaved,
        )  # fmt: skip

    def _say_what_is_hidden(self) -> None:
        """Have the mirror say the same as the status cell."""
        rows = self._seen.values()
        statuses = find_hidden_statuses(rows, self._known, self._headers, self._obstacles)
        if statuses:
            self._channel.mirror.save_statuses(statuses)
        for row_id, status in statuses.items():
            self._known[row_id] = replace(self._known[row_id], status=status)

    def _send(self, phase: WritePhase, writes: Sequence[RowWrite]) -> bool:
        for start in range(0, len(writes), ROWS_PER_WRITE):
            intent = WriteIntent(phase, writes[start : start + ROWS_PER_WRITE])
            try:
                is_clean = self._send_one(intent)
            except GoogleRejectedError as rejection:
                self.rejection = rejection  # the sheet changed under it, or is protected
                return False
            if not is_clean:
                return False
        return True

    def _send_one(self, intent: WriteIntent) -> bool:
        channel = self._channel
        write_id = channel.mirror.save_intent(
            channel.run_id,
            channel.target.name,
            intent,
            self._headers.results,
            channel.clock.now(),
        )
        answer = channel.gateway.write(
            channel.target,
            channel.record.gid or 0,
            self._columns,
            intent,
            self._user_columns,
            self._obstacles.last_rows(),
        )
        verdict = judge(intent, answer, self._headers.id)
        self.written += intent.cell_count
        channel.report.cells_written += intent.cell_count
        channel.report.cells_repaired += sum(len(row.cells) for row in verdict.misplaced)
        self.doubtful += verdict.doubtful
        changed = self._take_over(verdict, answer)
        channel.mirror.save_verdict(
            write_id,
            is_clean=verdict.is_clean,
            confirmed=self._newly_confirmed(verdict),
            shown={row_id: self._known[row_id].owned for row_id in changed},
        )
        return verdict.is_clean

    def _take_over(self, verdict: Verdict, answer: WriteAnswer) -> Collection[str]:
        """Keep in mind what the sheet shows now; returns the rows whose results were written."""
        changed = []
        self._placed.extend(verdict.placed)
        for write in verdict.placed:
            if write.row_id is None:
                continue
            known = self._known[write.row_id]
            results = known.owned.keys() & write.cells.keys()
            if not results:
                continue
            owned = dict(known.owned)
            for header in results:
                shown = answer.value(header, write.row_number)
                owned[header] = owned[header].written(write.cells[header], shown)
            self._known[write.row_id] = replace(known, owned=owned)
            changed.append(write.row_id)
        cleared = {write.row_number: write for write in verdict.placed if write.row_id is None}
        self._blank = [
            self._after(row, cleared[row.row_number].cells) if row.row_number in cleared else row
            for row in self._blank
        ]
        return changed

    def _newly_confirmed(self, verdict: Verdict) -> list[str]:
        return [
            write.row_id
            for write in verdict.placed
            if write.row_id is not None and self._headers.id in write.cells
        ]

    def _after(self, row: SheetRow, cells: Mapping[str, CellValue]) -> SheetRow:
        """The row after a write of ``cells``; results that Sheets re-typed count as written."""
        return replace(
            row,
            id_cell=cells.get(self._headers.id, row.id_cell),
            status_cell=cells.get(self._headers.status, row.status_cell),
            results=tuple(
                cells.get(header, value)
                for header, value in zip(self._headers.results, row.results, strict=True)
            ),
        )


def _is_interleaved(snapshot: Snapshot) -> bool:
    """Whether a column of the user's stands right of one of ours."""
    first = min(snapshot.columns.owned.values(), default=snapshot.columns.width)
    return any(index > first for _, index in snapshot.columns.user)


def column_addresses(
    snapshot: Snapshot, metadata_ids: Mapping[str, int]
) -> dict[str, ColumnAddress]:
    """Our columns with the titles that they bear, which the user may have changed."""
    texts = dict(enumerate(header_texts(snapshot.header_row)))
    places = snapshot.columns.owned
    return {
        header: ColumnAddress(number, texts.get(places[header], "") if header in places else header)
        for header, number in metadata_ids.items()
    }
