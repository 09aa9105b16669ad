"""The guided way from nothing to a working configuration, and signing in again."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from sync_daemon.bootstrap import Application
from sync_daemon.cli.console import output
from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.cli.setup_credentials import Identity, choose_identity, show_page
from sync_daemon.cli.setup_sheet import (
    ChosenSteps,
    ChosenTable,
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
from sync_daemon.cycle import CycleOptions
from sync_daemon.domain.cells import is_blank
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


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was said on the command line; None, or nothing, where it is to be asked.

    Attributes:
        target: the file to write.
        spreadsheet: its address in the browser, or its id.
        worksheet: the title of the tab.
        credentials: a service account's key, or an OAuth client file.
        use_adc: whether this machine's application-default credentials are used.
        name: what to call the sheet.
        header_row: the row with the column titles.
        description: the column with the text of the posting.
        link: the column with the link to it.
        resume: the résumé.
        port: the local port to which the browser returns; 0 for any.
        api_root: a local server to use instead of Google.
        takes_defaults: whether what is proposed is accepted unasked.
        may_replace: whether an existing file is replaced.
    """

    target: Path
    spreadsheet: str | None
    worksheet: str | None
    credentials: Path | None
    use_adc: bool
    name: str
    header_row: int | None
    description: str | None
    link: str | None
    resume: Path | None
    port: int
    api_root: str | None
    takes_defaults: bool
    may_replace: bool


@dataclass(frozen=True, slots=True)
class _Decided:
    """What was found and chosen in the spreadsheet."""

    address: str
    chosen: ChosenTable
    steps: ChosenSteps
    own_titles: dict[str, str]


def set_up(wishes: Wishes) -> None:
    """Lead to a working configuration and, if it is wished, to the first cycle."""
    target = _free_target(wishes.target, may_replace=wishes.may_replace)
    talk = Dialogue(sys.stdin.isatty(), takes_defaults=wishes.takes_defaults)
    if not talk.is_interactive and wishes.spreadsheet is None:
        ask_for_spreadsheet(talk, None)  # says what is needed before anything is done
    folder = target.absolute().parent
    identity = choose_identity(
        talk, wishes.credentials, use_adc=wishes.use_adc, folder=folder, port=wishes.port
    )
    google = _google_settings(identity, wishes.api_root)
    email = client_email(google)
    decided = _decide(talk, wishes, google, email)
    _write(talk, target, render_config(_configuration(wishes, identity, decided)))
    if email:
        done = "The spreadsheet is shared" if decided.chosen.is_seen else "Share the spreadsheet"
        output.print(f"{done} with {email} (Editor).")
    _go_on(talk, target)


def _decide(talk: Dialogue, wishes: Wishes, google: GoogleSettings, email: str | None) -> _Decided:
    """Find the table in the spreadsheet, and what is to be done with it."""
    with closing(open_line(google)) as transport:
        talk.say(f"Google accepts it{f'. Share the spreadsheet with: {email}' if email else '.'}")
        patience = _patience(talk)
        address, browser = open_spreadsheet(talk, transport, wishes.spreadsheet, patience)
        chosen = choose_table(
            talk, browser, patience, worksheet=wishes.worksheet, header_row=wishes.header_row
        )
        steps = choose_steps(
            talk,
            browser,
            chosen,
            load_registry(),
            named={Role.LINK: wishes.link, Role.DESCRIPTION: wishes.description},
            resume=wishes.resume or _ask_for_resume(talk),
        )
        return _Decided(address, chosen, steps, choose_own_titles(talk, browser, chosen))


def _configuration(wishes: Wishes, identity: Identity, decided: _Decided) -> InitialConfig:
    return InitialConfig(
        name=wishes.name,
        spreadsheet=decided.address,
        worksheet=decided.chosen.worksheet,
        header_row=decided.chosen.table.header_row,
        auth=identity.auth,
        credentials=identity.file,
        steps=decided.steps.steps,
        adopt=decided.steps.adopt,
        own_titles=decided.own_titles,
        api_root=wishes.api_root,
    )


def sign_in(config: Path | None, client: Path | None, port: int) -> None:
    """Have the person allow it in the browser, and keep the permission."""
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


def _free_target(target: Path, *, may_replace: bool) -> Path:
    if target.exists() and not may_replace:
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
