"""Google's error answers, as one exception.

The bodies have the form that the Sheets API v4 sends: ``{"error": {"code", "message",
"status", "details"}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

JsonObject = dict[str, Any]

BAD_REQUEST_TYPE = "type.googleapis.com/google.rpc.BadRequest"
PROTECTED_MESSAGE = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet "
    "owner to remove protection if you need to edit."
)


class ApiError(Exception):
    """A refusal in Google's words.

    Args:
        status: the HTTP status, such as 400.
        code: the canonical code name, such as ``INVALID_ARGUMENT``.
        message: what Google says.
        details: ``google.rpc`` detail objects, if any.
    """

    def __init__(
        self, status: int, code: str, message: str, details: Iterable[JsonObject] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = list(details)

    def body(self) -> JsonObject:
        """The JSON body of the answer."""
        error: JsonObject = {"code": self.status, "message": self.message, "status": self.code}
        if self.details:
            error["details"] = self.details
        return {"error": error}

    def within(self, place: str) -> ApiError:
        """The same refusal, said to be in a part of a batch: ``Invalid requests[0].sortRange``."""
        return ApiError(self.status, self.code, f"Invalid {place}: {self.message}", self.details)


def invalid_argument(message: str) -> ApiError:
    """A 400 without details."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def field_violations(violations: Sequence[tuple[str, str]]) -> ApiError:
    """A 400 for a malformed request.

    Args:
        violations: pairs of field path (may be empty) and description.
    """
    listed = [
        {"field": field, "description": text} if field else {"description": text}
        for field, text in violations
    ]
    message = "\n".join(text for _, text in violations)
    detail = {"@type": BAD_REQUEST_TYPE, "fieldViolations": listed}
    return ApiError(400, "INVALID_ARGUMENT", message, [detail])


def not_found(message: str = "Requested entity was not found.") -> ApiError:
    """A 404."""
    return ApiError(404, "NOT_FOUND", message)


def unparsable_range(text: str) -> ApiError:
    """The 400 for a range that names no cells of the spreadsheet."""
    return invalid_argument(f"Unable to parse range: {text}")


def protected() -> ApiError:
    """The 400 for an edit of a range the caller may not edit."""
    return invalid_argument(PROTECTED_MESSAGE)
