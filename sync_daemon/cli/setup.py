"""``sheetd init``: make a configuration."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from sync_daemon import log
from sync_daemon.cli.console import errors, output
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption
from sync_daemon.errors import ConfigError
from sync_daemon.initial_config import InitialConfig, write_config
from sync_daemon.settings import load_settings, parse_spreadsheet
from sync_daemon.sheets.auth import client_email, read_key_file


def init(  # noqa: PLR0913 - one parameter an option
    spreadsheet: Annotated[
        str | None, typer.Option("--spreadsheet", help="Its address in the browser, or its id.")
    ] = None,
    worksheet: Annotated[
        str | None, typer.Option("--worksheet", help="The title of the tab.")
    ] = None,
    credentials: Annotated[
        Path | None, typer.Option("--credentials", help="The service account's key file.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What to call the sheet.")] = "jobs",
    description: Annotated[
        str, typer.Option("--description-column", help="The column with the posting's text.")
    ] = "Description",
    resume: Annotated[
        Path | None, typer.Option("--resume", help="Your résumé as text or Markdown.")
    ] = None,
    api_root: Annotated[
        str | None, typer.Option("--api-root", help="Of a local server instead of Google.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Write a commented configuration; asks for what the options do not say.

    Example: `sheetd init --spreadsheet https://docs.google.com/spreadsheets/d/… --worksheet Jobs
    --credentials service-account.json`
    """
    log.configure(level=log_level.value)
    target = config or Path("sheetd.toml")
    if target.exists() and not force:
        message = f"{target} is there already."
        raise ConfigError(message, hint="Use --force to replace it, or --config for another.")
    wanted = InitialConfig(
        name=name,
        spreadsheet=_checked_spreadsheet(
            spreadsheet or _ask("--spreadsheet", "The spreadsheet's address")
        ),
        worksheet=worksheet or _ask("--worksheet", "The title of the tab", "Sheet1"),
        credentials=credentials
        or Path(_ask("--credentials", "The key file", "service-account.json")),
        description=description,
        resume=resume,
        api_root=api_root,
    )
    read_key_file(wanted.credentials)
    write_config(target, wanted)
    settings = load_settings(target, os.environ)
    output.print(f"Wrote {target}.", highlight=False)
    email = client_email(settings.google)
    if email:
        output.print(f"Share the spreadsheet with {email} (Editor).", highlight=False)
    output.print("Then: sheetd doctor, and sheetd sync now --dry-run.", highlight=False)


def _ask(option: str, question: str, default: str | None = None) -> str:
    """Ask on a terminal; elsewhere say which option to give."""
    if not sys.stdin.isatty():
        message = f"init needs {option}."
        raise ConfigError(message, hint="Without a terminal, everything is given by options.")
    answer: str = typer.prompt(question, default=default, err=True)
    return answer


def _checked_spreadsheet(value: str) -> str:
    try:
        parse_spreadsheet(value)
    except ValueError as error:
        errors.print(f"{value!r} is no spreadsheet.", markup=False, highlight=False)
        message = f"--spreadsheet: {error}."
        raise ConfigError(message) from error
    return value
