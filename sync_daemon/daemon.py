"""The daemon: a cycle every so often, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.background import (  # type: ignore[import-untyped]
    BackgroundScheduler,
)
from apscheduler.triggers.interval import (  # type: ignore[import-untyped]
    IntervalTrigger,
)

from sync_daemon.bootstrap import Application
from sync_daemon.engine import CycleOptions, RunReport
from sync_daemon.errors import SheetdError
from sync_daemon.notify import ServiceNotifier
from sync_daemon.settings import Settings

_JOB = "cycle"
_TICK_S = 1.0
_STEP_S = 5.0  # a wall clock that moved so far beside the monotonic one was stepped

log = structlog.get_logger(__name__)


class Daemon:
    """Runs cycles on APScheduler's interval schedule in the foreground.

    One cycle at a time; slots missed meanwhile become one. APScheduler counts
    by the wall clock and stops firing when that is set back, so a step of it is
    noticed by the monotonic clock and the schedule begins anew.

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
        self._stopped = threading.Event()
        self._reload_asked = threading.Event()
        self._in_cycle = threading.Event()
        self._fresh: Settings | None = None  # read again, not yet in use
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; returns when the cycle in hand has ended."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask_to_stop)
        signal.signal(signal.SIGHUP, self._ask_to_reload)
        self._application.prepared_steps()  # a wrong configuration ends the start, not a cycle
        every = self._application.settings.schedule.every
        self._schedule(every, first_at_once=True)
        self._scheduler.start()
        self._notifier.ready()
        log.info("daemon started", every_s=every.total_seconds())
        try:
            self._watch()
        finally:
            self._notifier.stopping()
            self._scheduler.shutdown(wait=True)
            log.info("daemon stopped")

    def stop(self) -> None:
        """Have :meth:`run` return."""
        self._stopped.set()

    def _schedule(self, every: timedelta, *, first_at_once: bool) -> None:
        now = self._clock.now()
        self._scheduler.add_job(
            self._cycle,
            IntervalTrigger(seconds=every.total_seconds(), timezone="UTC"),
            id=_JOB,
            next_run_time=now if first_at_once else now + every,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def _watch(self) -> None:
        """Look once a second for signals, steps of the clock, and signs of life."""
        offset = self._offset()
        while not self._stopped.wait(_TICK_S):
            if self._reload_asked.is_set():
                self._reload_asked.clear()
                self._take_new_configuration()
            if abs(self._offset() - offset) > _STEP_S:
                log.warning("the clock was set; the schedule begins anew")
                offset = self._offset()
                settings = self._fresh or self._application.settings
                self._schedule(settings.schedule.every, first_at_once=True)
            if not self._in_cycle.is_set():  # a cycle that hangs gives no sign of life
                self._notifier.alive()

    def _offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _cycle(self) -> None:
        self._in_cycle.set()
        try:
            fresh, self._fresh = self._fresh, None
            if fresh is not None:
                self._application.use(fresh)
            options = CycleOptions(may_skip=True)
            report = self._application.run_once(trigger="schedule", options=options)
            log_report(report)
            failed = [sheet.name for sheet in report.sheets if sheet.failure is not None]
            state = f"failed for {', '.join(failed)}" if failed else "done"
            self._notifier.status(f"run {report.run_id} {state} in {report.duration_s:.1f} s")
        except SheetdError as error:
            log.error("cycle failed", error=error.message, mend=error.hint)  # noqa: TRY400
            self._notifier.status(f"failed: {error.message}")
        except Exception:
            log.exception("a defect in sheetd; the next cycle goes on")
        finally:
            self._in_cycle.clear()

    def _take_new_configuration(self) -> None:
        """Use the new configuration from the next cycle on, or keep the old one if it is wrong."""
        self._notifier.reloading(self._clock.monotonic())
        try:
            settings = self._reload()
            Application(settings, self._clock).prepared_steps()
            self._fresh = settings  # the next cycle begins with it: one may be running now
            self._schedule(settings.schedule.every, first_at_once=True)
            log.info("configuration read again")
        except SheetdError as error:
            log.error("the old configuration stays", error=error.message)  # noqa: TRY400
        self._notifier.ready()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()

    def _ask_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload_asked.set()


def log_report(report: RunReport) -> None:
    """One event for each sheet of a run."""
    for sheet in report.sheets:
        event = log.bind(sheet=sheet.name, run_id=report.run_id)
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
