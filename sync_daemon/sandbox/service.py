"""The sandbox without its sockets: from a request to an answer, faults included."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sync_daemon.sandbox import api
from sync_daemon.sandbox.answers import (
    Answer,
    Refusal,
    drive_error,
    google_error,
    html_not_found,
    json_answer,
    not_supported,
)
from sync_daemon.sandbox.api_errors import ApiError
from sync_daemon.sandbox.auth import (
    SHEETS_READ,
    SHEETS_WRITE,
    Accounts,
    drive_scopes,
    require_scope,
)
from sync_daemon.sandbox.consent import CONSENT_PATHS
from sync_daemon.sandbox.drive import Drive
from sync_daemon.sandbox.drive_import import Upload
from sync_daemon.sandbox.faults import Fault, FaultKind, FaultPlan
from sync_daemon.sandbox.faulty_answers import DRIVE, faulty_answer, no_permission
from sync_daemon.sandbox.http_batch import Part, answer_batch, is_batch, parse_batch
from sync_daemon.sandbox.json_body import parse_json, too_deep
from sync_daemon.sandbox.own_browser import foreign_because
from sync_daemon.sandbox.quota import Quota
from sync_daemon.sandbox.sharing import Sharing
from sync_daemon.sandbox.workspace import Workspace

TOKEN_PATHS = ("/token", "/oauth2/v4/token")
_LOG_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire."""

    method: str
    target: str  # path and query, percent-encoded
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request in the log: never bodies or tokens."""

    method: str
    path: str
    status: int  # 0 where the connection was broken
    kind: str  # "read", "write", "drive" or ""
    milliseconds: float
    fault: str = ""


Hook = Callable[[HttpRequest], None]


@dataclass(slots=True)
class SandboxService:
    """Everything behind the socket.

    ``before`` and ``after`` are called around each request to Sheets or Drive,
    outside the workspace's lock, so that a user can act between any two.
    """

    workspace: Workspace
    accounts: Accounts
    quota: Quota
    sharing: Sharing = field(default_factory=Sharing)
    faults: FaultPlan = field(default_factory=FaultPlan)
    latency_s: float = 0.0
    before: list[Hook] = field(default_factory=list)
    after: list[Hook] = field(default_factory=list)
    observers: list[Callable[[HttpRequest, Answer], None]] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)
    drive: Drive = field(init=False)
    token_uri: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.drive = Drive(self.workspace, self.sharing)

    def handle(self, request: HttpRequest) -> tuple[Answer, Fault | None]:
        """The answer to a request, and the fault that the socket has to carry out, if any."""
        started = time.perf_counter()
        parts = urlsplit(request.target)
        path = unquote(parts.path)
        fault = None if path in TOKEN_PATHS else self.faults.next_for(request.method, path)
        for hook in self.before:
            hook(request)
        if self.latency_s:
            self.stopping.wait(self.latency_s)
        if fault is not None and fault.kind is FaultKind.SLOW:
            self.stopping.wait(fault.seconds)
        answer = None
        if fault is not None:
            is_write = api.is_write(request.method, path)
            answer = faulty_answer(fault, path, is_write=is_write)
        if answer is None:
            answer = self._answer(request, path, parts.query)
        for hook in self.after:
            hook(request)
        self._record(request, path, answer, fault, started)
        return answer, fault

    def _answer(self, request: HttpRequest, path: str, text: str) -> Answer:
        try:
            return self._routed(request, path, text)
        except Refusal as refusal:
            return refusal.answer
        except ApiError as error:
            return json_answer(error.body(), error.status)
        except RecursionError:  # in a walk through what the parser still could read
            return json_answer(too_deep().body(), 400)
        except Exception:  # noqa: BLE001 - a defect of the sandbox: said, not a broken connection
            traceback.print_exc()
            return json_answer(google_error(500, "INTERNAL", "Internal error encountered."), 500)

    def _routed(self, request: HttpRequest, path: str, text: str) -> Answer:
        query = parse_qsl(text, keep_blank_values=True)
        if path in TOKEN_PATHS and request.method == "POST":
            return self.accounts.grant(request.body, self.token_uri)
        if path in CONSENT_PATHS:
            return self._consent(request, text)
        if path.startswith("/v4/spreadsheets"):
            return self._sheets(request, path, query)
        if path.startswith("/drive/v3/"):
            return self._drive(request, path, query)
        if path.startswith("/upload/drive/"):
            return self._upload(request, path, query)
        if is_batch(request.method, path):
            parts = parse_batch(request.headers, request.body)
            return answer_batch(parts, self._part)
        return html_not_found()

    def _part(self, part: Part) -> Answer:
        """One request of a batch, for the log and the quota like any other."""
        request = HttpRequest(part.method, part.target, part.headers, part.body)
        split = urlsplit(part.target)
        path, started = unquote(split.path), time.perf_counter()
        nested = is_batch(part.method, path)
        answer = html_not_found() if nested else self._answer(request, path, split.query)
        self._record(request, path, answer, None, started)
        return answer

    def _upload(self, request: HttpRequest, path: str, query: list[tuple[str, str]]) -> Answer:
        token = self.accounts.authenticate(request.headers.get("authorization"), on_drive=True)
        accepted = drive_scopes(request.method, path)
        require_scope(token, accepted, "drive.googleapis.com", "google.apps.drive.v3")
        sent = Upload(request.method, path, request.headers, request.body)
        with self.workspace.lock:
            return self.drive.upload(sent, dict(query), token.email)

    def _consent(self, request: HttpRequest, text: str) -> Answer:
        """A person's consent, which no other page may give in their place."""
        refusal = foreign_because(request.headers)
        if refusal:
            return json_answer({"error": refusal}, 403)
        return self.accounts.applications.answer(request.method, text, request.body)

    def _sheets(self, request: HttpRequest, path: str, query: list[tuple[str, str]]) -> Answer:
        is_write = api.is_write(request.method, path)
        email, user = self._sheets_caller(request, dict(query).get("key"), is_write=is_write)
        if self.sharing.api_disabled:
            raise Refusal(json_answer(_disabled("sheets.googleapis.com", "Google Sheets API"), 403))
        exceeded = self.quota.take(user, is_write=is_write)
        if exceeded is not None:
            raise Refusal(json_answer(exceeded, 429))
        body = parse_json(request.body)
        with self.workspace.lock:
            self._require_role(path, email, is_write=is_write)
            answer = api.call(
                self.workspace,
                request.method,
                path,
                query,
                body,
                caller=email,
                permit=lambda other: self._require_sharing(other, email, is_write=True),
            )
            if path == api.ROOT and isinstance(answer, dict):
                self.sharing.share(answer["spreadsheetId"], email, "owner")
        return json_answer(answer)

    def _sheets_caller(
        self, request: HttpRequest, key: str | None, *, is_write: bool
    ) -> tuple[str, str]:
        """Who calls, and on whose quota: with an API key nobody in particular."""
        header = request.headers.get("authorization")
        if key is not None and header is None:
            self.accounts.check_api_key(key, is_write=is_write)
            return "", f"key {key}"
        token = self.accounts.authenticate(header)
        accepted = SHEETS_WRITE if is_write else SHEETS_READ
        require_scope(token, accepted, "sheets.googleapis.com", "google.apps.sheets.v4")
        return token.email, token.email

    def _drive(self, request: HttpRequest, path: str, query: list[tuple[str, str]]) -> Answer:
        header = request.headers.get("authorization")
        if header is None and "key" in dict(query):
            raise not_supported("The sandbox takes API keys for the Sheets API only.")
        token = self.accounts.authenticate(header, on_drive=True)
        accepted = drive_scopes(request.method, path)
        require_scope(token, accepted, "drive.googleapis.com", "google.apps.drive.v3")
        try:
            body = parse_json(request.body)
        except ApiError as error:
            raise Refusal(
                json_answer(drive_error(400, "parseError", "Parse Error"), 400)
            ) from error
        with self.workspace.lock:
            return self.drive.call(request.method, path, dict(query), body, token.email)

    def _require_role(self, path: str, email: str, *, is_write: bool) -> None:
        """Google's 404 for what is not there, 403 for what is not shared."""
        if path == api.ROOT:
            return
        spreadsheet_id = path.removeprefix(api.ROOT + "/").partition("/")[0].partition(":")[0]
        self.workspace.get(spreadsheet_id)
        self._require_sharing(spreadsheet_id, email, is_write=is_write)

    def _require_sharing(self, spreadsheet_id: str, email: str, *, is_write: bool) -> None:
        allowed = self.sharing.may_write if is_write else self.sharing.may_read
        if not allowed(spreadsheet_id, email):
            raise Refusal(json_answer(no_permission(), 403))

    def _record(
        self,
        request: HttpRequest,
        path: str,
        answer: Answer,
        fault: Fault | None,
        started: float,
    ) -> None:
        kind = ""
        if path.startswith("/v4/"):
            kind = "write" if api.is_write(request.method, path) else "read"
        elif path.startswith(DRIVE):
            kind = "drive"
        status = 0 if fault is not None and fault.kind in _BROKEN else answer.status
        spent = (time.perf_counter() - started) * 1000
        name = fault.kind.value if fault is not None else ""
        self.log.append(LogEntry(request.method, path, status, kind, round(spent, 3), name))
        del self.log[:-_LOG_LENGTH]
        for observer in self.observers:
            observer(request, answer)

    def advance(self, seconds: float) -> None:
        """Put the clocks of tokens and quotas forward."""
        now, monotonic = self.accounts.now, self.quota.now
        self.accounts.now = lambda: now() + seconds
        self.quota.now = lambda: monotonic() + seconds

    def reset(self) -> None:
        """Forget spreadsheets, sharing, faults, latency and the log; accounts stay."""
        with self.workspace.lock:
            for document in self.workspace.documents():
                self.workspace.delete(document.spreadsheet_id)
                self.sharing.forget(document.spreadsheet_id)
        self.faults.clear()
        self.sharing.api_disabled = False
        self.latency_s = 0.0
        self.drive.lag = 0
        self.log.clear()

    def count(self, kind: str) -> int:
        """How many requests of a kind the log holds."""
        return sum(1 for entry in self.log if entry.kind == kind)


_BROKEN = {FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.HANG, FaultKind.HANG_AFTER}


def _disabled(service: str, name: str) -> dict[str, Any]:
    """The body as recorded from Google ("SERVICE_DISABLED")."""
    address = (
        f"https://console.developers.google.com/apis/api/{service}/overview?project=123456789012"
    )
    message = (
        f"{name} has not been used in project 123456789012 before or it is disabled. Enable it by"
        f" visiting {address} then retry. If you enabled this API recently, wait a few minutes for"
        " the action to propagate to our systems and retry."
    )
    details: list[dict[str, Any]] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "SERVICE_DISABLED",
            "domain": "googleapis.com",
            "metadata": {
                "serviceTitle": name,
                "consumer": "projects/123456789012",
                "activationUrl": address,
                "containerInfo": "123456789012",
                "service": service,
            },
        },
        {
            "@type": "type.googleapis.com/google.rpc.LocalizedMessage",
            "locale": "en-US",
            "message": message,
        },
        {
            "@type": "type.googleapis.com/google.rpc.Help",
            "links": [{"description": "Google developers console API activation", "url": address}],
        },
    ]
    return google_error(403, "PERMISSION_DENIED", message, details)
