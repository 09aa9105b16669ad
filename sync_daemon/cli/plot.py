"""``sheetd plot``: figures as a drawing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_daemon.cli.console import errors
from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption, opened
from sync_daemon.errors import ConfigError, NotFoundError


def plot(
    name: Annotated[
        str,
        typer.Argument(
            help="funnel, days, responses, waits, silences, keywords, missing, match or salaries."
        ),
    ],
    path: Annotated[Path, typer.Option("-o", "--output", help="The SVG file to write.")],
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Draw a chart of the job hunt as SVG, as on the dashboard.

    Example: `sheetd plot funnel -o funnel.svg`
    """
    from sync_daemon.domain.access import Role, Scope
    from sync_daemon.mirror.database import translated
    from sync_daemon.services.nearest import did_you_mean
    from sync_daemon.services.plots import PLOTS, Source
    from sync_daemon.services.stats import Period, Pipelines

    if name not in PLOTS:
        raise NotFoundError(f"There is no plot {name!r}.", hint=did_you_mean(name, PLOTS))
    with opened(config, log_level) as application:
        pipelines = Pipelines(application.prepared_steps())
        scope, now = Scope("command", Role.READ), application.clock.now()
        database = application.database
        with translated(database), database.connect() as connection:
            drawn = PLOTS[name](Source(connection, scope, pipelines, Period(), now))
    try:
        path.write_text(drawn.svg(alone=True), encoding="utf-8")
    except OSError as error:
        message = f"Cannot write {path}: {error.strerror}."
        raise ConfigError(message, hint="Choose a folder that you may write to.") from error
    errors.print(f"{drawn.title}: {path}" if drawn.bars else f"{path} is blank: {drawn.empty}")
