"""``sheetd demo``: see it work without an account."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_daemon import log
from sync_daemon.cli.console import output, print_json, print_table
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.cli.sync import print_report
from sync_daemon.daemon import Daemon
from sync_daemon.demo import set_up
from sync_daemon.domain.cells import CellValue
from sync_daemon.engine import CycleOptions


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
    del config  # taken as every command takes it; the demo brings its own
    log.configure(level=log_level.value)
    with set_up(port) as demo:
        before = demo.cells()
        report = demo.application.run_once(trigger="demo", options=CycleOptions())
        after = demo.cells()
        if as_json:
            print_json({"before": before, "after": after, "run": report.to_json()})
        else:
            _print_sheet("The sheet as it was typed", before)
            _print_sheet("The sheet after one cycle", after)
            print_report(report)
        if serve:
            output.print(
                f"\nEdit the sheet: [bold]{demo.page}[/] (Ctrl-C ends it).", highlight=False
            )
            settings = demo.application.settings
            Daemon(demo.application, lambda: settings).run()
    raise typer.Exit(report.exit_status())


def _print_sheet(title: str, rows: list[list[CellValue]]) -> None:
    """The sheet as a table; the row ids and long descriptions take little room."""
    headers = [str(cell) for cell in rows[0]]
    width = len(headers)
    print_table(
        title,
        headers,
        ([_short(cell) for cell in row] + [""] * (width - len(row)) for row in rows[1:]),
    )


def _short(cell: CellValue) -> str:
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - fits a terminal
