"""Doing what a fetch asks for: in a thread, or in a task on an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpcore

from sync_daemon.fetching.effects import Close, Effect, Flow, NextChunk, Open, Sleep, Wait
from sync_daemon.fetching.network_backend import AddressBackend, AsyncAddressBackend
from sync_daemon.fetching.resolving import Resolve, resolve_by_system
from sync_daemon.tls import make_context

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outside:
    """The network and the time; tests put others here.

    Attributes:
        resolve: the name server.
        dial: connects to addresses, for threads.
        dial_async: the same for event loops.
        make_tls: what is trusted, and how it is checked.
        monotonic: the clock of waits and limits.
        wall: the clock of dates.
        sleep: lets a thread wait.
        sleep_async: lets a task wait.
    """

    resolve: Resolve = resolve_by_system
    dial: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    dial_async: httpcore.AsyncNetworkBackend = field(default_factory=httpcore.AnyIOBackend)
    make_tls: Callable[[], ssl.SSLContext] = make_context
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    sleep_async: Callable[[float], Awaitable[None]] = asyncio.sleep


class ThreadRunner:
    """Runs one flow in the calling thread."""

    def __init__(self, outside: Outside, tls: ssl.SSLContext) -> None:
        self._outside = outside
        self._tls = tls
        self._closing = contextlib.ExitStack()
        self._chunks: Iterator[bytes] = iter(())

    def run(self, flow: Flow[T]) -> T:
        """What the flow returns, or what it raises."""
        value: Any = None
        resume: Callable[[Any], Effect] = flow.send
        with self._closing:
            while True:
                try:
                    effect = resume(value)
                except StopIteration as stop:
                    result: T = stop.value
                    return result
                try:
                    value, resume = self._do(effect), flow.send
                except BaseException as error:  # noqa: BLE001 - the flow decides
                    value, resume = error, flow.throw

    def _do(self, effect: Effect) -> Any:
        match effect:
            case Wait(future, timeout_s):
                return future.result(timeout_s)
            case Sleep(seconds):
                return self._outside.sleep(seconds)
            case Open():
                return self._open(effect)
            case NextChunk():
                return next(self._chunks, None)
            case Close():
                return self._closing.close()

    def _open(self, wanted: Open) -> httpcore.Response:
        backend = AddressBackend(self._outside.dial, wanted.addresses, wanted.budget)
        self._closing.callback(backend.close)
        connection = httpcore.HTTPConnection(
            wanted.request.url.origin, self._tls, network_backend=backend
        )
        response = connection.handle_request(wanted.request)
        if not isinstance(response.stream, Iterable):
            raise TypeError("a connection for threads gives an iterable body")
        self._chunks = iter(response.stream)
        return response


class TaskRunner:
    """Runs one flow in the calling task."""

    def __init__(self, outside: Outside, tls: ssl.SSLContext) -> None:
        self._outside = outside
        self._tls = tls
        self._closing = contextlib.AsyncExitStack()
        self._chunks: AsyncIterator[bytes] | None = None

    async def run(self, flow: Flow[T]) -> T:
        """What the flow returns, or what it raises; a cancelled task closes its connection."""
        value: Any = None
        resume: Callable[[Any], Effect] = flow.send
        async with self._closing:
            while True:
                try:
                    effect = resume(value)
                except StopIteration as stop:
                    result: T = stop.value
                    return result
                try:
                    value, resume = await self._do(effect), flow.send
                except BaseException as error:  # noqa: BLE001 - the flow decides
                    value, resume = error, flow.throw

    async def _do(self, effect: Effect) -> Any:
        match effect:
            case Wait(future, timeout_s):
                return await asyncio.wait_for(asyncio.wrap_future(future), timeout_s)
            case Sleep(seconds):
                return await self._outside.sleep_async(seconds)
            case Open():
                return await self._open(effect)
            case NextChunk():
                return None if self._chunks is None else await anext(self._chunks, None)
            case Close():
                return await self._closing.aclose()

    async def _open(self, wanted: Open) -> httpcore.Response:
        backend = AsyncAddressBackend(self._outside.dial_async, wanted.addresses, wanted.budget)
        self._closing.push_async_callback(backend.aclose)
        connection = httpcore.AsyncHTTPConnection(
            wanted.request.url.origin, self._tls, network_backend=backend
        )
        response = await connection.handle_async_request(wanted.request)
        if not isinstance(response.stream, AsyncIterable):
            raise TypeError("a connection for tasks gives an asynchronously iterable body")
        self._chunks = aiter(response.stream)
        if isinstance(self._chunks, AsyncGenerator):
            self._closing.push_async_callback(self._chunks.aclose)
        return response
