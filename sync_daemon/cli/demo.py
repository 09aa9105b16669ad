"""``sheetd demo``: see it work without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from sync_daemon.cli import INTERRUPTED
from sync_daemon.cli.console import output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.cli.sync import in_one_line, print_failures, print_notes

if TYPE_CHECKING:
    from sync_daemon.demo import Demo
    from sync_daemon.domain.cells import CellValue

_TITLE = "A job hunt after one cycle: everything but the company was filled in"
# Column → its characters, so that a row is a line of a narrow terminal; a wide one shows more.
_SHOWN = {
    "Company": 14, "Keywords": 11, "Match %": 7, "Salary from": 11, "Open?": 6, "Duplicate of": 12,
    "Due": 10,
}  # fmt: skip
_GROWS = "Keywords"


def demo(
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Keep it running, with a page to edit in and the dashboard."),
    ] = False,
    port: Annotated[int, typer.Option("--port", help="The page's port; 0 picks a free one.")] = 0,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Run one cycle on a sample job hunt in a local sandbox; no account is needed.

    Example: `sheetd demo --serve`
    """
    from sync_daemon import log
    from sync_daemon.cycle import CycleOptions
    from sync_daemon.demo import set_up

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
            raise typer.Exit(_serve(demo))
    raise typer.Exit(report.exit_status())


def _serve(demo: Demo) -> int:
    """The daemon and the dashboard, until Ctrl-C: the exit status."""
    from sync_daemon.daemon import Daemon
    from sync_daemon.web.server import serving

    settings = demo.application.settings
    daemon = Daemon(demo.application, lambda: settings)
    with serving(demo.application) as (_, login):
        output.print(f"\nEdit the sheet:      [bold]{demo.page}[/]", markup=True, soft_wrap=True)
        output.print(f"Open the dashboard:  [bold]{login}[/]", markup=True, soft_wrap=True)
        output.print("Ctrl-C ends both.")
        output.file.flush()  # somebody may read it through a pipe
        daemon.run()
    return INTERRUPTED if daemon.was_interrupted else 0


def _print_sheet(rows: list[list[CellValue]]) -> None:
    """What was filled in, a line for each row; then what rows ask for."""
    headers = [str(cell) for cell in rows[0]]
    shown = [headers.index(header) for header in _SHOWN if header in headers]
    table = Table(title=_TITLE, title_justify="left", box=SIMPLE_HEAD, padding=0, pad_edge=False)
    free = output.width - sum(_SHOWN.values()) - 2 * len(_SHOWN)
    for index in shown:
        more = max(free, 0) if headers[index] == _GROWS else 0
        table.add_column(headers[index], no_wrap=True, width=_SHOWN[headers[index]] + more)
    for row in rows[1:]:
        cells = (str(row[index]) if index < len(row) else "" for index in shown)
        table.add_row(*(" ".join(cell.split()) for cell in cells))
    output.print(table)
    company, status = headers.index("Company"), headers.index("sheetd status")
    for number, row in enumerate(rows[1:], 2):
        said = str(row[status]).partition(" · #")[0] if status < len(row) else ""
        if said and not said.startswith("done"):
            output.print(f"Row {number} ({row[company]}) says: {said}", soft_wrap=True)


_NEXT = """
Next:
  sheetd demo --serve   edit this sheet in your browser and watch it fill in
  sheetd init           set up your own sheet
  sheetd tools          what can be filled in"""
