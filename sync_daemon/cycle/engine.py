"""One run: a cycle of each sheet, one sheet's failure leaving the others alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from sync_daemon.cycle.context import CycleOptions, Ports
from sync_daemon.cycle.cycle import Cycle
from sync_daemon.cycle.report import RunReport, SheetReport
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.domain.redaction import redact
from sync_daemon.errors import MirrorError, SheetdError
from sync_daemon.gc_pause import collector_paused


class RunRecord:
    """A run, recorded in the mirror once it does something; a dry run never is.

    A schedule makes half a million runs a year, of which most find nothing new.

    Args:
        ports: the mirror and the clock.
        trigger: who asked for it.
        options: one that may be skipped is not recorded before it has to be.
    """

    def __init__(self, ports: Ports, trigger: str, options: CycleOptions) -> None:
        self._ports = ports
        self._trigger = trigger
        self._is_dry = options.dry_run
        self._began = ports.clock.now()
        self.recorded: int | None = None
        if not options.may_skip:
            self.number  # noqa: B018 - somebody asked for it, so it is recorded

    @property
    def number(self) -> int:
        """The run's id, from now on at the latest."""
        if self._is_dry:
            return 0
        if self.recorded is None:
            self.recorded = self._ports.mirror.open_run(self._trigger, self._began)
            structlog.contextvars.bind_contextvars(run_id=self.recorded)
        return self.recorded

    def close(self, report: RunReport) -> None:
        """Record how it ended, if it did anything, or failed."""
        if any(sheet.error for sheet in report.sheets):
            self.number  # noqa: B018 - a failure is worth a record
        report.run_id = self.recorded
        if self.recorded is not None:
            now = self._ports.clock.now()
            self._ports.mirror.close_run(self.recorded, report.status, report.to_json(), now)


class Engine:
    """Runs cycles on the ports that it is given."""

    def __init__(self, ports: Ports, api_calls: Callable[[], ApiCalls]) -> None:
        self._ports = ports
        self._api_calls = api_calls

    def run_once(
        self, sheets: Sequence[ConfiguredSheet], *, trigger: str, options: CycleOptions
    ) -> RunReport:
        """One cycle of each sheet.

        Raises:
            MirrorError: the mirror does not work, so no sheet can be done.
        """
        clock = self._ports.clock
        started, calls_before = clock.monotonic(), self._api_calls()
        report = RunReport(None)
        with structlog.contextvars.bound_contextvars(run_id=None):
            run = RunRecord(self._ports, trigger, options)
            for sheet in sheets:
                report.sheets.append(self._run_sheet(sheet, run, options))
            report.duration_s = clock.monotonic() - started
            report.api_calls = self._api_calls() - calls_before
            run.close(report)
        return report

    def _run_sheet(
        self, sheet: ConfiguredSheet, run: RunRecord, options: CycleOptions
    ) -> SheetReport:
        report = SheetReport(sheet.name)
        started = self._ports.clock.monotonic()
        try:
            with collector_paused():
                Cycle(self._ports, sheet, lambda: run.number, options, report).run()
        except MirrorError:
            raise
        except SheetdError as error:
            report.failure = error
            report.error = redact(str(error))
        report.duration_s = self._ports.clock.monotonic() - started
        return report
