"""``sheetd tools``: what tools there are, and trying one without a sheet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from sync_daemon.cli.console import errors, output, print_json, print_table
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.domain.jobs import JsonValue, OutcomeKind
from sync_daemon.errors import ConfigError, ExitStatus

if TYPE_CHECKING:
    from sync_daemon.processing.describe import FieldDescription, ToolDescription
    from sync_daemon.processing.registry import ToolRegistry

app = typer.Typer(invoke_without_command=True)


@app.callback()
def list_tools(
    context: typer.Context,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """List the tools with their inputs, outputs and options.

    Example: `sheetd tools --json`
    """
    if context.invoked_subcommand is not None:
        return
    from sync_daemon.processing.describe import describe_tools

    registry, *_ = _registry(config, log_level)
    described = describe_tools(registry)
    if as_json:
        print_json([asdict(tool) for tool in described])
    else:
        for tool in described:
            _print_tool(tool)
    for problem in registry.problems:
        errors.print(f"{problem.message} {problem.hint}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="The tool.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Show one tool in full: its inputs, outputs and options.

    Example: `sheetd tools show keyword_analyzer`
    """
    from sync_daemon.processing.describe import describe_tool

    registry, *_ = _registry(config, log_level)
    tool = describe_tool(registry.get(name))
    if as_json:
        print_json(asdict(tool))
        return
    _print_tool(tool)
    for line in tool.help.removeprefix(tool.summary).strip().splitlines():
        output.print(f"  {line}".rstrip())


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its name, as in word_count.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", help="The parent folder; by default that of tools.paths, or my-tools."
        ),
    ] = None,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Start a tool of your own: a folder with an example to change, and its test.

    Example: `sheetd tools new word_count`
    """
    from sync_daemon.processing.template import write_new_tool

    known = _own_folders(config, log_level)
    parent = folder or next(iter(known), Path("my-tools"))
    for file in write_new_tool(parent, name):
        output.print(f"Wrote {file}.", soft_wrap=True)
    if parent.absolute() not in {path.absolute() for path in known}:
        output.print(f'Add it to the configuration: [tools] paths = ["{parent}"]', soft_wrap=True)
    output.print(f'Try it: sheetd tools run {name} --input text="one two three"', soft_wrap=True)


@app.command("run")
def run(
    name: Annotated[str, typer.Argument(help="The tool.")],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", help="An input; @FILE reads its value from a file.", metavar="KEY=VALUE"
        ),
    ] = None,
    options: Annotated[
        list[str] | None,
        typer.Option("--option", help="An option of the tool.", metavar="KEY=VALUE"),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Run one tool on given inputs, without a sheet.

    Example: `sheetd tools run keyword_analyzer --input text=@posting.txt --option top=5`
    """
    from sync_daemon.clock import SystemClock
    from sync_daemon.processing.run_tool import run_tool

    registry, folder, allowed = _registry(config, log_level)
    outcome = run_tool(
        registry,
        name,
        dict(_pairs(inputs or (), "--input")),
        {key: _literal(value) for key, value in _pairs(options or (), "--option")},
        clock=SystemClock(),
        config_dir=folder,
        allow_origins=allowed,
    )
    if outcome.kind is not OutcomeKind.DONE:
        errors.print(f"{name} failed: {outcome.error}")
        raise typer.Exit(ExitStatus.FAILED_ROWS)
    values: dict[str, JsonValue] = dict(outcome.values)
    if as_json:
        print_json(values)
    else:
        print_table("", ["output", "value"], values.items())


def _registry(
    config: Path | None, log_level: LogLevel
) -> tuple[ToolRegistry, Path, frozenset[str]]:
    """The tools, with what the configuration adds, its folder and what it lets them reach."""
    from sync_daemon import log
    from sync_daemon.processing.registry import load_registry
    from sync_daemon.settings import find_config, load_settings

    log.configure(level=log_level.value)
    if config is None and find_config(None, os.environ) is None:
        return load_registry(), Path.cwd(), frozenset()
    settings = load_settings(config, os.environ)
    tools = settings.tools
    return load_registry(tools.paths), settings.path.parent, tools.allow_origins


def _own_folders(config: Path | None, log_level: LogLevel) -> tuple[Path, ...]:
    """The folders of the user's tools, where there is a configuration."""
    from sync_daemon import log
    from sync_daemon.settings import find_config, load_settings

    log.configure(level=log_level.value)
    if config is None and find_config(None, os.environ) is None:
        return ()
    return load_settings(config, os.environ).tools.paths


def _pairs(given: Iterable[str], option: str) -> Iterable[tuple[str, str]]:
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            message = f"{option} {pair!r} is not of the form KEY=VALUE."
            raise ConfigError(message)
        yield key.strip(), _from_file(value[1:]) if value.startswith("@") else value


def _from_file(name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The file {name} cannot be read as text: {error}."
        raise ConfigError(message) from error


def _literal(value: str) -> JsonValue:
    """An option as TOML would have it: 15 is a number, true a boolean, the rest text."""
    try:
        parsed: JsonValue = json.loads(value)
    except ValueError:
        return value
    return parsed


def _print_tool(tool: ToolDescription) -> None:
    name = f"[bold]{escape(tool.name)}[/]"
    output.print(f"{name} v{tool.version} ({escape(tool.origin)})", markup=True)
    output.print(f"  {tool.summary}")
    for title, fields in (
        ("inputs", tool.inputs),
        ("outputs", tool.outputs),
        ("options", tool.options),
    ):
        for field in fields:
            output.print(f"  {title[:-1]:7} {_in_words(field)}")


def _in_words(field: FieldDescription) -> str:
    needed = " (required)" if field.required else _default(field.default)
    said = f": {field.description}" if field.description else ""
    type_ = field.type.removesuffix(" or nothing")
    if type_ != field.type and not needed:
        needed = " (optional)"
    return f"{field.name}, {type_}{needed}{said}"


def _default(value: JsonValue) -> str:
    return "" if value in (None, "", [], {}) else f" (default {value})"
