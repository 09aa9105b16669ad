"""``sheetd token``: who may use the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from sync_daemon.cli.console import errors, output, print_json, print_table
from sync_daemon.cli.options import (
    ConfigOption,
    JsonOption,
    LogLevel,
    LogLevelOption,
    SheetOption,
    opened,
)
from sync_daemon.domain.access import Role

app = typer.Typer(help="Manage who may use the API.", no_args_is_help=True)


@app.callback()
def callback() -> None:
    """Manage who may use the API."""


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Who or what will use it.")],
    role: Annotated[
        Role, typer.Option("--role", help="read, or operate to request changes too.")
    ] = Role.READ,
    sheet: SheetOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Create a token. It is shown once.

    Example: `sheetd token create phone --role operate --sheet jobs`
    """
    from sync_daemon.services.tokens import create_token

    with opened(config, log_level, may_upgrade=True) as application:
        made = create_token(application, name, role, sheet or ())
    if as_json:
        print_json(asdict(made))
        return
    output.print(made.token, soft_wrap=True)
    errors.print("Keep it now: it is not shown again. Send it as `Authorization: Bearer TOKEN`.")


@app.command("list")
def list_all(
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """List the tokens: names, roles and sheets.

    Example: `sheetd token list`
    """
    from sync_daemon.services.tokens import list_tokens

    with opened(config, log_level) as application:
        found = list_tokens(application)
    if as_json:
        print_json([asdict(token) for token in found])
        return
    print_table(
        "",
        ["name", "role", "sheets", "since"],
        ((t.name, t.role, ", ".join(t.sheets) or "all", t.created_at[:16]) for t in found),
    )


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Revoke a token at once.

    Example: `sheetd token revoke phone`
    """
    from sync_daemon.services.tokens import revoke_token

    with opened(config, log_level, may_upgrade=True) as application:
        revoke_token(application, name)
    if as_json:
        print_json({"name": name, "revoked": True})
        return
    output.print(f"Revoked the token {name}.")
