"""Why ``context.http`` and ``context.http_async`` did not fetch an address.

Each is a `ToolError`, so a tool that catches none of them gives the row the
right outcome and a plain sentence. None is an ``httpx.HTTPError``: a tool that
catches those, to try again, does not take a refusal for a failing network::

    ToolError
    ├── FetchRefusedError         another attempt gives the same
    │   ├── AddressRefusedError      not a public web address
    │   ├── RobotsRefusedError       the site's robots.txt forbids it
    │   ├── TooLargeError            more bytes than the limit
    │   └── EncodingRefusedError     compressed in a way that was not asked for
    └── TransientToolError
        └── FetchDelayedError     nothing was fetched, later it may be
            ├── HostBusyError        the site asked for time, or its turn is too far off
            └── RobotsUnknownError   its robots.txt cannot be read now

Failures of the network stay httpx's: ``TimeoutException``, ``NetworkError``,
``RemoteProtocolError``; `certificates.CertificateError` is a ``NetworkError`` too.
No message holds more of an address than its host.
"""

from __future__ import annotations

from sync_daemon.tooling.errors import ToolError, TransientToolError


class FetchRefusedError(ToolError):
    """The address is not fetched, now or later."""


class AddressRefusedError(FetchRefusedError):
    """The address is malformed, or leads to something that is not the public web."""


class RobotsRefusedError(FetchRefusedError):
    """The site's robots.txt forbids the address."""


class TooLargeError(FetchRefusedError):
    """The answer is larger than the limit, as sent or decompressed."""


class EncodingRefusedError(FetchRefusedError):
    """The answer is compressed in a way that was not asked for."""


class FetchDelayedError(TransientToolError):
    """Nothing was fetched; another attempt, after ``retry_after_s``, may succeed."""


class HostBusyError(FetchDelayedError):
    """The site asked for time, or too many requests to it are waiting already.

    Left uncaught, it does not count as one of the tool's ``max_attempts``.
    """


class RobotsUnknownError(FetchDelayedError):
    """The site's robots.txt cannot be read at the moment, so nothing else is fetched."""
