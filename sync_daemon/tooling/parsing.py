"""Reading what strangers wrote where it can be ended: ``context.parse`` and its errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sync_daemon.tooling.errors import ToolError

T = TypeVar("T")


class TooComplexError(ToolError):
    """A page or a document takes more time or memory than may be spent on it."""

    def __init__(
        self, message: str = "The page is too complex to read.", *, hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)


class Parsers(Protocol):
    """Calls functions that read strangers' bytes."""

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        """What ``read`` gives; raises what it raises, or `TooComplexError`."""

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        """The same, without holding up the event loop."""


class DirectParsers:
    """Calls them as they are, without bounds: for tests of tools, which bring their own bytes."""

    def call(self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        """What ``read`` gives."""
        return read(*arguments, **named)

    async def call_async(
        self, read: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> T:
        """What ``read`` gives."""
        return read(*arguments, **named)
