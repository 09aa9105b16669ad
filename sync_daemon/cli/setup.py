"""``sheetd init`` and ``sheetd login``: their options; what they do is in `setup_guide`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption

PortOption = Annotated[
    int, typer.Option("--port", help="The local port to which the browser returns; 0 for any.")
]


def init(  # noqa: PLR0913 - one parameter an option
    spreadsheet: Annotated[
        str | None,
        typer.Option("--spreadsheet", help="The spreadsheet's address in the browser, or its id."),
    ] = None,
    worksheet: Annotated[
        str | None, typer.Option("--worksheet", help="The title of the tab.")
    ] = None,
    credentials: Annotated[
        Path | None,
        typer.Option("--credentials", help="A service account's key, or an OAuth client file."),
    ] = None,
    adc: Annotated[
        bool, typer.Option("--adc", help="Use this machine's application-default credentials.")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="What to call the sheet.")] = "jobs",
    header_row: Annotated[
        int | None, typer.Option("--header-row", min=1, help="The row with the column titles.")
    ] = None,
    description: Annotated[
        str | None,
        typer.Option("--description-column", help="The column with the text of the posting."),
    ] = None,
    link: Annotated[
        str | None,
        typer.Option("--link-column", help="The column with the link to the posting."),
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", exists=True, dir_okay=False, help="Your résumé.")
    ] = None,
    port: PortOption = 0,
    api_root: Annotated[
        str | None, typer.Option("--api-root", help="A local server to use instead of Google.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Accept what is proposed; ask only what is needed.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.ERROR,
) -> None:
    """Set up sheetd: find the key, wait until the sheet is shared, propose what to do with it.

    Guides you step by step and writes a commented configuration. Every question has
    an option; scripts must pass them all.

    Example: `sheetd init --spreadsheet https://docs.google.com/spreadsheets/d/… --worksheet Jobs
    --credentials service-account.json`
    """
    from sync_daemon import log
    from sync_daemon.cli.setup_guide import Wishes, set_up

    log.configure(level=log_level.value)
    set_up(
        Wishes(
            target=config or Path("sheetd.toml"),
            spreadsheet=spreadsheet,
            worksheet=worksheet,
            credentials=credentials,
            use_adc=adc,
            name=name,
            header_row=header_row,
            description=description,
            link=link,
            resume=resume,
            port=port,
            api_root=api_root,
            takes_defaults=yes,
            may_replace=force,
        )
    )


def login(
    client: Annotated[
        Path | None,
        typer.Option("--client", help="The OAuth client file; by default the one used before."),
    ] = None,
    port: PortOption = 0,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Sign in to Google in the browser; again when the permission has expired.

    Example: `sheetd login`
    """
    from sync_daemon import log
    from sync_daemon.cli.setup_guide import sign_in

    log.configure(level=log_level.value)
    sign_in(config, client, port)
