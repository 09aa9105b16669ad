"""``sheetd rows``, ``show`` and ``history``: what the mirror knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli.console import output, print_json, print_table, printable
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application

_SHOWN_COLUMNS = 3  # of the sheet's own, in the table of `sheetd rows`

RowIdArgument = Annotated[
    str, typer.Argument(help="A row's id, as in the sheet's id column, or its beginning.")
]


def rows(
    sheet: Annotated[str | None, typer.Option("--sheet", help="Only this sheet.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only rows that failed.")] = False,
    deleted: Annotated[bool, typer.Option("--deleted", help="Only deleted rows.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """List the rows in the mirror.

    Example: `sheetd rows --sheet jobs --failed`
    """
    with opened(config, log_level) as application:
        if sheet is not None:
            application.sheets([sheet])
        found = list(application.reader.rows(sheet=sheet, only_failed=failed, only_deleted=deleted))
    if as_json:
        print_json([asdict(row) for row in found])
        return
    print_table(
        "",
        ["id", "sheet", "row", "state", "reason", "cells"],
        (
            (row.row_id, row.sheet, row.row_number, row.state, row.reason, _brief(row.cells))
            for row in found
        ),
    )


def show(
    row_id: RowIdArgument,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Show one row, and where each of its results came from.

    Example: `sheetd show k7m2q9wxf3`
    """
    from sync_daemon.mirror.job_search import JobSearchEntry

    with opened(config, log_level) as application:
        row = application.reader.row(row_id)
        results = application.reader.provenance(row, _column_steps(application, row.sheet))
    if as_json:
        provenance = [asdict(result) for result in results]
        print_json({**asdict(row), "provenance": provenance})
        return
    headline = JobSearchEntry.from_cells(row.cells).headline
    place = f"{row.row_id}: row {row.row_number} of {row.sheet}, {row.state}"
    output.print(f"{place}: {headline}" if headline else place)
    output.print(row.reason)
    if row.error and row.error not in row.reason:
        output.print(row.error, style="red")
    print_table("Cells", ["column", "value"], row.cells.items(), whole=True)
    print_table(
        "Results",
        ["column", "value", "by", "when", "run"],
        (
            (
                r.column,
                r.value,
                f"{r.tool} v{r.tool_version}" if r.tool else r.author,
                (r.at or "")[:19],
                r.run_id,
            )
            for r in results
        ),
        whole=True,
    )


def history(
    row_id: RowIdArgument,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Show everything that happened to a row, oldest first.

    Example: `sheetd history k7m2q9wxf3 --json`
    """
    with opened(config, log_level) as application:
        row = application.reader.row(row_id)
        events = application.reader.history(row.row_id)
    if as_json:
        print_json([asdict(event) for event in events])
        return
    print_table(
        "",
        ["when", "run", "what", "detail"],
        ((e.at[:19], e.run_id, e.what, _brief(e.detail)) for e in events),
    )


def _column_steps(application: Application, sheet: str) -> dict[str, str]:
    """Result column → the step that fills it; none where the sheet is not configured any more."""
    steps = application.prepared_steps().get(sheet, [])
    return {column: s.spec.name for s in steps for column in s.spec.outputs.values()}


def _brief(cells: Mapping[str, object]) -> str:
    shown = [f"{header}: {_in_words(value)[:60]}" for header, value in cells.items()]
    more = len(shown) - _SHOWN_COLUMNS
    return "\n".join(shown[:_SHOWN_COLUMNS] + ([f"… {more} more"] if more > 0 else []))


def _in_words(value: object) -> str:
    """A value, or the change of one, for a person to read."""
    if isinstance(value, Mapping) and value.keys() == {"before", "after"}:
        before, after = printable(value["before"]) or "(blank)", printable(value["after"])
        return f"{before} → {after or '(blank)'}"
    if isinstance(value, list):
        return ", ".join(printable(part) for part in value)
    return printable(value)
