"""One cycle of one sheet: locate, pull, identify, plan, run, write, verify.

A round is one reading and what follows from it. Where an answer tells that rows
moved meanwhile, another round begins; usually there is one. Each stage is a module
and goes from state to state (see :mod:`~sync_daemon.cycle.state`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from sync_daemon.cycle.configuration import is_followed, plan_following, rehearsing
from sync_daemon.cycle.context import CycleContext, CycleOptions, Ports
from sync_daemon.cycle.dry_run import describe_plan
from sync_daemon.cycle.feed_ingest import has_feed_work, ingest_feeds
from sync_daemon.cycle.identify import identify
from sync_daemon.cycle.locate import locate
from sync_daemon.cycle.owned_columns import (
    check_keeper,
    make_columns,
    refuse_bad_headers,
    refuse_filled_columns,
    retitle,
    with_spelling_of,
)
from sync_daemon.cycle.plan import (
    Planned,
    find_constraints,
    keep,
    labels_are_due,
    plan,
    tell_changes,
)
from sync_daemon.cycle.pull import (
    Pulled,
    has_due_rows,
    is_unchanged,
    note_quiet,
    probe,
    pull,
    settle,
)
from sync_daemon.cycle.recovery import recover
from sync_daemon.cycle.refusals import write_refused
from sync_daemon.cycle.report import SheetReport
from sync_daemon.cycle.run import JobRunner
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.cycle.state import Doubt, ReadAgain, Rows, Tab
from sync_daemon.cycle.user_columns import follow_columns
from sync_daemon.cycle.verify import put_back, verify
from sync_daemon.cycle.view import keep_view
from sync_daemon.cycle.write import Writer, in_requests
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.reconcile import RowWrite
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.write_constraints import NO_CONSTRAINTS, WriteConstraints
from sync_daemon.errors import GoogleRejectedError, TornReadError

MAX_ROUNDS = 8
FLUSH_EVERY_S = 30.0  # how long finished results may wait for those that still run
STALE_AFTER_S = 30.0  # after longer work, rows are read again before the write

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Written:
    """How far the writes of a round have come."""

    rows: Rows
    cells: int = 0
    doubtful: tuple[RowWrite, ...] = ()  # what may have hit cells of the user's
    rejection: GoogleRejectedError | None = None


class Cycle:
    """One cycle of one sheet; ``report`` is filled as it goes.

    Args:
        ports: the outside.
        sheet: as the configuration has it.
        open_run: the run's id; the run is recorded when it is first asked for.
        options: how the cycle was asked for.
        report: of the sheet.
    """

    def __init__(
        self,
        ports: Ports,
        sheet: ConfiguredSheet,
        open_run: Callable[[], int],
        options: CycleOptions,
        report: SheetReport,
    ) -> None:
        until = math.inf
        if options.work_for_s is not None:
            until = ports.clock.monotonic() + options.work_for_s
        self._context = CycleContext(ports, options, report, open_run, until)
        self._sheet = sheet
        self._tab: Tab  # as it is known by now
        self._written: _Written

    def run(self) -> None:
        """Bring the sheet to what it should show.

        Raises:
            SheetdError: of any kind; what was committed before stays.
        """
        context = self._context
        self._tab = tab = locate(context, self._sheet)
        version = probe(context, tab)
        if is_unchanged(context, tab, version) and not self._has_work_besides():
            return
        torn: TornReadError | None = None
        for _ in range(MAX_ROUNDS):
            try:
                self._round(version)
            except ReadAgain as again:
                log.debug("the sheet is read again", sheet=self._tab.name, why=again.why)
                self._tab, torn = again.tab, None
            except TornReadError as error:
                torn = error
            else:
                return
        if torn is not None:
            raise torn
        if self._tab.rejection is not None:
            raise write_refused(self._tab.name, self._tab.rejection)
        context.report.error = "the sheet kept changing; what is left follows in the next cycle"

    def _has_work_besides(self) -> bool:
        """Whether something is to be done though the sheet is as it was."""
        context, tab = self._context, self._tab
        if tab.claim is not None or not is_followed(tab):
            return True
        labels = labels_are_due(tab.sheet, tab.record, context.now, context.options)
        return labels or has_feed_work(context, tab)

    def _round(self, version: str) -> None:
        """Read once and do what follows, until the sheet is as it should be.

        Raises:
            ReadAgain: what was read is not what stands in the sheet any more.
            TornReadError: what was read does not belong to one state.
        """
        pulled = pull(self._context, self._tab)
        self._tab, mark = pulled.tab, pulled.mark
        if self._is_quiet(pulled):
            note_quiet(self._context, self._tab, version)
            return
        snapshot = pulled.reading.parse()
        del pulled  # and with it the answer's bytes
        snapshot = self._with_columns(snapshot)
        if self._context.options.dry_run:
            self._describe(snapshot)
            return
        tab = self._tab = make_columns(self._context, self._tab, snapshot)
        constraints = NO_CONSTRAINTS
        if tab.rejection is not None:
            constraints = find_constraints(self._context, tab, snapshot)
        planned = self._plan(snapshot, constraints)
        tab = self._tab = keep(self._context, tab, planned)
        planned = recover(self._context, tab, snapshot, planned)
        if planned.constraints is NO_CONSTRAINTS:
            tab = self._tab = ingest_feeds(self._context, tab, snapshot, planned)
        constraints = planned.constraints
        self._written = _Written(Rows.of(planned.identification, planned.known))
        del planned  # of a large sheet, what is replaced from here on is given up
        self._run_and_write(snapshot, constraints)
        self._tell_of_hidden_rows(constraints)
        tab = self._tab = keep_view(self._context, tab, snapshot)
        is_settled = not (self._written.cells or self._context.report.left)
        is_settled = is_settled and constraints is NO_CONSTRAINTS
        settle(self._context, tab, mark if is_settled else "", version)

    def _is_quiet(self, pulled: Pulled) -> bool:
        """Whether there is nothing to do, as the sheet is as it was and nothing has come due."""
        return (
            pulled.is_as_settled
            and not has_due_rows(self._context, self._tab)
            and not self._has_work_besides()
            and not self._context.options.asks_for_more
        )

    def _with_columns(self, snapshot: Snapshot) -> Snapshot:
        """See that the columns are ours and the user's as the configuration has them."""
        context = self._context
        self._tab = put_back(context, self._tab, snapshot)
        check_keeper(context, self._tab, snapshot.columns)
        self._follow_configuration(snapshot)
        refuse_bad_headers(self._tab, snapshot)
        refuse_filled_columns(self._context, self._tab, snapshot)
        self._tab, snapshot = follow_columns(self._context, self._tab, snapshot)
        self._tab = with_spelling_of(self._tab, snapshot)
        return snapshot

    def _follow_configuration(self, snapshot: Snapshot) -> None:
        """Have the mirror follow a changed configuration; a dry run only has it seem so."""
        if is_followed(self._tab):
            return
        self._tab, change = plan_following(self._tab, snapshot)
        self._context.report.notes += change.sentences
        if self._context.options.dry_run:
            self._context = rehearsing(self._context, change)
        else:
            self._context.mirror.reassign(self._tab.record, change)
            self._tab = retitle(self._context, self._tab, snapshot, change.renamed)
        if change.renamed:
            raise ReadAgain(self._tab, "columns have other titles now")

    def _plan(self, snapshot: Snapshot, constraints: WriteConstraints = NO_CONSTRAINTS) -> Planned:
        """Which row is which, and what the user did; tells it."""
        identified = identify(self._context, self._tab, snapshot)
        planned = plan(self._context, self._tab, identified, constraints)
        tell_changes(self._context, planned)
        return planned

    def _describe(self, snapshot: Snapshot) -> None:
        """What a dry run tells."""
        planned = self._plan(snapshot)
        report = self._context.report
        report.rows = len(planned.identification.rows)
        report.planned = describe_plan(self._context, self._tab, snapshot, planned)

    def _run_and_write(self, snapshot: Snapshot, constraints: WriteConstraints) -> None:
        """Put ids right, run what is to be run, and write what came of it.

        Raises:
            ReadAgain: a write did not go where it should, or rows may have moved by now.
        """
        rows = self._written.rows
        writer = Writer(self._context, self._tab, snapshot, constraints, rows)
        ids = writer.plan_ids(rows)
        with_ids = writer.may_write_all(rows, ids)
        del rows
        if (with_ids or self._send(writer, WritePhase.IDS, ids)) and self._run(
            writer, with_ids=with_ids
        ):
            return
        tab, written = self._tab, self._written
        doubt = Doubt(snapshot, written.doubtful, tab.record.metadata_ids)
        tab = replace(tab, doubt=doubt, rejection=written.rejection or tab.rejection)
        raise ReadAgain(tab, "rows or columns moved while they were written")

    def _run(self, writer: Writer, *, with_ids: bool) -> bool:
        """Run jobs, writing what is done every now and then, and the rest at the end.

        Returns:
            Whether all was written, and stands where it should.
        """
        context, clock, report = self._context, self._context.ports.clock, self._context.report
        runner = JobRunner(
            sheet=self._tab.sheet,
            run_id=context.open_run(),
            locale=self._tab.locale,
            mirror=context.mirror,
            executor=context.ports.executor,
            clock=clock,
            counts=report.jobs,
            checkpoint=context.ports.checkpoint,
            until=context.work_until,
        )
        began = flushed = clock.monotonic()
        due = context.mirror.load_due_rows(self._tab.name, context.now)
        has_work = bool(runner.take_on(self._written.rows, due))
        while not runner.is_idle:
            rows = runner.advance(self._written.rows)
            if rows is not self._written.rows:  # while one only waits, nothing gets on
                self._written = replace(self._written, rows=rows)
                context.ports.on_progress(f"{self._tab.name}: {report.jobs.ended} jobs done")
            del rows
            is_due = clock.monotonic() - flushed > FLUSH_EVERY_S
            if is_due and self._written.rejection is None:
                self._send(writer, WritePhase.CELLS, self._plan_cells(writer, with_ids=with_ids))
                with_ids, flushed = False, clock.monotonic()
        took = clock.monotonic() - began
        report.left, report.left_s = runner.left, took * runner.left / max(1, runner.finished)
        cells = self._plan_cells(writer, with_ids=with_ids)
        if cells and has_work and took > STALE_AFTER_S:
            return False  # rows may have moved by now: read again, then write
        return self._send(writer, WritePhase.CELLS, cells)

    def _plan_cells(self, writer: Writer, *, with_ids: bool) -> list[RowWrite]:
        """Statuses and results that are not as they should be."""
        rows = self._written.rows.as_written(self._tab.target.headers)
        rows = writer.with_hidden_statuses(rows)
        self._written = replace(self._written, rows=rows)
        return writer.plan_cells(rows, with_ids=with_ids)

    def _send(self, writer: Writer, phase: WritePhase, writes: Sequence[RowWrite]) -> bool:
        """Send writes as long as they go where they should; returns whether all did."""
        for intent in in_requests(phase, writes):
            written = self._written
            try:
                sent = writer.send(intent)
            except GoogleRejectedError as rejection:  # the sheet changed, or is protected
                self._written = replace(written, rejection=rejection)
                return False
            rows, verdict = verify(self._context, self._tab, written.rows, sent)
            self._written = replace(
                written,
                rows=rows,
                cells=written.cells + intent.cell_count,
                doubtful=(*written.doubtful, *verdict.doubtful),
            )
            if not verdict.is_clean:
                return False
        return True

    def _tell_of_hidden_rows(self, constraints: WriteConstraints) -> None:
        """Say which rows cannot be written.

        Raises:
            SheetRefusedError: none can.
        """
        headers, rejection = self._tab.target.headers, self._tab.rejection
        rows = [i.row.row_number for i in self._written.rows.seen.values()]
        hidden = [number for number in rows if constraints.hides_row(number, headers)]
        if not hidden:
            return
        if len(hidden) == len(rows) and rejection is not None:
            raise write_refused(self._tab.name, rejection)
        self._context.note(
            f"{len(hidden)} rows from row {hidden[0]} on cannot be written: {headers.id!r} or"
            f" {headers.status!r} is protected or merged there."
        )
