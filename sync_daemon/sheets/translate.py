"""From Google's answers and the libraries' exceptions to our own errors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import google.auth.exceptions
import requests
import urllib3

from sync_daemon.domain.retry import FailureKind
from sync_daemon.errors import (
    ConfigError,
    CredentialsError,
    GoogleRejectedError,
    GoogleUnavailableError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.sheets.session import TokenEndpointError

_RATE_REASONS = {"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"}
_CONSOLE = re.compile(r"https://console\.\S+")
_SPREADSHEET = re.compile(r"/(?:spreadsheets|files)/([^/:?]+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed: how, as far as trying again goes, and the error if it is not."""

    error: SheetdError
    kind: FailureKind | None = None  # None: trying again is of no use
    retry_after_s: float | None = None
    is_token_refused: bool = False


def failure_of_response(response: requests.Response, share_with: str | None) -> Failure:
    """What an answer with an error status means (Sheets API and Drive API error bodies)."""
    reason, message = _read_error(response)
    status, path = response.status_code, response.request.path_url or ""
    if status == 429 or (status == 403 and reason in _RATE_REASONS):  # noqa: PLR2004
        error: SheetdError = GoogleUnavailableError(
            f"Google's quota is used up: {message}", hint="It is renewed every minute; try later."
        )
        return Failure(error, FailureKind.RATE_LIMITED, _retry_after(response))
    if status >= 500 or status == 408:  # noqa: PLR2004
        error = GoogleUnavailableError(f"Google answered {status}: {message}", hint=_LATER)
        return Failure(error, FailureKind.UNAVAILABLE, _retry_after(response))
    if status == 401:  # noqa: PLR2004
        hint = "Check the key: sheetd doctor. It may have been deleted, or the clock may be wrong."
        error = CredentialsError(f"Google does not accept the token: {message}", hint=hint)
        return Failure(error, is_token_refused=True)
    if status == 403:  # noqa: PLR2004
        return Failure(_permission_error(reason, message, share_with))
    if status == 404:  # noqa: PLR2004
        found = _SPREADSHEET.search(path)
        name = f" {found[1]}" if found else ""
        message = f"Google has no spreadsheet{name} (404)."
        hint = "Check sheets.spreadsheet: open it in the browser and copy the address."
        if "/drive/" in path:  # which does not tell what is not there from what is not shared
            hint += f" Or share it with {share_with or _SOMEBODY}."
        return Failure(ConfigError(message, hint=hint))
    return Failure(GoogleRejectedError(f"Google refused the request ({status}): {message}"))


def failure_of_exception(error: Exception) -> Failure | None:
    """What an exception of requests, urllib3 or google-auth means; None for any other."""
    if isinstance(error, TokenEndpointError):
        lost = GoogleUnavailableError(
            f"Google's token endpoint is out of order: {error}.", hint=_LATER
        )
        return Failure(lost, FailureKind.UNREACHABLE)
    if isinstance(error, google.auth.exceptions.TransportError):
        return _unreachable(error)
    if isinstance(error, google.auth.exceptions.RefreshError):
        return _refresh_failure(error)
    if isinstance(error, google.auth.exceptions.GoogleAuthError):
        return Failure(CredentialsError(f"The credentials do not work: {error}."))
    if isinstance(error, requests.exceptions.RequestException):
        return _request_failure(error)
    if isinstance(error, urllib3.exceptions.HTTPError):
        return _answer_lost(error)
    return None


def _request_failure(error: requests.exceptions.RequestException) -> Failure:
    """How far a request came, as urllib3 tells it: only before it was sent had it no effect."""
    if isinstance(error, _NEVER_SENT):
        message = f"A request to Google could not be made ({type(error).__name__})."
        return Failure(GoogleRejectedError(message))
    if isinstance(error, requests.exceptions.SSLError) and "certificate" in str(error).lower():
        refused = GoogleUnavailableError(
            "Google's certificate is not accepted.",
            hint="Check this machine's clock, its CA certificates, and any proxy in between.",
        )
        return Failure(refused)
    if isinstance(error, requests.exceptions.ConnectTimeout) or _was_never_connected(error):
        return _unreachable(error)
    return _answer_lost(error)


def _answer_lost(error: Exception) -> Failure:
    lost = GoogleUnavailableError(
        f"Google's answer was lost ({type(error).__name__}).", hint=_LATER
    )
    return Failure(lost, FailureKind.ANSWER_LOST)


def garbled() -> Failure:
    """An answer that is no JSON although its status says that all is well."""
    error = GoogleUnavailableError("Google's answer was cut off or garbled.", hint=_LATER)
    return Failure(error, FailureKind.ANSWER_LOST)


_LATER = "Nothing is lost; it is tried again in the next cycle."
_SOMEBODY = "the account of your credentials"
_NEVER_SENT = (
    requests.exceptions.InvalidJSONError,
    requests.exceptions.InvalidHeader,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def _permission_error(reason: str, message: str, share_with: str | None) -> PermissionDeniedError:
    if reason in {"SERVICE_DISABLED", "accessNotConfigured"}:  # Sheets' and Drive's word for it
        return PermissionDeniedError(
            "The Google API that sheetd needs is not enabled in the key's project.",
            hint=f"Open {_activation_address(message)} and press Enable, then wait a minute.",
        )
    if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return PermissionDeniedError(
            "The token may not be used for this.", hint="Make it anew: sheetd init."
        )
    who = share_with or _SOMEBODY
    return PermissionDeniedError(
        f"Google denies access: {message.rstrip('.')}.",
        hint=f"In the spreadsheet: Share → {who} → Editor.",
    )


def _activation_address(message: str) -> str:
    """Where to enable the API: Google's message says it, in all forms of the error."""
    found = _CONSOLE.search(message)
    return found[0].rstrip(".,") if found else "https://console.cloud.google.com/apis/library"


def _refresh_failure(error: google.auth.exceptions.RefreshError) -> Failure:
    text = str(error.args[0]) if error.args else ""
    if error.retryable:
        return _unreachable(error)
    hint = "Make a new key, or sign in again: sheetd init."
    if "reasonable timeframe" in text or "iat and exp" in text:
        hint = "This machine's clock is wrong: set it (timedatectl set-ntp true)."
    elif "account not found" in text:
        hint = "The service account was deleted: make a new one with a new key."
    elif "Signature" in text:
        hint = "The key was deleted or belongs to another account: make a new key."
    elif "expired or revoked" in text:
        hint = "Sign in again: sheetd init (in Google's test mode, tokens die after seven days)."
    return Failure(
        CredentialsError(f"Google refuses the credentials: {text.rstrip('.')}.", hint=hint)
    )


def _unreachable(error: Exception) -> Failure:
    message = f"Google cannot be reached ({type(error).__name__})."
    hint = "Check the network; it is tried again later."
    return Failure(GoogleUnavailableError(message, hint=hint), FailureKind.UNREACHABLE)


def _was_never_connected(error: requests.exceptions.RequestException) -> bool:
    """Whether it failed before anything was sent; requests wraps urllib3's reason."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    if isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _read_error(response: requests.Response) -> tuple[str, str]:
    """(reason, message) of either form of error body; an HTML page gives its status."""
    try:
        body = response.json()["error"]
        message = str(body.get("message", response.reason))
        entries = [*body.get("details", []), *body.get("errors", [])]
        reasons = [str(entry["reason"]) for entry in entries if "reason" in entry]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", str(response.reason)
    return (reasons[0] if reasons else ""), message


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait by the Retry-After header (RFC 9110, 10.2.3): a number or a date.

    A date counts from the answer's own Date, so that a wrong clock here does no harm.
    """
    value = response.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    until, now = _moment(value), _moment(response.headers.get("Date", ""))
    return None if until is None or now is None else max(0.0, (until - now).total_seconds())


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
