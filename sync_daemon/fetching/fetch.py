"""One fetch: whether the address is allowed, also by its site, and whether it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from sync_daemon.fetching.content import ACCEPTED
from sync_daemon.fetching.deadline import Deadline
from sync_daemon.fetching.effects import Flow
from sync_daemon.fetching.exchange import Answer, Exchanges, FetchRequest, Fields
from sync_daemon.fetching.response import make_response
from sync_daemon.fetching.response_cache import CachedResponse, ResponseCache
from sync_daemon.fetching.robots import READ_BYTES, Failure, RobotsMemory, Rules, parse_rules
from sync_daemon.fetching.urls import Target, check_url, parse_origin
from sync_daemon.tooling import (
    AddressRefusedError,
    EncodingRefusedError,
    RobotsUnknownError,
    TooLargeError,
)

# httpx hands a request's extensions on to the one that follows a redirect.
_HOP = "sheetd.hop"

_OURS = {b"accept-encoding", b"connection", b"user-agent"}
_OK = 200
_NOT_MODIFIED = 304
_TOO_MANY = 429
_REDIRECTS = range(300, 400)
_SERVER_ERRORS = range(500, 1000)


@dataclass(frozen=True, eq=False, slots=True)
class _Hop:
    """Left on a request for the one that follows its redirect."""

    request: httpx.Request
    origin: str
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches for all threads and event loops.

    Args:
        exchanges: makes single requests.
        allowed: origins that are fetched wherever they lead to, and without asking for
            their robots.txt: the configuration names them.
        robots: what is known of robots.txt files.
        memory: what is known of answers.
        agent: the User-Agent.
        now: a monotonic clock.
    """

    exchanges: Exchanges
    allowed: frozenset[str]
    robots: RobotsMemory
    memory: ResponseCache
    agent: str
    now: Callable[[], float]

    def fetch(self, request: httpx.Request) -> Flow[httpx.Response]:
        """The answer to ``request``, a redirect being one.

        Raises:
            FetchRefusedError: it is not fetched at all.
            FetchDelayedError: it is not fetched now.
            httpx.TransportError: the network or the host failed.
        """
        before = _hop_before(request)
        target = self._check(request.url, before.origin if before else None)
        deadline = before.deadline if before else self._deadline(request)
        request.extensions[_HOP] = _Hop(request, target.origin, deadline)
        interval = 0.0
        if not target.trusted:
            rules = yield from self._rules(target, deadline)
            rules.check(str(request.url), target.host)
            interval = max(self.exchanges.limits.interval_s, rules.delay_s)
        kept = self.memory.recall(request)
        order = self._order(request, target, deadline, interval, kept)
        answer = yield from self.exchanges.exchange(order)
        return self._settle(request, answer, kept)

    def _check(self, url: httpx.URL, came_from: str | None) -> Target:
        longest = self.exchanges.limits.url_chars
        return check_url(url, allowed=self.allowed, came_from=came_from, longest=longest)

    def _deadline(self, request: httpx.Request) -> Deadline:
        limits = self.exchanges.limits
        asked = request.extensions.get("timeout", {}).get("read")
        total_s = limits.total_s if asked is None else min(asked, limits.longest_s)
        return Deadline.after(total_s, self.now)

    def _order(
        self,
        request: httpx.Request,
        target: Target,
        deadline: Deadline,
        interval: float,
        kept: CachedResponse | None,
    ) -> FetchRequest:
        fields: Fields = [one for one in request.headers.raw if one[0].lower() not in _OURS]
        fields += [
            (b"Accept-Encoding", ACCEPTED.encode()),
            (b"Connection", b"close"),
            (b"User-Agent", self.agent.encode()),
        ]
        fields += kept.conditions() if kept else []
        size = self.exchanges.limits.body_bytes
        return FetchRequest(target, request, fields, deadline, interval, size)

    def _settle(
        self, request: httpx.Request, answer: Answer, kept: CachedResponse | None
    ) -> httpx.Response:
        if answer.status == _NOT_MODIFIED and kept is not None:
            renewed = kept.refreshed(answer.fields)
            self.memory.keep(request, renewed)
            return make_response(_OK, renewed.fields, renewed.body, from_cache=True)
        if answer.status == _OK:
            self.memory.offer(request, answer.fields, answer.body)
        return make_response(answer.status, answer.fields, answer.body)

    def _rules(self, target: Target, deadline: Deadline) -> Flow[Rules]:
        known = self.robots.recall(target.origin)
        if known is not None:
            return known
        try:
            rules = yield from self._ask_for_rules(target, deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            raise  # the page itself could not be fetched either
        except (httpx.TransportError, TooLargeError, EncodingRefusedError) as error:
            why = getattr(error, "message", None) or str(error)
            raise self._unknown(target, why) from error
        self.robots.keep(target.origin, rules)
        return rules

    def _ask_for_rules(self, target: Target, deadline: Deadline) -> Flow[Rules]:
        url = httpx.URL(f"{target.origin}/robots.txt")
        answer = yield from self._ask_for_file(url, target, deadline)
        for _ in range(self.exchanges.limits.redirects + 1):
            location = answer.field("Location") if answer.status in _REDIRECTS else ""
            if not location:
                return _judge(answer, target.host)
            try:
                came_from, url = parse_origin(url).origin, url.join(location)
                place = self._check(url, came_from)
                answer = yield from self._ask_for_file(url, place, deadline)
            except (httpx.InvalidURL, AddressRefusedError):
                break
        return Rules()  # unavailable, as RFC 9309 calls it: everything is allowed

    def _ask_for_file(self, url: httpx.URL, place: Target, deadline: Deadline) -> Flow[Answer]:
        request = httpx.Request("GET", url)
        fields = self._order(request, place, deadline, 0.0, None).fields
        order = FetchRequest(place, request, fields, deadline, 0.0, READ_BYTES, cut=True)
        return (yield from self.exchanges.exchange(order))

    def _unknown(self, target: Target, why: str) -> RobotsUnknownError:
        reason = f"The robots.txt of {target.host} cannot be read: {why.rstrip('.')}."
        self.robots.keep(target.origin, Failure(reason))
        return RobotsUnknownError(reason)


def _hop_before(request: httpx.Request) -> _Hop | None:
    """The hop whose redirect ``request`` follows; None if it is a first one, or sent again."""
    hop = request.extensions.get(_HOP)
    return hop if isinstance(hop, _Hop) and hop.request is not request else None


def _judge(answer: Answer, host: str) -> Rules:
    """The rules of what came instead of a redirect."""
    if answer.status == _TOO_MANY or answer.status in _SERVER_ERRORS:
        raise httpx.RemoteProtocolError(f"{host} answers {answer.status}")
    if answer.status != _OK:
        return Rules()
    return parse_rules(answer.body.decode("utf-8-sig", "replace"))
