"""The line to Google: gspread's HTTP client with limits, time-outs and the one retry layer."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

import google.auth.credentials
import gspread
import requests
import structlog

from sync_daemon.clock import SystemClock
from sync_daemon.domain.api_calls import ApiCalls
from sync_daemon.domain.http_dates import parse_moment
from sync_daemon.domain.retry import GiveUp, RetryPolicy, decide_retry
from sync_daemon.errors import SheetdError
from sync_daemon.ports import Clock, RequestLog
from sync_daemon.settings import GoogleSettings
from sync_daemon.sheets.auth import client_email
from sync_daemon.sheets.quota import WINDOW_S, RequestLimiter
from sync_daemon.sheets.session import ANSWER_TIMEOUT_S, TOKEN_TIMEOUT_S, GoogleSession
from sync_daemon.sheets.translate import (
    Failure,
    failure_of_exception,
    failure_of_response,
    garbled,
)

_SHEETS_HOST = "https://sheets.googleapis.com"
_DRIVE_HOST = "https://www.googleapis.com"
CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 180.0  # Google ends a request after 180 s itself
_EDGE = 64  # bytes, more than the white space around any answer

log = structlog.get_logger(__name__)


class Idempotency(Enum):
    """Whether a request may be sent again when it is not known what became of it."""

    SAFE = "safe"  # a reading, or a writing of absolute values
    ONCE = "once"  # a second effect would be another one


class RequestKind(Enum):
    """Which quota a request counts against."""

    READ = "read"
    WRITE = "write"
    DRIVE = "drive"


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Call:
    """A request, as often as it is sent."""

    method: str
    path: str
    params: Mapping[str, Any] | None
    json: Mapping[str, Any] | None
    kind: RequestKind


class RootedClient(gspread.HTTPClient):
    """gspread's client with the API roots of the configuration in place of Google's hosts."""

    def __init__(self, session: requests.Session, roots: Mapping[str, str]) -> None:
        super().__init__(auth=None, session=session)  # type: ignore[arg-type]  # as it documents
        self._roots = roots

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        """Send one request to the configured root; raises gspread's APIError as gspread does."""
        for host, root in self._roots.items():
            if endpoint.startswith(host + "/"):
                endpoint = root + endpoint.removeprefix(host)
                break
        return super().request(method, endpoint, *args, **kwargs)


class SheetsTransport:
    """Sends requests one at a time, whichever thread they come from.

    There is one session under one lock, not one a thread: a cycle sends its
    requests one after the other, and limits and counts are shared anyway.
    Waiting, for the quota or to try again, is done outside the lock.

    Args:
        google: API roots and limits of the configuration.
        credentials: who we are.
        clock: for limits and pauses.
        draw: a random number from 0 to 1, for jitter.
        policy: the bounds of trying again.
        timeouts: seconds to connect, and to wait for the next bytes of an answer.
        token_timeout_s: the same for the token endpoint.
        answer_timeout_s: for an answer as a whole.
        journal: where requests are remembered, for other processes and the next start.
        on_attempt: called after each attempt, as a sign of life.

    Attributes:
        clock_offset_s: seconds that Google's clock is ahead of ours, by its last answer.
    """

    def __init__(  # noqa: PLR0913 - all but two have a default
        self,
        google: GoogleSettings,
        credentials: google.auth.credentials.Credentials,
        *,
        clock: Clock | None = None,
        draw: Callable[[], float] = random.random,
        policy: RetryPolicy | None = None,
        timeouts: tuple[float, float] = (CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
        token_timeout_s: float = TOKEN_TIMEOUT_S,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        journal: RequestLog | None = None,
        on_attempt: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = google
        self._journal = journal
        self._on_attempt = on_attempt
        self._clock = clock or SystemClock()
        self._draw = draw
        self._policy = policy or RetryPolicy()
        self._session = GoogleSession(credentials, token_timeout_s, answer_timeout_s)
        roots = {_SHEETS_HOST: google.api_root, _DRIVE_HOST: google.drive_root}
        self._client = RootedClient(self._session, roots)
        self._client.set_timeout(timeouts)
        self._limiters = {
            RequestKind.READ: RequestLimiter(google.reads_per_minute, self._clock),
            RequestKind.WRITE: RequestLimiter(google.writes_per_minute, self._clock),
        }
        self._is_recalled = True
        self._counts: Counter[RequestKind] = Counter()
        self.clock_offset_s: float | None = None
        self._lock = threading.Lock()

    def recall(self) -> None:
        """Count what other processes, and this one, have sent in the last minute.

        That is looked up before the next request that counts; there may be none.
        """
        self._is_recalled = False

    def _look_up_what_was_sent(self) -> None:
        self._is_recalled = True
        if self._journal is None:
            return
        now = self._clock.now()
        for kind, limiter in self._limiters.items():
            sent = self._journal.load_since(kind.value, now - timedelta(seconds=WINDOW_S))
            limiter.recall((now - at).total_seconds() for at in sent)

    def calls(self) -> ApiCalls:
        """Requests sent so far, repeated attempts included."""
        return ApiCalls(
            sheets_read=self._counts[RequestKind.READ],
            sheets_write=self._counts[RequestKind.WRITE],
            drive=self._counts[RequestKind.DRIVE],
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        idempotency: Idempotency,
        kind: RequestKind,
    ) -> requests.Response:
        """Send a request until it is answered, refused, or the bounds are reached.

        Raises:
            SheetdError: what became of it, of the kind that :mod:`sync_daemon.errors` tells.
        """
        call = _Call(method, path, params, json, kind)
        return self._send_with_retries(
            lambda: self._attempt(call, _looks_whole), idempotency, path, self._bounds(kind)
        )

    def json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        idempotency: Idempotency,
        kind: RequestKind,
    ) -> dict[str, Any]:
        """Like :meth:`request`, but returns the answer's JSON object."""
        call = _Call(method, path, params, json, kind)
        response = self._send_with_retries(
            lambda: self._attempt(call, _is_json_object), idempotency, path, self._bounds(kind)
        )
        answer: dict[str, Any] = response.json()
        return answer

    def authenticate(self) -> None:
        """Ask for an access token now, to see that the credentials work.

        Raises:
            SheetdError: refused, or Google is out of reach.
        """
        renew = self._session.renew
        self._send_with_retries(
            lambda: self._guarded(renew), Idempotency.SAFE, "token", self._policy
        )

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _bounds(self, kind: RequestKind) -> RetryPolicy:
        """Drive is asked once: without its hint the sheet is read, which costs less than pauses."""
        if kind is RequestKind.DRIVE:
            return replace(self._policy, attempts=1, attempts_at_quota=1)
        return self._policy

    def _send_with_retries(
        self,
        attempt: Callable[[], _T | Failure],
        idempotency: Idempotency,
        path: str,
        policy: RetryPolicy,
    ) -> _T:
        """The one retry layer: attempts until one succeeds or the decision is to give up."""
        started, number, was_refused = self._clock.monotonic(), 1, False
        while isinstance(outcome := attempt(), Failure):
            if outcome.is_token_refused and not was_refused:
                was_refused = True  # a token can die before its time; a new one has one chance
                self._session.refuse_token()
                continue
            self._pause_or_raise(outcome, idempotency, number, started, path, policy)
            number += 1
        return outcome

    def _attempt(
        self, call: _Call, is_whole: Callable[[requests.Response], bool]
    ) -> requests.Response | Failure:
        limiter = self._limiters.get(call.kind)
        if limiter is not None and not self._is_recalled:
            self._look_up_what_was_sent()
        with limiter.turn() if limiter else nullcontext(0.0) as waited:
            if waited > 1:
                log.info("waited for the quota", seconds=round(waited, 1), kind=call.kind.value)
            outcome = self._guarded(lambda: self._send(call))
        self._on_attempt()
        if isinstance(outcome, Failure):
            return outcome
        self._compare_clocks(outcome)
        if not outcome.ok:
            return failure_of_response(outcome, client_email(self._settings))
        return outcome if is_whole(outcome) else garbled()

    def _compare_clocks(self, response: requests.Response) -> None:
        told = parse_moment(response.headers.get("Date", ""))
        if told is not None:
            self.clock_offset_s = (told - self._clock.now()).total_seconds()

    def _guarded(self, act: Callable[[], _T]) -> _T | Failure:
        """Do something over the network; what the libraries raise becomes a failure of ours."""
        with self._lock:
            try:
                return act()
            except Exception as error:
                failure = failure_of_exception(error)
                if failure is None:
                    raise
                failure.error.__cause__ = error
                return failure

    def _send(self, call: _Call) -> requests.Response:
        self._counts[call.kind] += 1
        if self._journal is not None and call.kind in self._limiters:
            self._journal.record(call.kind.value, self._clock.now())
        host = _DRIVE_HOST if call.kind is RequestKind.DRIVE else _SHEETS_HOST
        try:
            response: requests.Response = self._client.request(
                call.method, host + call.path, params=call.params, json=call.json
            )
        except gspread.exceptions.APIError as error:
            return error.response
        return response

    def _pause_or_raise(
        self,
        failure: Failure,
        idempotency: Idempotency,
        attempt: int,
        started: float,
        path: str,
        policy: RetryPolicy,
    ) -> None:
        if failure.kind is None:
            raise failure.error
        decision = decide_retry(
            failure.kind,
            is_repeatable=idempotency is Idempotency.SAFE,
            attempt=attempt,
            elapsed_s=self._clock.monotonic() - started,
            policy=policy,
            jitter=self._draw(),
            retry_after_s=failure.retry_after_s,
        )
        if isinstance(decision, GiveUp):
            raise _given_up(failure.error, decision) from failure.error.__cause__
        log.warning(
            "request failed, trying again",
            reason=failure.kind.value,
            attempt=attempt,
            pause_s=round(decision.pause_s, 1),
            path=path.rpartition("/")[2],
        )
        self._clock.sleep(decision.pause_s)


def _given_up(error: SheetdError, decision: GiveUp) -> SheetdError:
    return type(error)(f"{error.message.rstrip('.')}; {decision.reason}.", hint=error.hint)


def _is_json_object(response: requests.Response) -> bool:
    try:
        return isinstance(response.json(), dict)
    except ValueError:
        return False


def _looks_whole(response: requests.Response) -> bool:
    """Whether an answer seems to be a JSON object, without parsing what may be many MB."""
    body = response.content
    return body[:_EDGE].lstrip().startswith(b"{") and body[-_EDGE:].rstrip().endswith(b"}")
