"""The HTTP clients that tools get: real httpx clients whose every request is guarded."""

from __future__ import annotations

import asyncio
import ssl
import threading
from dataclasses import dataclass
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from weakref import WeakKeyDictionary

import httpx

from sync_daemon.fetching.exchange import Exchanges
from sync_daemon.fetching.fetch import Fetcher
from sync_daemon.fetching.host_backoff import HostBackoff
from sync_daemon.fetching.host_limiter import HostLimiter
from sync_daemon.fetching.limits import FetchLimits
from sync_daemon.fetching.response_cache import ResponseCache
from sync_daemon.fetching.robots import AGENT, RobotsMemory
from sync_daemon.fetching.runners import Outside, TaskRunner, ThreadRunner
from sync_daemon.fetching.urls import parse_origin


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all clients of a provider have in common."""

    fetcher: Fetcher
    outside: Outside
    tls: ssl.SSLContext


class GuardedTransport(httpx.BaseTransport):
    """For threads."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request."""
        driver = ThreadRunner(self._shared.outside, self._shared.tls)
        return driver.run(self._shared.fetcher.fetch(request))


class AsyncGuardedTransport(httpx.AsyncBaseTransport):
    """For event loops."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request."""
        driver = TaskRunner(self._shared.outside, self._shared.tls)
        return await driver.run(self._shared.fetcher.fetch(request))


class GuardedHttp:
    """Implements `sync_daemon.processing.http.HttpPool`.

    One client for all threads and one for each event loop, made when first
    asked for. What is known of hosts is common to all of them.

    Args:
        allowed_origins: origins (``http://localhost:11434``) that are fetched although
            they are not on the public web. They come from the configuration, never
            from a sheet.
        limits: what a fetch may cost.
        outside: the network and the clocks.
    """

    def __init__(
        self,
        allowed_origins: frozenset[str] = frozenset(),
        *,
        limits: FetchLimits | None = None,
        outside: Outside | None = None,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._outside = outside or Outside()
        self._allowed = frozenset(parse_origin(httpx.URL(one)).origin for one in allowed_origins)
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            WeakKeyDictionary()
        )

    def client(self) -> httpx.Client:
        """The client for threads."""
        with self._lock:
            if self._client is None:
                transport = GuardedTransport(self._shared)
                self._client = httpx.Client(transport=transport, **self._settings())
            return self._client

    def async_client(self) -> httpx.AsyncClient:
        """The client of the running event loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._by_loop:
                transport = AsyncGuardedTransport(self._shared)
                self._by_loop[loop] = httpx.AsyncClient(transport=transport, **self._settings())
            return self._by_loop[loop]

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        with self._lock:
            client = self._by_loop.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def close(self) -> None:
        """Close the client for threads."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _settings(self) -> dict[str, Any]:
        return {
            "trust_env": False,
            "follow_redirects": True,
            "max_redirects": self._limits.redirects,
            "timeout": httpx.Timeout(self._limits.total_s, connect=self._limits.connect_s),
            "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # takes none
        }

    @cached_property
    def _shared(self) -> _Shared:
        outside, limits = self._outside, self._limits
        now = outside.monotonic
        exchanges = Exchanges(
            limits, HostLimiter(limits, now), HostBackoff(now, outside.wall), outside.resolve, now
        )
        fetcher = Fetcher(
            exchanges,
            self._allowed,
            RobotsMemory(now),
            ResponseCache(limits.cache_bytes),
            user_agent(),
            now,
        )
        return _Shared(fetcher, outside, outside.make_tls())


def user_agent() -> str:
    """``sheetd/0.1.0``: who we are, honestly."""
    try:
        return f"{AGENT}/{version(AGENT)}"
    except PackageNotFoundError:
        return AGENT
