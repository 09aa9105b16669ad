"""From the name of a host to its addresses: once a connection, every one of them checked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from itertools import zip_longest

import httpx

from sync_daemon.fetching.addresses import is_public
from sync_daemon.fetching.urls import Target
from sync_daemon.tooling import AddressRefusedError

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host; OSError or UnicodeError when there are none."""

_MOST_DIALLED = 4


def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses that the operating system knows, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


def start_resolving(resolve: Resolve, target: Target) -> Future[list[str]]:
    """Resolve in a thread of its own: the system's resolver knows no time limit."""
    future: Future[list[str]] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(_resolve(resolve, target))
        except BaseException as error:  # noqa: BLE001 - whoever waits raises it
            future.set_exception(error)

    threading.Thread(target=run, name="sheetd-resolving", daemon=True).start()
    return future


def _resolve(resolve: Resolve, target: Target) -> list[str]:
    try:
        addresses = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"Cannot reach {target.host}") from error
    return checked(target, addresses)


def checked(target: Target, addresses: Sequence[str]) -> list[str]:
    """The addresses to dial, in turn.

    One that is not public refuses them all: whoever mixes them in has no good reason.

    Raises:
        AddressRefusedError: the host leads to a private network.
        httpx.ConnectError: it leads nowhere.
    """
    if not addresses:
        raise httpx.ConnectError(f"Cannot reach {target.host}")
    if not target.trusted and not all(is_public(address) for address in addresses):
        raise AddressRefusedError(
            f"{target.host} is not on the public internet, so nothing is fetched from it.",
            hint="If it is your own server, let allow_origins in [tools] name it.",
        )
    return alternating(addresses)[:_MOST_DIALLED]


def alternating(addresses: Sequence[str]) -> list[str]:
    """IPv6 and IPv4 in turn, as RFC 8305 has it: either may be broken on the way."""
    families = [[one for one in addresses if (":" in one) is is_v6] for is_v6 in (True, False)]
    if ":" not in addresses[0]:
        families.reverse()
    return [one for pair in zip_longest(*families) for one in pair if one is not None]
