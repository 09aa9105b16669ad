"""Who we are to Google: credentials from a file or from the machine."""

from __future__ import annotations

import json
import os
import shlex
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth
import google.auth.credentials
import google.auth.exceptions
import google.oauth2.credentials
import google.oauth2.service_account
import structlog
from cryptography.exceptions import UnsupportedAlgorithm

from sync_daemon.errors import CredentialsError
from sync_daemon.settings import GoogleSettings, SheetSettings
from sync_daemon.sheets.session import is_loopback

SHEETS_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
DRIVE_SCOPE = "https://www.googleapis.com/auth/drive.metadata.readonly"
GOOGLE_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO
_KEY_FIELDS = ("client_email", "private_key", "token_uri")
_TOKEN_FIELDS = ("refresh_token", "client_id", "client_secret")

log = structlog.get_logger(__name__)


def load_credentials(
    settings: GoogleSettings, scopes: Sequence[str]
) -> google.auth.credentials.Credentials:
    """The credentials that the configuration names, good for ``scopes``.

    Raises:
        CredentialsError: the file is missing, unreadable, malformed, or can be
            read by others. The message never holds what is in the file.
    """
    match settings.auth:
        case "service_account":
            return _service_account(settings.credentials_path, scopes)
        case "oauth":
            return _authorised_user(settings.credentials_path, scopes)
        case _:
            return _application_default(scopes)


def needed_scopes(sheets: Sequence[SheetSettings]) -> list[str]:
    """No more than the sheets need: Drive's metadata only where Drive is probed."""
    probes_drive = any(sheet.probe == "drive" for sheet in sheets)
    return [SHEETS_SCOPE, *([DRIVE_SCOPE] if probes_drive else [])]


def client_email(google: GoogleSettings) -> str | None:
    """The address to share spreadsheets with, if a key file tells."""
    if google.auth != "service_account":
        return None
    try:
        return str(json.loads(google.credentials_path.read_text(encoding="utf-8"))["client_email"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_key_file(path: Path) -> dict[str, Any]:
    """A key or token file's content, once its permissions are seen to be safe.

    Raises:
        CredentialsError: as :func:`load_credentials` tells.
    """
    try:
        facts = path.stat()
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"The key file {path} is not there."
        hint = "Set google.credentials_file, or let `sheetd init` tell how to make a key."
        raise CredentialsError(message, hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        message = f"The key file {path} cannot be read: {reason}."
        raise CredentialsError(message, hint="The user running sheetd must own it.") from None
    _check_permissions(path, facts)
    try:
        content = json.loads(text)
    except ValueError as error:
        message = f"The key file {path} is not JSON (line {getattr(error, 'lineno', '?')})."
        raise CredentialsError(message, hint="Download it from Google once more.") from None
    if not isinstance(content, dict):
        message = f"The key file {path} does not hold a JSON object."
        raise CredentialsError(message, hint="Download it from Google once more.")
    return content


def _check_permissions(path: Path, facts: os.stat_result) -> None:
    """Refuse a key that others may read; what root or systemd hand in is theirs to guard."""
    if not facts.st_mode & _OTHERS_MAY_READ or _is_handed_in(path):
        return
    mode = f"{stat.S_IMODE(facts.st_mode):o}"
    if facts.st_uid == 0 and not facts.st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        log.warning("a group may read the key file", path=str(path), mode=mode)
        return
    message = f"The key file {path} can be read by others (mode {mode})."
    raise CredentialsError(message, hint=f"chmod 600 {shlex.quote(str(path))}")


def _service_account(path: Path, scopes: Sequence[str]) -> google.auth.credentials.Credentials:
    content = read_key_file(path)
    missing = [name for name in _KEY_FIELDS if not isinstance(content.get(name), str)]
    if content.get("type") != "service_account" or missing:
        what = f"lacks {', '.join(missing)}" if missing else f"has type {content.get('type')!r}"
        message = f"The key file {path} is not a service-account key: it {what}."
        raise CredentialsError(
            message, hint="In Google Cloud: IAM → Service accounts → Keys → JSON."
        )
    check_address(path, "token_uri", content["token_uri"])
    make = google.oauth2.service_account.Credentials.from_service_account_info
    try:
        credentials = make(content, scopes=list(scopes))  # type: ignore[no-untyped-call]
        credentials.sign_bytes(b"shows that the key can sign")
    except (
        ValueError,  # no PEM, or damaged
        TypeError,  # encrypted with a password, or a key of a kind that Google does not give out
        UnsupportedAlgorithm,
        google.auth.exceptions.GoogleAuthError,
    ):
        message = f"The private key in {path} is damaged."
        raise CredentialsError(message, hint="Download the key from Google once more.") from None
    return credentials  # type: ignore[no-any-return]


def check_address(path: Path, name: str, address: object) -> None:
    """A token request holds what is as good as a password for an hour: it must not go astray.

    Raises:
        CredentialsError: the field ``name`` in ``path`` holds another address than one of https.
    """
    if isinstance(address, str) and _is_safe_address(address):
        return
    message = f"The {name} in {path} is not an https address."
    raise CredentialsError(message, hint="Download the file from Google once more.")


def _is_safe_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or is_loopback(url))


def _authorised_user(path: Path, scopes: Sequence[str]) -> google.auth.credentials.Credentials:
    content = read_key_file(path)
    if "installed" in content:
        message = f"{path} is an OAuth client file: you have not signed in with it yet."
        hint = f"sheetd login --client {shlex.quote(str(path))}"
        raise CredentialsError(message, hint=hint)
    missing = [name for name in _TOKEN_FIELDS if not isinstance(content.get(name), str)]
    if missing:
        message = f"The file {path} is not an OAuth token file: it lacks {', '.join(missing)}."
        hint = 'Make one with `sheetd login --client FILE`, or use auth = "service_account".'
        raise CredentialsError(message, hint=hint)
    token_uri = content.get("token_uri") or GOOGLE_TOKEN_URI
    check_address(path, "token_uri", token_uri)
    # Not from_authorized_user_info(): that one always asks Google, whatever the file says.
    return google.oauth2.credentials.Credentials(  # type: ignore[no-untyped-call]
        token=None,
        token_uri=token_uri,
        scopes=list(scopes),
        **{name: content[name] for name in _TOKEN_FIELDS},
    )


def _application_default(scopes: Sequence[str]) -> google.auth.credentials.Credentials:
    try:
        credentials, _ = google.auth.default(scopes=list(scopes))
    except google.auth.exceptions.DefaultCredentialsError as error:
        message = "There are no application-default credentials on this machine."
        raise CredentialsError(message, hint="gcloud auth application-default login") from error
    return credentials


def _is_handed_in(path: Path) -> bool:
    """Whether systemd put the file there for us (LoadCredential=), which sees to its safety."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and Path(folder) in path.parents
