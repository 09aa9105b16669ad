"""What people change in the mirror by command; each public method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from sync_daemon.domain.pipeline import JobState
from sync_daemon.domain.rows import RowState
from sync_daemon.errors import ConfigError
from sync_daemon.mirror import job_statements as job_sql
from sync_daemon.mirror import statements as sql
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import LIGHTLY, translated
from sync_daemon.mirror.tables import jobs, rows, sheets


class MirrorAdmin:
    """Requests that the next cycle carries out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def request_rerun(
        self,
        outputs: Mapping[str, Mapping[str, Sequence[str]]],
        now: datetime,
        *,
        row_ids: Collection[str] = (),
        only_failed: bool = False,
        also: Callable[[Connection], None] = lambda _: None,
    ) -> int:
        """Have jobs run again; values typed over their results give way to the new ones.

        Args:
            outputs: sheet → step → the result columns it fills; only these steps.
            now: the time to record.
            row_ids: only these rows; all if empty.
            only_failed: only jobs that failed or are being retried.
            also: what is to be noted in the same transaction.

        Returns:
            How many jobs will run again.

        Raises:
            ConfigError: a row id is unknown.
        """
        with translated(self._engine), self._engine.begin() as connection:
            self._refuse_unknown(connection, row_ids)
            found = _find_jobs(connection, outputs, row_ids, only_failed=only_failed)
            queued = [_queued(row_id, step, now) for row_id, step, _ in found]
            job_sql.upsert_jobs(connection, queued)
            owned = sql.load_owned(connection, {row_id for row_id, _, _ in found})
            for row_id, step, sheet in found:
                for header in outputs[sheet][step]:
                    if header in owned[row_id]:
                        owned[row_id][header] = owned[row_id][header].lapsed()
            sql.save_owned(connection, owned)
            connection.execute(sheets.update().values(settled=""))
            also(connection)
        return len(found)

    def note_schedule(self, sheet: str, next_run: datetime | None, failures: int) -> None:
        """When the daemon will run a sheet's cycle, and how many failed in a row, for status."""
        values = {"next_run_at": next_run and encode_time(next_run), "failures": failures}
        engine = self._engine.execution_options(**LIGHTLY)
        with translated(engine), engine.begin() as connection:
            connection.execute(sheets.update().where(sheets.c.name == sheet).values(values))

    @staticmethod
    def _refuse_unknown(connection: Connection, row_ids: Collection[str]) -> None:
        query = select(rows.c.row_id).where(rows.c.row_id.in_(list(row_ids)))
        unknown = set(row_ids) - set(connection.scalars(query))
        if unknown:
            message = f"There is no row with the id {', '.join(sorted(unknown))}."
            raise ConfigError(message, hint="`sheetd rows` lists the ids.")


def _find_jobs(
    connection: Connection,
    outputs: Mapping[str, Mapping[str, Sequence[str]]],
    row_ids: Collection[str],
    *,
    only_failed: bool,
) -> list[tuple[str, str, str]]:
    """(row id, step, sheet) of the jobs that are meant."""
    query = (
        select(jobs.c.row_id, jobs.c.step, rows.c.sheet)
        .join(rows, rows.c.row_id == jobs.c.row_id)
        .where(rows.c.state != RowState.DELETED.value)
    )
    if row_ids:
        query = query.where(jobs.c.row_id.in_(list(row_ids)))
    if only_failed:
        query = query.where(jobs.c.state.in_([JobState.FAILED.value, JobState.RETRYING.value]))
    return [
        (row_id, step, sheet)
        for row_id, step, sheet in connection.execute(query)
        if step in outputs.get(sheet, {})
    ]


def _queued(row_id: str, step: str, now: datetime) -> dict[str, object]:
    return {
        "row_id": row_id,
        "step": step,
        "input_hash": "",  # no inputs have this hash, so the job runs again
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "due_at": None,
        "error": "",
        "updated_at": encode_time(now),
    }
