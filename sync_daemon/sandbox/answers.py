"""One HTTP answer of the sandbox, and the errors that are not the Sheets API's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"

_NOT_FOUND_PAGE = (
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 404 (Not Found)!!1</title>"
    "<p><b>404.</b> <ins>That’s an error.</ins><p>The requested URL was not found on this server."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - it is an answer, given early
    """An answer that ends the handling of a request at once."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(value: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer in Google's layout; bytes are taken to be JSON already."""
    if isinstance(value, bytes):
        return Answer(status, value, JSON, dict(headers))
    return Answer(status, (json.dumps(value, indent=2) + "\n").encode(), JSON, dict(headers))


def html_not_found() -> Answer:
    """What Google's front end says to a path that no API has."""
    return Answer(404, _NOT_FOUND_PAGE.encode(), HTML)


def google_error(
    status: int, code: str, message: str, details: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The Sheets API's error body."""
    error: dict[str, Any] = {"code": status, "message": message, "status": code}
    if details:
        error["details"] = details
    return {"error": error}


def drive_error(
    status: int,
    reason: str,
    message: str,
    location: str | None = None,
    location_type: str = "parameter",
) -> dict[str, Any]:
    """The Drive API's error body: domain and reason for each error."""
    error: dict[str, Any] = {"domain": "global", "reason": reason, "message": message}
    if location:
        error |= {"locationType": location_type, "location": location}
    return {"error": {"errors": [error], "code": status, "message": message}}


def not_supported(message: str) -> Refusal:
    """What Drive can do and the sandbox cannot, said in a sentence."""
    return Refusal(json_answer(drive_error(501, "notImplemented", message), 501))


def oauth_refused(error: str, description: str, status: int = 400) -> Answer:
    """The token endpoint's refusal (RFC 6749, 5.2)."""
    return json_answer({"error": error, "error_description": description}, status)
