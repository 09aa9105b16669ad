"""``sheetd service``: sheetd as a service of systemd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sync_daemon.cli.console import errors, output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption

if TYPE_CHECKING:
    from sync_daemon.service import paths

app = typer.Typer(help="Run sheetd as a systemd service.", no_args_is_help=True)

UserOption = Annotated[bool, typer.Option("--user", help="For your user only, not system-wide.")]
NameOption = Annotated[
    str | None,
    typer.Option("--name", help="One of several services: its configuration is NAME.toml."),
]
DashboardOption = Annotated[
    bool, typer.Option("--dashboard", help="The dashboard's service instead of the daemon's.")
]


@app.command("install")
def install(
    user: UserOption = False,
    name: NameOption = None,
    start: Annotated[
        bool, typer.Option("--start", help="Start it now, and whenever the machine boots.")
    ] = False,
    dashboard: Annotated[
        bool, typer.Option("--dashboard", help="Also a service for the page and the API.")
    ] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Write the unit files for this sheetd, and those of a daily backup.

    Example: `sudo /opt/sheetd/bin/sheetd service install --start`
    """
    from sync_daemon import log
    from sync_daemon.service import installation
    from sync_daemon.service.systemd import Systemd, log_command
    from sync_daemon.service.units import UnitNames
    from sync_daemon.settings import load_settings

    log.configure(level=log_level.value)
    where, names = _place(user), UnitNames(name)
    installation.check_rights(where)
    path = config.absolute() if config else where.configuration(names)
    settings = load_settings(path, {}) if start or path.exists() else None
    service = installation.Service(where, names, path, settings, has_dashboard=dashboard)
    systemd = Systemd(user)
    for warning in installation.install(service, systemd):
        errors.print(f"systemd says: {warning}", soft_wrap=True)
    for file in service.texts():
        _say(f"Wrote {where.units / file}.")
    if settings is None:
        _say(f"Write {path} next (`sheetd init --config {path}`).")
    if start:
        systemd.start(service.units)
        _say(f"{names.service} runs. Its log: {log_command(user, names.service)}")
    else:
        command = "systemctl --user" if user else "systemctl"
        _say(f"To start it: {command} enable --now {' '.join(service.units)}")
    if dashboard:
        log_of_it = log_command(user, names.dashboard)
        _say(f"The dashboard's sign-in link is in its log, which is yours to read: {log_of_it}")
    if user:
        _say("To keep it running while you are logged out: loginctl enable-linger")


@app.command("uninstall")
def uninstall(
    user: UserOption = False,
    name: NameOption = None,
    dashboard: DashboardOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Stop the service and remove the files that `install` wrote; your data is kept.

    Example: `sudo sheetd service uninstall`
    """
    from sync_daemon import log
    from sync_daemon.service import installation
    from sync_daemon.service.systemd import Systemd
    from sync_daemon.service.units import UnitNames

    del config  # taken as every command takes it; the units name theirs
    log.configure(level=log_level.value)
    names = UnitNames(name)
    where = _place(user)
    removed = installation.uninstall(where, names, Systemd(user), only_dashboard=dashboard)
    _say(f"{names.dashboard if dashboard else names.service} is stopped.")
    for file in removed:
        _say(f"Removed {file}.")
    if not removed:
        _say("Other services use the same files, so they stay.")


@app.command("status")
def status(
    user: UserOption = False,
    name: NameOption = None,
    dashboard: DashboardOption = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Say whether the service is installed and running, and how it last ended.

    Example: `sheetd service status --json`
    """
    from sync_daemon import log
    from sync_daemon.service import state
    from sync_daemon.service.systemd import Systemd
    from sync_daemon.service.units import UnitNames

    del config  # taken as every command takes it; the units name theirs
    log.configure(level=log_level.value)
    found = state.look(UnitNames(name), Systemd(user), is_dashboard=dashboard)
    if as_json:
        print_json(found.plain())
        return
    for line in found.lines():
        _say(line)


def _place(is_user: bool) -> paths.Place:
    from sync_daemon.service import paths

    return paths.user() if is_user else paths.machine()


def _say(line: str) -> None:
    output.print(line, soft_wrap=True)
