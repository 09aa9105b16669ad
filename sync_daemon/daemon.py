"""The daemon: each sheet's cycle when it is due, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import (  # type: ignore[import-untyped]
    ThreadPoolExecutor,
)
from apscheduler.schedulers.background import (  # type: ignore[import-untyped]
    BackgroundScheduler,
)
from apscheduler.triggers.date import (  # type: ignore[import-untyped]
    DateTrigger,
)

from sync_daemon import metrics
from sync_daemon.bootstrap import Application
from sync_daemon.clock import SystemClock
from sync_daemon.domain.pace import Breaker, SheetPace
from sync_daemon.engine import CycleOptions, RunReport, SheetReport
from sync_daemon.errors import SheetdError, StoppedError
from sync_daemon.liveness import Liveness
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from sync_daemon.settings import Settings
from sync_daemon.status_tab import StatusTabs

_TICK_S = 1.0
_STEP_S = 5.0  # a wall clock that moved so far beside the monotonic one was stepped
_WORK_FOR_S = 45.0  # then other sheets, and new rows, have their turn
_STOP_PATIENCE_S = 20.0  # for the cycle in hand; systemd has 90 s
_OPEN_AFTER = 3  # failures in a row before the log says that a sheet is given pauses

log = structlog.get_logger(__name__)


class Daemon:
    """Runs the cycles of each sheet on APScheduler, in the foreground.

    A job a sheet, one cycle at a time; when the next one is due is decided
    when one ended (see :mod:`~sync_daemon.domain.pace`), by the monotonic
    clock. APScheduler goes by the wall clock, so when that is set, or the
    machine slept, the jobs are scheduled anew.

    Args:
        application: what runs the cycles.
        reload: reads the configuration again, for SIGHUP.
        notifier: where to tell how the service is.
    """

    def __init__(
        self,
        application: Application,
        reload: Callable[[], Settings],
        notifier: ServiceNotifier | None = None,
    ) -> None:
        self._application = application
        self._reload = reload
        self._notifier = notifier or ServiceNotifier()
        self._clock = application.clock
        self._schedule = Schedule(application.settings, self._clock)
        self._liveness = Liveness(self._clock)
        self._stopped = threading.Event()
        self._reload_asked = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._tried = threading.Event()  # a first request was answered, or failed
        self._fresh: Settings | None = None  # read again, not yet in use
        self._tabs = StatusTabs(application)
        self._ended: dict[str, tuple[float, float]] = {}  # sheet → when its cycle ended, seconds
        cycles, beats = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._scheduler = BackgroundScheduler(
            timezone="UTC", executors={"default": cycles, "beats": beats}
        )

    def run(self) -> bool:
        """Work until SIGTERM or SIGINT; returns whether the cycle in hand has ended by then."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask_to_stop)
        signal.signal(signal.SIGHUP, self._ask_to_reload)
        self._application.sheets()  # a wrong configuration ends the start, not a cycle
        self._application.prepared_steps()
        self._application.on_attempt = self._hear
        self._scheduler.add_job(self._liveness.beat, "interval", seconds=5, executor="beats")
        self._plan_all()
        self._scheduler.start()
        log.info("daemon started", sheets=self._schedule.names)
        if self._schedule.is_slowed:
            log.warning(
                "the quota allows no quicker pace with so many sheets",
                sheets=len(self._schedule.names),
                a_cycle_every_s=round(self._schedule.least_s),
            )
        try:
            self._watch()
        finally:
            ended = self._end()
        return ended

    def stop(self) -> None:
        """Have :meth:`run` return."""
        self._stopped.set()

    def _end(self) -> bool:
        """Let the cycle in hand come to a safe place, but not for ever."""
        self._notifier.stopping()
        self._scheduler.shutdown(wait=False)
        if isinstance(self._clock, SystemClock):
            self._clock.stop()
        ended = self._idle.wait(_STOP_PATIENCE_S)
        if ended:
            for name in self._schedule.names:
                failures = self._schedule.pace(name).failures
                self._application.admin.note_schedule(name, None, failures)
        log.info("daemon stopped", cycle_in_hand="ended" if ended else "abandoned")
        return ended

    def _plan_all(self) -> None:
        for name in self._schedule.names:
            self._plan(name)

    def _plan(self, name: str) -> None:
        due = self._clock.now() + timedelta(seconds=self._schedule.seconds_to(name))
        self._scheduler.add_job(
            self._cycle,
            DateTrigger(due, timezone="UTC"),
            args=[name],
            id=f"sheet {name}",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def _watch(self) -> None:
        """Look once a second for signals, steps of the clock, and signs of life."""
        offset, is_ready = self._offset(), False
        while not self._stopped.wait(_TICK_S):
            if self._tried.is_set() and not is_ready:
                is_ready = True
                self._notifier.ready()
            if self._reload_asked.is_set():
                self._reload_asked.clear()
                self._take_new_configuration()
            if abs(self._offset() - offset) > _STEP_S:
                log.warning("the clock was set, or the machine slept: scheduling anew")
                offset = self._offset()
                self._plan_all()
            if self._liveness.is_alive(is_idle=self._idle.is_set()):
                self._notifier.alive()

    def _offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _cycle(self, name: str) -> None:
        if self._stopped.is_set():
            return
        self._idle.clear()
        try:
            self._use_fresh()
            if name in self._schedule.names:
                self._end_cycle(name, self._run(name))
        finally:
            self._tried.set()
            self._idle.set()

    def _run(self, name: str) -> SheetReport | None:
        """One cycle of a sheet; None where it failed before there was a report."""
        try:
            report = self._application.run_once(
                [name],
                trigger="schedule",
                options=CycleOptions(may_skip=True, work_for_s=_WORK_FOR_S),
                tell=self._hear,
                checkpoint=self._check_stop,
            )
        except StoppedError:
            return None
        except SheetdError as error:
            log.error("cycle failed", sheet=name, error=error.message, mend=error.hint)  # noqa: TRY400
            self._notifier.status(f"{name} failed: {error.message}")
            return None
        except Exception:
            log.exception("a defect in sheetd; the next cycle goes on", sheet=name)
            return None
        log_report(report)
        return report.sheets[0]

    def _end_cycle(self, name: str, report: SheetReport | None) -> None:
        if self._stopped.is_set():
            return
        job_due = None
        if report is not None and report.failure is None:
            job_due = self._application.reader.next_job_due(name)
        pace = self._schedule.ended(name, report, job_due)
        next_run = self._clock.now() + timedelta(seconds=self._schedule.seconds_to(name))
        self._application.admin.note_schedule(name, next_run, pace.failures)
        self._tell_of(name, report, pace)
        self._write_metrics(name, report)
        if report is not None:
            self._tabs.ended(report)
        self._plan(name)

    def _write_metrics(self, name: str, report: SheetReport | None) -> None:
        path, now = self._application.settings.metrics.file, self._clock.now()
        if path is None:
            return
        if report is not None:
            self._ended[name] = (now.timestamp(), report.duration_s)
        sheets = [self._figures(sheet) for sheet in self._schedule.names]
        calls = self._application.reader.calls_since(now - timedelta(minutes=1))
        try:
            metrics.write(path, metrics.render(sheets, calls))
        except SheetdError as error:
            log.error("no metrics", error=error.message, mend=error.hint)  # noqa: TRY400

    def _figures(self, sheet: str) -> metrics.SheetFigures:
        queue = self._application.reader.queue(sheet)
        at, duration = self._ended.get(sheet, (None, 0.0))
        failures = self._schedule.pace(sheet).failures
        return metrics.SheetFigures(sheet, queue.rows, queue.retrying, failures, at, duration)

    def _tell_of(self, name: str, report: SheetReport | None, pace: SheetPace) -> None:
        wait_s = round(self._schedule.seconds_to(name))
        if pace.breaker is Breaker.OPEN:
            if pace.failures >= _OPEN_AFTER:
                log.warning(
                    "a sheet keeps failing and is given pauses",
                    sheet=name,
                    failures=pace.failures,
                    next_try_in_s=wait_s,
                )
            self._notifier.status(f"{name} failed {pace.failures} times; next try in {wait_s} s")
        elif report is not None and report.left:
            self._notifier.status(f"{name}: {report.backlog}")
        elif report is not None:
            self._notifier.status(f"{name}: {report.rows} rows, done; next in {wait_s} s")

    def _hear(self, _words: str = "") -> None:
        """The cycle got on; and a first request was answered, or at least tried."""
        self._liveness.progress()
        self._tried.set()

    def _check_stop(self) -> None:
        if self._stopped.is_set():
            message = "sheetd was told to stop."
            raise StoppedError(message, hint="What is left follows in the next cycle.")

    def _use_fresh(self) -> None:
        fresh, self._fresh = self._fresh, None
        if fresh is not None:
            self._application.use(fresh)

    def _take_new_configuration(self) -> None:
        """Use the new configuration from the next cycle on, or keep the old one if it is wrong."""
        self._notifier.reloading(self._clock.monotonic())
        try:
            settings = self._reload()
            checked = Application(settings, self._clock)
            checked.sheets()
            checked.prepared_steps()
        except SheetdError as error:
            log.error("the old configuration stays", error=error.message)  # noqa: TRY400
        else:
            self._fresh = settings  # the next cycle begins with it: one may be running now
            for name in self._schedule.names:
                self._drop(name)
            self._schedule.use(settings)
            self._plan_all()
            log.info("configuration read again")
        self._notifier.ready()

    def _drop(self, name: str) -> None:
        if self._scheduler.get_job(f"sheet {name}") is not None:
            self._scheduler.remove_job(f"sheet {name}")

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()

    def _ask_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload_asked.set()


def log_report(report: RunReport) -> None:
    """One event for each sheet of a run."""
    for sheet in report.sheets:
        event = log.bind(sheet=sheet.name, run_id=report.run_id)
        if isinstance(sheet.failure, StoppedError):
            event.info("sheet left for the next start")
            continue
        if sheet.failure is not None:
            event.error("sheet failed", error=sheet.failure.message, mend=sheet.failure.hint)
            continue
        event.info(
            "sheet done",
            rows=sheet.rows,
            jobs_done=sheet.jobs.done,
            jobs_failed=sheet.jobs.failed,
            jobs_retrying=sheet.jobs.retrying,
            cells_written=sheet.cells_written,
        )
        if sheet.left:
            event.info("more work than one cycle", left=sheet.left, for_s=round(sheet.left_s))
