"""The commands under one roof, and what happens to an error that none of them took."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from importlib import import_module

import typer

from sync_daemon.cli.console import errors, print_failure
from sync_daemon.errors import ExitStatus, SheetdError

COMMANDS = {
    "demo": "demo:demo",
    "init": "setup:init",
    "login": "setup:login",
    "doctor": "diagnose:doctor",
    "sync": "sync:app",
    "run": "service:run",
    "status": "status:status",
    "rows": "rows:rows",
    "show": "rows:show",
    "history": "rows:history",
    "rerun": "recovery:rerun",
    "restore": "recovery:restore",
    "undo": "recovery:undo",
    "export": "privacy:export",
    "forget": "privacy:forget",
    "tools": "tools:app",
    "db": "database:app",
    "service": "units:app",
    "sandbox": "sandbox:sandbox",
}
"""Each command, or group of commands, by the module and name that it has in this package."""


def make_app(names: Collection[str] = COMMANDS.keys()) -> typer.Typer:
    """The commands with these names; no others are imported, so that a daemon is small."""
    app = typer.Typer(
        name="sheetd",
        help="Type a row in a Google Sheet; its result columns fill in.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_no_options)  # one command alone is still called by its name
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"sync_daemon.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _no_options() -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status of the contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        app = make_app(given[:1]) if given and given[0] in COMMANDS else make_app()
        app(args=given, prog_name="sheetd")
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
