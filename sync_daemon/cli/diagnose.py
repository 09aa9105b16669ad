"""``sheetd doctor``: what is wrong, and what to do."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from sync_daemon.cli.console import output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.errors import ConfigError

if TYPE_CHECKING:
    from sync_daemon.doctor import Check


def doctor(
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.ERROR,
) -> None:
    """Check the configuration, mirror, disk, key, token, APIs, clock, sharing, headers and quota.

    Example: `sheetd doctor`
    """
    from sync_daemon import log
    from sync_daemon.bootstrap import Application
    from sync_daemon.doctor import examine, no_configuration
    from sync_daemon.settings import load_settings

    log.configure(level=log_level.value)
    checks = []
    try:
        application = Application(load_settings(config, os.environ), may_upgrade=False)
    except ConfigError as error:
        checks.append(no_configuration(error))
        if not as_json:
            _print(checks[0])
    else:
        try:
            for check in examine(application):
                checks.append(check)
                if not as_json:
                    _print(check)
        finally:
            application.close()
    if as_json:
        print_json([{**asdict(check), "status": int(check.status)} for check in checks])
    failed = [check for check in checks if not check.ok]
    raise typer.Exit(failed[0].status if failed else 0)


def _print(check: Check) -> None:
    mark = "[bold red]fail[/]"
    if check.ok:
        mark = "[yellow]warn[/]" if check.hint else "[green]ok[/]  "
    output.print(
        f"{mark} {escape(check.name)}: {escape(check.message)}", markup=True, soft_wrap=True
    )
    if check.hint:
        output.print(f"     fix: {check.hint}", soft_wrap=True)
