"""The first part of ``sheetd init``: how sheetd signs in to Google."""

from __future__ import annotations

import os
import shutil
import stat
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from sync_daemon.cli.dialogue import Dialogue
from sync_daemon.errors import ConfigError, CredentialsError
from sync_daemon.onboarding import instructions
from sync_daemon.onboarding.configuration import Auth
from sync_daemon.onboarding.credentials import (
    CredentialsFile,
    CredentialsKind,
    examine,
    search,
)
from sync_daemon.onboarding.permission import obtain_permission
from sync_daemon.private_file import write_private
from sync_daemon.sheets.auth import DRIVE_SCOPE, SHEETS_SCOPE
from sync_daemon.sheets.consent import read_client, token_text

TOKEN_FILE = "google-token.json"  # noqa: S105 - a file's name
_OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Identity:
    """How sheetd signs in: the keys of ``[google]``; no file for ``adc``."""

    auth: Auth
    file: Path | None


def choose_identity(
    talk: Dialogue, given: Path | None, *, use_adc: bool, folder: Path, port: int
) -> Identity:
    """Find or ask for credentials, and get a person's permission where that is needed.

    Args:
        talk: asks.
        given: the file that an option names.
        use_adc: take the application-default credentials of this machine.
        folder: where the configuration will be; a new token file is put beside it.
        port: the local one to which the browser returns; 0 for any.
    """
    if use_adc:
        return Identity("adc", None)
    file = examine(given) if given else _find(talk, folder)
    match file.kind:
        case CredentialsKind.OAUTH_TOKEN:
            return Identity("oauth", _made_private(talk, file.path))
        case CredentialsKind.OAUTH_CLIENT:
            client = read_client(_made_private(talk, file.path))
            if not talk.is_interactive:
                message = f"{file.path} is a client file: you have to allow it in a browser."
                hint = "Run this at a terminal, or use a service account's key."
                raise ConfigError(message, hint=hint)
            permission = obtain_permission(
                client, (SHEETS_SCOPE, DRIVE_SCOPE), lambda *page: show_page(talk, *page), port=port
            )
            write_private(folder / TOKEN_FILE, token_text(permission))
            talk.say(f"Allowed. Saved in {folder / TOKEN_FILE}.")
            return Identity("oauth", folder / TOKEN_FILE)
        case CredentialsKind.SERVICE_ACCOUNT:
            path = _taken_in(talk, file.path, folder)
            return Identity("service_account", _made_private(talk, path))


def show_page(talk: Dialogue, address: str, port: int) -> None:
    """Open the page on which a person allows sheetd something, and print its address."""
    talk.say("Allow sheetd to use your spreadsheets on this page:")
    talk.say(f"  {address}")
    talk.say(f"(If this machine has no browser, first run: ssh -L {port}:127.0.0.1:{port} MACHINE)")
    webbrowser.open(address)


def _find(talk: Dialogue, folder: Path) -> CredentialsFile:
    found = search(folder, os.environ)
    if not found:
        return _explain(talk)
    if not talk.is_interactive and len(found) > 1:
        message = "init needs --credentials: several files could be meant."
        raise ConfigError(message, hint=f"One of: {', '.join(str(f.path) for f in found)}.")
    if len(found) == 1:
        talk.say(f"Found {found[0].path}: {found[0].kind.value} ({found[0].account}).")
        if talk.confirm("Use it?", default=True):
            return found[0]
        return _explain(talk)
    answers = [f"{f.path}: {f.kind.value} ({f.account})" for f in found] + ["another file"]
    chosen = talk.choose("--credentials", "Which one?", answers)
    return found[chosen] if chosen < len(found) else _explain(talk)


def _explain(talk: Dialogue) -> CredentialsFile:
    if talk.is_interactive:
        kinds = ["as a service account, which sees only what you share with it (best for a server)",
                 "as yourself: you allow it in the browser"]  # fmt: skip
        talk.say("How should sheetd sign in to Google?")
        is_person = talk.choose("--credentials", "Which one?", kinds) == 1
        talk.say(instructions.OAUTH if is_person else instructions.SERVICE_ACCOUNT)
    return talk.ask(
        "--credentials", "The JSON key you downloaded", lambda text: examine(_path(text))
    )


def _path(text: str) -> Path:
    """A path as people paste or drop it: in quotes, with ~ or escaped blanks."""
    return Path(text.strip().strip("'\"").replace("\\ ", " ")).expanduser()


def _taken_in(talk: Dialogue, path: Path, folder: Path) -> Path:
    """Offer to move a key out of the Downloads folder, where it might be cleared away."""
    target = folder / "service-account.json"
    if path.parent.name != "Downloads" or target.exists() or not talk.is_interactive:
        return path
    if not talk.confirm(f"Move it to {target}, private to you?", default=True):
        return path
    try:
        shutil.move(path, target)
        target.chmod(0o600)
    except OSError as error:
        message = f"Cannot move {path} to {target}: {error.strerror}."
        raise CredentialsError(message, hint="Move it yourself, then use --credentials.") from error
    return target


def _made_private(talk: Dialogue, path: Path) -> Path:
    """Offer to make the file private; a refusal is reported by `sheetd doctor`."""
    facts = path.stat()
    is_mine = facts.st_uid == os.getuid()
    if (
        facts.st_mode & _OTHERS_MAY_READ
        and is_mine
        and talk.is_interactive
        and talk.confirm(f"Others can read {path}. Make it private (chmod 600)?", default=True)
    ):
        path.chmod(0o600)
    return path
