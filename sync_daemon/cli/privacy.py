"""``sheetd export`` and ``sheetd forget``: taking one's data along, and having it erased."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli.console import errors, output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.visible import make_visible
from sync_daemon.errors import ConfigError
from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.private_file import private_file

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.export.table import Export


def export(
    path: Annotated[Path, typer.Argument(help="The file to write; private to you.")],
    form: Annotated[
        ExportForm | None,
        typer.Option("--format", help="The format; by default that of PATH's extension."),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Only this sheet.")] = None,
    deleted: Annotated[bool, typer.Option("--deleted", help="Include deleted rows.")] = False,
    history: Annotated[
        bool, typer.Option("--history", help="All versions of each row, oldest first.")
    ] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Write all rows with their results to a file.

    In CSV, text that a spreadsheet would run as a formula gets a leading quote.

    Example: `sheetd export rows.xlsx --deleted --history`
    """
    form = form or _form_of(path)
    with opened(config, log_level) as application:
        rows = collect_rows(application, sheet, with_deleted=deleted, with_history=history)
    with private_file(path) as file:
        write_export(rows, form, file)
    errors.print(f"{counted(sum(1 for _ in rows.rows), 'row')} written to {path}.")


def forget(
    row_id: Annotated[str, typer.Argument(help="The id of a deleted row.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Erase a deleted row and its history for good; its id is never used again.

    Example: `sheetd forget k7m2q9wxf3` (`sheetd rows --deleted` lists deleted rows)
    """
    from sync_daemon.mirror.erasure import check_forgettable, forget_row

    with opened(config, log_level, may_upgrade=True) as application:
        row_id = _whole_id(application, row_id)
        check_forgettable(application.database, row_id)
        if not yes and not _agreed(row_id):
            raise ConfigError("Nothing was erased.", hint="Say --yes to erase the row.")
        with errors.status("waiting for a turn…"), application.hold_cycle_lock():
            forgotten = forget_row(application.database, row_id, application.clock.now())
    if as_json:
        print_json({"row_id": row_id, "erased": forgotten.entries})
        return
    output.print(f"{row_id} is erased.")
    errors.print(
        "Backups and exports made before, and the sheet's own version history, may still hold it.",
    )


def _whole_id(application: Application, given: str) -> str:
    """The id that begins so; of a row that was erased before, nothing but its whole id is known."""
    from sync_daemon.mirror.erasure import check_forgettable

    try:
        return application.reader.row(given).row_id
    except ConfigError as error:
        try:
            check_forgettable(application.database, given)
        except ConfigError:
            raise error from None
        return given


def export_or_print(rows: Export, form: ExportForm, path: Path | None) -> None:
    """Write to a file, or to standard output if none is named."""
    if path is None and sys.stdout.isatty():
        shown = io.BytesIO()
        write_export(rows, form, shown)
        text = shown.getvalue().decode(errors="replace").replace("\r\n", "\n")
        sys.stdout.write(make_visible(text))
        return
    if path is None:
        write_export(rows, form, sys.stdout.buffer)
        return
    with private_file(path) as file:
        write_export(rows, form, file)


def collect_rows(
    application: Application,
    sheet: str | None,
    *,
    with_deleted: bool = False,
    with_history: bool = False,
) -> Export:
    """The rows to export; a ConfigError if nobody knows the sheet."""
    from sync_daemon.export.table import collect
    from sync_daemon.mirror.versions import load_versions

    versions = load_versions(application.database, sheet) if with_history else None
    found = collect(
        application.reader,
        sheet=sheet,
        with_deleted=with_deleted,
        versions=versions,
        dates=_date_headers(application),
    )
    if sheet is not None and next(iter(found.rows), None) is None:
        application.sheets([sheet])  # one that left the configuration can still be exported
    return found


def _date_headers(application: Application) -> dict[str, set[str]]:
    """By sheet, the user's columns that its tools read as dates; none where they do not load."""
    from sync_daemon.services.stats import Pipelines

    try:
        prepared = application.prepared_steps(())
    except ConfigError:  # what is in the mirror can be exported whatever the configuration says
        return {}
    return Pipelines(prepared).date_headers()


def _form_of(path: Path) -> ExportForm:
    ending = path.suffix.removeprefix(".").lower()
    try:
        return ExportForm(ending)
    except ValueError:
        message = f"Unknown file type: {path.suffix or path}"
        raise ConfigError(message, hint="Say --format csv, json or xlsx.") from None


def _agreed(row_id: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return typer.confirm(f"Erase {row_id} and its history for good?", err=True)
