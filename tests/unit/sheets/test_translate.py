"""What Google's answers and the libraries' exceptions become."""

from __future__ import annotations

import json
from typing import Any

import google.auth.exceptions
import pytest
import requests
import urllib3
from urllib3.exceptions import (
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

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
from sync_daemon.sheets.translate import failure_of_exception, failure_of_response

EMAIL = "sheetd@project.iam.gserviceaccount.com"
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets/1AbCdEfGhIj:batchUpdate?alt=json"
DRIVE = "https://www.googleapis.com/drive/v3/files/1AbCdEfGhIj?fields=version"
CONSOLE = "https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project=1"
HTML = "<!DOCTYPE html><title>Error 502 (Server Error)!!1</title>"


def answer(
    status: int, body: object, *, url: str = SHEETS, headers: dict[str, str] | None = None
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.reason = "The Reason"
    response._content = (body if isinstance(body, str) else json.dumps(body)).encode()
    response.headers.update(headers or {})
    response.request = requests.Request("GET", url).prepare()
    return response


def sheets_error(message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"message": message, "status": "X", "details": list(details)}}


def drive_error(reason: str, message: str) -> dict[str, Any]:
    return {"error": {"errors": [{"reason": reason, "message": message}], "message": message}}


DISABLED = f"Google Sheets API is disabled. Enable it by visiting {CONSOLE} then retry."
NOT_FOUND = drive_error("notFound", "File not found: 1AbCdEfGhIj.")


@pytest.mark.parametrize(
    ("status", "body", "kind", "error", "said"),
    [
        (400, sheets_error("Unable to parse range: NOPE!A1"), None, GoogleRejectedError, "NOPE!A1"),
        (401, sheets_error("Invalid credentials"), None, CredentialsError, "sheetd doctor"),
        (
            403,
            sheets_error("The caller does not have permission"),
            None,
            PermissionDeniedError,
            EMAIL,
        ),
        (
            403,
            sheets_error(DISABLED, {"links": [{"url": CONSOLE}]}, {"reason": "SERVICE_DISABLED"}),
            None,
            ApiDisabledError,
            f"{CONSOLE} and",
        ),
        (403, drive_error("accessNotConfigured", DISABLED), None, ApiDisabledError, CONSOLE),
        (
            403,
            sheets_error("Insufficient", {"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}),
            None,
            PermissionDeniedError,
            "sheetd login",
        ),
        (
            403,
            drive_error("userRateLimitExceeded", "User Rate Limit Exceeded"),
            FailureKind.RATE_LIMITED,
            GoogleUnavailableError,
            "quota",
        ),
        (
            403,
            drive_error("dailyLimitExceeded", "Daily Limit Exceeded"),
            None,
            GoogleUnavailableError,
            "today",
        ),
        (
            400,
            sheets_error("This operation is not supported for this document"),
            None,
            ConfigError,
            "1AbCdEfGhIj is an Excel file",
        ),
        (404, sheets_error("Requested entity was not found."), None, ConfigError, "1AbCdEfGhIj"),
        (404, NOT_FOUND, None, ConfigError, "sheets.spreadsheet"),
        (408, HTML, FailureKind.UNAVAILABLE, GoogleUnavailableError, "408"),
        (429, HTML, FailureKind.RATE_LIMITED, GoogleUnavailableError, "The Reason"),
        (
            429,
            sheets_error("Quota exceeded"),
            FailureKind.RATE_LIMITED,
            GoogleUnavailableError,
            "Quota",
        ),
        (
            500,
            sheets_error("Internal error"),
            FailureKind.UNAVAILABLE,
            GoogleUnavailableError,
            "500",
        ),
        (502, HTML, FailureKind.UNAVAILABLE, GoogleUnavailableError, "The Reason"),
        (503, "", FailureKind.UNAVAILABLE, GoogleUnavailableError, "503"),
        (403, '{"error": "text"}', None, PermissionDeniedError, "The Reason"),
        (403, '{"error": {"details": {"reason": 5}}}', None, PermissionDeniedError, "The Reason"),
        (400, "[]", None, GoogleRejectedError, "The Reason"),
    ],
)
def test_an_answer_becomes_an_error_of_ours(
    status: int, body: object, kind: FailureKind | None, error: type[SheetdError], said: str
) -> None:
    failure = failure_of_response(answer(status, body), EMAIL)
    assert (type(failure.error), failure.kind) == (error, kind)
    assert said in str(failure.error)
    assert failure.is_token_refused is (status == 401)


def test_without_a_service_account_there_is_still_somebody_to_share_with() -> None:
    failure = failure_of_response(answer(403, sheets_error("no permission")), None)
    assert "the account of your credentials" in failure.error.hint


def test_a_file_that_drive_does_not_show_is_named() -> None:
    failure = failure_of_response(answer(404, NOT_FOUND, url=DRIVE), EMAIL)
    assert "1AbCdEfGhIj" in failure.error.message
    assert f"share it with {EMAIL}" in failure.error.hint


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "²"}, None),
        (
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30.0,
        ),
        (  # a date gone by
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT",
                "Date": "Wed, 21 Oct 2026 07:28:30 GMT",
            },
            0.0,
        ),
        (  # a date without a zone is one in UTC all the same
            {
                "Retry-After": "Wed, 21 Oct 2026 07:28:30 -0000",
                "Date": "Wed, 21 Oct 2026 07:28:00 GMT",
            },
            30.0,
        ),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),  # since when is not known
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(status: int, headers: dict[str, str], seconds: float | None) -> None:
    assert (
        failure_of_response(answer(status, HTML, headers=headers), EMAIL).retry_after_s == seconds
    )


POOL = urllib3.HTTPSConnectionPool("sheets.googleapis.com")
CONNECTION = urllib3.connection.HTTPSConnection("sheets.googleapis.com")
REFUSED = NewConnectionError(CONNECTION, "Connection refused")
NAMELESS = NameResolutionError("sheets.googleapis.com", CONNECTION, OSError())  # type: ignore[arg-type]


TUNNEL = OSError("Tunnel connection failed: 407 Proxy Authentication Required")


def in_token_request(error: Exception) -> google.auth.exceptions.TransportError:
    """As google-auth wraps what happens while it asks for a token."""
    return google.auth.exceptions.TransportError(error)  # type: ignore[no-untyped-call]


def max_retries(reason: Exception, url: str = "/v4") -> MaxRetryError:
    return MaxRetryError(POOL, url, reason)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.ConnectionError(max_retries(REFUSED)), FailureKind.UNREACHABLE),
        (requests.ConnectionError(max_retries(NAMELESS)), FailureKind.UNREACHABLE),
        (
            requests.exceptions.ProxyError(max_retries(ProxyError("no proxy", REFUSED))),
            FailureKind.UNREACHABLE,
        ),
        (
            requests.exceptions.ProxyError(max_retries(ProxyError("no", TUNNEL))),
            FailureKind.UNREACHABLE,
        ),
        # urllib3 says so too of a connection through a proxy that broke after the request
        (
            requests.exceptions.ProxyError(max_retries(ProxyError("no", ConnectionResetError()))),
            FailureKind.ANSWER_LOST,
        ),
        (requests.ConnectTimeout(), FailureKind.UNREACHABLE),
        (in_token_request(requests.ConnectionError()), FailureKind.UNREACHABLE),
        (in_token_request(requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED")), None),
        (
            requests.exceptions.SSLError(
                max_retries(urllib3.exceptions.SSLError("EOF"), "/certificates")
            ),
            FailureKind.ANSWER_LOST,
        ),
        (google.auth.exceptions.TransportError("x"), FailureKind.UNREACHABLE),  # type: ignore[no-untyped-call]
        (google.auth.exceptions.RefreshError("x", retryable=True), FailureKind.UNREACHABLE),  # type: ignore[no-untyped-call]
        (TokenEndpointError("it answered 503"), FailureKind.UNREACHABLE),
        (requests.ConnectionError(ProtocolError("Connection aborted.")), FailureKind.ANSWER_LOST),
        # a tab may be called anything: the address tells nothing
        (
            requests.ConnectionError(max_retries(ProtocolError(), "/NewConnectionError")),
            FailureKind.ANSWER_LOST,
        ),
        (requests.ReadTimeout(), FailureKind.ANSWER_LOST),
        (requests.exceptions.ChunkedEncodingError(), FailureKind.ANSWER_LOST),
        (requests.exceptions.ContentDecodingError(), FailureKind.ANSWER_LOST),
        (requests.exceptions.SSLError("EOF occurred in violation of"), FailureKind.ANSWER_LOST),
        (ReadTimeoutError(POOL, "/v4", "slow"), FailureKind.ANSWER_LOST),
        (ProtocolError("broken"), FailureKind.ANSWER_LOST),
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), None),
    ],
)
def test_an_exception_on_the_way_is_unavailability(
    error: Exception, kind: FailureKind | None
) -> None:
    failure = failure_of_exception(error)
    assert failure is not None
    assert (type(failure.error), failure.kind) == (GoogleUnavailableError, kind)
    assert failure.error.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("invalid_grant: Invalid JWT: Token must be in a reasonable timeframe.", "clock"),
        ("invalid_grant: Invalid grant: account not found", "deleted"),
        ("invalid_grant: Invalid JWT Signature.", "new key"),
        ("invalid_grant: Token has been expired or revoked.", "sheetd login"),
        ("invalid_client: The OAuth client was not found.", "sheetd login"),
    ],
)
def test_a_refused_key_says_why(text: str, hint: str) -> None:
    failure = failure_of_exception(google.auth.exceptions.RefreshError(text, {"secret": "s3cr3t"}))  # type: ignore[no-untyped-call]
    assert failure is not None
    assert (type(failure.error), failure.kind) == (CredentialsError, None)
    assert hint in failure.error.hint
    assert "s3cr3t" not in str(failure.error)
    assert ".." not in failure.error.message


def sent_to(url: str) -> requests.PreparedRequest:
    return requests.Request("GET", url).prepare()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.ConnectionError(request=sent_to(SHEETS)), " at sheets.googleapis.com ("),
        (requests.ConnectTimeout(request=sent_to("http://u:pw@[::1]:8/x?k=pw")), " at ::1:8 ("),
        (
            in_token_request(requests.ConnectTimeout(request=sent_to("https://t.example/"))),
            "reached at t.example (ConnectTimeout)",
        ),
        (requests.exceptions.ProxyError(), "HTTPS_PROXY"),
        (in_token_request(requests.exceptions.ProxyError()), "HTTPS_PROXY"),
        (requests.exceptions.SSLError("wrong version number"), "google.api_root"),
        (requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"), "clock"),
    ],
)
def test_what_is_out_of_reach_is_named_without_its_passwords(error: Exception, said: str) -> None:
    failure = failure_of_exception(error)
    assert failure is not None
    assert said in str(failure.error)
    assert "pw" not in str(failure.error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (requests.exceptions.InvalidProxyURL("http://user:pw@"), "HTTPS_PROXY"),
        (requests.exceptions.InvalidURL("foo://user:pw@h"), "google.api_root"),
        (requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support."), "PROXY"),
        (in_token_request(requests.exceptions.InvalidProxyURL("pw")), "HTTPS_PROXY"),
    ],
)
def test_what_is_wrong_on_this_machine_is_a_matter_of_configuration(
    error: Exception, said: str
) -> None:
    failure = failure_of_exception(error)
    assert failure is not None
    assert (type(failure.error), failure.kind) == (ConfigError, None)
    assert said in str(failure.error)
    assert "pw" not in str(failure.error)


def test_a_token_that_could_not_be_asked_for_is_no_refusal() -> None:
    """The metadata server's credentials raise one error from the other."""
    refresh = google.auth.exceptions.RefreshError("x")  # type: ignore[no-untyped-call]
    refresh.__cause__ = in_token_request(requests.ConnectionError())
    failure = failure_of_exception(refresh)
    assert failure is not None
    assert (type(failure.error), failure.kind) == (GoogleUnavailableError, FailureKind.UNREACHABLE)


def test_a_request_that_cannot_be_made_is_not_repeated() -> None:
    failure = failure_of_exception(requests.exceptions.InvalidJSONError("nan"))
    assert failure is not None
    assert (type(failure.error), failure.kind) == (GoogleRejectedError, None)


@pytest.mark.parametrize("error", [KeyError("x"), AssertionError(), OSError("x")])
def test_a_defect_is_left_alone(error: Exception) -> None:
    assert failure_of_exception(error) is None
