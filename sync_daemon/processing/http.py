"""The HTTP clients that tools get: time-limited, and blind to proxies in the environment."""

from __future__ import annotations

import asyncio
import threading
from typing import Protocol
from weakref import WeakKeyDictionary

import httpx

from sync_daemon.tooling import HttpProvider

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8)
_MAX_REDIRECTS = 5


class HttpPool(HttpProvider, Protocol):
    """What an executor needs besides the clients: to let go of those of a loop that ends."""

    async def aclose(self) -> None:
        """Close the client of the running event loop."""

    def close(self) -> None:
        """Close the client for threads."""


class PlainHttp:
    """Implements `HttpPool` with ordinary clients.

    One client for all threads and one for each event loop, made when first
    asked for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            WeakKeyDictionary()
        )

    def client(self) -> httpx.Client:
        """The client for threads."""
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(
                    timeout=_TIMEOUT,
                    limits=_LIMITS,
                    trust_env=False,
                    follow_redirects=True,
                    max_redirects=_MAX_REDIRECTS,
                )
            return self._client

    def async_client(self) -> httpx.AsyncClient:
        """The client of the running event loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._by_loop:
                self._by_loop[loop] = httpx.AsyncClient(
                    timeout=_TIMEOUT,
                    limits=_LIMITS,
                    trust_env=False,
                    follow_redirects=True,
                    max_redirects=_MAX_REDIRECTS,
                )
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
