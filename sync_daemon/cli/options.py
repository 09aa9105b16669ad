"""Options that every command takes, and the application they lead to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.gc_pause import code_loading

if TYPE_CHECKING:
    from sync_daemon.bootstrap import Application


class LogLevel(StrEnum):
    """How much the log tells."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="The configuration file; the usual places are searched by default.",
        metavar="PATH",
    ),
]
LogLevelOption = Annotated[
    LogLevel,
    typer.Option(
        "--log-level",
        help="How much to log on standard error: debug, info, warning or error.",
        metavar="LEVEL",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
SheetOption = Annotated[
    list[str] | None,
    typer.Option("--sheet", help="Only this sheet; may be repeated.", metavar="NAME"),
]


@contextmanager
def opened(
    config: Path | None, log_level: LogLevel, *, may_upgrade: bool = False
) -> Iterator[Application]:
    """The application of a command, closed at its end.

    A command that only reads leaves an older mirror as it is, and makes none.
    """
    with code_loading:
        from sync_daemon import log
        from sync_daemon.bootstrap import Application
        from sync_daemon.settings import load_settings

    log.configure(level=log_level.value)
    application = Application(load_settings(config, os.environ), may_upgrade=may_upgrade)
    try:
        yield application
    finally:
        application.close()
