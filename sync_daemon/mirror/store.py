"""The mirror as the engine uses it: each public method is one transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Connection, Engine, case, func, select

from sync_daemon.domain.assignment import Reassignment
from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.jobs import Job, JsonValue, Outcome
from sync_daemon.domain.pipeline import JobRecord
from sync_daemon.domain.plan import ChangeKind, RowChange, SheetChanges
from sync_daemon.domain.reconcile import UnsettledWrite, WriteIntent
from sync_daemon.domain.rows import MirrorRow, OwnedCell, RowState
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.sheet_view import ViewColumn
from sync_daemon.domain.status import RowProgress, RowStanding
from sync_daemon.domain.typed_forms import TypedForm
from sync_daemon.domain.undo import WrittenCell
from sync_daemon.mirror import job_statements as job_sql
from sync_daemon.mirror import sheet_statements as sheet_sql
from sync_daemon.mirror import statements as sql
from sync_daemon.mirror.codec import decode_forms, decode_owned, encode_json, encode_time
from sync_daemon.mirror.database import LIGHTLY, translated
from sync_daemon.mirror.tables import jobs, rows, runs, sheets, writes, written_rows
from sync_daemon.mirror.views import drop_view, replace_view

_AHEAD = timedelta(hours=1)  # what NTP sets back is less
_IN_SHEET = (RowState.PENDING.value, RowState.LIVE.value)


class SqlMirror:
    """Implements ``ports.Mirror`` on SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # Runs

    def open_run(self, trigger: str, now: datetime) -> int:
        """Record that a run begins; returns its id."""
        values = {"trigger": trigger, "started_at": encode_time(now), "status": "running"}
        with self._write(lightly=True) as connection:
            key = connection.execute(runs.insert().values(values)).inserted_primary_key
        assert key is not None  # noqa: S101 - an insert of one row has a key
        return int(key[0])

    def close_run(
        self, run_id: int, status: str, report: Mapping[str, JsonValue], now: datetime
    ) -> None:
        """Record how a run ended."""
        values = {
            "finished_at": encode_time(now),
            "status": status,
            "report": encode_json(dict(report)),
        }
        with self._write(lightly=True) as connection:
            connection.execute(runs.update().where(runs.c.id == run_id).values(values))

    # Sheets

    def load_sheet(self, name: str) -> SheetRecord | None:
        """The sheet as it was last seen, or nothing."""
        with self._read() as connection:
            return sheet_sql.find_sheet(connection, sheets.c.name == name)

    def find_sheet(self, spreadsheet_id: str, gid: int) -> SheetRecord | None:
        """The sheet that is this tab, whatever it was called."""
        is_it = (sheets.c.spreadsheet_id == spreadsheet_id) & (sheets.c.gid == gid)
        with self._read() as connection:
            return sheet_sql.find_sheet(connection, is_it)

    def free_name(self, name: str) -> str:
        """The name with the first number that no sheet has."""
        with self._read() as connection:
            taken = set(connection.scalars(select(sheets.c.name)))
        return next(free for n in count(2) if (free := f"{name} ({n})") not in taken)

    def rename_sheet(self, old: str, new: str) -> None:
        """Call a sheet otherwise, with all that is known of it; nobody has the new name."""
        with self._write() as connection:
            sheet_sql.rename_sheet(connection, old, new)
            drop_view(connection, old)

    def save_sheet(self, record: SheetRecord) -> None:
        """Keep what is known of a sheet."""
        with self._write() as connection:
            sheet_sql.save_sheet(connection, record)

    def rename_columns(self, record: SheetRecord, renamed: Mapping[str, str]) -> None:
        """Call columns of the user's as the sheet does now; no row has changed by that."""
        with self._write() as connection:
            sheet_sql.rename_columns(connection, record.name, renamed)
            sheet_sql.save_sheet(connection, record)

    def reassign(self, record: SheetRecord, change: Reassignment) -> None:
        """Have result cells and jobs follow a changed configuration, and keep the record."""
        with self._write() as connection:
            sheet_sql.reassign(connection, record.name, change)
            sheet_sql.save_sheet(connection, record)

    # Rows

    def load_rows(self, sheet: str) -> dict[str, MirrorRow]:
        """The live and pending rows of a sheet, by id."""
        query = select(*sql.ROW_COLUMNS).where(rows.c.sheet == sheet, rows.c.state.in_(_IN_SHEET))
        with self._read() as connection:
            return {row[0]: sql.read_mirror_row(*row) for row in connection.execute(query)}

    def load_tombstones(self, sheet: str, row_ids: Collection[str]) -> dict[str, MirrorRow]:
        """Those of ``row_ids`` that are tombstones of the sheet."""
        found: dict[str, MirrorRow] = {}
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = select(*sql.ROW_COLUMNS).where(
                    rows.c.sheet == sheet,
                    rows.c.state == RowState.DELETED.value,
                    rows.c.row_id.in_(chunk),
                )
                found |= {row[0]: sql.read_mirror_row(*row) for row in connection.execute(query)}
        return found

    def load_buried(self, sheet: str, content_hashes: Collection[str]) -> dict[str, list[str]]:
        """The ids of the sheet's tombstones with these contents, by content hash."""
        found: dict[str, list[str]] = {}
        with self._read() as connection:
            for chunk in sql.chunks(content_hashes):
                query = select(rows.c.content_hash, rows.c.row_id).where(
                    rows.c.sheet == sheet,
                    rows.c.state == RowState.DELETED.value,
                    rows.c.content_hash.in_(chunk),
                )
                for content_hash, row_id in connection.execute(query):
                    found.setdefault(content_hash, []).append(row_id)
        return found

    def ids_elsewhere(self, sheet: str, row_ids: Collection[str]) -> set[str]:
        """Those of ``row_ids`` that belong to rows of other sheets."""
        found: set[str] = set()
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = select(rows.c.row_id).where(rows.c.sheet != sheet, rows.c.row_id.in_(chunk))
                found.update(connection.scalars(query))
        return found

    def load_cells(self, row_ids: Collection[str]) -> dict[str, dict[str, CellValue]]:
        """The cells last known of each row, by id."""
        found: dict[str, dict[str, CellValue]] = {}
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = sql.CURRENT_CELLS.where(rows.c.row_id.in_(chunk))
                found |= {
                    row_id: decode_cells(cells) for row_id, cells in connection.execute(query)
                }
        return found

    def load_last_changed(self, row_ids: Collection[str]) -> dict[str, datetime]:
        """When the user last changed each row, by id."""
        found: dict[str, datetime] = {}
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = select(rows.c.row_id, rows.c.last_changed).where(rows.c.row_id.in_(chunk))
                found |= {
                    row_id: datetime.fromisoformat(at) for row_id, at in connection.execute(query)
                }
        return found

    def load_written(self, row_ids: Collection[str]) -> dict[str, dict[str, list[CellValue]]]:
        """Every value that was ever written to the results of rows, by id and header."""
        found: dict[str, dict[str, list[CellValue]]] = {}
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = select(written_rows.c.row_id, written_rows.c.after).where(
                    written_rows.c.row_id.in_(chunk)
                )
                for row_id, after in connection.execute(query):
                    for header, value in json.loads(after).items():
                        found.setdefault(row_id, {}).setdefault(header, []).append(value)
        return found

    def load_lately_written(self, sheet: str) -> dict[int, dict[str, CellValue]]:
        """What the last two runs that wrote to the sheet wrote, by row number and header."""
        of_sheet = select(writes.c.run_id).where(writes.c.sheet == sheet).distinct()
        lately = of_sheet.order_by(writes.c.run_id.desc()).limit(2).subquery()
        query = (
            select(written_rows.c.row_number, written_rows.c.after)
            .join(writes, writes.c.id == written_rows.c.write_id)
            .where(writes.c.sheet == sheet, writes.c.run_id.in_(select(lately.c.run_id)))
            .order_by(writes.c.id)
        )
        found: dict[int, dict[str, CellValue]] = defaultdict(dict)
        with self._read() as connection:
            for row_number, after in connection.execute(query):
                found[row_number] |= json.loads(after)
        return found

    def apply_changes(self, run_id: int, sheet: str, changes: SheetChanges, now: datetime) -> None:
        """Take over what the user did, in one transaction."""
        at = encode_time(now)
        kinds: dict[ChangeKind, list[RowChange]] = defaultdict(list)
        for change in changes.changes:
            kinds[change.kind].append(change)
        with self._write() as connection:
            # Seen again after a crash, the last quiet state is not what the mirror holds then.
            connection.execute(sheets.update().where(sheets.c.name == sheet).values(settled=""))
            sql.insert_rows(connection, sheet, kinds[ChangeKind.INSERTED], at)
            sql.update_rows(connection, kinds[ChangeKind.UPDATED], at)
            sql.update_rows(connection, kinds[ChangeKind.REVIVED], at)
            revived = [change.row_id for change in kinds[ChangeKind.REVIVED]]
            sql.set_state(connection, revived, RowState.LIVE)
            sql.delete_rows(connection, kinds[ChangeKind.DELETED], at)
            sql.add_versions(connection, run_id, changes.changes, at)
            sql.save_discoveries(connection, changes.discoveries)
            sql.renumber(connection, changes.moves)
            sql.confirm_rows(connection, changes.confirmed)
            sql.record_hand_edits(connection, run_id, changes.hand_edits, at)
            sql.record_sightings(connection, [*changes.sightings, *changes.absent, *changes.found])
            job_sql.make_rechecks_due(connection, changes.recheck, at)

    def load_forms(self, row_ids: Collection[str]) -> dict[str, dict[str, TypedForm]]:
        """How cells of rows were typed, by row id and column; plain ones are left out."""
        found: dict[str, dict[str, TypedForm]] = {}
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                query = select(rows.c.row_id, rows.c.forms).where(rows.c.row_id.in_(chunk))
                found |= {i: decode_forms(forms) for i, forms in connection.execute(query)}
        return found

    def save_forms(self, forms: Mapping[str, Mapping[str, TypedForm | None]]) -> None:
        """Keep how cells were typed; of the others, what is known stays."""
        known = self.load_forms(list(forms))
        kept = {
            row_id: {k: f for k, f in {**known.get(row_id, {}), **new}.items() if f is not None}
            for row_id, new in forms.items()
        }
        changed = {row_id: new for row_id, new in kept.items() if new != known.get(row_id)}
        with self._write() as connection:
            sql.save_forms(connection, changed)

    def forget_written(self, sheet: str, headers: Collection[str]) -> None:
        """Columns were made anew: nothing that was seen in the old ones counts."""
        query = select(rows.c.row_id, rows.c.owned).where(rows.c.sheet == sheet)
        with self._write() as connection:
            changed = {
                row_id: {
                    header: cell.forgotten() if header in headers else cell
                    for header, cell in decode_owned(owned).items()
                }
                for row_id, owned in connection.execute(query)
                if owned != "{}"
            }
            sql.save_owned(connection, changed)

    # Jobs

    def load_jobs(self, row_ids: Collection[str]) -> dict[str, dict[str, JobRecord]]:
        """The job records of rows, by row id and step."""
        found: dict[str, dict[str, JobRecord]] = defaultdict(dict)
        with self._read() as connection:
            for chunk in sql.chunks(row_ids):
                for row_id, *record in connection.execute(
                    job_sql.JOB_RECORDS.where(jobs.c.row_id.in_(chunk))
                ):
                    found[row_id][record[0]] = job_sql.read_job_record(*record)
        return dict(found)

    def load_due_rows(self, sheet: str, now: datetime) -> set[str]:
        """Live rows with a job that is due by now, or that a crash left queued.

        When a job is due counts for nothing if it was noted by a clock that was ahead.
        """
        asked = {"sheet": sheet, "now": encode_time(now), "ahead": encode_time(now + _AHEAD)}
        with self._read() as connection:
            return set(connection.scalars(job_sql.DUE_ROWS, asked))

    def save_progress(
        self,
        run_id: int,
        progress: Sequence[RowProgress],
        outcomes: Sequence[tuple[Outcome, JobRecord, int]],
        queued: Sequence[Job],
        now: datetime,
    ) -> None:
        """Keep finished results, what the rows should show, and the jobs that are to follow.

        Args:
            run_id: the run that did the work.
            progress: rows whose status or wanted cells changed.
            outcomes: attempts with the record that follows and the tool's version.
            queued: attempts that are about to begin, so that a crash is counted as one.
            now: the time to record.
        """
        at = encode_time(now)
        with self._write(lightly=not outcomes) as connection:
            job_sql.save_outcomes(connection, run_id, outcomes, at)
            job_sql.save_queued(connection, queued, at)
            sql.save_row_progress(connection, progress)

    # Writes

    def load_unsettled(self, sheet: str) -> list[UnsettledWrite]:
        """Our requests whose effect is not certain, the newest last."""
        query = (
            select(writes.c.id, writes.c.phase, written_rows.c.after)
            .join(written_rows, written_rows.c.write_id == writes.c.id)
            .where(writes.c.sheet == sheet, writes.c.state == "sent")
            .order_by(writes.c.id)
        )
        phases: dict[int, WritePhase] = {}
        values: dict[int, dict[str, set[CellValue]]] = defaultdict(lambda: defaultdict(set))
        with self._read() as connection:
            for write_id, phase, after in connection.execute(query):
                phases[write_id] = WritePhase(phase)
                for header, value in json.loads(after).items():
                    values[write_id][header].add(value)
        return [UnsettledWrite(phase, values[write_id]) for write_id, phase in phases.items()]

    def save_intent(
        self,
        run_id: int,
        sheet: str,
        intent: WriteIntent,
        result_headers: Collection[str],
        now: datetime,
    ) -> int:
        """Record a write before it is sent; returns its id."""
        values = {
            "run_id": run_id,
            "sheet": sheet,
            "phase": intent.phase.value,
            "state": "sent",
            "at": encode_time(now),
        }
        with self._write() as connection:
            key = connection.execute(writes.insert().values(values)).inserted_primary_key
            assert key is not None  # noqa: S101 - an insert of one row has a key
            sql.save_written_rows(connection, int(key[0]), intent.rows, set(result_headers))
        return int(key[0])

    def save_verdict(
        self,
        write_id: int,
        *,
        is_clean: bool,
        confirmed: Collection[str],
        shown: Mapping[str, Mapping[str, OwnedCell]],
    ) -> None:
        """Record what a write's answer told."""
        with self._write(lightly=True) as connection:
            sql.confirm_rows(connection, confirmed)
            sql.save_owned(connection, shown)
            if is_clean:
                connection.execute(
                    writes.update().where(writes.c.id == write_id).values(state="placed")
                )

    def load_run_results(self, run_id: int, sheet: str) -> dict[str, dict[str, WrittenCell]]:
        """The result cells that a run changed, by row id and header."""
        with self._read() as connection:
            return sql.load_run_results(connection, run_id, sheet)

    def save_undo(self, rows: Collection[MirrorRow]) -> None:
        """Keep what result cells and status of rows are to show after an undo."""
        with self._write() as connection:
            sql.save_owned(connection, {row.row_id: row.owned for row in rows})
            sql.save_status(connection, {row.row_id: row.status for row in rows})

    def save_statuses(self, statuses: Mapping[str, str]) -> None:
        """Keep what rows say, by row id."""
        with self._write(lightly=True) as connection:
            sql.save_status(connection, statuses)

    def settle(self, record: SheetRecord) -> None:
        """The sheet shows what it should: no earlier write is in doubt any more."""
        with self._write(lightly=True) as connection:
            connection.execute(
                writes.update()
                .where(writes.c.sheet == record.name, writes.c.state == "sent")
                .values(state="settled")
            )
            sheet_sql.save_sheet(connection, record)

    def save_view(self, sheet: str, columns: Sequence[ViewColumn]) -> int:
        """Make the sheet's view show these columns; how many it cannot show."""
        with self._write(lightly=True) as connection:
            return replace_view(connection, sheet, columns)

    def count_rows(self, sheet: str) -> tuple[int, int]:
        """Rows in the sheet, and those of them with a step that failed for good."""
        failed = func.coalesce(func.sum(case((rows.c.standing == RowStanding.FAILED.value, 1))), 0)
        query = select(func.count(), failed).where(
            rows.c.sheet == sheet, rows.c.state.in_(_IN_SHEET)
        )
        with self._read() as connection:
            present, with_failure = connection.execute(query).one()
        return present, with_failure

    # Inside

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with translated(self._engine), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self, *, lightly: bool = False) -> Iterator[Connection]:
        with translated(self._engine), self._engine.connect() as connection:
            connection.execution_options(sqlite_begin="IMMEDIATE", **(LIGHTLY if lightly else {}))
            with connection.begin():
                yield connection
