"""Parser processes that all tests of a worker share: to start one takes half a second."""

from __future__ import annotations

import atexit
from functools import cache

from sync_daemon.processing.parsers import ParserPool


@cache
def shared_pool() -> ParserPool:
    """A pool that lasts as long as the tests."""
    pool = ParserPool()
    atexit.register(pool.close)
    return pool
