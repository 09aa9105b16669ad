"""Processes that read strangers' bytes, so that reading them can be ended.

A page of 400 kB can keep a parser busy for minutes and a document of 80 kB fill
the memory; a thread in C code cannot be stopped. So a few processes of our own,
with bounds on time and memory, parse for all tools: `pool` has them, `worker` is
what runs in each, `wire` is what goes between.
"""

from sync_daemon.processing.parsers.pool import ParserPool, PoolLimits

__all__ = ["ParserPool", "PoolLimits"]
