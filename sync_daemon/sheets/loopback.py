"""The address on this machine to which the browser comes back (RFC 8252, 7.3)."""

from __future__ import annotations

import hmac
import queue
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from sync_daemon.errors import ConfigError, CredentialsError

CONSENT_TIMEOUT_S = 600.0
_ALLOWED = "sheetd may use your spreadsheets now. You can close this page."
_DENIED = "sheetd was not allowed to. You can close this page."
_UNKNOWN = "This page belongs to no sign-in that sheetd waits for."


@dataclass(frozen=True, slots=True)
class Reply:
    """What the browser brought: a code to redeem, or why there is none."""

    code: str = field(default="", repr=False)
    error: str = ""


class LoopbackReceiver:
    """Listens on 127.0.0.1 until the browser comes back; use it in a ``with`` statement.

    Args:
        port: 0 chooses a free one.

    Attributes:
        state: what an answer has to bring back, so that no other page can send one.

    Raises:
        ConfigError: the port is taken.
    """

    def __init__(self, port: int = 0) -> None:
        self.state = secrets.token_urlsafe(32)
        self.replies: queue.Queue[Reply] = queue.Queue()
        try:
            self._server = _Server(self, port)
        except OSError as error:
            message = f"Port {port} of this machine cannot be used: {error.strerror}."
            raise ConfigError(message, hint="Choose another with --port.") from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="consent", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_address[1]

    @property
    def redirect_uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self, timeout_s: float = CONSENT_TIMEOUT_S) -> str:
        """The code that came back with our ``state``.

        Raises:
            CredentialsError: the person said no, or nobody came in time.
        """
        try:
            reply = self.replies.get(timeout=timeout_s)
        except queue.Empty:
            message = f"Nobody allowed it within {timeout_s / 60:.0f} minutes."
            raise CredentialsError(message, hint="Begin again: sheetd login.") from None
        if not reply.code:
            message = f"Google says that it was not allowed: {reply.error}."
            raise CredentialsError(message, hint="Begin again and choose Allow: sheetd login.")
        return reply.code

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # browsers keep connections open that they may never use

    def __init__(self, receiver: LoopbackReceiver, port: int) -> None:
        self.receiver = receiver
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle is nobody's fault."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "sheetd"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Take the code, if it is the answer to our question, and say so."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        expected = self.server.receiver.state.encode()
        if not hmac.compare_digest(asked.get("state", "").encode(), expected):
            self._say(404, _UNKNOWN)
            return
        reply = Reply(asked.get("code", ""), asked.get("error", "no code came"))
        self._say(200, _ALLOWED if reply.code else _DENIED)
        self.server.receiver.replies.put(reply)

    def _say(self, status: int, text: str) -> None:
        body = f"<!DOCTYPE html><meta charset=utf-8><title>sheetd</title><p>{text}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The address holds a code: nothing is logged."""
