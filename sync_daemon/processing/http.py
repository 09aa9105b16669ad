"""What an executor needs to give tools their HTTP clients."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from sync_daemon.tooling import HttpProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


class HttpPool(HttpProvider, Protocol):
    """What an executor needs besides the clients: to let go of those of a loop that ends."""

    async def aclose(self) -> None:
        """Close the client of the running event loop."""

    def close(self) -> None:
        """Close the client for threads."""


class LateHttp:
    """A pool that is made when a client is first asked for: most cycles fetch nothing.

    Args:
        make: gives the pool; called once at most.
    """

    def __init__(self, make: Callable[[], HttpPool]) -> None:
        self._make = make
        self._made: HttpPool | None = None
        self._lock = threading.Lock()

    def client(self) -> httpx.Client:
        """The client for threads."""
        return self._pool().client()

    def async_client(self) -> httpx.AsyncClient:
        """The client of the running event loop."""
        return self._pool().async_client()

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        if self._made is not None:
            await self._made.aclose()

    def close(self) -> None:
        """Close the client for threads."""
        if self._made is not None:
            self._made.close()

    def _pool(self) -> HttpPool:
        with self._lock:
            self._made = self._made or self._make()
            return self._made
