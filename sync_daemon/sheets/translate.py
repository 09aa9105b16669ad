"""From Google's answers and the libraries' exceptions to our own errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlsplit

import google.auth.exceptions
import requests
import urllib3

from sync_daemon.domain.http_dates import parse_moment, parse_retry_after
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.retry import FailureKind
from sync_daemon.errors import (
    ApiDisabledError,
    ConfigError,
    CredentialsError,
    GoogleRejectedError,
    GoogleUnavailableError,
    PermissionDeniedError,
    SheetdError,
)
from sync_daemon.sheets.session import TokenEndpointError
from sync_daemon.tls import HINT as TRUST_HINT

_RATE_REASONS = {"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded"}
_DAY_REASONS = {"dailyLimitExceeded", "quotaExceeded"}
_OFFICE_FILE = "not supported for this document"  # Google's words for an .xlsx file in Drive
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
    if status == HTTPStatus.TOO_MANY_REQUESTS or reason in _RATE_REASONS:
        used_up = f"Google's quota is used up: {message}"
        return _passing(response, FailureKind.RATE_LIMITED, used_up, "It is renewed every minute.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        answered = f"Google answered {status}: {message}"
        return _passing(response, FailureKind.UNAVAILABLE, answered, _LATER)
    match status:
        case HTTPStatus.UNAUTHORIZED:
            hint = "Check the key: sheetd doctor. It may be deleted, or the clock may be wrong."
            error = CredentialsError(f"Google does not accept the token: {message}", hint=hint)
            return Failure(error, is_token_refused=True)
        case HTTPStatus.FORBIDDEN:
            return Failure(_permission_error(reason, message, share_with))
        case HTTPStatus.NOT_FOUND:
            return Failure(_not_found(path, share_with))
        case HTTPStatus.BAD_REQUEST if _OFFICE_FILE in message:
            return Failure(_office_file(path))
        case _:
            refused = f"Google refused the request ({status}): {message}"
            return Failure(GoogleRejectedError(refused))


def failure_of_exception(error: Exception) -> Failure | None:
    """What an exception of requests, urllib3 or google-auth means; None for any other."""
    match error:
        case TokenEndpointError():
            message = f"Google's token endpoint is out of order: {error}."
            lost = GoogleUnavailableError(message, hint=_LATER)
            return Failure(lost, FailureKind.UNREACHABLE)
        case google.auth.exceptions.TransportError():
            return _token_request_failure(error)
        case google.auth.exceptions.RefreshError():
            return _refresh_failure(error)
        case google.auth.exceptions.GoogleAuthError():
            return Failure(CredentialsError(f"The credentials do not work: {error}."))
        case requests.exceptions.RequestException():
            return _request_failure(error)
        case urllib3.exceptions.HTTPError():
            return _answer_lost(error)
        case _:
            return None


def _request_failure(error: requests.exceptions.RequestException) -> Failure:
    """How far a request came, as urllib3 tells it: only before it was sent had it no effect."""
    match error:
        case requests.exceptions.InvalidJSONError() | requests.exceptions.InvalidHeader():
            message = f"A request to Google could not be made ({type(error).__name__})."
            return Failure(GoogleRejectedError(message))
        case (
            requests.exceptions.InvalidURL()
            | requests.exceptions.InvalidSchema()
            | requests.exceptions.MissingSchema()
        ):
            message = "Google cannot be asked: its address, or a proxy's, is not usable."
            return Failure(ConfigError(message, hint=_ADDRESSES))
        case requests.exceptions.SSLError() if "certificate" in str(_reason(error)).lower():
            message = f"Google's certificate is not accepted{_place(error)}."
            return Failure(GoogleUnavailableError(message, hint=_CA))
        case _ if isinstance(error, requests.exceptions.ConnectTimeout) or _never_sent(error):
            return _unreachable(error)
        case _:
            return _answer_lost(error)


def _token_request_failure(error: google.auth.exceptions.TransportError) -> Failure:
    """The same for a token, which may always be asked for again; google-auth wraps the reason."""
    cause = error.args[0] if error.args else None
    if not isinstance(cause, requests.exceptions.RequestException):
        return _unreachable(error)
    failure = _request_failure(cause)
    if failure.kind is None:
        return failure
    return replace(failure, kind=FailureKind.UNREACHABLE)


def _answer_lost(error: Exception) -> Failure:
    message = f"Google's answer was lost{_place(error)} ({type(error).__name__})."
    lost = GoogleUnavailableError(message, hint=_mend(error, _LATER))
    return Failure(lost, FailureKind.ANSWER_LOST)


def _unreachable(error: Exception) -> Failure:
    message = f"Google cannot be reached{_place(error)} ({type(error).__name__})."
    hint = _mend(error, "Check the network; it is tried again later.")
    return Failure(GoogleUnavailableError(message, hint=hint), FailureKind.UNREACHABLE)


def _place(error: Exception) -> str:
    """Which host it was; never the whole address, which may hold a password."""
    request = getattr(error, "request", None)
    parts = urlsplit(getattr(request, "url", None) or "")
    if not parts.hostname:
        return ""
    return f" at {parts.hostname}:{parts.port}" if parts.port else f" at {parts.hostname}"


def _mend(error: Exception, otherwise: str) -> str:
    match error:
        case requests.exceptions.ProxyError():
            return "Check the proxy that the environment names (HTTPS_PROXY, ALL_PROXY, NO_PROXY)."
        case requests.exceptions.SSLError():
            return "Check google.api_root and google.drive_root, and any proxy in between."
        case _:
            return otherwise


def _never_sent(error: requests.exceptions.RequestException) -> bool:
    """Whether it failed before anything was sent.

    A ProxyError alone does not tell: urllib3 raises it also for a connection
    through a proxy that broke after the request.
    """
    reason = _reason(error)
    if isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
        if str(reason).startswith("Tunnel connection failed"):  # http.client, of CONNECT
            return True
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _reason(error: requests.exceptions.RequestException) -> object:
    """What urllib3 said, without the address, in which a tab's name may say anything."""
    return getattr(error.args[0], "reason", error) if error.args else error


def garbled() -> Failure:
    """An answer that is no JSON although its status says that all is well."""
    error = GoogleUnavailableError("Google's answer was cut off or garbled.", hint=_LATER)
    return Failure(error, FailureKind.ANSWER_LOST)


_EXPIRED = (
    "Sign in again: sheetd login. In Google's test mode every permission ends after seven days;"
    " publish your application to keep it: https://console.cloud.google.com/auth/audience"
)
_LATER = "Nothing is lost; it is tried again in the next cycle."
_SOMEBODY = "the account of your credentials"
_CA = f"Check this machine's clock, and any proxy in between. {TRUST_HINT}"
_ADDRESSES = (
    "Check google.api_root and google.drive_root, and the proxy that the environment names "
    "(HTTPS_PROXY, ALL_PROXY); it must be an http:// or https:// one."
)


def _passing(response: requests.Response, kind: FailureKind, message: str, hint: str) -> Failure:
    return Failure(GoogleUnavailableError(message, hint=hint), kind, _retry_after(response))


def _not_found(path: str, share_with: str | None) -> ConfigError:
    hint = "Check sheets.spreadsheet: open it in the browser and copy the address."
    if "/drive/" in path:  # which does not tell what is not there from what is not shared
        hint += f" Or share it with {share_with or _SOMEBODY}."
    return ConfigError(f"Google has no spreadsheet{_spreadsheet_in(path)} (404).", hint=hint)


def _office_file(path: str) -> ConfigError:
    message = f"The file{_spreadsheet_in(path)} is an Excel file, not a Google spreadsheet."
    hint = "Open it: File → Save as Google Sheets; set sheets.spreadsheet to the new address."
    return ConfigError(message, hint=hint)


def _spreadsheet_in(path: str) -> str:
    found = _SPREADSHEET.search(path)
    return f" {found[1]}" if found else ""


def _permission_error(reason: str, message: str, share_with: str | None) -> SheetdError:
    if reason in _DAY_REASONS:
        used_up = f"Google's quota for today is used up: {message}"
        return GoogleUnavailableError(used_up, hint="It is renewed at midnight, Pacific time.")
    if reason in {"SERVICE_DISABLED", "accessNotConfigured"}:  # Sheets' and Drive's word for it
        return ApiDisabledError(
            "The Google API that sheetd needs is not enabled in the key's project.",
            hint=f"Open {_activation_address(message)} and press Enable, then wait a minute.",
        )
    if reason == "ACCESS_TOKEN_SCOPE_INSUFFICIENT":
        return PermissionDeniedError(
            "The token may not be used for this.", hint="Sign in again: sheetd login."
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
    if isinstance(error.__cause__, google.auth.exceptions.TransportError):
        return _token_request_failure(error.__cause__)
    if error.retryable:
        return _unreachable(error)
    hint = "Make a new key, or sign in again: sheetd login."
    if "reasonable timeframe" in text or "iat and exp" in text:
        hint = "This machine's clock is wrong: set it (timedatectl set-ntp true)."
    elif "account not found" in text:
        hint = "The service account was deleted: make a new one with a new key."
    elif "Signature" in text:
        hint = "The key was deleted or belongs to another account: make a new key."
    elif "expired or revoked" in text:
        hint = _EXPIRED
    return Failure(
        CredentialsError(f"Google refuses the credentials: {text.rstrip('.')}.", hint=hint)
    )


def _read_error(response: requests.Response) -> tuple[str, str]:
    """(reason, message) of either form of error body; an HTML page gives its status."""
    try:
        body = response.json()["error"]
        message = str(body.get("message", response.reason))
        entries = [*body.get("details", []), *body.get("errors", [])]
        reasons = [str(entry["reason"]) for entry in entries if "reason" in entry]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", str(response.reason)
    return (reasons[0] if reasons else ""), redact(message)  # it may repeat what we sent


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait by the Retry-After header.

    A date counts from the answer's own Date, so that a wrong clock here does no harm.
    """
    sent = parse_moment(response.headers.get("Date", ""))
    return parse_retry_after(response.headers.get("Retry-After", ""), sent)
