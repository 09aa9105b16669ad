"""What an executor needs to give tools their HTTP clients."""

from __future__ import annotations

from typing import Protocol

from sync_daemon.tooling import HttpProvider


class HttpPool(HttpProvider, Protocol):
    """What an executor needs besides the clients: to let go of those of a loop that ends."""

    async def aclose(self) -> None:
        """Close the client of the running event loop."""

    def close(self) -> None:
        """Close the client for threads."""
