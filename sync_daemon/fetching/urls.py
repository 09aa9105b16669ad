"""Which addresses may be fetched at all, as far as their text shows it.

The host is checked again as addresses once it is resolved; see `network_backend`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync_daemon.fetching.limits import PORTS
from sync_daemon.tooling import AddressRefusedError

if TYPE_CHECKING:
    import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\.?", re.ASCII)
_ADDRESS = re.compile(r"[0-9a-f:.]{2,45}", re.ASCII)  # of IPv6
_LONGEST_NAME = 253
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Attributes:
        scheme: ``http`` or ``https``.
        host: in ASCII and lower case; an IPv6 address without brackets.
        port: never None.
        trusted: the configuration allows this origin, wherever its host leads to.
    """

    scheme: str
    host: str
    port: int
    trusted: bool = False

    @property
    def origin(self) -> str:
        """``https://example.org:443``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse_origin(url: httpx.URL) -> Target:
    """The scheme, host and port of ``url``.

    Raises:
        AddressRefusedError: it has none that could be fetched.
    """
    if url.scheme not in _DEFAULT_PORTS:
        found = f', not "{url.scheme[:_SHOWN]}:"' if url.scheme else ""
        message = f"Only addresses that begin with http:// or https:// are fetched{found}."
        raise AddressRefusedError(message, hint="Give the address of a web page.")
    if url.userinfo:
        raise AddressRefusedError(
            "The address holds a user name or password.", hint="Leave out what is before the @."
        )
    host = url.raw_host.decode("ascii", "replace").lower()
    if not (_ADDRESS.fullmatch(host) if ":" in host else _is_name(host)):
        message = f'"{ascii(host[:_SHOWN])[1:-1]}" is not the name of a host.'
        raise AddressRefusedError(message, hint="Check the address for a typing mistake.")
    return Target(url.scheme, host, url.port or _DEFAULT_PORTS[url.scheme])


def check_url(
    url: httpx.URL, *, allowed: frozenset[str], came_from: str | None, longest: int
) -> Target:
    """Where ``url`` leads to.

    Args:
        url: the address.
        allowed: origins that the configuration allows, see `Target.origin`.
        came_from: the origin of the first request, when this one follows a redirect. A
            foreign page cannot send us to an origin that only its owner may ask for.
        longest: characters that the address may have.

    Raises:
        AddressRefusedError: it is not fetched.
    """
    target = parse_origin(url)
    if len(url.raw_path) > longest:
        raise AddressRefusedError(f"The address is longer than {longest} characters.")
    if target.origin in allowed and came_from in {None, target.origin}:
        return Target(target.scheme, target.host, target.port, trusted=True)
    if target.port not in PORTS:
        ports = ", ".join(str(port) for port in sorted(PORTS))
        message = f"Port {target.port} is not fetched from, only {ports}."
        raise AddressRefusedError(message, hint="Give the address of a public web page.")
    return target


def _is_name(host: str) -> bool:
    return len(host.rstrip(".")) <= _LONGEST_NAME and _NAME.fullmatch(host) is not None
