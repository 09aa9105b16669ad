"""A failure of the network in words for the keeper of the sheet: the same for all tools."""

from __future__ import annotations

import httpx

from sync_daemon.tooling.certificates import CertificateError

_CONNECTING = (httpx.ConnectError, httpx.ConnectTimeout)


def describe_network(error: httpx.HTTPError, host: str) -> tuple[str, str]:
    """What failed, and what to do about it ("" for nothing).

    The guarded client's own words begin with the host and hold no more of the
    address; anything else that an error says is not shown.
    """
    is_lost = isinstance(error, _CONNECTING) and not isinstance(error, CertificateError)
    hint = "Is the link right?" if is_lost else ""
    said = str(error).rstrip(".")
    if said.startswith((f"{host} ", f"Cannot reach {host}")):
        return f"{said}.", hint
    if isinstance(error, httpx.TimeoutException) and not hint:
        return f"{host} did not answer in time.", hint
    return f"Cannot reach {host}.", hint
