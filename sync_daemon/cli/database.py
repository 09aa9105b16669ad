"""``sheetd db``: the mirror file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli.console import failed_with, output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.cli.privacy import collect_rows, export_or_print
from sync_daemon.errors import MirrorError
from sync_daemon.export.forms import ExportForm

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.mirror.repair.fixes import Repair
    from sync_daemon.mirror.repair.integrity import Finding

app = typer.Typer(help="Back up, restore, check and export the mirror.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(config: ConfigOption = None, log_level: LogLevelOption = LogLevel.WARNING) -> None:
    """Upgrade the mirror to the newest schema, or create it; a copy is kept.

    Example: `sheetd db upgrade`
    """
    with opened(config, log_level, may_upgrade=True) as application:
        url = application.database.url.render_as_string(hide_password=True)
        before = application.before_upgrade
    output.print(f"{url} is up to date.", soft_wrap=True)
    if before is not None:
        output.print(f"The previous one is kept in {before}.", soft_wrap=True)


@app.command("backup")
def backup(
    path: Annotated[Path, typer.Argument(help="A file, or a folder for one named by the time.")],
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="PATH is a folder; keep this many copies in it."),
    ] = None,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Copy the mirror, also while the daemon runs.

    Example: `sheetd db backup /var/backups/sheetd --keep 14`
    """
    from sync_daemon.mirror.database import as_it_is, database_path, refuse_missing
    from sync_daemon.mirror.database import backup as copy_mirror
    from sync_daemon.service.backups import BackupFolder

    with opened(config, log_level) as application:
        url = application.settings.database.url
        refuse_missing(url)
        folder = BackupFolder(path, (database_path(url) or Path("sheetd")).stem)
        is_folder = keep is not None or path.is_dir()
        target = folder.new_file(application.clock.now()) if is_folder else path
        with as_it_is(url) as mirror:
            copy_mirror(mirror, target)
    output.print(f"Copied to {target}.")
    for old in folder.remove_old(keep) if keep is not None else []:
        output.print(f"Removed {old}.")


@app.command("restore")
def restore(
    path: Annotated[Path, typer.Argument(help="A file that `sheetd db backup` made.")],
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Replace the mirror with a backup; the current one is kept.

    The next cycle reads again what was typed in the sheet since then, and makes the
    sheets' SQL views again: a backup may have been in other hands, and gives its rows alone.

    Example: `sheetd db restore /var/backups/sheetd/sheetd-2026-11-23T030000Z.db`
    """
    from sync_daemon.mirror.database import as_it_is
    from sync_daemon.mirror.restore import restore as restore_mirror

    with (
        opened(config, log_level) as application,
        application.hold_cycle_lock(),
        as_it_is(application.settings.database.url) as mirror,
    ):
        restored = restore_mirror(mirror, path, application.clock.now())
    output.print(f"Restored the mirror from {path}.", soft_wrap=True)
    if restored.aside is not None:
        output.print(f"The previous one is kept in {restored.aside}.", soft_wrap=True)
    for sentence in restored.lost:
        output.print(f"Left out: {sentence}", soft_wrap=True)
    output.print("The next cycle (`sheetd sync now`) makes the sheets' SQL views again.")


@app.command("check")
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Repair what can be repaired; a copy is kept first.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Report what is wrong with the mirror, and repair what can be repaired.

    Example: `sheetd db check --repair`
    """
    from sync_daemon.mirror.repair.fixes import Repair

    with opened(config, log_level) as application:
        repaired = _repair(application) if repair else Repair()
        findings = _inspect(application)
    failure = _failure(findings)
    if as_json:
        told = {"done": repaired.done, "lost": repaired.lost} if repair else {}
        listed = [asdict(finding) for finding in findings]
        print_json({"ok": failure is None, "findings": listed, **told, **failed_with(failure)})
    else:
        _tell(repaired, findings)
    if failure is not None:
        if as_json:
            raise typer.Exit(failure.exit_status)
        raise failure


def _failure(findings: list[Finding]) -> MirrorError | None:
    for finding in findings:
        if finding.is_damage:
            message = f"The mirror is damaged: {finding.what}"
            hint = "sheetd db check --repair, or restore a backup made by `sheetd db backup`."
            return MirrorError(message, hint=hint)
    return None


def _inspect(application: Application) -> list[Finding]:
    """What is wrong; while a cycle runs, nothing can be said of work that was cut off."""
    from sync_daemon.mirror.repair.integrity import inspect_mirror

    configured = [sheet.name for sheet in application.settings.sheets]
    with application.hold_cycle_lock_if_free() as is_idle:
        return inspect_mirror(application.database, configured, is_idle=is_idle)


def _repair(application: Application) -> Repair:
    """Repair the mirror while no cycle runs, before anything else opens it."""
    from sync_daemon.mirror.repair.whole import repair as repair_mirror

    settings = application.settings
    configured = [sheet.name for sheet in settings.sheets]
    with application.hold_cycle_lock():
        return repair_mirror(settings.database.url, configured, application.clock.now())


def _tell(repaired: Repair, findings: list[Finding]) -> None:
    lost = [f"Lost: {sentence}" for sentence in repaired.lost]
    for sentence in [*repaired.done, *lost, *map(str, findings)]:
        output.print(sentence, soft_wrap=True)
    if _failure(findings) is None:
        output.print("The mirror is sound.")


@app.command("export")
def export(
    path: Annotated[
        Path | None, typer.Argument(help="The file to write; standard output by default.")
    ] = None,
    form: Annotated[ExportForm, typer.Option("--format", help="The format.")] = ExportForm.JSON,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Only this sheet.")] = None,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Write all rows with their results to a file; `sheetd export` can do more.

    Example: `sheetd db export rows.csv --format csv`
    """
    with opened(config, log_level) as application:
        found = collect_rows(application, sheet)
    export_or_print(found, form, path)
