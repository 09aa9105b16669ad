"""``sheetd db``: the mirror file."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from sync_daemon.cli.console import output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.domain.cells import CellValue
from sync_daemon.errors import ConfigError, MirrorError
from sync_daemon.mirror.database import backup as copy_mirror
from sync_daemon.mirror.database import check as check_mirror
from sync_daemon.mirror.queries import RowView

app = typer.Typer(help="The mirror file.", no_args_is_help=True)


class ExportFormat(StrEnum):
    """How `sheetd db export` writes rows."""

    JSON = "json"
    CSV = "csv"


@app.command("upgrade")
def upgrade(config: ConfigOption = None, log_level: LogLevelOption = LogLevel.WARNING) -> None:
    """Bring the mirror to the newest schema, making it if there is none.

    Example: `sheetd db upgrade`
    """
    with opened(config, log_level) as application:
        url = application.database.url.render_as_string(hide_password=True)
    output.print(f"{url} is up to date.", highlight=False)


@app.command("backup")
def backup(
    path: Annotated[Path, typer.Argument(help="Where to.")],
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Copy the mirror, also while the daemon runs.

    Example: `sheetd db backup /var/backups/sheetd.db`
    """
    with opened(config, log_level) as application:
        copy_mirror(application.database, path)
    output.print(f"Copied to {path}.", highlight=False)


@app.command("check")
def check(
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Have the database check itself.

    Example: `sheetd db check`
    """
    with opened(config, log_level) as application:
        faults = check_mirror(application.database)
    if as_json:
        print_json({"ok": not faults, "faults": list(faults)})
    elif not faults:
        output.print("The mirror is sound.")
    if faults:
        message = f"The mirror is damaged: {'; '.join(faults[:5])}."
        raise MirrorError(message, hint="Restore a backup made by `sheetd db backup`.")


@app.command("export")
def export(
    path: Annotated[
        Path | None, typer.Argument(help="Where to; standard output if not given.")
    ] = None,
    form: Annotated[ExportFormat, typer.Option("--format", help="The form.")] = ExportFormat.JSON,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Only this sheet.")] = None,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Write all rows with their results to a file.

    Example: `sheetd db export rows.csv --format csv`
    """
    with opened(config, log_level) as application:
        found = list(application.reader.rows(sheet=sheet))
    if path is None:
        _write(found, form, sys.stdout)
        return
    try:
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            _write(found, form, file)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise ConfigError(message) from error


def _write(rows: list[RowView], form: ExportFormat, file: TextIO) -> None:
    if form is ExportFormat.JSON:
        plain = [
            {k: dict(v) if hasattr(v, "items") else v for k, v in asdict(r).items()} for r in rows
        ]
        json.dump(plain, file, indent=2)
        file.write("\n")
        return
    cells = dict.fromkeys(header for row in rows for header in row.cells)
    results = dict.fromkeys(header for row in rows for header in row.results)
    writer = csv.writer(file)
    writer.writerow(["row_id", "sheet", "row_number", "state", *cells, *results])
    for row in rows:
        values = [row.cells.get(h, "") for h in cells] + [row.results.get(h, "") for h in results]
        guarded = [_guarded(value) for value in values]
        writer.writerow([row.row_id, row.sheet, row.row_number, row.state, *guarded])


def _guarded(value: CellValue) -> CellValue:
    """Text that a spreadsheet would run as a formula is quoted (OWASP, "CSV Injection")."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value
