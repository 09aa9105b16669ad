"""One run: a cycle of each sheet, one sheet's failure leaving the others alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.domain.redaction import redact
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import CycleOptions, Ports
from sync_daemon.engine.cycle import Cycle
from sync_daemon.engine.memory import collector_paused
from sync_daemon.engine.report import RunReport, SheetReport
from sync_daemon.errors import MirrorError, SheetdError


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
        clock, mirror = self._ports.clock, self._ports.mirror
        started, calls_before = clock.monotonic(), self._api_calls()
        run_id = None if options.dry_run else mirror.open_run(trigger, clock.now())
        report = RunReport(run_id)
        with structlog.contextvars.bound_contextvars(run_id=run_id):
            for sheet in sheets:
                report.sheets.append(self._run_sheet(sheet, run_id or 0, options))
        report.duration_s = clock.monotonic() - started
        report.api_calls = self._api_calls() - calls_before
        if run_id is not None:
            mirror.close_run(run_id, report.status, report.to_json(), clock.now())
        return report

    def _run_sheet(self, sheet: ConfiguredSheet, run_id: int, options: CycleOptions) -> SheetReport:
        report = SheetReport(sheet.name)
        started = self._ports.clock.monotonic()
        try:
            with collector_paused():
                Cycle(self._ports, sheet, run_id, options, report).run()
        except MirrorError:
            raise
        except SheetdError as error:
            report.failure = error
            report.error = redact(str(error))
        report.duration_s = self._ports.clock.monotonic() - started
        return report
