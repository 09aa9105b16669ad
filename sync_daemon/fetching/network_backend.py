"""Connections to checked addresses only, within the time and the bytes of one request.

httpcore asks a backend for a connection to a host by name. These dial the
addresses that were checked before, whatever the name, so that a second answer
of a name server changes nothing. TLS still verifies the name.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore

from sync_daemon.fetching.deadline import Deadline
from sync_daemon.tooling import TooLargeError


@dataclass(slots=True)
class Budget:
    """What one connection may use.

    Attributes:
        host: whose connection it is, for messages.
        deadline: when it ends, whatever happens.
        connect_s: seconds until it stands.
        bytes_left: bytes that may still come.
    """

    host: str
    deadline: Deadline
    connect_s: float
    bytes_left: int

    def clip(self, timeout: float | None, error: type[Exception]) -> float:
        """The seconds that a step may take."""
        left = self.deadline.left_s
        if left <= 0:
            raise error
        return left if timeout is None else min(timeout, left)

    def shares(self, addresses: Sequence[str]) -> Iterator[tuple[str, float, bool]]:
        """Each address with the seconds it gets, and whether it is the last."""
        ends = Deadline.after(self.clip(self.connect_s, httpcore.ConnectTimeout), self.deadline.now)
        for left in range(len(addresses), 0, -1):
            yield addresses[-left], max(ends.left_s / left, 0.05), left == 1

    def count(self, data: bytes) -> bytes:
        """Take account of what has come."""
        self.bytes_left -= len(data)
        if self.bytes_left < 0:
            raise TooLargeError(f"{self.host} sends more bytes than sheetd reads.")
        return data


class AddressBackend(httpcore.NetworkBackend):
    """For threads."""

    def __init__(
        self, inner: httpcore.NetworkBackend, addresses: Sequence[str], budget: Budget
    ) -> None:
        self._inner = inner
        self._addresses = addresses
        self._budget = budget
        self.stream: _Stream | None = None

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the addresses are its own
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the budget knows
        local_address: str | None = None,  # noqa: ARG002 - httpcore's form
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's form
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes one."""
        for address, share, is_last in self._budget.shares(self._addresses):
            try:
                stream = self._inner.connect_tcp(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
            else:
                self.stream = _Stream(stream, self._budget)
                return self.stream
        raise httpcore.ConnectError

    def close(self) -> None:
        """Close what was opened, in whatever state it is."""
        if self.stream is not None:
            self.stream.close()


class _Stream(httpcore.NetworkStream):
    """Within the budget."""

    def __init__(self, inner: httpcore.NetworkStream, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        timeout = self._budget.clip(timeout, httpcore.ReadTimeout)
        return self._budget.count(self._inner.read(max_bytes, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._budget.clip(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._budget.clip(timeout, httpcore.ConnectTimeout)
        self._inner = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class AsyncAddressBackend(httpcore.AsyncNetworkBackend):
    """The same for an event loop."""

    def __init__(
        self, inner: httpcore.AsyncNetworkBackend, addresses: Sequence[str], budget: Budget
    ) -> None:
        self._inner = inner
        self._addresses = addresses
        self._budget = budget
        self.stream: _AsyncStream | None = None

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the addresses are its own
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's form
        local_address: str | None = None,  # noqa: ARG002 - httpcore's form
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's form
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that takes one."""
        for address, share, is_last in self._budget.shares(self._addresses):
            try:
                stream = await self._inner.connect_tcp(address, port, share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if is_last:
                    raise
            else:
                self.stream = _AsyncStream(stream, self._budget)
                return self.stream
        raise httpcore.ConnectError

    async def aclose(self) -> None:
        """Close what was opened, in whatever state it is."""
        if self.stream is not None:
            await self.stream.aclose()


class _AsyncStream(httpcore.AsyncNetworkStream):
    """Within the budget."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's form
    ) -> bytes:
        timeout = self._budget.clip(timeout, httpcore.ReadTimeout)
        return self._budget.count(await self._inner.read(max_bytes, timeout))

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's form
    ) -> None:
        await self._inner.write(buffer, self._budget.clip(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's form
    ) -> httpcore.AsyncNetworkStream:
        timeout = self._budget.clip(timeout, httpcore.ConnectTimeout)
        self._inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
