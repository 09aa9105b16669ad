"""``sheetd rerun``, ``restore`` and ``undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli.console import errors, output, print_failure, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.cli.sync import print_failures
from sync_daemon.domain.rows import RowState
from sync_daemon.domain.sentence import counted
from sync_daemon.errors import ConfigError

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.cycle import CycleOptions, RunReport


def rerun(
    row_ids: Annotated[
        list[str] | None, typer.Argument(help="The ids of the rows.", metavar="[ROW_ID]…")
    ] = None,
    tool: Annotated[
        str | None, typer.Option("--tool", help="Only jobs of this tool or step.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only jobs that failed.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Run jobs again in the next cycle. Replaces values you typed over results.

    Example: `sheetd rerun --failed` or `sheetd rerun k7m2q9wxf3 --tool keyword_analyzer`
    """
    if not (row_ids or tool or failed):
        message = "Say which jobs: row ids, --tool NAME or --failed."
        raise ConfigError(message, hint="`sheetd rows` lists the ids.")
    with opened(config, log_level, may_upgrade=True) as application:
        outputs = {
            sheet: {
                s.spec.name: list(s.spec.outputs.values())
                for s in steps
                if tool in {None, s.spec.name, s.spec.tool}
            }
            for sheet, steps in application.prepared_steps().items()
        }
        if not any(outputs.values()):
            message = f"No step of the configuration uses the tool {tool!r}."
            raise ConfigError(message, hint="`sheetd tools` lists the tools.")
        ids = [application.reader.row(row_id).row_id for row_id in row_ids or ()]
        number = application.admin.request_rerun(
            outputs, application.clock.now(), row_ids=ids, only_failed=failed
        )
    if as_json:
        print_json({"jobs": number})
        return
    output.print(f"{counted(number, 'job')} will run again in the next cycle (sheetd sync now).")


def restore(
    row_id: Annotated[str, typer.Argument(help="The id of a deleted row.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Put a deleted row back into its sheet, below all others, with its id and results.

    Example: `sheetd restore k7m2q9wxf3` (`sheetd rows --deleted` lists deleted rows)
    """
    from sync_daemon.cycle import CycleOptions

    with opened(config, log_level, may_upgrade=True) as application:
        row = application.reader.row(row_id)
        row_id = row.row_id
        if row.state != RowState.DELETED.value:
            message = f"Row {row_id} is not deleted: it is row {row.row_number} of {row.sheet!r}."
            raise ConfigError(message, hint="`sheetd rows --deleted` lists deleted rows.")
        options = CycleOptions(restore=row_id)
        report = _run(application, [row.sheet], f"restore {row_id}", options)
        row = application.reader.row(row_id)
    if as_json:
        print_json({"row_id": row_id, "row_number": row.row_number, **report.to_json()})
    elif row.state != RowState.DELETED.value:
        output.print(f"{row_id} is row {row.row_number} of {row.sheet} again.")
        for note in report.sheets[0].notes:
            output.print(note)
    elif not any(sheet.failure for sheet in report.sheets):
        print_failure("The sheet kept changing: the row is not back yet.", "Try again.")
    print_failures(report)
    raise typer.Exit(report.exit_status())


def undo(
    run_id: Annotated[int, typer.Argument(help="The number of a run.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Take back the results that a run wrote, except those changed since.

    The values from before stay until the row's inputs change or `sheetd rerun` asks for new ones.

    Example: `sheetd undo 12` (`sheetd status` lists the last runs)
    """
    from sync_daemon.cycle import CycleOptions

    with opened(config, log_level, may_upgrade=True) as application:
        written = application.reader.sheets_written(run_id)
        names = [s.name for s in application.settings.sheets if s.name in written]
        if not names:
            message = f"Run {run_id} wrote to no sheet of the configuration."
            raise ConfigError(message, hint="`sheetd status` lists the last runs.")
        report = _run(application, names, f"undo {run_id}", CycleOptions(undo=run_id))
    if as_json:
        print_json(report.to_json())
    else:
        for sheet in report.sheets:
            if sheet.undone is not None:
                output.print(
                    f"{sheet.name}: restored {counted(sheet.undone.reverted, 'cell')} to what they"
                    f" were before run {run_id}; left {sheet.undone.kept}"
                    " (changed since, or the row is gone).",
                )
    print_failures(report)
    raise typer.Exit(report.exit_status())


def _run(
    application: Application, names: list[str], trigger: str, options: CycleOptions
) -> RunReport:
    with errors.status("waiting for a turn…"):
        return application.run_once(names, trigger=trigger, options=options)
