"""A sheet's cycle and what follows from it. Whatever fails in it, the next one is planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from sync_daemon import metrics
from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, RunReport, SheetReport
from sync_daemon.daemon.causes import Cause, cause_of
from sync_daemon.daemon.quiet import QuietCycles
from sync_daemon.daemon_state import StateFile
from sync_daemon.domain.poll_interval import Breaker, PollState
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.trouble import Trouble, in_words
from sync_daemon.errors import ExitStatus, NewerMirrorError, SheetdError, StoppedError
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from sync_daemon.services.search import keep_search_index
from sync_daemon.status_tab import StatusTabs

_WORK_FOR_S = 45.0  # then other sheets, and new rows, have their turn
_OPEN_AFTER = 3  # failures in a row before the log says that a sheet is given pauses

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told of a cycle while it runs, and may end it."""

    progress: Callable[[], None]
    checkpoint: Callable[[], None]  # may raise StoppedError


class Rounds:
    """Runs one sheet's cycle at a time.

    The schedule comes first: once the cycle ended, the next one's time is set
    before anything else is done that could fail. What cannot be noted in the
    mirror is told in :class:`StateFile` and to systemd.

    Args:
        application: what runs the cycles.
        schedule: which one is due when.
        notifier: where to tell how the service is.
        watcher: told of progress.
    """

    def __init__(
        self,
        application: Application,
        schedule: Schedule,
        notifier: ServiceNotifier,
        watcher: Watcher,
    ) -> None:
        self._application = application
        self._schedule = schedule
        self._notifier = notifier
        self._watcher = watcher
        self._clock = application.clock
        self._tabs = StatusTabs(application)
        self._ended: dict[str, tuple[float, float]] = {}  # sheet → when its cycle ended, seconds
        self._troubles: dict[str, Trouble] = {}
        self._quiet = QuietCycles(self._clock)
        self._state = StateFile(application.daemon_state)

    @property
    def troubles(self) -> list[Trouble]:
        """What keeps sheets from being done, one each."""
        return list(self._troubles.values())

    def begin(self) -> None:
        """Open the mirror, so that one of a newer sheetd ends the start.

        One that cannot be opened for now is no reason to give up: cycles try again.

        Raises:
            NewerMirrorError: a newer sheetd made it.
        """
        try:
            self._application.check_mirror()
        except NewerMirrorError:
            raise
        except SheetdError as error:
            log.error("the mirror cannot be opened yet", error=error.message, fix=error.hint)  # noqa: TRY400
        self._state.tell(self.troubles)

    def run(self, name: str) -> None:
        """A sheet's cycle; afterwards the schedule knows when the next one is due.

        Raises:
            NewerMirrorError: a newer sheetd has upgraded the mirror meanwhile.
            StoppedError: the daemon is told to stop, and the cycle has come to a safe place.
        """
        run, cause = self._cycle(name)
        report = run.sheets[0] if run is not None else None
        pace = self._set_next(name, report, cause)
        is_quiet = run is not None and run.is_quiet and name not in self._troubles
        if is_quiet:
            self._quiet.add(name)
        for task, do in (
            ("note the schedule", partial(self._note, name, pace, is_quiet=is_quiet)),
            ("write the metrics", partial(self._write_metrics, name, report)),
            ("show the status tab", partial(self._show, report)),
            ("keep the search index", partial(self._keep_search_index, is_quiet=is_quiet)),
        ):
            failed = self._attempt(task, do)
            cause = cause or failed
        self._recover_from(cause)
        self._tell(name, report, pace, cause)
        self._quiet.tell()

    def end(self) -> None:
        """The daemon ends: no cycle is planned any more."""
        for name in self._schedule.names:
            failures = self._schedule.pace(name).failures
            note = partial(self._application.admin.note_schedule, name, None, failures)
            self._attempt("note the end", note)
        self._state.close()

    def _cycle(self, name: str) -> tuple[RunReport | None, Cause | None]:
        """What came of it, or why there is no report."""
        try:
            report = self._application.run_once(
                [name],
                trigger="schedule",
                options=CycleOptions(may_skip=True, work_for_s=_WORK_FOR_S),
                on_progress=lambda _: self._watcher.progress(),
                checkpoint=self._watcher.checkpoint,
            )
        except (NewerMirrorError, StoppedError):
            raise
        except SheetdError as error:
            log.error("cycle failed", sheet=name, error=error.message, fix=error.hint)  # noqa: TRY400
            return None, cause_of(error)
        except Exception as error:
            cause = cause_of(error)
            if cause.exit_status is ExitStatus.DEFECT:
                log.exception("a defect in sheetd; the next cycle goes on", sheet=name)
            else:
                log.error("cycle failed", sheet=name, error=cause.message, fix=cause.hint)  # noqa: TRY400
            return None, cause
        log_report(report)
        failure = report.sheets[0].failure
        if isinstance(failure, StoppedError):
            raise failure
        return report, cause_of(failure) if failure is not None else None

    def _set_next(self, name: str, report: SheetReport | None, cause: Cause | None) -> PollState:
        job_due: list[datetime | None] = [None]
        if cause is None:

            def look() -> None:
                job_due[0] = self._application.reader.next_job_due(name)

            self._attempt("look for jobs that come due", look)
        return self._schedule.ended(
            name, report, job_due[0], is_local=cause is not None and cause.is_local
        )

    def _keep_search_index(self, *, is_quiet: bool) -> None:
        if not is_quiet:
            keep_search_index(self._application, self._is_stopping)

    def _is_stopping(self) -> bool:
        self._watcher.progress()
        try:
            self._watcher.checkpoint()
        except StoppedError:
            return True
        return False

    def _attempt(self, task: str, do: Callable[[], None]) -> Cause | None:
        """Do something that is not worth a cycle; returns why it failed."""
        try:
            do()
        except NewerMirrorError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the daemon goes on
            cause = cause_of(error)
            log.error("a task beside the cycle failed", task=task, error=cause.message)  # noqa: TRY400
            return cause
        return None

    def _recover_from(self, cause: Cause | None) -> None:
        """Let go of what may be the reason: connections to a mirror, a key that was replaced."""
        if cause is None:
            return
        if cause.is_local:
            self._attempt("let go of the mirror", self._application.reopen_mirror)
        if cause.exit_status is ExitStatus.CREDENTIALS:
            self._attempt("let go of the key", self._application.reload_credentials)

    def _note(self, name: str, pace: PollState, *, is_quiet: bool) -> None:
        """Tell the mirror when the next cycle is due; of quiet ones, now and then."""
        if is_quiet and not self._quiet.is_worth_a_note(name):
            return
        next_run = self._clock.now() + timedelta(seconds=self._schedule.seconds_to(name))
        self._application.admin.note_schedule(name, next_run, pace.failures)
        self._quiet.noted(name)

    def _show(self, report: SheetReport | None) -> None:
        if report is not None:
            self._tabs.ended(report)

    def _write_metrics(self, name: str, report: SheetReport | None) -> None:
        path, now = self._application.settings.metrics.file, self._clock.now()
        if path is None:
            return
        if report is not None:
            self._ended[name] = (now.timestamp(), report.duration_s)
        sheets = [self._figures(sheet) for sheet in self._schedule.names]
        calls = self._application.reader.calls_since(now - timedelta(minutes=1))
        metrics.write(path, metrics.render(sheets, calls))

    def _figures(self, sheet: str) -> metrics.SheetFigures:
        queue = self._application.reader.queue(sheet)
        at, duration = self._ended.get(sheet, (None, 0.0))
        failures = self._schedule.pace(sheet).failures
        return metrics.SheetFigures(sheet, queue.rows, queue.retrying, failures, at, duration)

    def _tell(
        self, name: str, report: SheetReport | None, pace: PollState, cause: Cause | None
    ) -> None:
        """Say how the sheet is, where no mirror is needed for it."""
        if name not in self._schedule.names:
            return
        wait_s = round(self._schedule.seconds_to(name))
        self._keep_in_mind(name, cause, pace)
        self._state.tell(self.troubles)
        if pace.breaker is Breaker.OPEN and pace.failures >= _OPEN_AFTER:
            log.warning(
                "a sheet keeps failing and is given pauses",
                sheet=name,
                failures=pace.failures,
                next_try_in_s=wait_s,
            )
        if self._troubles:
            self._notifier.status(" ".join(in_words(self.troubles)))
        elif report is not None and report.left:
            self._notifier.status(f"{name}: {report.backlog}")
        elif report is not None:
            rows = f"{counted(report.rows, 'row')}, done" if report.rows else "nothing new"
            self._notifier.status(f"{name}: {rows}; next in {wait_s} s")

    def _keep_in_mind(self, name: str, cause: Cause | None, pace: PollState) -> None:
        for gone in self._troubles.keys() - set(self._schedule.names):
            del self._troubles[gone]
        before = self._troubles.pop(name, None)
        if cause is None:
            if before is not None:
                log.info("the trouble is over", sheet=name, since=before.since.isoformat())
            return
        now = self._clock.now()
        self._troubles[name] = Trouble(
            sheet=name,
            message=cause.message,
            hint=cause.hint,
            exit_status=int(cause.exit_status),
            since=before.since if before is not None else now,
            failures=pace.failures,
            next_try_at=now + timedelta(seconds=self._schedule.seconds_to(name)),
        )


def log_report(report: RunReport) -> None:
    """One event for each sheet of a run in which something happened."""
    for sheet in () if report.is_quiet else report.sheets:
        _log_sheet(report, sheet)


def _log_sheet(report: RunReport, sheet: SheetReport) -> None:
    event = log.bind(sheet=sheet.name, run_id=report.run_id)
    if isinstance(sheet.failure, StoppedError):
        event.info("sheet left for the next start")
    elif sheet.failure is not None:
        event.error("sheet failed", error=sheet.failure.message, fix=sheet.failure.hint)
    else:
        more = {"left": sheet.left, "left_for_s": round(sheet.left_s)} if sheet.left else {}
        event.info(
            "sheet done",
            rows=sheet.rows,
            jobs_done=sheet.jobs.done,
            jobs_failed=sheet.jobs.failed,
            jobs_retrying=sheet.jobs.retrying,
            cells_written=sheet.cells_written,
            **more,
        )
