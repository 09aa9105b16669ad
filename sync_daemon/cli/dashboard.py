"""``sheetd dashboard``: the page and the API."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from types import FrameType
from typing import Annotated

import typer

from sync_daemon.cli.console import errors, output
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption, opened


def dashboard(
    host: Annotated[
        str | None, typer.Option("--host", help="Where to listen; dashboard.host by default.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="dashboard.port by default; 0: a free one."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in the browser.")
    ] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Serve the page and the API on this machine.

    It prints a sign-in link that works once. SIGTERM and Ctrl-C end it.

    Example: `sheetd dashboard --port 8787 --open`
    """
    from sync_daemon.web.server import serve

    signal.signal(signal.SIGTERM, _end)
    with opened(config, log_level, may_upgrade=True) as application:
        chosen = application.settings.dashboard.model_copy(
            update={k: v for k, v in {"host": host, "port": port}.items() if v is not None}
        )
        application.settings = replace(application.settings, dashboard=chosen)

        def tell(address: str, login: str) -> None:
            errors.print(f"The dashboard is at {address}. Sign in, once, at:", soft_wrap=True)
            output.print(login, soft_wrap=True)
            output.file.flush()
            if open_browser:
                typer.launch(login)

        serve(application, tell)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """A service manager's way to stop it; while serving, uvicorn finishes its answers first."""
    sys.exit(0)
