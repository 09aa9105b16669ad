"""Carrying out requests: by the daemon within seconds, or by the next ``sheetd sync now``.

Each has its effect in one transaction that also notes it has begun, or can be repeated
without harm; so whatever is killed in between, it is carried out once or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from sync_daemon import cycle_lock
from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, RunReport
from sync_daemon.domain.feeding import FeedRow
from sync_daemon.domain.ids import IdSource
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.status import RowStanding
from sync_daemon.errors import (
    ConfigError,
    ConflictError,
    ExitStatus,
    NewerMirrorError,
    SheetdError,
    SheetRefusedError,
    StoppedError,
)
from sync_daemon.mirror.codec import encode_time
from sync_daemon.mirror.database import database_path
from sync_daemon.mirror.work_requests import (
    RequestKind,
    RequestState,
    WorkRequest,
    begin,
    is_placed,
    load_open,
    next_due,
    note_running,
    settle,
    take_row,
)

_ATTEMPTS = 8  # at what fails in passing; a new row is never given up once it has its id
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
_PASSING = {ExitStatus.UNAVAILABLE, ExitStatus.MIRROR}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a request ended; ``again`` where it is to be tried once more."""

    state: RequestState
    reason: str = ""
    run_id: int | None = None
    again: bool = False


class RequestWatch:
    """Tells whether a request waits, for almost nothing: most looks see that no file changed."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._stamp: tuple[object, ...] = ()
        self._is_open = False
        self._due_at: str | None = None

    def are_due(self) -> bool:
        """Whether something is to be carried out now; not if that cannot be told."""
        try:
            self._look()
        except (SheetdError, OSError):
            self._stamp = ()
            return False
        now = encode_time(self._application.clock.now())
        return self._is_open and (self._due_at is None or self._due_at <= now)

    def _look(self) -> None:
        stamp = _stamp(self._application.settings.database.url)
        if not stamp or stamp != self._stamp:
            self._is_open, self._due_at = next_due(self._application.database)
            self._stamp = stamp


def _stamp(url: str) -> tuple[object, ...]:
    """Something else after each change of a file; nothing for a server."""
    path = database_path(url)
    if path is None:
        return ()
    files = [path, path.with_name(path.name + "-wal")]
    return tuple(
        (s.st_ino, s.st_size, s.st_mtime_ns) for s in (f.stat() for f in files if f.exists())
    )


def carry_out_requests(
    application: Application, checkpoint: Callable[[], None] = lambda: None
) -> int:
    """Carry out what is asked for, the oldest first; returns how many there were.

    Where another process is at it, nothing is done: it sees to all.

    Raises:
        StoppedError: ``checkpoint`` said so; what was begun is gone on with later.
    """
    lock = application.daemon_state.with_suffix(".requests")
    done = 0
    with cycle_lock.hold_if_free(lock) as is_ours:
        while is_ours:
            waiting = load_open(application.database, application.clock.now())
            if not waiting:
                break
            for request in waiting:
                checkpoint()
                _carry_out(application, request, checkpoint)
                done += 1
    return done


def _carry_out(
    application: Application, request: WorkRequest, checkpoint: Callable[[], None]
) -> None:
    note_running(application.database, request.request_id, application.clock.now())
    ended = _attempt(application, request, checkpoint)
    again_in = None
    if ended.again:
        again_in = min(_FIRST_PAUSE * 2 ** min(request.attempts, 10), _LONGEST_PAUSE)
    settle(
        application.database,
        request.request_id,
        ended.state,
        application.clock.now(),
        reason=ended.reason,
        run_id=ended.run_id,
        again_in=again_in,
    )
    log.info("request", kind=request.kind, state=ended.state.value, request=request.request_id)


def _attempt(
    application: Application, request: WorkRequest, checkpoint: Callable[[], None]
) -> Ended:
    """Try it; an error is how it ended."""
    try:
        return _KINDS[RequestKind(request.kind)](application, request, checkpoint)
    except (StoppedError, NewerMirrorError):
        raise
    except SheetdError as error:
        return _after(error, request)
    except Exception as error:  # the others are to be carried out all the same
        log.exception("a defect in sheetd; the request failed", request=request.request_id)
        return Ended(RequestState.FAILED, f"A defect in sheetd: {type(error).__name__}.")


def _after(error: SheetdError, request: WorkRequest) -> Ended:
    reason = redact(str(error))
    is_passing = error.exit_status in _PASSING and request.attempts + 1 < _ATTEMPTS
    if is_passing or (request.kind == RequestKind.ADD and request.has_begun):
        return Ended(RequestState.RUNNING, f"{reason} It is tried again.", again=True)
    if isinstance(error, ConflictError | SheetRefusedError | ConfigError):
        return Ended(RequestState.REFUSED, reason)
    return Ended(RequestState.FAILED, reason)


def _sync(application: Application, request: WorkRequest, checkpoint: Callable[[], None]) -> Ended:
    report = _run(application, request, "request sync", CycleOptions(), checkpoint)
    for sheet in report.sheets:
        if sheet.failure is not None:
            raise sheet.failure
    return Ended(RequestState.DONE, _summary(report), report.run_id)


def _rerun(application: Application, request: WorkRequest, checkpoint: Callable[[], None]) -> Ended:
    row_id, now = request.row_id or "", application.clock.now()
    if not request.has_begun:
        if application.reader.row(row_id).state == RowStanding.DELETED.value:
            raise ConflictError(f"Row {row_id} is deleted.", hint="Restore it first.")
        outputs = {
            sheet: {step.spec.name: list(step.spec.outputs.values()) for step in steps}
            for sheet, steps in application.prepared_steps().items()
        }
        also = partial(begin, request_id=request.request_id, now=now)
        application.admin.request_rerun(outputs, now, row_ids=[row_id], also=also)
    report = _run(application, request, f"rerun {row_id}", CycleOptions(), checkpoint)
    failure = report.sheets[0].failure
    if failure is not None:
        reason = f"It runs again in the next cycle that can: {redact(str(failure))}"
        return Ended(RequestState.DONE, reason, report.run_id)
    return Ended(RequestState.DONE, _summary(report), report.run_id)


def _restore(
    application: Application, request: WorkRequest, checkpoint: Callable[[], None]
) -> Ended:
    row_id = request.row_id or ""
    row = application.reader.row(row_id)
    run_id = None
    if row.state == RowStanding.DELETED.value:
        options = CycleOptions(restore=row_id)
        report = _run(application, request, f"restore {row_id}", options, checkpoint)
        row, run_id = application.reader.row(row_id), report.run_id
        if row.state == RowStanding.DELETED.value:
            raise report.sheets[0].failure or _kept_changing()
    elif request.state == RequestState.QUEUED:
        message = f"Row {row_id} is in its sheet already, row {row.row_number}."
        raise ConflictError(message, hint="There is nothing to do.")
    return Ended(RequestState.DONE, f"It is row {row.row_number} of {row.sheet}.", run_id)


def _undo(application: Application, request: WorkRequest, checkpoint: Callable[[], None]) -> Ended:
    undone = int(str(request.payload["run_id"]))
    report = _run(application, request, f"undo {undone}", CycleOptions(undo=undone), checkpoint)
    counts = [sheet.undone for sheet in report.sheets if sheet.undone is not None]
    if not counts:
        raise report.sheets[0].failure or _kept_changing()
    restored = counted(sum(each.reverted for each in counts), "cell")
    left = sum(each.kept for each in counts)
    reason = f"Restored {restored} to what stood there before run {undone}; left {left}"
    reason += " (changed since, or the row is gone)."
    return Ended(RequestState.DONE, reason, report.run_id)


def _add(application: Application, request: WorkRequest, checkpoint: Callable[[], None]) -> Ended:
    row_id = request.row_id
    if not request.has_begun:
        application.sheets(list(request.sheets))
        [sheet] = request.sheets
        if application.mirror.load_sheet(sheet) is None:
            message = f"The sheet {sheet!r} was never read."
            raise ConflictError(message, hint="Run a cycle first: sheetd sync now.")
        taken = application.mirror.load_rows(sheet)
        row_id = IdSource(lambda: secrets.randbits(62), taken).draw()
        cells = request.payload["cells"]
        assert isinstance(cells, dict)  # noqa: S101 - as it was kept
        row = FeedRow(row_id, {header: value for header, value in cells.items()})  # type: ignore[misc]  # noqa: C416
        take_row(application.database, request, row, application.clock.now())
    report = _run(application, request, f"add {request.request_id}", CycleOptions(), checkpoint)
    if is_placed(application.database, request.request_id):
        reason = f"It stands below the other rows; its id is {row_id}."
        return Ended(RequestState.DONE, reason, report.run_id)
    failure = report.sheets[0].failure
    why = redact(str(failure)) if failure is not None else "The sheet kept changing."
    return Ended(RequestState.RUNNING, f"{why} The row follows.", report.run_id, again=True)


_Carrier = Callable[[Application, WorkRequest, Callable[[], None]], Ended]
_KINDS: dict[RequestKind, _Carrier] = {
    RequestKind.SYNC: _sync,
    RequestKind.RERUN: _rerun,
    RequestKind.RESTORE: _restore,
    RequestKind.UNDO: _undo,
    RequestKind.ADD: _add,
}


def _run(
    application: Application,
    request: WorkRequest,
    trigger: str,
    options: CycleOptions,
    checkpoint: Callable[[], None],
) -> RunReport:
    return application.run_once(
        list(request.sheets),
        trigger=trigger,
        options=options,
        on_progress=lambda _: checkpoint(),
        checkpoint=checkpoint,
    )


def _kept_changing() -> SheetdError:
    return ConflictError("The sheet kept changing.", hint="Ask again.")


def _summary(report: RunReport) -> str:
    jobs = sum(sheet.jobs.done for sheet in report.sheets)
    cells = sum(sheet.cells_written for sheet in report.sheets)
    return f"{counted(jobs, 'job')} done, {counted(cells, 'cell')} written."
