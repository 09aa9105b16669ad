"""Serving the application with uvicorn."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from sync_daemon.bootstrap import Application
from sync_daemon.errors import ConfigError
from sync_daemon.settings import DashboardSettings
from sync_daemon.web.application import create_app
from sync_daemon.web.connections import PromptProtocol
from sync_daemon.web.events import Broadcaster

_SWITCH_EVERY_S = 0.000_5  # between threads: one that counts figures must not hold up an answer
_PATIENCE_S = 2  # for answers in hand when told to stop


def serve(application: Application, on_ready: Callable[[str, str], None]) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        application: settings and mirror.
        on_ready: told the address, and the one to sign in at, once connections are taken.

    Raises:
        ConfigError: the settings would let others listen in, or the port is taken.
    """
    sys.setswitchinterval(_SWITCH_EVERY_S)
    with _prepared(application) as (server, listener, addresses):
        on_ready(*addresses)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in a script's background
            signal.signal(signal.SIGINT, signal.default_int_handler)  # uvicorn passes it on to this
        server.run(sockets=[listener])


@contextmanager
def serving(application: Application) -> Iterator[tuple[str, str]]:
    """Serve from a thread while something else goes on: the address, and the one to sign in at."""
    with _prepared(application) as (server, listener, addresses):
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="dashboard")
        thread.start()
        try:
            yield addresses
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _prepared(
    application: Application,
) -> Iterator[tuple[uvicorn.Server, socket.socket, tuple[str, str]]]:
    """A server, the socket that it will listen on, its address and the one to sign in at."""
    settings = application.settings.dashboard
    check_address(settings)
    app = create_app(application)
    listener = _listen(settings)
    try:
        port = listener.getsockname()[1]
        address = f"{'https' if settings.has_tls else 'http'}://{_in_url(settings.host)}:{port}"
        code = app.state.dashboard.sessions.make_code()
        config = uvicorn.Config(
            app,
            http=PromptProtocol,
            ws="none",
            log_config=None,
            access_log=False,  # an address may hold a code
            server_header=False,
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips="127.0.0.1",
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
            timeout_graceful_shutdown=_PATIENCE_S,
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=65_536,
            limit_concurrency=200,
        )
        server = _Server(config, app.state.dashboard.broadcaster)
        yield server, listener, (address, f"{address}/login?code={code}")
    finally:
        listener.close()


class _Server(uvicorn.Server):
    """uvicorn's own, which would wait in vain for streams of events to end."""

    def __init__(self, config: uvicorn.Config, broadcaster: Broadcaster) -> None:
        super().__init__(config)
        self._broadcaster = broadcaster

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._broadcaster.end_streams()
        await super().shutdown(sockets)


def check_address(settings: DashboardSettings) -> None:
    """Raise ConfigError where tokens would go over a network in the clear."""
    if (settings.tls_cert is None) is not (settings.tls_key is None):
        message = "dashboard.tls_cert and dashboard.tls_key belong together."
        raise ConfigError(message, hint="Set both, or neither.")
    if settings.is_local or settings.has_tls or settings.behind_proxy:
        return
    message = f"dashboard.host is {settings.host!r}: others could read tokens on their way."
    hint = "Set tls_cert and tls_key, or behind_proxy = true if a proxy adds TLS; or 127.0.0.1."
    raise ConfigError(message, hint=hint)


def _listen(settings: DashboardSettings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        # With the protocol named, asyncio sends at once; else an answer waits 40 ms for the client.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(128)
        listener.set_inheritable(False)
    except OSError as error:
        listener.close()
        where = f"{settings.host}:{settings.port}"
        message = f"The dashboard cannot listen on {where}: {error.strerror or error}."
        raise ConfigError(message, hint="Name another port: --port 8788.") from error
    return listener


def _in_url(host: str) -> str:
    try:
        is_v6 = ipaddress.ip_address(host).version == 6  # noqa: PLR2004
    except ValueError:
        is_v6 = False
    return f"[{host}]" if is_v6 else host
