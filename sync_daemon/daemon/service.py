"""The process around the cycles: when each is due, signals, and signs of life."""

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

from sync_daemon.bootstrap import Application
from sync_daemon.clock import SystemClock
from sync_daemon.daemon.causes import cause_of
from sync_daemon.daemon.rounds import Rounds, Watcher
from sync_daemon.errors import NewerMirrorError, SheetdError, StoppedError
from sync_daemon.liveness import Liveness
from sync_daemon.notify import ServiceNotifier
from sync_daemon.schedule import Schedule
from sync_daemon.services.carrying_out import RequestWatch, carry_out_requests
from sync_daemon.settings import Settings

_TICK_S = 1.0
_STEP_S = 5.0  # a wall clock that moved so far beside the monotonic one was stepped
_STOP_PATIENCE_S = 20.0  # for the cycle in hand; systemd has 90 s
_REPLAN_AFTER_S = 15.0  # that a cycle is overdue while none runs: the scheduler has lost it
_LONGEST_UPGRADE_S = 3_600.0

log = structlog.get_logger(__name__)


class Daemon:
    """Runs the cycles of each sheet on APScheduler, in the foreground.

    A job a sheet, one cycle at a time; when the next one is due is decided
    when one ended (see :mod:`~sync_daemon.domain.poll_interval`), by the monotonic
    clock. APScheduler goes by the wall clock, so when that is set, or the
    machine slept, the jobs are scheduled again.

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
        self.was_interrupted = False  # by Ctrl-C, not by whoever manages services
        self._is_ready = False
        self._known_offset = self._offset()
        self._tried = threading.Event()  # a first request was answered, or failed
        self._fresh: Settings | None = None  # read again, not yet in use
        self._given_up: SheetdError | None = None  # what ended the daemon
        watcher = Watcher(self._hear, self._check_stop)
        self._rounds = Rounds(application, self._schedule, self._notifier, watcher)
        self._requests = RequestWatch(application)
        cycles, beats = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._scheduler = BackgroundScheduler(
            timezone="UTC", executors={"default": cycles, "beats": beats}
        )

    def run(self) -> bool:
        """Work until SIGTERM or SIGINT; returns whether the cycle in hand has ended by then.

        Raises:
            ConfigError: the configuration is wrong.
            NewerMirrorError: a newer sheetd made the mirror, or upgraded it meanwhile.
        """
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._ask_to_stop)
        signal.signal(signal.SIGHUP, self._ask_to_reload)
        self._application.sheets()  # a wrong configuration ends the start, not a cycle
        self._application.prepared_steps()
        self._application.on_attempt = self._hear
        self._application.on_upgrade = lambda: self._notifier.extend_start(_LONGEST_UPGRADE_S)
        self._rounds.begin()
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
        if self._given_up is not None:
            raise self._given_up
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
            self._rounds.end()
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
        while not self._stopped.wait(_TICK_S):
            try:
                self._look()
            except Exception:
                log.exception("a defect in sheetd; the daemon goes on")

    def _look(self) -> None:
        if self._tried.is_set() and not self._is_ready:
            self._is_ready = True
            self._notifier.ready()
        if self._reload_asked.is_set():
            self._reload_asked.clear()
            self._take_new_configuration()
        if abs(self._offset() - self._known_offset) > _STEP_S:
            log.warning("the clock was set, or the machine slept: scheduling again")
            self._known_offset = self._offset()
            self._plan_all()
        is_idle = self._idle.is_set()
        overdue_s = self._schedule.overdue_s if is_idle else 0.0
        if overdue_s > _REPLAN_AFTER_S:
            log.warning("a cycle is overdue: scheduling again", seconds=round(overdue_s))
            self._plan_all()
        if is_idle and self._requests.are_due():
            self._plan_requests()
        if self._liveness.is_alive(is_idle=is_idle, overdue_s=overdue_s):
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
                self._rounds.run(name)
        except StoppedError:
            pass
        except NewerMirrorError as error:
            self._given_up = error
            self.stop()
        finally:
            if name in self._schedule.names and not self._stopped.is_set():
                self._plan(name)
            self._tried.set()
            self._idle.set()

    def _plan_requests(self) -> None:
        """Carry out what people and programs ask, once the cycle in hand has ended."""
        self._scheduler.add_job(
            self._carry_out,
            DateTrigger(self._clock.now(), timezone="UTC"),
            id="requests",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def _carry_out(self) -> None:
        if self._stopped.is_set():
            return
        self._idle.clear()
        try:
            self._use_fresh()
            carry_out_requests(self._application, self._watch_requests)
        except StoppedError:
            pass
        except NewerMirrorError as error:
            self._given_up = error
            self.stop()
        except Exception as error:  # noqa: BLE001 - whatever it is, the daemon goes on
            log.error("requests wait", error=cause_of(error).message)  # noqa: TRY400
        finally:
            self._idle.set()

    def _watch_requests(self) -> None:
        self._hear()
        self._check_stop()

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
        except Exception as error:  # noqa: BLE001 - whatever it is, the daemon goes on
            log.error("the old configuration stays", error=cause_of(error).message)  # noqa: TRY400
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

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self.was_interrupted = number == signal.SIGINT
        self._stopped.set()

    def _ask_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._reload_asked.set()
