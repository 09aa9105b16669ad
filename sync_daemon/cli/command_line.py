"""The commands under one roof, and what happens to an error that none of them took."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sync_daemon.cli import INTERRUPTED
from sync_daemon.cli.console import errors, failed_with, output, print_failure, print_json
from sync_daemon.errors import ConfigError, ExitStatus, SheetdError


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, or group of commands, as the help lists it without importing it.

    Attributes:
        place: its module in this package, and its name there.
        kind: the heading under which it is listed.
        summary: the first line of its own help.
    """

    place: str
    kind: str
    summary: str

    def load(self) -> Any:
        """The function or group itself."""
        module, _, attribute = self.place.partition(":")
        return getattr(import_module(f"sync_daemon.cli.{module}"), attribute)


_START, _KEEP, _ROWS, _DATA, _MORE = (
    "Getting started", "Keeping the sheet up to date", "Rows", "Your data", "Tools and testing",
)  # fmt: skip

COMMANDS = {
    "demo": Entry(
        "demo:demo",
        _START,
        "Run one cycle on a sample job hunt in a local sandbox; no account is needed.",
    ),
    "init": Entry(
        "setup:init",
        _START,
        "Set up sheetd: find the key, wait until the sheet is shared, propose what to do with it.",
    ),
    "login": Entry(
        "setup:login",
        _START,
        "Sign in to Google in the browser; again when the permission has expired.",
    ),
    "doctor": Entry(
        "diagnose:doctor",
        _START,
        "Check the configuration, mirror, disk, key, token, APIs, clock, sharing, headers and"
        " quota.",
    ),
    "config": Entry("configuration:app", _START, "Explain the configuration."),
    "sync": Entry("sync:app", _KEEP, "Run cycles by hand."),
    "run": Entry(
        "run:run",
        _KEEP,
        "Run cycles on schedule until SIGTERM; SIGHUP reloads the configuration.",
    ),
    "status": Entry(
        "status:status",
        _KEEP,
        "Show the last and next runs, the queue, failures and quota use.",
    ),
    "dashboard": Entry(
        "dashboard:dashboard", _KEEP, "Serve the page and the API on this machine."
    ),
    "mcp": Entry(
        "assistant:mcp",
        _KEEP,
        "Let an assistant read the mirror, over the Model Context Protocol on standard input.",
    ),
    "token": Entry("token:app", _KEEP, "Manage who may use the API."),
    "service": Entry("service:app", _KEEP, "Run sheetd as a systemd service."),
    "rows": Entry("rows:rows", _ROWS, "List the rows in the mirror."),
    "show": Entry("rows:show", _ROWS, "Show one row, and where each of its results came from."),
    "history": Entry(
        "rows:history", _ROWS, "Show everything that happened to a row, oldest first."
    ),
    "rerun": Entry(
        "recovery:rerun",
        _ROWS,
        "Run jobs again in the next cycle. Replaces values you typed over results.",
    ),
    "restore": Entry(
        "recovery:restore",
        _ROWS,
        "Put a deleted row back into its sheet, below all others, with its id and results.",
    ),
    "undo": Entry(
        "recovery:undo",
        _ROWS,
        "Take back the results that a run wrote, except those changed since.",
    ),
    "export": Entry("privacy:export", _DATA, "Write all rows with their results to a file."),
    "plot": Entry(
        "plot:plot", _DATA, "Draw a chart of the job hunt as SVG, as on the dashboard."
    ),
    "forget": Entry(
        "privacy:forget",
        _DATA,
        "Erase a deleted row and its history for good; its id is never used again.",
    ),
    "db": Entry("database:app", _DATA, "Back up, restore, check and export the mirror."),
    "tools": Entry(
        "tools:app", _MORE, "List the tools with their inputs, outputs and options."
    ),
    "sandbox": Entry(
        "sandbox:sandbox",
        _MORE,
        "Serve a Google-Sheets-compatible API on this machine, with a page to edit sheets in.",
    ),
}  # fmt: skip


_CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


class _Commands(TyperGroup):
    """Imports a command when it is called or completed; help and mistakes need its name alone."""

    def get_params(self, ctx: Any) -> Any:
        parameters = super().get_params(ctx)
        for parameter in parameters:
            _name_value(parameter)
        return parameters

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, _load(name) if name else command, rest


def make_app() -> typer.Typer:
    """All commands, by name and summary."""
    app = _empty_app()
    for name, entry in COMMANDS.items():
        app.command(name, help=entry.summary, rich_help_panel=entry.kind)(_named_alone)
    return app


def _load(name: str) -> Any:
    """A command, imported; no others are, so that a daemon is small."""
    app, found = _empty_app(), COMMANDS[name].load()
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name)(found)
    command = typer.main.get_group(app).commands[name]
    _name_values(command)
    return command


def _name_values(command: Any) -> None:
    """Have the help name an option's value, and nothing where it takes none."""
    context = typer.Context(command, **_CONTEXT)
    for parameter in command.get_params(context):
        _name_value(parameter)
    for below in getattr(command, "commands", {}).values():
        _name_values(below)


def _name_value(parameter: Any) -> None:
    if parameter.metavar is None:
        is_flag = getattr(parameter, "is_flag", False)
        parameter.metavar = "" if is_flag else str(parameter.name).upper()
    if parameter.param_type_name == "argument":
        parameter.display_type_rich = lambda ctx: None  # noqa: ARG005 - as typer calls it


def _empty_app() -> typer.Typer:
    app = typer.Typer(
        name="sheetd",
        cls=_Commands,
        help="Type a row in a Google Sheet; its result columns fill in.",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings=_CONTEXT,
    )
    app.callback()(_before_any_command)
    return app


def _named_alone() -> None:
    """Stand for a command that is not imported."""


def _print_version(*, is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        output.print(f"sheetd {version('sheetd')}")
        raise typer.Exit


def _before_any_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda value: _print_version(is_wanted=value),
            is_eager=True,
            help="Print the version, and nothing else.",
        ),
    ] = False,
) -> None:
    del version  # by now it was printed


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the status of the contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _run(given, as_json="--json" in given)
    except SheetdError as error:
        _print_error(error, as_json="--json" in given)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone (`sheetd rows | head`)
        sys.exit(ExitStatus.DONE)
    except Exception as error:  # noqa: BLE001 - the last one to see it
        if _was_interrupted(error):
            sys.exit(INTERRUPTED)
        _print_defect(error)
        sys.exit(ExitStatus.DEFECT)


def _run(given: list[str], *, as_json: bool) -> None:
    """Run it; a mistake in the options themselves is an error like others where JSON is asked for.

    typer prints such a mistake in a frame and exits, unless it is told not to.
    """
    try:
        status = make_app()(args=given, prog_name="sheetd", standalone_mode=not as_json)
    except Exception as error:
        if as_json and hasattr(error, "format_message"):  # typer's own, and click's in older ones
            hint = "`sheetd --help` lists the commands, `sheetd COMMAND --help` their options."
            raise ConfigError(error.format_message(), hint=hint) from error
        raise
    sys.exit(status if isinstance(status, int) else ExitStatus.DONE)


def _was_interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C came in code that tells it as an error of its own (pydantic's does)."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or "KeyboardInterrupt" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _print_error(error: SheetdError, *, as_json: bool) -> None:
    """What went wrong and what to do about it; for scripts as one object on standard output."""
    if as_json:
        print_json(failed_with(error))
    else:
        print_failure(error.message, error.hint)


def _print_defect(error: Exception) -> None:
    from sync_daemon.log import redact_traceback

    errors.print(redact_traceback(error))
    print_failure(
        f"a defect in sheetd: {type(error).__name__}.",
        "Nothing you typed is lost. Please report it with the lines above.",
    )
