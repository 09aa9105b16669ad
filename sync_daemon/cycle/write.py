"""Stage 6: bring ids, statuses and results of a tab to what they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.owned_columns import column_addresses
from sync_daemon.cycle.state import Rows, Tab
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.reconcile import (
    RowWrite,
    WriteAnswer,
    WriteIntent,
    find_hidden_statuses,
    plan_cell_writes,
    plan_first_writes,
    plan_id_writes,
)
from sync_daemon.domain.rows import MirrorRow, RowState
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.write_constraints import WriteConstraints

ROWS_PER_WRITE = 100_000  # some MB; Google advises about 2, and takes more


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was answered."""

    write_id: int  # in the mirror
    intent: WriteIntent
    answer: WriteAnswer


class Writer:
    """Plans and sends the writes of one round.

    Args:
        context: of the cycle.
        tab: where to.
        snapshot: the reading that the writes are planned from.
        constraints: what is in the way in the tab.
        rows: of the reading.
    """

    def __init__(
        self,
        context: CycleContext,
        tab: Tab,
        snapshot: Snapshot,
        constraints: WriteConstraints,
        rows: Rows,
    ) -> None:
        self._context = context
        self._tab = tab
        self._target = tab.target
        self._headers = tab.target.headers
        self._constraints = constraints
        self._columns = column_addresses(snapshot, tab.record.metadata_ids)
        self._proving_columns = _proving_columns(tab, snapshot, rows.known)
        self._is_interleaved = _is_interleaved(snapshot)

    def plan_ids(self, rows: Rows) -> list[RowWrite]:
        """Ids that are missing or wrong in the sheet."""
        return plan_id_writes(rows.seen.values(), rows.blank, self._headers, self._constraints)

    def may_write_all(self, rows: Rows, ids: Sequence[RowWrite]) -> bool:
        """Whether ids may go with the other cells, in one request.

        While no row of the sheet has an id yet there is none to destroy.
        """
        has_ids = any(row.state is RowState.LIVE for row in rows.known.values())
        return bool(ids) and not has_ids and len(ids) <= ROWS_PER_WRITE

    def plan_cells(self, rows: Rows, *, with_ids: bool) -> list[RowWrite]:
        """Status and result cells that are not as they should be."""
        seen, blank, known = rows.seen.values(), rows.blank, rows.known
        if with_ids:
            return plan_first_writes(seen, blank, known, self._headers, self._constraints)
        return plan_cell_writes(
            seen, blank, known, self._headers, self._constraints, with_content=self._is_interleaved
        )

    def with_hidden_statuses(self, rows: Rows) -> Rows:
        """The rows as they say what is in the way; the mirror says the same."""
        statuses = find_hidden_statuses(
            rows.seen.values(), rows.known, self._headers, self._constraints
        )
        if statuses:
            self._context.mirror.save_statuses(statuses)
        return rows.with_known(
            {row_id: replace(rows.known[row_id], status=text) for row_id, text in statuses.items()}
        )

    def send(self, intent: WriteIntent) -> Sent:
        """Save what is about to be written, and write it.

        Raises:
            GoogleRejectedError: the sheet changed under it, or a range is protected.
        """
        context, tab = self._context, self._tab
        write_id = context.mirror.save_intent(
            context.open_run(), tab.name, intent, self._headers.results, context.now
        )
        answer = context.gateway.write(
            self._target,
            tab.gid,
            self._columns,
            intent,
            self._proving_columns,
            self._constraints.last_rows(),
        )
        return Sent(write_id, intent, answer)


def in_requests(phase: WritePhase, writes: Sequence[RowWrite]) -> Iterator[WriteIntent]:
    """The writes, as many at once as Google takes."""
    for start in range(0, len(writes), ROWS_PER_WRITE):
        yield WriteIntent(phase, writes[start : start + ROWS_PER_WRITE])


def _proving_columns(
    tab: Tab, snapshot: Snapshot, known: Mapping[str, MirrorRow]
) -> list[tuple[str, int]]:
    """The user's columns whose cells prove a row; what formulas show moves on.

    None after a refusal: reading them touches what may be protected.
    """
    if tab.rejection is not None:
        return []
    computed = {key for row in known.values() for key in row.computed}
    return [(key, index) for key, index in snapshot.columns.user if key not in computed]


def _is_interleaved(snapshot: Snapshot) -> bool:
    """Whether a column of the user's stands right of one of ours."""
    first = min(snapshot.columns.owned.values(), default=snapshot.columns.width)
    return any(index > first for _, index in snapshot.columns.user)
