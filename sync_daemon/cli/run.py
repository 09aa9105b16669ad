"""``sheetd run``: the daemon in the foreground."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sync_daemon import log
from sync_daemon.cli import INTERRUPTED
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption


def run(
    log_format: Annotated[
        log.LogForm | None,
        typer.Option(
            "--log-format", help="The format of the log; the default depends on where it goes."
        ),
    ] = None,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.INFO,
) -> None:
    """Run cycles on schedule until SIGTERM; SIGHUP reloads the configuration.

    Example: `sheetd run --config /etc/sheetd/config.toml`
    """
    from sync_daemon.bootstrap import Application
    from sync_daemon.daemon import Daemon
    from sync_daemon.settings import load_settings

    log.configure(level=log_level.value, form=log_format)
    application = Application(load_settings(config, os.environ))
    daemon = Daemon(application, lambda: load_settings(config, os.environ))
    try:
        has_ended = daemon.run()
    finally:
        application.close()
    status = INTERRUPTED if daemon.was_interrupted else 0
    if not has_ended:
        # A request or a tool hangs in a thread that nobody can end. All that was
        # finished is committed, so this is no worse than a power cut, and no better.
        os._exit(status)
    raise typer.Exit(status)
