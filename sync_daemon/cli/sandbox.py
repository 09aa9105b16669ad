"""``sheetd sandbox``: the local Sheets-compatible server alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_daemon.cli.console import errors, output
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption
from sync_daemon.errors import ConfigError


def sandbox(  # noqa: PLR0913 - one parameter an option
    port: Annotated[int, typer.Option("--port", help="0 chooses a free one.")] = 0,
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep the state in this file.", metavar="FILE")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", help="Write a service-account key file here.", metavar="FILE"),
    ] = None,
    client: Annotated[
        Path | None,
        typer.Option("--client", help="Write an OAuth client file here.", metavar="FILE"),
    ] = None,
    per_user: Annotated[
        int,
        typer.Option(
            "--per-user", min=0, help="Reads per minute, and as many writes; 0 for no limit."
        ),
    ] = 60,
    per_project: Annotated[
        int, typer.Option("--per-project", min=0, help="The same for all users together.")
    ] = 300,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.INFO,
) -> None:
    """Serve a Google-Sheets-compatible API on this machine, with a page to edit sheets in.

    Example: `sheetd sandbox --port 8765 --data sandbox.json --key key.json`
    """
    from sync_daemon import log
    from sync_daemon.sandbox import CorruptDataError, serve

    del config  # taken as every command takes it; the sandbox has none
    log.configure(level=log_level.value)
    try:
        serve(
            port=port,
            data=data,
            key=key,
            client=client,
            on_ready=_announce,
            per_user=per_user,
            per_project=per_project,
        )
    except CorruptDataError as error:
        hint = "Move the file away to start again, or restore a copy of it."
        raise ConfigError(f"{error}.", hint=hint) from error
    except OSError as error:
        message = f"The sandbox cannot use port {port}: {error.strerror}."
        raise ConfigError(
            message, hint="Choose another with --port, or 0 for a free one."
        ) from error


def _announce(url: str) -> None:
    output.print(url, soft_wrap=True)
    errors.print(f"The sandbox answers at {url} (Ctrl-C ends it).")
