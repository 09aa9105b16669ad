"""``sheetd demo``: see it work without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli import INTERRUPTED
from sync_daemon.cli.console import output, print_json, print_table
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.cli.sync import in_one_line, print_failures, print_notes

if TYPE_CHECKING:
    from sync_daemon.domain.cells import CellValue

_SHOWN = (
    "Company", "Keywords", "Match %", "Salary from", "Open?", "Duplicate of", "Next action", "Due",
)  # fmt: skip
_LONGEST = 22  # characters of a cell: a row is a line


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
            _print_sheet(after)
            output.print(f"\n{in_one_line(report)}")
            print_notes(report)
            print_failures(report)
            if not serve:
                output.print(_NEXT, soft_wrap=True)
        if serve:
            message = f"\nEdit the sheet: [bold]{demo.page}[/] (Ctrl-C ends it)."
            output.print(message, markup=True, soft_wrap=True)
            settings = demo.application.settings
            daemon = Daemon(demo.application, lambda: settings)
            daemon.run()
            raise typer.Exit(INTERRUPTED if daemon.was_interrupted else 0)
    raise typer.Exit(report.exit_status())


def _print_sheet(rows: list[list[CellValue]]) -> None:
    """What was filled in, a line for each row; then what rows ask for."""
    headers = [str(cell) for cell in rows[0]]
    shown = [headers.index(header) for header in _SHOWN if header in headers]
    print_table(
        "A job hunt after one cycle: all but the company was filled in",
        [headers[index] for index in shown],
        ([_short(row[i]) if i < len(row) else "" for i in shown] for row in rows[1:]),
    )
    company, status = headers.index("Company"), headers.index("sheetd status")
    for number, row in enumerate(rows[1:], 2):
        said = str(row[status]).partition(" · #")[0] if status < len(row) else ""
        if said and not said.startswith("done"):
            output.print(f"Row {number} ({row[company]}) says: {said}", soft_wrap=True)


def _short(cell: CellValue) -> str:
    text = " ".join(str(cell).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_NEXT = """
Next:
  sheetd demo --serve   edit this sheet in your browser and watch it fill in
  sheetd init           set up your own sheet
  sheetd tools          what can be filled in"""
