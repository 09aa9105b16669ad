"""Who we are to Google: credentials, and a session that carries them."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth
import google.auth.credentials
import google.auth.exceptions
import google.auth.transport.requests
import google.oauth2.credentials
import google.oauth2.service_account
import requests
import requests.adapters

from sync_daemon.errors import CredentialsError
from sync_daemon.settings import GoogleSettings, Settings

SHEETS_SCOPE = "https://www.googleapis.com/auth/spreadsheets"
DRIVE_SCOPE = "https://www.googleapis.com/auth/drive.metadata.readonly"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_OTHERS_MAY_READ = stat.S_IRWXG | stat.S_IRWXO
_KEY_FIELDS = ("client_email", "private_key", "token_uri")


def load_credentials(settings: Settings) -> google.auth.credentials.Credentials:
    """The credentials that the configuration names.

    Raises:
        CredentialsError: the file is missing, unreadable, malformed, or can be
            read by others. The message never holds what is in the file.
    """
    scopes = [SHEETS_SCOPE]
    if any(sheet.probe == "drive" for sheet in settings.sheets):
        scopes.append(DRIVE_SCOPE)
    match settings.google.auth:
        case "service_account":
            return _service_account(settings.google.credentials_path, scopes)
        case "oauth":
            return _authorised_user(settings.google.credentials_path, scopes)
        case _:
            return _application_default(scopes)


def client_email(google: GoogleSettings) -> str | None:
    """The address to share spreadsheets with, if the key file tells."""
    try:
        return str(json.loads(google.credentials_path.read_text(encoding="utf-8"))["client_email"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_key_file(path: Path) -> dict[str, Any]:
    """A key or token file's content, once its permissions are seen to be safe."""
    try:
        text = path.read_text(encoding="utf-8")
        mode, owner = path.stat().st_mode, path.stat().st_uid
    except FileNotFoundError as error:
        message = f"The key file {path} is not there."
        hint = "Set google.credentials_file, or make a key as the README tells."
        raise CredentialsError(message, hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        message = f"The key file {path} cannot be read: {reason}."
        raise CredentialsError(message, hint="The user running sheetd must own it.") from error
    if mode & _OTHERS_MAY_READ and not _is_handed_in(path) and owner == os.getuid():
        message = f"The key file {path} can be read by others (mode {stat.S_IMODE(mode):o})."
        raise CredentialsError(message, hint=f"chmod 600 {path}")
    try:
        content = json.loads(text)
    except ValueError as error:
        message = f"The key file {path} is not JSON (line {getattr(error, 'lineno', '?')})."
        raise CredentialsError(message, hint="Download it from Google once more.") from None
    if not isinstance(content, dict):
        message = f"The key file {path} does not hold a JSON object."
        raise CredentialsError(message, hint="Download it from Google once more.")
    return content


class GoogleSession(requests.Session):
    """A session that sends an access token with each request and renews it in time.

    google-auth's own ``AuthorizedSession`` is not used: after a renewal it
    looks up a regional access boundary at another Google host, in a thread of
    its own, and it repeats requests by itself. This one does neither; only the
    public ``refresh`` and ``apply`` of the credentials are called.
    """

    def __init__(self, credentials: google.auth.credentials.Credentials) -> None:
        super().__init__()
        self._credentials = credentials
        self._renewal = threading.Lock()
        token_uri = str(getattr(credentials, "token_uri", "") or "")
        self._token_session = requests.Session()
        if is_loopback(token_uri):
            self._token_session.trust_env = False  # no proxy stands between us and ourselves
        self._token_request = google.auth.transport.requests.Request(self._token_session)

    def renew(self, timeout: float) -> None:
        """Get a new access token now.

        Raises:
            google.auth.exceptions.GoogleAuthError: refused, or out of reach.
        """

        def send(*args: Any, **kwargs: Any) -> Any:
            return self._token_request(*args, **{**kwargs, "timeout": timeout})

        with self._renewal:
            self._credentials.refresh(send)  # type: ignore[no-untyped-call]

    def request(  # type: ignore[override]
        self, method: str, url: str, **kwargs: Any
    ) -> requests.Response:
        """Send a request as whoever the credentials say."""
        headers = dict(kwargs.pop("headers", None) or {})
        if not self._credentials.valid:
            timeout = kwargs.get("timeout")
            self.renew(timeout[0] if isinstance(timeout, tuple) else float(timeout or 30))
        self._credentials.apply(headers)  # type: ignore[no-untyped-call]
        kwargs |= {"headers": headers, "allow_redirects": False}
        return super().request(method, url, **kwargs)

    def close(self) -> None:
        """Let go of connections."""
        self._token_session.close()
        super().close()


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def _service_account(path: Path, scopes: Sequence[str]) -> google.auth.credentials.Credentials:
    content = read_key_file(path)
    missing = [name for name in _KEY_FIELDS if not isinstance(content.get(name), str)]
    if content.get("type") != "service_account" or missing:
        what = f"lacks {', '.join(missing)}" if missing else f"has type {content.get('type')!r}"
        message = f"The key file {path} is no service-account key: it {what}."
        raise CredentialsError(
            message, hint="In Google Cloud: IAM → Service accounts → Keys → JSON."
        )
    try:
        return google.oauth2.service_account.Credentials.from_service_account_info(  # type: ignore[no-any-return,no-untyped-call]
            content, scopes=list(scopes)
        )
    except (ValueError, google.auth.exceptions.GoogleAuthError):
        message = f"The private key in {path} is damaged."
        raise CredentialsError(message, hint="Download the key from Google once more.") from None


def _authorised_user(path: Path, scopes: Sequence[str]) -> google.auth.credentials.Credentials:
    content = read_key_file(path)
    try:
        return google.oauth2.credentials.Credentials.from_authorized_user_info(  # type: ignore[no-any-return,no-untyped-call]
            content, scopes=list(scopes)
        )
    except ValueError:
        message = f"The file {path} is no OAuth token file: it lacks an id, secret or token."
        raise CredentialsError(
            message, hint='Use auth = "service_account", or make it anew.'
        ) from None


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
