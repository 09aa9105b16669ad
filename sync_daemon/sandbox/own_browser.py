"""Whether a request is the user's own, or one that another web page has their browser send.

It must come to a loopback host name (DNS rebinding brings another) and carry no
foreign Origin.
"""

from __future__ import annotations

from collections.abc import Mapping

_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


def foreign_because(headers: Mapping[str, str]) -> str:
    """Why a request is none of the user's own, or nothing; names of headers in lower case."""
    host = headers.get("host", "")
    if _without_port(host) not in _HOSTS:
        return f"the host {host!r} is not this machine"
    origin = headers.get("origin")
    if origin not in {None, "null", f"http://{host}"}:
        return f"requests from {origin} are refused"
    if origin == "null" or headers.get("sec-fetch-site", "none") == "cross-site":
        return "requests from other sites are refused"
    return ""


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
