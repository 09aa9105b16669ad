"""One cycle of one sheet: read, identify, plan, process, write back, verify.

A round is one reading and what follows from it. Where the answer to a write
tells that rows moved meanwhile, another round begins; usually there is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.headers import find_aliases, header_texts
from sync_daemon.domain.obstacles import NOTHING_IN_THE_WAY, Obstacles
from sync_daemon.domain.sheet_state import GridSize, SheetRecord
from sync_daemon.domain.sheet_view import view_columns
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.columns import follow_columns
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import CycleOptions, Ports
from sync_daemon.engine.dry_run import describe_plan
from sync_daemon.engine.feeding import Feeding
from sync_daemon.engine.intake import (
    Intake,
    count_changes,
    labels_are_due,
    strangers_note,
    take_in,
)
from sync_daemon.engine.putting_back import Doubt, put_back
from sync_daemon.engine.reassigning import follow_configuration, rehearsed
from sync_daemon.engine.recovery import Recovery
from sync_daemon.engine.refusals import write_refused
from sync_daemon.engine.report import SheetReport
from sync_daemon.engine.tab import KeptTab
from sync_daemon.engine.work import Workshop, in_turn, rows_to_work
from sync_daemon.engine.write_back import Channel, WriteBack
from sync_daemon.errors import (
    GoogleRejectedError,
    SheetdError,
    TornReadError,
)
from sync_daemon.ports import Reading

MAX_ROUNDS = 8
FLUSH_EVERY_S = 30.0  # how long finished results may wait for those that still run
STALE_AFTER_S = 30.0  # after longer work, rows are read again before the write


_NOTE_EVERY = timedelta(minutes=10)  # that a sheet was read and is as it was
_VIEW_FORM = 3  # raise it when the mirror's views look different: all are then made again


class Cycle:
    """One cycle of one sheet; ``report`` is filled as it goes."""

    def __init__(
        self,
        ports: Ports,
        sheet: ConfiguredSheet,
        open_run: Callable[[], int],
        options: CycleOptions,
        report: SheetReport,
    ) -> None:
        self._ports = ports
        self._configured = self._sheet = sheet
        self._open_run = open_run  # the run's id; it is recorded when first asked for
        self._options = options
        self._report = report
        self._record = SheetRecord(sheet.name, sheet.target.spreadsheet_id)
        self._rejection: GoogleRejectedError | None = None  # of our last request
        self._obstacles = NOTHING_IN_THE_WAY
        self._torn: TornReadError | None = None  # what came of the last reading
        self._doubt: Doubt | None = None  # about the last round's writes
        self._tab = KeptTab(ports, sheet, options, report)
        self._feeding: Feeding | None = None
        if ports.feeds is not None:
            self._feeding = Feeding(ports, ports.feeds, sheet, report, open_run)
        self._work_until = math.inf
        if options.work_for_s is not None:
            self._work_until = ports.clock.monotonic() + options.work_for_s

    def run(self) -> None:
        """Bring the sheet to what it should show.

        Raises:
            SheetdError: of any kind; what was committed before stays.
        """
        self._record = self._tab.locate(self._ports.mirror.load_sheet(self._sheet.name))
        self._use_name(self._record.name)
        version = self._probe()
        if version and self._may_skip(version):
            return
        for _ in range(MAX_ROUNDS):
            try:
                if self._round(version):
                    return
                self._torn = None
            except TornReadError as torn:
                self._torn = torn
        if self._torn is not None:
            raise self._torn
        if self._rejection is not None:
            raise write_refused(self._sheet.name, self._rejection)
        self._report.error = "the sheet kept changing; what is left follows in the next cycle"

    @property
    def _zone(self) -> tzinfo:
        try:
            return ZoneInfo(self._record.time_zone or "UTC")
        except (ZoneInfoNotFoundError, ValueError):
            return UTC

    @property
    def _locale(self) -> CellLocale:
        return CellLocale(self._zone, self._record.locale)

    @property
    def _dates(self) -> tuple[str, ...]:
        """Result columns that are read and written as dates: not those that hold numbers now."""
        return self._sheet.dates_among(self._record.dates)

    def _probe(self) -> str:
        if not (self._sheet.probe and self._options.may_skip):
            return ""
        try:
            version = self._ports.gateway.fetch_version(self._sheet.target)
        except SheetdError:
            return ""  # only a hint: without it the sheet is read, which tells what is wrong
        self._report.is_probed = bool(version)
        return version

    def _may_skip(self, version: str) -> bool:
        """Drive says that nothing changed, and a full reading is not overdue."""
        record, now = self._record, self._ports.clock.now()
        return (
            record.settled.endswith(f":{self._sheet.fingerprint()}")  # the pipeline of then
            and version == record.drive_version
            and record.pulled_at is not None
            and timedelta(0) <= now - record.pulled_at < self._sheet.full_pull_every
            and not self._ports.mirror.load_due_rows(self._sheet.name, now)
            and not self._has_work_besides
        )

    # One round

    def _round(self, version: str) -> bool:
        """Read once and do what follows; returns whether the sheet is as it should be.

        Raises:
            TornReadError: what was read does not belong to one state.
        """
        self._ports.checkpoint()
        self._ports.tell(f"{self._sheet.name}: reading the sheet")
        reading = self._fetch()
        is_quiet = self._is_settled(reading) and not self._has_work_besides
        if is_quiet and not self._options.asks_for_more:
            self._note_quiet(version)
            return True
        snapshot, mark = reading.parse(), self._mark(reading)
        del reading  # and with it the answer's bytes
        if not self._is_ready(snapshot):
            return False
        self._tab.refuse_bad_headers(snapshot)
        self._tab.refuse_filled_columns(self._record, snapshot)
        self._record, snapshot = follow_columns(
            self._ports.mirror, self._record, snapshot, is_saved=not self._options.dry_run
        )
        self._use_spelling_of(snapshot)
        if self._options.dry_run:
            self._describe(snapshot)
            return True
        if not self._tab.is_ours(snapshot.columns) and not self._change_columns(snapshot):
            return False
        self._obstacles = NOTHING_IN_THE_WAY
        if self._rejection is not None:
            self._find_obstacles(snapshot)
        intake = self._take_in(snapshot)
        if self._recover(snapshot, intake) or self._feed(snapshot, intake):
            return False
        channel = Channel(
            self._ports.gateway, self._ports.mirror, self._ports.clock,
            replace(self._sheet.target, dates=self._dates), self._record, self._open_run(),
            self._report,
        )  # fmt: skip
        back = WriteBack(
            channel,
            snapshot,
            intake.identification,
            intake.known,
            with_proofs=self._rejection is None,  # they touch the user's columns
            obstacles=self._obstacles,
        )
        if not self._write_and_work(back, intake):
            self._rejection = back.rejection or self._rejection
            self._doubt = Doubt(snapshot, back.doubtful, self._record.metadata_ids)
            return False
        self._tell_of_hidden_rows(intake)
        self._show_headers(snapshot)
        is_done = not back.written and not self._report.left
        is_quiet = is_done and self._obstacles is NOTHING_IN_THE_WAY
        self._settle(mark if is_quiet else "", version)
        return True

    def _is_ready(self, snapshot: Snapshot) -> bool:
        """Whether the cycle may go on with this reading; if not, read again."""
        if self._put_back(snapshot):
            return False
        if self._tab.may_be_anothers(snapshot.columns):
            self._record = self._tab.locate(self._record, again=True)
            return False
        return not self._follow_configuration(snapshot)

    def _put_back(self, snapshot: Snapshot) -> bool:
        """Give the user back what a write of ours overwrote; whether to read the sheet again."""
        doubt, self._doubt = self._doubt, None
        if doubt is None:
            return False
        ports, target = self._ports, self._sheet.target
        self._doubt = put_back(ports.gateway, target, self._record, self._report, doubt, snapshot)
        return self._doubt is not None

    def _follow_configuration(self, snapshot: Snapshot) -> bool:
        """Have the mirror follow a changed configuration; whether to read the sheet again."""
        record, change = follow_configuration(self._record, self._configured, snapshot)
        if record is self._record:
            return False
        self._record = record
        self._report.notes += change.sentences
        if self._options.dry_run:
            self._ports = replace(self._ports, mirror=rehearsed(self._ports.mirror, change))
            self._tab.ports = self._ports
        else:
            self._ports.mirror.reassign(record, change)
            self._tab.retitle(record, snapshot, change.renamed)
        return bool(change.renamed)  # they are found by other titles now

    def _find_obstacles(self, snapshot: Snapshot) -> Obstacles:
        """Ask what is in the way; the same answer for the rest of the round."""
        if self._obstacles is NOTHING_IN_THE_WAY:
            self._obstacles = self._ports.gateway.find_obstacles(
                self._sheet.target, self._record.gid or 0, snapshot.columns.owned
            )
        return self._obstacles

    def _tell_of_hidden_rows(self, intake: Intake) -> None:
        headers = self._sheet.target.headers
        rows = [i.row.row_number for i in intake.identification.rows]
        hidden = [number for number in rows if self._obstacles.hides_row(number, headers)]
        if not hidden:
            return
        if len(hidden) == len(rows) and self._rejection is not None:
            raise write_refused(self._sheet.name, self._rejection)
        self._report.notes.append(
            f"{len(hidden)} rows from row {hidden[0]} on cannot be written: {headers.id!r} or"
            f" {headers.status!r} is protected or merged there."
        )

    def _show_headers(self, snapshot: Snapshot) -> None:
        """Keep the mirror's view of the sheet up with its headers."""
        headers = [text for text in header_texts(snapshot.header_row) if text]
        headers += snapshot.columns.missing  # created in this round
        if headers != list(self._record.headers):
            self._record = replace(self._record, headers=headers)
            self._ports.mirror.save_sheet(self._record)
        columns = view_columns(snapshot.header_row, snapshot.columns, self._sheet.result_types)
        left_out = self._ports.mirror.save_view(self._sheet.name, columns)
        if left_out:
            self._report.notes.append(
                f"The SQL view shows {len(columns) - left_out} of {len(columns)} columns:"
                " the database allows no more. Commands and exports show all."
            )

    def _fetch(self) -> Reading:
        try:
            return self._fetch_at(self._record)
        except GoogleRejectedError:
            # The tab is gone, and perhaps another one has taken its name; or it is smaller now.
            self._record = self._tab.locate(self._record, again=True)
            return self._fetch_at(self._record)

    def _fetch_at(self, record: SheetRecord) -> Reading:
        size = GridSize(record.grid_rows, record.grid_columns)
        gid, layout = record.gid or 0, tuple(record.layout)
        target = replace(self._sheet.target, layout=layout, dates=self._dates)
        return self._ports.gateway.fetch(target, gid, record.metadata_ids, size)

    def _mark(self, reading: Reading) -> str:
        return f"{reading.digest}:{_VIEW_FORM}:{self._sheet.fingerprint()}"

    def _is_settled(self, reading: Reading) -> bool:
        """Exactly what was read when nothing was left to do, and nothing has come due."""
        return self._record.settled == self._mark(reading) and not self._ports.mirror.load_due_rows(
            self._sheet.name, self._ports.clock.now()
        )

    def _note_quiet(self, version: str) -> None:
        """Nothing has changed: note when that was seen, unless it was noted not long ago."""
        pulled_at, now = self._record.pulled_at, self._ports.clock.now()
        is_noted = pulled_at is not None and timedelta(0) <= now - pulled_at < _NOTE_EVERY
        if version or not is_noted or not self._options.may_skip:
            self._settle(self._record.settled, version)

    def _settle(self, mark: str, version: str) -> None:
        counts = self._ports.mirror.count_rows(self._sheet.name)
        self._report.rows, self._report.failed_rows = counts
        if self._options.dry_run:
            return
        self._record = replace(
            self._record,
            settled=mark,
            drive_version=version,
            pulled_at=self._ports.clock.now(),
        )
        self._ports.mirror.settle(self._record)

    def _use_name(self, name: str) -> None:
        """In a dry run, the mirror may know the sheet by the name that it had before."""
        if name == self._sheet.name:
            return
        self._configured = self._sheet = self._tab.sheet = self._configured.called(name)
        if self._feeding is not None:
            self._feeding.sheet = self._sheet

    def _use_spelling_of(self, snapshot: Snapshot) -> None:
        """From here on, columns are named as the sheet does."""
        needed = self._configured.needed_headers()
        aliases = find_aliases(needed, snapshot.header_row, snapshot.columns)
        self._sheet = self._configured.spelled(aliases)
        if self._feeding is not None:
            self._feeding.sheet = self._sheet

    def _change_columns(self, snapshot: Snapshot) -> bool:
        """Create and mark our columns, and the tab; returns whether all are proved to be ours."""
        is_plain = self._rejection is not None  # if it was for its looks, do without
        try:
            self._record, is_proved = self._tab.change_columns(
                self._record, snapshot, is_plain=is_plain
            )
        except GoogleRejectedError as rejection:
            if self._rejection is not None:  # again, after another reading
                raise write_refused(self._sheet.name, rejection) from rejection
            self._rejection = rejection
            self._record = self._tab.locate(self._record, again=True)
            return False
        return is_proved

    def _compare(self, snapshot: Snapshot) -> Intake:
        find = partial(self._find_obstacles, snapshot)
        intake = take_in(self._ports, self._sheet, snapshot, self._options, self._record, find)
        count_changes(self._report, intake)
        return intake

    def _take_in(self, snapshot: Snapshot) -> Intake:
        """Keep in the mirror what the user did."""
        intake = self._compare(snapshot)
        self._note_strangers(intake)
        if not intake.changes.is_empty:
            self._record = replace(self._record, settled="")
            self._ports.mirror.apply_changes(
                self._open_run(), self._sheet.name, intake.changes, self._ports.clock.now()
            )
        if intake.forms:
            self._ports.mirror.save_forms(intake.forms)
        self._record = replace(self._record, explained=intake.explained)
        return intake

    def _note_strangers(self, intake: Intake) -> None:
        note = strangers_note(intake)
        if note and note not in self._report.notes:
            self._report.notes.append(note)

    def _recover(self, snapshot: Snapshot, intake: Intake) -> bool:
        """Do what was asked for by hand; returns whether to read the sheet again."""
        recovery = Recovery(self._ports, self._sheet, self._report)
        if self._options.undo is not None and self._report.undone is None:
            recovery.undo_run(self._options.undo, intake, self._zone)
        restore = self._options.restore
        return restore is not None and recovery.restore_row(
            restore, self._record, snapshot, intake.known
        )

    def _feed(self, snapshot: Snapshot, intake: Intake) -> bool:
        """Append what configured sources have; returns whether to read the sheet again."""
        if self._feeding is None or self._obstacles is not NOTHING_IN_THE_WAY:
            return False
        if not snapshot.columns.all_bound:  # made in this round: where is known after another
            return self._has_feeding_work
        return self._feeding.feed(self._record, snapshot, intake)

    @property
    def _has_work_besides(self) -> bool:
        """Whether something is to be done though the sheet is as it was."""
        if self._tab.claim is not None or self._record.assignment != self._configured.assignment():
            return True
        return self._has_feeding_work or self._has_labels_due

    @property
    def _has_labels_due(self) -> bool:
        now = self._ports.clock.now()
        return labels_are_due(self._sheet, self._record, now, self._options)

    @property
    def _has_feeding_work(self) -> bool:
        return self._feeding is not None and self._feeding.has_work()

    def _describe(self, snapshot: Snapshot) -> None:
        intake = self._compare(snapshot)
        self._note_strangers(intake)
        self._report.rows = len(intake.identification.rows)
        self._report.planned = describe_plan(
            self._ports, self._sheet, snapshot, intake, self._locale, self._tab.claim
        )

    def _write_and_work(self, back: WriteBack, intake: Intake) -> bool:
        if not back.write_ids():
            return False
        began = flushed = self._ports.clock.monotonic()

        def flush_in_time() -> None:
            nonlocal flushed
            counts = self._report.jobs
            ended = counts.done + counts.failed + counts.retrying
            self._ports.tell(f"{self._sheet.name}: {ended} jobs done")
            if self._ports.clock.monotonic() - flushed > FLUSH_EVERY_S and back.rejection is None:
                back.write_cells()
                flushed = self._ports.clock.monotonic()

        workshop = Workshop(
            sheet=self._sheet,
            run_id=self._open_run(),
            locale=self._locale,
            mirror=self._ports.mirror,
            executor=self._ports.executor,
            clock=self._ports.clock,
            known=intake.known,
            counts=self._report.jobs,
            on_progress=flush_in_time,
            checkpoint=self._ports.checkpoint,
            until=self._work_until,
        )
        due = self._ports.mirror.load_due_rows(self._sheet.name, self._ports.clock.now())
        waiting = rows_to_work(workshop, intake.identification, intake.known, due)
        workshop.work(in_turn(waiting, due))
        self._report.left = workshop.left
        took = self._ports.clock.monotonic() - began
        self._report.left_s = took * workshop.left / max(1, workshop.finished)
        was_long = waiting and self._ports.clock.monotonic() - began > STALE_AFTER_S
        if was_long and not back.is_up_to_date():
            return False  # rows may have moved by now: read again, then write
        return back.write_cells()
