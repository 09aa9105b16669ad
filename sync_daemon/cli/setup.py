"""``sheetd init``: from nothing to a working configuration; and ``sheetd login``."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from sync_daemon import log
from sync_daemon.bootstrap import Application
from sync_daemon.cli.console import output
from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption
from sync_daemon.cli.setup_credentials import Identity, choose_identity, show_page
from sync_daemon.cli.setup_sheet import (
    ask_for_spreadsheet,
    choose_own_titles,
    choose_steps,
    choose_table,
    open_line,
    open_spreadsheet,
    say_what_is_waited_for,
)
from sync_daemon.cli.sync import print_report
from sync_daemon.clock import SystemClock
from sync_daemon.domain.cells import is_blank
from sync_daemon.engine import CycleOptions
from sync_daemon.errors import ConfigError, CredentialsError, KeptElsewhereError
from sync_daemon.onboarding.access import Patience
from sync_daemon.onboarding.configuration import InitialConfig, render_config
from sync_daemon.onboarding.headers import Role
from sync_daemon.onboarding.permission import obtain_permission
from sync_daemon.private_file import write_private
from sync_daemon.processing.registry import load_registry
from sync_daemon.settings import GoogleSettings, load_settings
from sync_daemon.settings.permissions import refuse_if_others_may_plant
from sync_daemon.sheets.auth import client_email, needed_scopes
from sync_daemon.sheets.consent import read_client, token_text

_PATIENCE_S = 1800.0
_RESUMES = ("resume.md", "resume.txt", "resume.pdf", "resume.docx", "cv.md", "cv.pdf", "cv.docx")
PortOption = Annotated[
    int, typer.Option("--port", help="The local port to which the browser returns; 0 for any.")
]


def init(  # noqa: PLR0913 - one parameter an option
    spreadsheet: Annotated[
        str | None, typer.Option("--spreadsheet", help="Its address in the browser, or its id.")
    ] = None,
    worksheet: Annotated[
        str | None, typer.Option("--worksheet", help="The title of the tab.")
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option("--credentials", help="A service account's key, or an OAuth client file."),
    ] = None,
    adc: Annotated[
        bool, typer.Option("--adc", help="Use this machine's application-default credentials.")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="What to call the sheet.")] = "jobs",
    header_row: Annotated[
        int | None, typer.Option("--header-row", min=1, help="The row with the column titles.")
    ] = None,
    description: Annotated[
        str | None,
        typer.Option("--description-column", help="The column with the text of the posting."),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option("--link-column", help="The column with the link to the posting."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", exists=True, dir_okay=False, help="Your résumé.")
    ] = None,
    port: PortOption = 0,
    api_root: Annotated[
        str | None, typer.Option("--api-root", help="A local server to use instead of Google.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Accept what is proposed; ask only what is needed.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.ERROR,
) -> None:
    """Set up sheetd: find the key, wait until the sheet is shared, propose what to do with it.

    Guides you step by step and writes a commented configuration. Every question has
    an option; scripts must pass them all.

    Example: `sheetd init --spreadsheet https://docs.google.com/spreadsheets/d/… --worksheet Jobs
    --credentials service-account.json`
    """
    log.configure(level=log_level.value)
    target = _free_target(config or Path("sheetd.toml"), force=force)
    talk = Dialogue(sys.stdin.isatty(), takes_defaults=yes)
    if not talk.is_interactive and spreadsheet is None:
        ask_for_spreadsheet(talk, spreadsheet)  # says what is needed before anything is done
    folder = target.absolute().parent
    identity = choose_identity(talk, credentials, use_adc=adc, folder=folder, port=port)
    google = _google_settings(identity, api_root)
    with closing(open_line(google)) as transport:
        email = client_email(google)
        talk.say(f"Google accepts it{f'. Share the spreadsheet with: {email}' if email else '.'}")
        address, browser = open_spreadsheet(talk, transport, spreadsheet, _patience(talk))
        chosen = choose_table(
            talk, browser, _patience(talk), worksheet=worksheet, header_row=header_row
        )
        decided = choose_steps(
            talk,
            browser,
            chosen,
            load_registry(),
            named={Role.LINK: link, Role.DESCRIPTION: description},
            resume=resume or _ask_for_resume(talk),
        )
        own_titles = choose_own_titles(talk, browser, chosen)
    wanted = InitialConfig(
        name=name,
        spreadsheet=address,
        worksheet=chosen.worksheet,
        header_row=chosen.table.header_row,
        auth=identity.auth,
        credentials=identity.file,
        steps=decided.steps,
        adopt=decided.adopt,
        own_titles=own_titles,
        api_root=api_root,
    )
    _write(talk, target, render_config(wanted))
    if email:
        done = "The spreadsheet is shared" if chosen.is_seen else "Share the spreadsheet"
        output.print(f"{done} with {email} (Editor).")
    _go_on(talk, target)


def login(
    client: Annotated[
        Path | None,
        typer.Option("--client", help="The OAuth client file; by default the one used before."),
    ] = None,
    port: PortOption = 0,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Allow sheetd to use your spreadsheets, in the browser; again when the permission has expired.

    Example: `sheetd login`
    """
    log.configure(level=log_level.value)
    settings = load_settings(config, os.environ)
    if settings.google.auth != "oauth":
        message = f"The configuration says auth = {settings.google.auth!r}, which needs no sign-in."
        raise ConfigError(message, hint='Set google.auth to "oauth" to sign in as yourself.')
    talk = Dialogue(sys.stdin.isatty())
    file = settings.google.credentials_file
    permission: dict[str, Any] = obtain_permission(
        read_client(client or file),
        needed_scopes(settings.sheets),
        lambda *page: show_page(talk, *page),
        port=port,
    )
    if client is not None and client.resolve() == file.resolve():
        message = f"{client} is the client file; the permission needs a different file."
        hint = 'Set google.credentials_file to "google-token.json" and run this again.'
        raise CredentialsError(message, hint=hint)
    write_private(file, token_text(permission))
    output.print(f"Allowed. Saved in {file}.", soft_wrap=True)


def _free_target(target: Path, *, force: bool) -> Path:
    if target.exists() and not force:
        message = f"{target} already exists."
        raise ConfigError(
            message, hint="Use --force to replace it, or --config to write another file."
        )
    if not target.absolute().parent.is_dir():
        message = f"The folder {target.absolute().parent} does not exist."
        raise ConfigError(message, hint="Create it first, or choose another place with --config.")
    refuse_if_others_may_plant(target)
    return target


def _google_settings(identity: Identity, api_root: str | None) -> GoogleSettings:
    told: dict[str, Any] = {"auth": identity.auth}
    if identity.file is not None:
        told["credentials_file"] = identity.file
    if api_root is not None:
        told |= {"api_root": api_root, "drive_root": api_root}
    try:
        return GoogleSettings(**told)
    except ValueError as error:
        message = f"--api-root {api_root!r} must be https://HOST, or http:// on this machine."
        raise ConfigError(message) from error


def _patience(talk: Dialogue) -> Patience:
    """At a terminal things can be fixed while it waits; in a script it looks once."""
    return Patience(
        SystemClock(),
        _PATIENCE_S if talk.is_interactive else 0.0,
        lambda error: say_what_is_waited_for(talk, error),
    )


def _write(talk: Dialogue, target: Path, text: str) -> None:
    if talk.is_interactive and not talk.takes_defaults:
        talk.say(f"\n{text}")
        if not talk.confirm(f"Write this to {target}?", default=True):
            raise typer.Exit(0)
    write_private(target, text)
    load_settings(target, os.environ)
    output.print(f"Wrote {target}.", soft_wrap=True)


def _ask_for_resume(talk: Dialogue) -> Path | None:
    if not talk.is_interactive or talk.takes_defaults:
        return None
    likely = next((name for name in _RESUMES if Path(name).is_file()), "none")
    return talk.ask("--resume", "Your résumé, to compare postings with", _resume, likely)


def _resume(text: str) -> Path | None:
    if is_blank(text) or text.strip() == "none":
        return None
    path = Path(text.strip().strip("'\"")).expanduser()
    if not path.is_file():
        raise ConfigError(f"{path} is not a file.", hint="Give its path, or: none")
    return path


def _fill_in(talk: Dialogue, application: Application) -> None:
    """Run the first cycle, and once more if the person takes the tab over from elsewhere."""
    report = application.run_once(trigger="init", options=CycleOptions())
    failures = [sheet.failure for sheet in report.sheets]
    kept = next((f for f in failures if isinstance(f, KeptElsewhereError)), None)
    if kept is not None:
        talk.say(kept.message)
        if talk.confirm(
            "Take it over, so that only this installation writes to it?", default=False
        ):
            report = application.run_once(trigger="init", options=CycleOptions(take_over=True))
    print_report(report)


def _go_on(talk: Dialogue, target: Path) -> None:
    """What comes next: the first cycle and the service."""
    named = "" if target == Path("sheetd.toml") else f" --config {target}"
    if talk.is_interactive and talk.confirm("Fill in the sheet now?", default=True):
        application = Application(load_settings(target, os.environ))
        try:
            _fill_in(talk, application)
        finally:
            application.close()
    else:
        say = f"Next: sheetd doctor{named}, then sheetd sync now --dry-run{named}."
        output.print(say, soft_wrap=True)
    keep = f"To keep it up to date: sheetd service install --user --start --config {target}"
    output.print(f"{keep} (or: sheetd run{named})", soft_wrap=True)
