"""What the engine needs of the outside, as protocols that adapters implement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync_daemon.domain.assignment import Reassignment
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.computed import Details, Look
from sync_daemon.domain.feeding import Feed, FeedItem, FeedRow
from sync_daemon.domain.jobs import Job, JsonValue, Outcome
from sync_daemon.domain.pipeline import JobRecord
from sync_daemon.domain.plan import SheetChanges
from sync_daemon.domain.reconcile import UnsettledWrite, WriteAnswer, WriteIntent
from sync_daemon.domain.rows import MirrorRow, OwnedCell
from sync_daemon.domain.sheet_state import (
    ColumnAddress,
    ColumnChanges,
    GridSize,
    NewRow,
    SheetFacts,
    SheetRecord,
    SheetTarget,
)
from sync_daemon.domain.sheet_view import ViewColumn
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.status import RowProgress
from sync_daemon.domain.typed_forms import TypedForm
from sync_daemon.domain.undo import WrittenCell
from sync_daemon.domain.write_constraints import WriteConstraints


class Clock(Protocol):
    """Time, injected, so that tests need not wait."""

    def now(self) -> datetime:
        """The wall clock, timezone-aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer of Google with the whole sheet, parsed only when somebody wants it.

    ``digest`` is a fingerprint of the answer: an equal one means an equal sheet.
    """

    digest: str
    parse: Callable[[], Snapshot]


class RequestLog(Protocol):
    """Remembers requests to Google, so that the quota is kept across processes and restarts."""

    def record(self, kind: str, at: datetime) -> None:
        """A request was sent."""

    def load_since(self, kind: str, moment: datetime) -> list[datetime]:
        """When requests of a kind were sent since ``moment``, the oldest first."""


class SheetGateway(Protocol):
    """Google Sheets, as far as a cycle needs it. The only place that writes to a sheet."""

    def look_up(self, target: SheetTarget, gid: int | None) -> SheetFacts:
        """Find the tab: the one last known, or by its title.

        Raises:
            ConfigError: there is none; it lists the tabs that are there.
        """

    def fetch(
        self, target: SheetTarget, gid: int, metadata_ids: Mapping[str, int], size: GridSize
    ) -> Reading:
        """Read the whole tab, and where the metadata of owned columns is, at one moment.

        ``size`` is that of the tab as far as it is known; a large one is read in parts.

        Raises:
            TornReadError: the parts do not belong to one state.
        """

    def fetch_version(self, target: SheetTarget) -> str:
        """Drive's version of the spreadsheet: a hint, it can lag by minutes."""

    def find_constraints(
        self, target: SheetTarget, gid: int, columns: Mapping[str, int]
    ) -> WriteConstraints:
        """Ranges that we may not edit, and merged ones; ``columns`` are ours, header → index."""

    def insert_rows(
        self, target: SheetTarget, gid: int, title: str, rows: Sequence[NewRow]
    ) -> bool:
        """Insert rows with values, atomically; nothing that is there can be written over.

        Returns whether the columns stood where they were thought to be. If not,
        the rows' cells are cleared again.
        """

    def find_computed_columns(
        self, target: SheetTarget, gid: int, title: str, row_numbers: Sequence[int]
    ) -> set[int]:
        """Indices of columns that a formula of another cell fills, as one of the rows shows."""

    def look_closer(self, target: SheetTarget, gid: int, snapshot: Snapshot, look: Look) -> Details:
        """What is in cells of a snapshot beside their values.

        Raises:
            TornReadError: rows or columns moved since the snapshot.
        """

    def find_formulas(self, target: SheetTarget, gid: int, columns: Mapping[str, int]) -> set[str]:
        """Those of ``columns`` (header → index) that hold formulas, whatever those show."""

    def change_columns(
        self, target: SheetTarget, gid: int, title: str, changes: ColumnChanges
    ) -> set[str]:
        """Create and mark owned columns, atomically.

        Returns the headers that are proved, by the answer itself, to stand on
        the column that carries their metadata.
        """

    def write(
        self,
        target: SheetTarget,
        gid: int,
        columns: Mapping[str, ColumnAddress],
        intent: WriteIntent,
        user_columns: Sequence[tuple[str, int]],
        last_rows: Mapping[str, int],
    ) -> WriteAnswer:
        """Write cells RAW through their columns' metadata; the answer tells what stands there.

        ``columns`` are all of ours, by header. ``last_rows`` tells, by header, how far
        down a column may be touched.
        ``user_columns`` are (header, index) of the user's columns, to be read
        back with the same request where a row's proof is its content.
        """


class JobStore(Protocol):
    """The part of the mirror that work on rows needs. Each method is one transaction."""

    def load_cells(self, row_ids: Collection[str]) -> dict[str, dict[str, CellValue]]:
        """The cells last known of each row, by id."""

    def load_last_changed(self, row_ids: Collection[str]) -> dict[str, datetime]:
        """When the user last changed each row, by id."""

    def load_jobs(self, row_ids: Collection[str]) -> dict[str, dict[str, JobRecord]]:
        """The job records of rows, by row id and step."""

    def save_progress(
        self,
        run_id: int,
        progress: Sequence[RowProgress],
        outcomes: Sequence[tuple[Outcome, JobRecord, int]],
        queued: Sequence[Job],
        now: datetime,
    ) -> None:
        """Keep finished results, what the rows should show, and the jobs that are to follow.

        Together, because a row that counts as planned is not planned again.
        """


class Mirror(JobStore, Protocol):
    """The database that knows every row. Each method is one transaction."""

    def open_run(self, trigger: str, now: datetime) -> int:
        """Record that a run begins; returns its id."""

    def close_run(
        self, run_id: int, status: str, report: Mapping[str, JsonValue], now: datetime
    ) -> None:
        """Record how a run ended."""

    def load_sheet(self, name: str) -> SheetRecord | None:
        """The sheet as it was last seen, or nothing."""

    def find_sheet(self, spreadsheet_id: str, gid: int) -> SheetRecord | None:
        """The sheet that is this tab, whatever it was called."""

    def free_name(self, name: str) -> str:
        """The name with the first number that no sheet has."""

    def rename_sheet(self, old: str, new: str) -> None:
        """Call a sheet otherwise, with all that is known of it; nobody has the new name."""

    def save_sheet(self, record: SheetRecord) -> None:
        """Keep what is known of a sheet."""

    def rename_columns(self, record: SheetRecord, renamed: Mapping[str, str]) -> None:
        """Call columns of the user's as the sheet does now (old name → new), and keep ``record``.

        No row has changed by that.
        """

    def reassign(self, record: SheetRecord, change: Reassignment) -> None:
        """Have result cells and jobs follow a changed configuration, and keep the record."""

    def load_rows(self, sheet: str) -> dict[str, MirrorRow]:
        """The live and pending rows of a sheet, by id."""

    def load_tombstones(self, sheet: str, row_ids: Collection[str]) -> dict[str, MirrorRow]:
        """Those of ``row_ids`` that are tombstones of the sheet."""

    def load_buried(self, sheet: str, content_hashes: Collection[str]) -> dict[str, list[str]]:
        """The ids of the sheet's tombstones with these contents, by content hash."""

    def ids_elsewhere(self, sheet: str, row_ids: Collection[str]) -> set[str]:
        """Those of ``row_ids`` that belong to rows of other sheets."""

    def load_written(self, row_ids: Collection[str]) -> dict[str, dict[str, list[CellValue]]]:
        """Every value that was ever written to the results of rows, by id and header."""

    def load_lately_written(self, sheet: str) -> dict[int, dict[str, CellValue]]:
        """What the last two runs that wrote to the sheet wrote, by row number and header."""

    def apply_changes(self, run_id: int, sheet: str, changes: SheetChanges, now: datetime) -> None:
        """Take over what the user did."""

    def load_forms(self, row_ids: Collection[str]) -> dict[str, dict[str, TypedForm]]:
        """How cells of rows were typed, by row id and column; plain ones are left out."""

    def save_forms(self, forms: Mapping[str, Mapping[str, TypedForm | None]]) -> None:
        """Keep how cells were typed; of the others, what is known stays."""

    def forget_written(self, sheet: str, headers: Collection[str]) -> None:
        """Columns were made anew: nothing that was seen in the old ones counts."""

    def load_due_rows(self, sheet: str, now: datetime) -> set[str]:
        """Live rows with a job that is due by now, or that a crash left queued."""

    def load_unsettled(self, sheet: str) -> list[UnsettledWrite]:
        """Our requests whose effect is not certain, the newest last."""

    def save_intent(
        self,
        run_id: int,
        sheet: str,
        intent: WriteIntent,
        result_headers: Collection[str],
        now: datetime,
    ) -> int:
        """Record a write, with its before-images, before it is sent; returns its id."""

    def save_verdict(
        self,
        write_id: int,
        *,
        is_clean: bool,
        confirmed: Collection[str],
        shown: Mapping[str, Mapping[str, OwnedCell]],
    ) -> None:
        """Record what a write's answer told.

        Args:
            write_id: the write.
            is_clean: whether all of it stands where it should.
            confirmed: rows whose new id was seen on them.
            shown: result cells by row id and header, as they are now.
        """

    def load_run_results(self, run_id: int, sheet: str) -> dict[str, dict[str, WrittenCell]]:
        """The result cells that a run changed, by row id and header."""

    def save_undo(self, rows: Collection[MirrorRow]) -> None:
        """Keep what result cells and status of rows are to show after an undo."""

    def save_statuses(self, statuses: Mapping[str, str]) -> None:
        """Keep what rows say, by row id."""

    def save_view(self, sheet: str, columns: Sequence[ViewColumn]) -> int:
        """Make the sheet's view show these columns; how many it cannot show."""

    def count_rows(self, sheet: str) -> tuple[int, int]:
        """Rows in the sheet, and those of them with a step that failed for good."""

    def settle(self, record: SheetRecord) -> None:
        """The sheet shows what it should: no earlier write is in doubt any more."""


class FeedReader(Protocol):
    """Sources of postings."""

    def read(self, address: str) -> list[FeedItem]:
        """The postings of a source, in its order.

        Raises:
            SheetdError: it cannot be read.
        """


class FeedStore(Protocol):
    """Which postings became rows. An item that did is never taken again."""

    def is_due(self, sheet: str, feed: Feed, now: datetime) -> bool:
        """Whether the feed was not read for as long as it says."""

    def note_reading(self, sheet: str, feed: Feed, next_at: datetime) -> None:
        """When the feed is to be read again."""

    def load_taken(self, sheet: str, feed: Feed) -> set[str]:
        """The keys of items that became rows."""

    def take(
        self, run_id: int, sheet: str, feed: Feed, rows: Mapping[str, FeedRow], now: datetime
    ) -> None:
        """Keep items, by key, as rows that wait for their place in the sheet."""

    def load_waiting(self, sheet: str) -> list[str]:
        """The ids of rows that were not seen in the sheet yet, the oldest first."""

    def settle(self, sheet: str, row_ids: Collection[str]) -> None:
        """These rows were seen in the sheet: what becomes of them is the user's matter."""


class JobExecutor(Protocol):
    """Runs jobs somewhere: here threads and an event loop, one day other machines."""

    def submit(self, job: Job) -> None:
        """Queue ``job``; returns at once."""

    def wait(self, timeout_s: float) -> list[Outcome]:
        """All outcomes since the last call, waiting up to ``timeout_s`` for a first one.

        Empty when the time is up or nothing is outstanding. Never raises for
        what a tool did: that is in the outcome.
        """

    def withdraw(self) -> None:
        """Take back the jobs that have not begun; there will be no outcome of them."""

    @property
    def outstanding(self) -> int:
        """Jobs submitted whose outcome has not been handed out yet."""

    def close(self) -> None:
        """Stop taking jobs and abandon what runs; idempotent."""
