"""Reading what strangers wrote where it can be ended: ``context.parse`` and its errors."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

from sync_daemon.tooling.errors import ToolError

T = TypeVar("T")


F = TypeVar("F", bound=Callable[..., Any])
LIBRARIES = "__sheetd_libraries__"
"""The attribute of a function that says what a process imports before it calls it."""


def reads_with(*libraries: str) -> Callable[[F], F]:
    """Mark a function for ``context.parse`` that imports libraries itself, when it is called.

    So only the process that reads needs them, and what they take is not counted as the task's.

    Raises:
        ModuleNotFoundError: one of them is not installed; as an import of it would.
    """
    for library in libraries:
        if find_spec(library) is None:
            raise ModuleNotFoundError(f"No module named {library!r}", name=library)

    def mark(function: F) -> F:
        setattr(function, LIBRARIES, libraries)
        return function

    return mark


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
