"""Several requests in one (``POST /batch``): a multipart body whose parts are HTTP requests.

As in Google's guides "Batching requests" of Sheets and Drive: each part is answered on its
own, in order, and its ``Content-ID`` comes back as ``response-…``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http import HTTPStatus

from sync_daemon.sandbox.answers import Answer
from sync_daemon.sandbox.api_errors import invalid_argument

MAX_CALLS = 100
_PATHS = ("/batch", "/batch/drive/v3")


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch."""

    content_id: str
    method: str
    target: str
    headers: dict[str, str]  # names in lower case
    body: bytes


def is_batch(method: str, path: str) -> bool:
    """Whether a request holds other requests."""
    return method == "POST" and path in _PATHS


def parse_batch(headers: Mapping[str, str], body: bytes) -> list[Part]:
    """The requests of a batch; those without authorization have that of the whole.

    Raises:
        ApiError: 400 for what is no multipart body, or holds too many requests.
    """
    kind = headers.get("content-type", "")
    whole = message_from_bytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    if not whole.is_multipart():
        raise invalid_argument("Failed to parse batch request, error: the body is not multipart.")
    messages = [item for item in whole.get_payload() if isinstance(item, Message)]
    if len(messages) > MAX_CALLS:
        raise invalid_argument(f"The batch request exceeds the limit of {MAX_CALLS} calls.")
    common = {"authorization": headers.get("authorization", "")}
    return [_part(message, common) for message in messages]


def _part(message: Message, common: Mapping[str, str]) -> Part:
    payload = message.get_payload(decode=True)
    text = payload if isinstance(payload, bytes) else b""
    start, _, rest = text.lstrip(b"\r\n").partition(b"\n")
    words = start.decode("latin-1").split()
    if len(words) not in {2, 3}:
        raise invalid_argument("Failed to parse batch request, error: a part has no request line.")
    inner = message_from_bytes(rest)
    headers = {name.lower(): value for name, value in inner.items()}
    body = inner.get_payload(decode=True)
    return Part(
        str(message.get("Content-ID", "")),
        words[0],
        words[1],
        {**common, **headers},
        body.strip(b"\r\n") if isinstance(body, bytes) else b"",
    )


def answer_batch(parts: list[Part], answer: Callable[[Part], Answer]) -> Answer:
    """All answers as one."""
    boundary = f"batch_{secrets.token_hex(12)}"
    shown = [_shown(part, answer(part)) for part in parts]
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in shown)
    return Answer(200, body + b"--" + mark + b"--\r\n", f"multipart/mixed; boundary={boundary}")


def _shown(part: Part, answer: Answer) -> bytes:
    head = ["Content-Type: application/http"]
    if part.content_id:
        inner = part.content_id.removeprefix("<").removesuffix(">")
        head.append(f"Content-ID: <response-{inner}>")
    lines = [
        *head,
        "",
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + answer.body
