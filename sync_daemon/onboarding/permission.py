"""Getting a person's permission in the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sync_daemon.sheets.consent import ConsentRequest, OAuthClient, redeem
from sync_daemon.sheets.loopback import LoopbackReceiver


def obtain_permission(
    client: OAuthClient,
    scopes: Sequence[str],
    show: Callable[[str, int], None],
    *,
    port: int = 0,
) -> dict[str, Any]:
    """Let a person allow ``scopes``; returns what a token file holds.

    Args:
        client: the application that asks.
        scopes: what for.
        show: given the page that the person has to open, and the port that waits for them.
        port: of this machine, to which the browser comes back; 0 chooses a free one.

    Raises:
        CredentialsError: it was not allowed.
        GoogleUnavailableError: Google cannot be reached.
    """
    with LoopbackReceiver(port) as receiver:
        asked = ConsentRequest(client, receiver.redirect_uri, scopes, receiver.state)
        show(asked.address, receiver.port)
        code = receiver.wait()
    return redeem(asked, code)
