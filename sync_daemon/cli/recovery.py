"""``sheetd rerun``: have jobs run again."""

from __future__ import annotations

from typing import Annotated

import typer

from sync_daemon.cli.console import output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption, opened
from sync_daemon.errors import ConfigError


def rerun(
    row_ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of rows.", metavar="[ROW_ID]…")
    ] = None,
    tool: Annotated[
        str | None, typer.Option("--tool", help="Only jobs of this tool or step.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only jobs that failed.")] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Have jobs run again in the next cycle; values typed over their results give way.

    Example: `sheetd rerun --failed` or `sheetd rerun k7m2q9wxf3 --tool keyword_analyzer`
    """
    if not (row_ids or tool or failed):
        message = "rerun needs to know what: row ids, --tool NAME or --failed."
        raise ConfigError(message, hint="`sheetd rows` lists the ids.")
    with opened(config, log_level) as application:
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
        number = application.admin.request_rerun(
            outputs, application.clock.now(), row_ids=row_ids or (), only_failed=failed
        )
    if as_json:
        print_json({"jobs": number})
        return
    output.print(f"{number} jobs will run again in the next cycle (sheetd sync now).")
