"""What Google says when it refuses or fails, in the form of the API that was asked."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.answers import HTML, Answer, drive_error, google_error, json_answer
from sync_daemon.sandbox.auth import invalid_token
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sandbox.quota import exceeded

DRIVE = "/drive/"
_UNAVAILABLE = 503
_SORRY = (
    "<!DOCTYPE html><html lang=en><title>Error {status} (Server Error)!!1</title><p><b>{status}."
    "</b> <ins>That’s an error.</ins><p>The server encountered a temporary error and could not"
    " complete your request.<p>Please try again in 30 seconds."
)
_AUTOMATED = (
    "<!DOCTYPE html><html lang=en><title>Sorry...</title><h1>We're sorry...</h1><p>... but your"
    " computer or network may be sending automated queries. To protect our users, we can't process"
    " your request right now."
)


def faulty_answer(fault: Fault, path: str, *, is_write: bool) -> Answer | None:
    """The answer in place of the real one; None where the request is carried out.

    Args:
        fault: what happens to the request.
        path: what was asked for; Drive's errors have a form of their own.
        is_write: whether the request counts as a write.
    """
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    on_drive = path.startswith(DRIVE)
    match fault.kind:
        case FaultKind.RATE_LIMIT:
            return json_answer(_rate_limit(on_drive=on_drive, is_write=is_write), 429, **headers)
        case FaultKind.RATE_LIMIT_HTML:
            return Answer(429, _AUTOMATED.encode(), HTML, headers)
        case FaultKind.SERVER_ERROR:
            status = fault.status or 500
            return json_answer(_server_error(status, on_drive=on_drive), status, **headers)
        case FaultKind.SERVER_ERROR_HTML:
            status = fault.status or 502
            return Answer(status, _SORRY.format(status=status).encode(), HTML, headers)
        case FaultKind.EXPIRED_TOKEN:
            return invalid_token(on_drive=on_drive)
        case FaultKind.NO_PERMISSION:
            return json_answer(_no_permission(on_drive=on_drive), 403)
        case FaultKind.RESET_BEFORE | FaultKind.HANG:
            return Answer(0)
        case _:
            return None


def no_permission() -> dict[str, Any]:
    """The Sheets API's body for a spreadsheet that is not shared with the caller."""
    return google_error(403, "PERMISSION_DENIED", "The caller does not have permission")


def _no_permission(*, on_drive: bool) -> dict[str, Any]:
    if not on_drive:
        return no_permission()
    message = "The user does not have sufficient permissions for this file."
    return drive_error(403, "insufficientFilePermissions", message)


def _rate_limit(*, on_drive: bool, is_write: bool) -> dict[str, Any]:
    if on_drive:
        return drive_error(429, "rateLimitExceeded", "Rate Limit Exceeded")
    return exceeded("Write" if is_write else "Read", 60, " per user")


def _server_error(status: int, *, on_drive: bool) -> dict[str, Any]:
    if on_drive:
        return drive_error(status, "backendError", "Backend Error")
    if status == _UNAVAILABLE:
        return google_error(status, "UNAVAILABLE", "The service is currently unavailable.")
    return google_error(status, "INTERNAL", "Internal error encountered.")
