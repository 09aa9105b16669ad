"""``sheetd status``: last runs, next runs, queue, failures, quota."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from sync_daemon.bootstrap import Application
from sync_daemon.cli.console import make_table, output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.mirror.queries import QueueView, RowView

_RUNS = 5
_ROWS = 10  # of a sheet, that need somebody
_LOOK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class _Status:
    runs: list[dict[str, Any]]
    sheets: list[QueueView]
    attention: list[RowView]
    every_s: float
    calls: dict[str, int]
    reads_per_minute: int
    writes_per_minute: int


def status(
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep it on the terminal, up to date, until Ctrl-C.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Show the last and the next runs, the queue, failures and how much of the quota was used.

    Example: `sheetd status --watch`
    """
    with opened(config, log_level) as application:
        if as_json:
            print_json(_plain(_look(application)))
        elif watch and output.is_terminal:
            _watch(application)
        else:
            output.print(_shown(_look(application)))


def _watch(application: Application) -> None:
    with Live(_shown(_look(application)), console=output, auto_refresh=False) as live:
        while True:
            time.sleep(_LOOK_EVERY_S)
            live.update(_shown(_look(application)), refresh=True)


def _look(application: Application) -> _Status:
    settings, reader = application.settings, application.reader
    return _Status(
        runs=[dict(run) for run in reader.runs(_RUNS)],
        sheets=[reader.queue(sheet.name) for sheet in settings.sheets],
        attention=[r for s in settings.sheets for r in reader.attention(s.name, _ROWS)],
        every_s=settings.schedule.every.total_seconds(),
        calls=reader.calls_since(application.clock.now() - timedelta(minutes=1)),
        reads_per_minute=settings.google.reads_per_minute,
        writes_per_minute=settings.google.writes_per_minute,
    )


def _plain(found: _Status) -> dict[str, Any]:
    return {
        "runs": found.runs,
        "sheets": [asdict(sheet) for sheet in found.sheets],
        "attention": [
            {
                "row_id": row.row_id,
                "sheet": row.sheet,
                "row_number": row.row_number,
                "state": row.state,
                "reason": row.reason,
            }
            for row in found.attention
        ],
        "every_s": found.every_s,
        "calls_last_minute": found.calls,
        "limits": {
            "reads_per_minute": found.reads_per_minute,
            "writes_per_minute": found.writes_per_minute,
        },
    }


def _shown(found: _Status) -> Group:
    runs = make_table(
        "Last runs",
        ["run", "began", "by", "status"],
        ((r["run_id"], str(r["started_at"])[:19], r["trigger"], r["status"]) for r in found.runs),
    )
    sheets = make_table(
        "Sheets",
        ["sheet", "rows", "retries", "last reading", "next run", "failed"],
        (
            (
                q.sheet,
                ", ".join(f"{number} {state}" for state, number in sorted(q.rows.items())),
                f"{q.retrying}, from {_time(q.next_due)}" if q.retrying else "",
                _time(q.last_pull) or "never",
                _time(q.next_run),
                f"{q.failures} times" if q.failures else "",
            )
            for q in found.sheets
        ),
    )
    calls = (
        f"Requests in the last minute: {found.calls['sheets_read']} of {found.reads_per_minute}"
        f" reads, {found.calls['sheets_write']} of {found.writes_per_minute} writes."
    )
    rows = make_table(
        "Rows that need you",
        ["sheet", "row", "state", "what it says"],
        ((r.sheet, r.row_number, r.state, r.reason) for r in found.attention),
    )
    return Group(runs, sheets, *([rows] if found.attention else []), Text(calls))


def _time(moment: str | None) -> str:
    """Month, day, hour and minute, in UTC as all times of the mirror."""
    return (moment or "")[5:16].replace("T", " ")
