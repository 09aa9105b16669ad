"""What a fetch asks the outside for.

`exchange` and `fetch` decide, once for threads and event loops; they are
generators of these effects. `runners` does them, in two ways.
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import httpcore

from sync_daemon.fetching.network_backend import Budget

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for a result; TimeoutError after so many seconds."""

    future: Future[Any]
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Sleep:
    """Do nothing for a while."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Open:
    """Connect to one of the addresses and send the request; gives the answer's head.

    A flow has one connection at a time.
    """

    request: httpcore.Request
    addresses: list[str]
    budget: Budget


@dataclass(frozen=True, slots=True)
class NextChunk:
    """The next bytes of the answer's body; None at its end."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection, if there is one."""


Effect = Wait | Sleep | Open | NextChunk | Close
Flow = Generator[Effect, Any, T]
"""Yields effects, is sent what they give or thrown what they raise, and returns."""
