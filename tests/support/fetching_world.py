"""An internet of our own: names, addresses, and servers on loopback that answer for them."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import re
import socket
import ssl
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import httpcore
import httpx

from sync_daemon.fetching import FetchLimits, GuardedHttp
from sync_daemon.fetching.addresses import is_public
from sync_daemon.fetching.resolving import resolve_by_system
from sync_daemon.fetching.runners import Outside

SITE = "93.184.215.14"
OTHER_SITE = "93.184.215.15"
Mode = Literal["sync", "async"]
Script = Callable[[socket.socket, str], None]
"""Answers on a connection, told the request's path; the connection is closed afterwards."""

_NUMERIC = re.compile(r"[0-9a-fx.]+|[0-9a-f:.]+", re.ASCII)
_LENGTH = re.compile(r"^content-length: (\d+)", re.IGNORECASE | re.MULTILINE)
_LIMITS = FetchLimits(total_s=20.0, interval_s=0.0)


def answer(body: bytes = b"", *fields: str, status: str = "200 OK", length: bool = True) -> bytes:
    """An answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", *fields]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def always(raw: bytes) -> Script:
    return lambda connection, _path: connection.sendall(raw)


class Server:
    """Listens on loopback; each connection in a thread of its own.

    Args:
        script: answers, but for robots.txt.
        robots: the answer to a request for robots.txt.
        tls: speak TLS.
        greeting: called instead of reading a request, for what is no HTTP at all.
    """

    def __init__(
        self,
        script: Script,
        *,
        robots: bytes = answer(status="404 Not Found"),
        tls: ssl.SSLContext | None = None,
        greeting: Callable[[socket.socket], None] | None = None,
    ) -> None:
        self._script = script
        self._robots = robots
        self._tls = tls
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []
        self.stopping = threading.Event()
        self.place: tuple[str, int] = self._listener.getsockname()[:2]
        self.connections = 0
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self._threads.append(threading.Thread(target=self._listen, daemon=True))
        self._threads[0].start()

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]

    def close(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5.0)

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30.0)
        with contextlib.suppress(OSError), connection:
            if self._greeting is not None:
                self._greeting(connection)
                return
            if self._tls is not None:
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self._answer(secured)
            else:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65_536)
            if not data:
                return
            head += data
        head, _, body = head.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        path = text.split(" ")[1]
        found = _LENGTH.search(text)
        while found and len(body) < int(found[1]):
            body += connection.recv(65_536)
        self.heads.append(text)
        self.bodies.append(body)
        if path == "/robots.txt":
            connection.sendall(self._robots)
        else:
            self._script(connection, path)


class _Wires:
    """Where a dialled address really leads: to a server, or into the trap."""

    def __init__(self, trap: Server) -> None:
        self.trap = trap
        self.servers: dict[str, Server] = {}
        self.dialled: list[tuple[str, int]] = []

    def place(self, address: str, port: int) -> tuple[str, int]:
        self.dialled.append((address, port))
        if not is_public(address):
            return self.trap.place
        if address not in self.servers:
            raise httpcore.ConnectError("nobody is there")
        return self.servers[address].place


class _Wire(httpcore.SyncBackend):
    def __init__(self, wires: _Wires) -> None:
        self._wires = wires

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        host, port = self._wires.place(host, port)
        return super().connect_tcp(host, port, timeout, local_address, socket_options)


class _AsyncWire(httpcore.AnyIOBackend):
    def __init__(self, wires: _Wires) -> None:
        self._wires = wires

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's form
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        host, port = self._wires.place(host, port)
        return await super().connect_tcp(host, port, timeout, local_address, socket_options)


class World:
    """Names, servers and a trap for every connection to what is not the public internet."""

    def __init__(self) -> None:
        self.trap = Server(always(answer(b"private")))
        self.wires = _Wires(self.trap)
        self.names: dict[str, list[Sequence[str]]] = {}
        self.lookups: dict[str, int] = defaultdict(int)
        self.trusted: ssl.SSLContext | None = None
        self._opened: list[GuardedHttp] = []
        self._servers = [self.trap]

    def serve(self, script: Script, *, at: str = SITE, **options: Any) -> Server:
        """Let a server answer at an address."""
        server = Server(script, **options)
        self._servers.append(server)
        self.wires.servers[at] = server
        return server

    def name(self, host: str, *answers: Sequence[str]) -> None:
        """Let a name lead to addresses; the last answer is repeated."""
        self.names[host] = list(answers)

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.lookups[host] += 1
        if host in self.names:
            known = self.names[host]
            return known.pop(0) if len(known) > 1 else known[0]
        if host == "localhost.":
            host = "localhost"  # as most name servers have it
        if host == "localhost" or _NUMERIC.fullmatch(host):
            return resolve_by_system(host, port)  # needs no name server
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    def http(
        self,
        allowed: Iterable[str] = (),
        limits: FetchLimits = _LIMITS,
        **outside: Any,
    ) -> GuardedHttp:
        """A provider in this world."""
        if self.trusted is not None:
            trusted = self.trusted
            outside.setdefault("make_tls", lambda: trusted)
        known = Outside(
            resolve=self.resolve, dial=_Wire(self.wires), dial_async=_AsyncWire(self.wires)
        )
        http = GuardedHttp(
            frozenset(allowed), limits=limits, outside=dataclasses.replace(known, **outside)
        )
        self._opened.append(http)
        return http

    def close(self) -> None:
        for http in self._opened:
            http.close()
        for server in self._servers:
            server.close()


def get(http: GuardedHttp, url: str, mode: Mode = "sync", **options: Any) -> httpx.Response:
    """Fetch with the one client or the other."""
    if mode == "sync":
        return http.client().get(url, **options)

    async def run() -> httpx.Response:
        try:
            return await http.async_client().get(url, **options)
        finally:
            await http.aclose()

    return asyncio.run(run())


@contextlib.contextmanager
def running() -> Iterator[World]:
    world = World()
    world.name("site.example", [SITE])
    world.name("other.example", [OTHER_SITE])
    try:
        yield world
    finally:
        world.close()
