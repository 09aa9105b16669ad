"""What every request passes before a route sees it: host, origin, size, time; and what it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync_daemon.settings import DashboardSettings
from sync_daemon.web.problems import problem_response

LARGEST_BODY = 1_000_000
BODY_WITHIN_S = 15.0
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class _TooLargeError(HTTPException):
    """The body is longer than any request needs; FastAPI lets it through as it is."""

    def __init__(self) -> None:
        super().__init__(413, f"A body may have {LARGEST_BODY:,} bytes.")


class _TooSlowError(HTTPException):
    """The body does not come."""

    def __init__(self) -> None:
        super().__init__(408, "The body did not come in time.")


class Guards:
    """An ASGI application around the others.

    Args:
        app: what it guards.
        settings: who may call, and from where.
        body_within_s: then a body has to be there.
    """

    def __init__(
        self, app: ASGIApp, settings: DashboardSettings, body_within_s: float = BODY_WITHIN_S
    ) -> None:
        self._app = app
        self._settings = settings
        self._body_within_s = body_within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                self._complete(MutableHeaders(scope=message), headers)
            await send(message)

        refusal = self._refuse(scope, headers)
        if refusal is not None:
            status, title, detail = refusal
            response = problem_response(scope, status, title, detail)
            response.headers["connection"] = "close"  # what follows is not looked at
            await response(scope, receive, send_with_headers)
            return
        if self._is_preflight(scope, headers):
            await Response(status_code=204)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, self._bounded(receive), send_with_headers)
        except (_TooLargeError, _TooSlowError) as error:
            if is_started:
                raise
            response = problem_response(scope, error.status_code, "Refused", error.detail)
            response.headers["connection"] = "close"
            await response(scope, receive, send_with_headers)

    def _refuse(self, scope: Scope, headers: Headers) -> tuple[int, str, str] | None:
        host = headers.get("host", "")
        if not self._knows_host(host):
            return 400, "Unknown host", f"This server is not called {host[:100]!r}."
        if "transfer-encoding" in headers and "content-length" in headers:
            return 400, "Two lengths", "A body has a length or comes in chunks, not both."
        if not _is_length_fine(headers.get("content-length")):
            return 413, "Too large", f"A body may have {LARGEST_BODY:,} bytes."
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if origin in self._settings.allow_origins:
            return None
        is_change = scope["method"] not in _SAFE
        # Under `no-referrer` a browser says "null" for the origin of our own pages' forms, too.
        is_own_form = origin == "null" and site == "same-origin"
        is_foreign = origin is not None and not is_own_form and not self._is_own(origin, host)
        if is_change and (is_foreign or site not in {"same-origin", "none"}):
            return 403, "Foreign origin", "Another website's page sent this request."
        is_visit = headers.get("sec-fetch-mode") == "navigate"
        if site == "cross-site" and not is_visit:
            return 403, "Foreign origin", "Another website's page sent this request."
        return None

    def _is_preflight(self, scope: Scope, headers: Headers) -> bool:
        """Whether a browser asks first whether a page of a trusted origin may call (CORS)."""
        is_trusted = headers.get("origin") in self._settings.allow_origins
        asks = "access-control-request-method" in headers
        return scope["method"] == "OPTIONS" and is_trusted and asks

    def _knows_host(self, host: str) -> bool:
        """Whether the request was meant for this server (DNS rebinding)."""
        if self._settings.behind_proxy:
            return bool(host)
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        own = self._settings.host
        if own in {"0.0.0.0", "::"}:  # noqa: S104 - any name may lead here, over TLS
            return bool(name)
        return name.lower() in {*_LOCAL, own.lower(), f"[{own.lower()}]"}

    def _is_own(self, origin: str, host: str) -> bool:
        parts = urlsplit(origin) if origin != "null" else None
        return parts is not None and parts.netloc.lower() == host.lower()

    def _bounded(self, receive: Receive) -> Receive:
        """The body, as long as it is not too long and comes in time."""
        loop = asyncio.get_running_loop()
        ends_at, received, is_whole = loop.time() + self._body_within_s, 0, False

        async def receive_bounded() -> Message:
            nonlocal received, is_whole
            if is_whole:  # only the end of the connection can follow
                return await receive()
            try:
                async with asyncio.timeout_at(ends_at):
                    message = await receive()
            except TimeoutError as error:
                raise _TooSlowError from error
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise _TooLargeError
            is_whole = not message.get("more_body", False)
            return message

        return receive_bounded

    def _complete(self, answer: MutableHeaders, asked: Headers) -> None:
        for name, value in HEADERS.items():
            answer.setdefault(name, value)
        if self._settings.has_tls:
            answer.setdefault("strict-transport-security", "max-age=31536000")
        answer.setdefault("cache-control", "no-cache, private")
        _vary(answer, ["Authorization", "Cookie"])
        origin = asked.get("origin")
        if origin is not None and origin in self._settings.allow_origins:
            answer["access-control-allow-origin"] = origin
            answer["access-control-allow-methods"] = "GET, POST"
            answer["access-control-allow-headers"] = "Authorization, Content-Type, Idempotency-Key"
            answer["cross-origin-resource-policy"] = "cross-origin"
            _vary(answer, ["Origin"])


def _is_length_fine(length: str | None) -> bool:
    return length is None or (length.isascii() and length.isdigit() and int(length) <= LARGEST_BODY)


def _vary(answer: MutableHeaders, names: Iterable[str]) -> None:
    there = [part for part in map(str.strip, answer.get("vary", "").split(",")) if part]
    known = {part.lower() for part in there}
    answer["vary"] = ", ".join([*there, *(name for name in names if name.lower() not in known)])
