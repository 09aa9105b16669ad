"""What takes a moment and is kept: tools and pipelines of the configuration, figures of rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync_daemon.domain.access import Scope
from sync_daemon.domain.jobs import Outcome
from sync_daemon.errors import ConfigError
from sync_daemon.processing.describe import ToolDescription, describe_tools
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.services.stats import (
    Period,
    Pipelines,
    Progress,
    load_applications,
    progress,
)

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application
    from sync_daemon.web.dependencies import Dashboard


async def pipelines_of(dashboard: Dashboard) -> Pipelines:
    """The steps of each sheet."""
    return await run_in_threadpool(_pipelines, dashboard.application)


async def progress_of(dashboard: Dashboard, scope: Scope, days: Period) -> Progress:
    """How far applications came, and what came back: counted once until a row changes, or a day."""
    pipelines, now = await pipelines_of(dashboard), dashboard.application.clock.now()

    def load(connection: Connection) -> Progress:
        return progress(load_applications(connection, scope, pipelines, days), now)

    mirror = dashboard.mirror
    key = ("progress", scope.sheets, days)
    return await mirror.recall(key, load, (await mirror.content(), now.date()))


async def date_headers_of(dashboard: Dashboard) -> dict[str, set[str]]:
    """By sheet, the user's columns that its tools read as dates; none where they do not load."""
    try:
        return (await pipelines_of(dashboard)).date_headers()
    except ConfigError:  # what is in the mirror can be exported whatever the configuration says
        return {}


async def described_tools(dashboard: Dashboard) -> list[ToolDescription]:
    """The tools, by name."""
    return await run_in_threadpool(_described, dashboard.application)


def try_out(application: Application, name: str, inputs: Mapping[str, str]) -> Outcome:
    """One tool on given inputs, without a sheet; blocks while it works."""
    settings = application.settings
    return run_tool(
        application.registry,
        name,
        dict(inputs),
        clock=application.clock,
        config_dir=settings.path.parent,
        allow_origins=settings.tools.allow_origins,
    )


@lru_cache(maxsize=4)
def _pipelines(application: Application) -> Pipelines:
    return Pipelines(application.prepared_steps())


@lru_cache(maxsize=4)
def _described(application: Application) -> list[ToolDescription]:
    return describe_tools(application.registry)
