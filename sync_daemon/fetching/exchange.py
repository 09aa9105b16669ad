"""One request and its answer: wait for a turn, resolve, ask, read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpcore
import httpx

from sync_daemon.fetching.content import Body
from sync_daemon.fetching.deadline import Deadline
from sync_daemon.fetching.effects import Close, Flow, NextChunk, Open, Sleep, Wait
from sync_daemon.fetching.failures import translate
from sync_daemon.fetching.host_backoff import HostBackoff
from sync_daemon.fetching.host_limiter import HostLimiter, HostSlot, busy
from sync_daemon.fetching.limits import FetchLimits
from sync_daemon.fetching.network_backend import Budget
from sync_daemon.fetching.resolving import Resolve, start_resolving
from sync_daemon.fetching.response import check_fields
from sync_daemon.fetching.urls import Target

Fields = list[tuple[bytes, bytes]]
_FIRST_FINAL = 200  # statuses below announce another answer, or another protocol


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to ask whom.

    Attributes:
        target: whom.
        request: what; its address leads to the target.
        fields: the header to send.
        deadline: when it ends.
        interval_s: seconds until the next request to that host; 0 takes no account of it.
        body_bytes: bytes of the answer's body.
        cut: whether a longer body is cut there, instead of refused.
    """

    target: Target
    request: httpx.Request
    fields: Fields
    deadline: Deadline
    interval_s: float
    body_bytes: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer read to its end, decompressed."""

    status: int
    fields: Fields
    body: bytes

    def field(self, name: str) -> str:
        """The value of a header field; empty if there is none."""
        value: str = httpx.Headers(self.fields).get(name, "")
        return value


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Makes exchanges, those of all threads and event loops in turn."""

    limits: FetchLimits
    turns: HostLimiter
    pauses: HostBackoff
    resolve: Resolve
    now: Callable[[], float]

    def exchange(self, order: FetchRequest) -> Flow[Answer]:
        """Ask once.

        Raises:
            FetchRefusedError: the host is not public, or its answer is too large.
            HostBusyError: it is not this request's turn for too long.
            httpx.TransportError: the network or the host failed.
        """
        host = order.target.host
        self.pauses.check(host)
        turn = self.turns.join(host, order.interval_s)
        try:
            yield from self._await(turn, order.deadline)
            self.pauses.check(host)
            answer = yield from self._converse(order)
        finally:
            self.turns.leave(turn)
        self.pauses.note(host, answer.status, answer.field("Retry-After"))
        return answer

    def _await(self, turn: HostSlot, deadline: Deadline) -> Flow[None]:
        patience = max(0.0, min(self.limits.turn_s, deadline.left_s))
        try:
            starts_at: float = yield Wait(turn.starts_at, patience)
        except TimeoutError:
            raise busy(turn.host, turn.interval_s) from None
        ahead = starts_at - self.now()
        if ahead > deadline.left_s:
            raise busy(turn.host, ahead)
        if ahead > 0:
            yield Sleep(ahead)

    def _converse(self, order: FetchRequest) -> Flow[Answer]:
        try:
            addresses = yield from self._addresses(order)
            budget = Budget(
                order.target.host,
                order.deadline,
                self.limits.connect_s,
                self.limits.head_wire_bytes,
            )
            response = yield Open(_for_wire(order, self.limits), addresses, budget)
            budget.bytes_left += self.limits.body_wire_bytes
            return (yield from self._read(order, response))
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
        ) as error:
            order.deadline.check(order.target.host)
            raise translate(error, order.target.host, self.limits.connect_s) from error
        finally:
            yield Close()

    def _addresses(self, order: FetchRequest) -> Flow[list[str]]:
        future = start_resolving(self.resolve, order.target)
        try:
            addresses: list[str] = yield Wait(
                future, max(0.0, min(self.limits.connect_s, order.deadline.left_s))
            )
        except TimeoutError as error:
            message = f"the name servers do not say where {order.target.host} is"
            raise httpx.ConnectTimeout(message) from error
        return addresses

    def _read(self, order: FetchRequest, response: httpcore.Response) -> Flow[Answer]:
        host = order.target.host
        fields = response.headers
        if response.status < _FIRST_FINAL:
            raise httpcore.RemoteProtocolError("a protocol that was not asked for")
        check_fields(host, fields, self.limits.header_fields, self.limits.header_bytes)
        headers = httpx.Headers(fields)
        encoding = headers.get("Content-Encoding", "")
        body = Body(host, encoding, order.body_bytes, cut=order.cut)
        if order.request.method != "HEAD":
            body.expect(headers.get("Content-Length", ""))
        while not body.is_full and (chunk := (yield NextChunk())) is not None:
            body.add(chunk)
        return Answer(response.status, fields, body.finish())


def _for_wire(order: FetchRequest, limits: FetchLimits) -> httpcore.Request:
    url = order.request.url
    timeouts = {"connect": limits.connect_s}  # the budget has the others
    return httpcore.Request(
        order.request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=order.fields,
        content=order.request.stream,
        extensions={"timeout": timeouts},
    )
