"""``sheetd sync now``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from sync_daemon.cli.console import errors, output, print_failure, print_json, print_table
from sync_daemon.cli.options import (
    ConfigOption,
    JsonOption,
    LogLevel,
    LogLevelOption,
    SheetOption,
    opened,
)
from sync_daemon.domain.sentence import counted

if TYPE_CHECKING:
    from sync_daemon.cycle import RunReport

app = typer.Typer(help="Run cycles by hand.", no_args_is_help=True)


@app.callback()
def callback() -> None:
    """Run cycles by hand."""


@app.command("now")
def now(  # noqa: PLR0913 - one parameter an option
    sheet: SheetOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what a run would do, and do nothing.")
    ] = False,
    allow_mass_delete: Annotated[
        bool,
        typer.Option("--allow-mass-delete", help="Continue even if many rows are gone."),
    ] = False,
    take_over: Annotated[
        bool,
        typer.Option("--take-over", help="Take the tab over from another installation."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if rows have failed.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Run one cycle now, also while the daemon runs (they take turns).

    Example: `sheetd sync now --sheet jobs --dry-run`
    """
    from sync_daemon.cycle import CycleOptions
    from sync_daemon.services.carrying_out import carry_out_requests
    from sync_daemon.services.search import keep_search_index
    from sync_daemon.status_tab import StatusTabs

    options = CycleOptions(
        dry_run=dry_run, allow_mass_delete=allow_mass_delete, take_over=take_over
    )
    with (
        opened(config, log_level, may_upgrade=not dry_run) as application,
        errors.status("waiting for a turn…") as line,
    ):
        if not dry_run:
            carry_out_requests(application)
        report = application.run_once(
            sheet or (),
            trigger="hand",
            options=options,
            on_progress=lambda words: line.update(f"{escape(words)}…"),
        )
        if not dry_run:
            StatusTabs(application).ended(*report.sheets)
            keep_search_index(application)
    if as_json:
        print_json(report.to_json())
    else:
        print_report(report, dry_run=dry_run)
    print_failures(report)
    raise typer.Exit(report.exit_status(strict=strict))


def print_failures(report: RunReport) -> None:
    """Why sheets failed, on standard error."""
    for failed in report.sheets:
        if failed.failure is not None:
            print_failure(f"{failed.name}: {failed.failure.message}", failed.failure.hint)


def print_report(report: RunReport, *, dry_run: bool = False) -> None:
    """The run in a table, or the plan in sentences."""
    if dry_run:
        for sheet in report.sheets:
            if sheet.failure is None:
                output.print(f"[bold]{escape(sheet.name)}[/] would:", markup=True)
                for sentence in sheet.planned or ["do nothing"]:
                    output.print(f"  {sentence}")
        print_notes(report)
        return
    print_table(
        "",
        ["sheet", "rows", "new", "changed", "deleted", "jobs", "failed", "cells written"],
        (
            (s.name, s.rows, s.inserted, s.updated, s.deleted,
             s.jobs.done, s.jobs.failed + s.jobs.retrying, s.cells_written)
            for s in report.sheets
        ),
    )  # fmt: skip
    output.print(in_one_line(report))
    print_notes(report)


def in_one_line(report: RunReport) -> str:
    """How a run ended, how long it took and what it asked of Google."""
    calls = report.api_calls
    run = f"Run {report.run_id}" if report.run_id is not None else "Run"
    return (
        f"{run}: {report.status} in {report.duration_s:.1f} s;"
        f" {counted(calls.sheets_read, 'read')} and {counted(calls.sheets_write, 'write')}"
        " to Google."
    )


def print_notes(report: RunReport) -> None:
    """What the user should know though nothing failed."""
    for sheet in report.sheets:
        for note in (*sheet.notes, *([sheet.backlog] if sheet.backlog else [])):
            output.print(f"{sheet.name}: {note}", soft_wrap=True)
