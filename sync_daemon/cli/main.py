"""The commands under one roof, and what happens to an error that none of them took."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from sync_daemon.cli import (
    database,
    demo,
    diagnose,
    privacy,
    recovery,
    rows,
    sandbox,
    service,
    setup,
    status,
    sync,
    tools,
    units,
)
from sync_daemon.cli.console import errors, print_failure
from sync_daemon.errors import ExitStatus, SheetdError

app = typer.Typer(
    name="sheetd",
    help="Type a row in a Google Sheet; its result columns fill in.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("init")(setup.init)
app.command("login")(setup.login)
app.command("doctor")(diagnose.doctor)
app.add_typer(sync.app, name="sync")
app.command("run")(service.run)
app.command("status")(status.status)
app.command("rows")(rows.rows)
app.command("show")(rows.show)
app.command("history")(rows.history)
app.command("rerun")(recovery.rerun)
app.command("restore")(recovery.restore)
app.command("undo")(recovery.undo)
app.command("export")(privacy.export)
app.command("forget")(privacy.forget)
app.add_typer(tools.app, name="tools")
app.add_typer(database.app, name="db")
app.add_typer(units.app, name="service")
app.command("sandbox")(sandbox.sandbox)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status of the contract."""
    try:
        app(args=arguments, prog_name="sheetd")
    except SheetdError as error:
        print_failure(error.message, error.hint)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as shells have it
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (`sheetd rows | head`)
        sys.exit(ExitStatus.DONE)
    except Exception as error:  # noqa: BLE001 - the last one to see it
        _print_defect(error)
        sys.exit(ExitStatus.DEFECT)


def _print_defect(error: Exception) -> None:
    from sync_daemon.log import redact_traceback  # noqa: PLC0415 - needed only in a defect

    errors.print(redact_traceback(error))
    print_failure(
        f"a defect in sheetd: {type(error).__name__}.",
        "Nothing you typed is lost. Please report it with the lines above.",
    )
