"""HTTP/1.1 on loopback: reads requests, sends answers, and breaks connections when told to."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from sync_daemon.sandbox.answers import Answer
from sync_daemon.sandbox.control import Control
from sync_daemon.sandbox.faults import Fault, FaultKind
from sync_daemon.sandbox.service import HttpRequest, SandboxService

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s: close sends RST
_DRIPS = 10
_GZIP_FROM = 10_000  # bytes
_MAX_BODY = 256 * 1024 * 1024


class _BadBodyError(Exception):
    """A body that cannot be read."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LoopbackServer(ThreadingHTTPServer):
    """Serves one sandbox on 127.0.0.1."""

    daemon_threads = True
    block_on_close = False  # a request that hangs must not hold up the end
    request_queue_size = 64

    def __init__(self, port: int, service: SandboxService, control: Control) -> None:
        self.service = service
        self.control = control
        self.connections: set[socket.socket] = set()
        self.connections_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def close_connections(self) -> None:
        """Close what clients keep open."""
        with self.connections_lock:
            for connection in self.connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is nobody's fault."""


def _one_line(value: str) -> str:
    """A header's value as one: what a stranger wrote in it begins no other header."""
    return "".join(sign for sign in value if sign.isprintable())


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    server_version = "sheetd-sandbox"
    wbufsize = -1  # buffered: an unbuffered answer costs 40 ms with Nagle's algorithm
    disable_nagle_algorithm = True
    timeout = 300
    _methods: ClassVar = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")

    def setup(self) -> None:
        super().setup()
        with self.server.connections_lock:
            self.server.connections.add(self.connection)

    def finish(self) -> None:
        with self.server.connections_lock:
            self.server.connections.discard(self.connection)
        super().finish()

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = HttpRequest(self.command, self.path, headers, body)
        if self.server.control.takes(request):
            self._send(self.server.control.answer(request))
            return
        answer, fault = self.server.service.handle(request)
        if fault is None or not self._spoil(answer, fault):
            self._send(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _serve  # noqa: N815

    def _read_body(self) -> bytes | None:
        """The body, decompressed; None if it was refused."""
        try:
            return self._decompressed_body()
        except _BadBodyError as error:
            # Where the body ends is unknown, and so is where the next request begins.
            self.close_connection = True
            self.send_error(error.status)
            return None

    def _decompressed_body(self) -> bytes:
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            raise _BadBodyError(411)
        if int(length) > _MAX_BODY:
            raise _BadBodyError(413)
        body = self.rfile.read(int(length))
        if self.headers.get("Content-Encoding") != "gzip":
            return body
        try:
            return gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise _BadBodyError(400) from error

    def _send(self, answer: Answer) -> None:
        body = answer.body
        headers = {"Content-Type": answer.content_type, **answer.headers}
        if len(body) >= _GZIP_FROM and self._accepts_gzip():
            body = gzip.compress(body, compresslevel=1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, _one_line(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _accepts_gzip(self) -> bool:
        """Google compresses for clients that say "gzip" in User-Agent too (its documentation)."""
        accepted = self.headers.get("Accept-Encoding", "")
        return "gzip" in accepted and "gzip" in self.headers.get("User-Agent", "")

    def _spoil(self, answer: Answer, fault: Fault) -> bool:
        """Carry out the part of a fault that is the connection's; whether that was the answer."""
        match fault.kind:
            case FaultKind.RESET_BEFORE | FaultKind.RESET_AFTER:
                self._reset()
            case FaultKind.HANG | FaultKind.HANG_AFTER:
                self.server.service.faults.released.wait(fault.seconds)
                self._reset()
            case FaultKind.TRUNCATED:
                self._send_part(answer)
            case FaultKind.DRIP:
                self._drip(answer, fault.seconds)
            case FaultKind.CUT_JSON:
                self._send(Answer(answer.status, answer.body[: len(answer.body) // 2]))
            case FaultKind.GARBAGE:
                self._send(Answer(200, b"\x00\xff{<not json>"))
            case _:
                return False
        return True

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()

    def _send_part(self, answer: Answer) -> None:
        self.close_connection = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body) + 100))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2])
        self.wfile.flush()

    def _drip(self, answer: Answer, seconds: float) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        size = max(-(-len(answer.body) // _DRIPS), 1)
        for start in range(0, len(answer.body), size):
            self.server.service.stopping.wait(seconds / _DRIPS)
            self.wfile.write(answer.body[start : start + size])
            self.wfile.flush()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the sandbox's own clock."""
        return super().date_time_string(timestamp or self.server.service.accounts.now())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The service keeps a log of its own."""
