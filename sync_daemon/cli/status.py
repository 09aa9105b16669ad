"""``sheetd status``: last runs, next runs, queue, failures, quota."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from sync_daemon.cli.console import (
    failed_with,
    make_table,
    output,
    print_failure,
    print_json,
    printable,
)
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.trouble import in_words
from sync_daemon.errors import MirrorError, SheetdError

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.daemon_state import DaemonState
    from sync_daemon.mirror.read_models import QueueView, RowView

_RUNS = 5
_ROWS = 10  # of a sheet, that need somebody
_LOOK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class _Health:
    """What can be told without the mirror."""

    daemon: DaemonState
    obstacle: SheetdError | None  # to writing the mirror, as this command finds it

    @property
    def lines(self) -> list[str]:
        """What is wrong, a line each."""
        lines = in_words(self.daemon.troubles)
        if not self.daemon.is_running:
            lines = [f"Before it ended: {line}" for line in lines]
        if self.daemon.more:
            lines.append(f"{self.daemon.more} more sheets fail.")
        if self.obstacle is not None:
            lines.append(str(self.obstacle))
        return lines


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
        bool, typer.Option("--watch", help="Keep refreshing it until Ctrl-C.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Show the last and next runs, the queue, failures and quota use.

    Example: `sheetd status --watch`
    """
    with opened(config, log_level) as application:
        if watch and output.is_terminal and not as_json:
            _watch(application)
        health = _health(application)
        try:
            found = _look(application)
        except MirrorError as error:
            _tell_without_mirror(health, error, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
    if as_json:
        print_json({**_plain(found), **_plain_health(health)})
    else:
        output.print(_shown(health, found))


def _watch(application: Application) -> None:
    def look() -> Group:
        return _shown(_health(application), _look(application))

    with Live(look(), console=output, auto_refresh=False) as live:
        while True:
            time.sleep(_LOOK_EVERY_S)
            live.update(look(), refresh=True)


def _health(application: Application) -> _Health:
    from sync_daemon.daemon_state import load_state
    from sync_daemon.mirror.writable import find_write_obstacle

    return _Health(
        load_state(application.daemon_state),
        find_write_obstacle(application.settings.database.url),
    )


def _plain_health(health: _Health) -> dict[str, Any]:
    troubles = [trouble.to_json() for trouble in health.daemon.troubles]
    obstacle = health.obstacle
    return {
        "daemon": "running" if health.daemon.is_running else "stopped",
        "troubles": troubles,
        "mirror": {"error": obstacle.message, "hint": obstacle.hint} if obstacle else None,
    }


def _tell_without_mirror(health: _Health, error: MirrorError, *, as_json: bool) -> None:
    """What is wrong, where the mirror itself cannot tell anything."""
    if as_json:
        print_json({**_plain_health(health), **failed_with(error)})
        return
    output.print(_health_text(health), soft_wrap=True)
    print_failure(error.message, error.hint)


def _health_text(health: _Health) -> Text:
    """Whether the daemon runs, and what is wrong."""
    running = (
        f"is running (process {health.daemon.pid})"
        if health.daemon.is_running
        else "is not running"
    )
    text = Text(f"The daemon {running}.")
    for line in health.lines:
        text.append(f"\n{printable(line)}", style="red")
    return text


def _look(application: Application) -> _Status:
    settings, reader = application.settings, application.reader
    return _Status(
        runs=[dict(run) for run in reader.runs(_RUNS)],
        sheets=[_with_next_run(reader.queue(sheet.name), application) for sheet in settings.sheets],
        attention=[r for s in settings.sheets for r in reader.attention(s.name, _ROWS)],
        every_s=settings.schedule.every.total_seconds(),
        calls=reader.calls_since(application.clock.now() - timedelta(minutes=1)),
        reads_per_minute=settings.google.reads_per_minute,
        writes_per_minute=settings.google.writes_per_minute,
    )


def _with_next_run(queue: QueueView, application: Application) -> QueueView:
    """Quiet cycles tell the mirror nothing: the next one is due within a pause from now."""
    now = application.clock.now()
    if queue.next_run is None or datetime.fromisoformat(queue.next_run) > now:
        return queue
    return replace(queue, next_run=(now + application.settings.schedule.every).isoformat())


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


def _shown(health: _Health, found: _Status) -> Group:
    runs = make_table(
        "Last runs",
        ["run", "began", "by", "status"],
        ((r["run_id"], str(r["started_at"])[:19], r["trigger"], r["status"]) for r in found.runs),
    )
    sheets = make_table(
        "Sheets",
        ["sheet", "rows", "retries", "last read", "next run", "failed"],
        (
            (
                q.sheet,
                ", ".join(f"{number} {state}" for state, number in sorted(q.rows.items())),
                f"{q.retrying}, from {_time(q.next_due)}" if q.retrying else "",
                _time(q.last_pull) or "never",
                _time(q.next_run),
                counted(q.failures, "time") if q.failures else "",
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
    return Group(
        _health_text(health), runs, sheets, *([rows] if found.attention else []), Text(calls)
    )


def _time(moment: str | None) -> str:
    """Month, day, hour and minute, in UTC as all times of the mirror."""
    return (moment or "")[5:16].replace("T", " ")
