"""What the configuration tells, read once: tools and pipelines. Loading tools takes a moment."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

from sync_daemon.processing.describe import ToolDescription, describe_tools
from sync_daemon.services.stats import Pipelines

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.web.dependencies import Dashboard


async def pipelines_of(dashboard: Dashboard) -> Pipelines:
    """The steps of each sheet."""
    return await run_in_threadpool(_pipelines, dashboard.application)


async def described_tools(dashboard: Dashboard) -> list[ToolDescription]:
    """The tools, by name."""
    return await run_in_threadpool(_described, dashboard.application)


@lru_cache(maxsize=4)
def _pipelines(application: Application) -> Pipelines:
    return Pipelines(application.prepared_steps())


@lru_cache(maxsize=4)
def _described(application: Application) -> list[ToolDescription]:
    return describe_tools(application.registry)
