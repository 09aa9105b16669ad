"""Fetching addresses that strangers typed: the guarded HTTP client of the tools.

A request goes through these, in this order:

- `urls`: is it http or https, to a port of the web, without a password?
- `robots`: does the site's robots.txt allow it?
- `response_cache`: has it been answered before, so that we need only ask for a change?
- `host_backoff`, `host_limiter`: may the host be asked now?
- `resolving`, `addresses`: does the host lead to the public internet, and nowhere else?
- `network_backend`: connect to what was checked, within the time and the bytes of a request.
- `content`, `response`: read and decompress, within limits; leave nothing dangerous in it.

`fetch` and `exchange` put them together as generators of `effects`, once for
threads and event loops; `runners` does the effects; `provider` has the clients.
"""

from sync_daemon.fetching.limits import FetchLimits
from sync_daemon.fetching.provider import GuardedHttp

__all__ = ["FetchLimits", "GuardedHttp"]
