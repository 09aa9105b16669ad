"""``sheetd demo``: see it work without an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli import INTERRUPTED
from sync_daemon.cli.console import output, print_json, print_table
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.cli.sync import print_report

if TYPE_CHECKING:
    from sync_daemon.domain.cells import CellValue

_LONGEST = 70  # characters of a cell


def demo(
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Keep it up, with the daemon running and a page to edit in."),
    ] = False,
    port: Annotated[int, typer.Option("--port", help="Of the page; 0 chooses one.")] = 0,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Run one cycle on a sample job hunt in a local sandbox; no account is needed.

    Example: `sheetd demo --serve`
    """
    from sync_daemon import log
    from sync_daemon.daemon import Daemon
    from sync_daemon.demo import set_up
    from sync_daemon.engine import CycleOptions

    del config  # taken as every command takes it; the demo brings its own
    log.configure(level=log_level.value)
    with set_up(port) as demo:
        before = demo.cells()
        report = demo.application.run_once(trigger="demo", options=CycleOptions())
        after = demo.cells()
        if as_json:
            print_json({"before": before, "after": after, "run": report.to_json()})
        else:
            typed = ["Company", "Role", "Link", "Salary", "Status", "Description"]
            _print_sheet("The sheet as it was typed", before, typed)
            ours = [str(header) for header in after[0] if header not in before[0]]
            for columns in _pages(ours):
                _print_sheet("The same rows after one cycle", after, ["Company", *columns])
            print_report(report)
        if serve:
            message = f"\nEdit the sheet: [bold]{demo.page}[/] (Ctrl-C ends it)."
            output.print(message, markup=True, soft_wrap=True)
            settings = demo.application.settings
            daemon = Daemon(demo.application, lambda: settings)
            daemon.run()
            raise typer.Exit(INTERRUPTED if daemon.was_interrupted else 0)
    raise typer.Exit(report.exit_status())


def _print_sheet(title: str, rows: list[list[CellValue]], columns: Sequence[str]) -> None:
    """Some columns of the sheet, as a table; long cells are cut."""
    headers = [str(cell) for cell in rows[0]]
    shown = [headers.index(column) for column in columns]
    print_table(
        title,
        columns,
        ([_short(row[i]) if i < len(row) else "" for i in shown] for row in rows[1:]),
    )


def _pages(columns: Sequence[str]) -> list[list[str]]:
    """Our columns in tables that fit a terminal, the status last."""
    shown = [c for c in columns if c not in {"sheetd id", "sheetd status"}]
    step = 5
    pages = [shown[i : i + step] for i in range(0, len(shown), step)]
    return [*pages[:-1], [*(pages or [[]])[-1], "sheetd status"]]


def _short(cell: CellValue) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
