"""Keeping the search index up to date after cycles, so that the dashboard finds it ready."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import structlog
from sqlalchemy import func, select

from sync_daemon.bootstrap import Application
from sync_daemon.mirror.database import database_path, translated
from sync_daemon.mirror.search.index import catch_up, index_path
from sync_daemon.mirror.tables import rows

log = structlog.get_logger(__name__)

_WORTH_AN_INDEX = 10_000  # rows; of fewer, the dashboard makes it in a moment


def keep_search_index(
    application: Application, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Have the index take in what changed, if somebody uses one or will want one.

    Args:
        application: whose mirror it is.
        is_over: asked now and then; the next time goes on where this one ended.
    """
    path = database_path(application.settings.database.url)
    if path is None or not (index_path(path).exists() or _is_large(application)):
        return
    try:
        catch_up(path, is_over)
    except (sqlite3.Error, OSError) as error:
        log.warning("the search index could not be brought up to date", error=str(error))


def _is_large(application: Application) -> bool:
    engine = application.database
    with translated(engine), engine.connect() as connection:
        number = connection.scalar(select(func.count()).select_from(rows)) or 0
    return number >= _WORTH_AN_INDEX
