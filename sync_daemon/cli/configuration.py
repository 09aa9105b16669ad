"""``sheetd config``: what the keys of the configuration mean."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from sync_daemon.cli.console import output, print_json
from sync_daemon.cli.options import ConfigOption, JsonOption, LogLevel, LogLevelOption
from sync_daemon.errors import ConfigError

if TYPE_CHECKING:
    from sync_daemon.settings.explanations import KeyExplanation

app = typer.Typer(help="Explain the configuration.", no_args_is_help=True)


@app.callback()
def callback() -> None:
    """Explain the configuration."""


@app.command("explain")
def explain(
    key: Annotated[
        str | None, typer.Argument(help="A key or section; all if left out.", metavar="[KEY]")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    log_level: LogLevelOption = LogLevel.WARNING,
) -> None:
    """Say what a key does, what it takes and its default.

    Example: `sheetd config explain schedule.every` or `sheetd config explain sheets`
    """
    from sync_daemon.settings.explanations import explain_keys

    del config, log_level  # taken as every command takes them; all configurations have these keys
    found = _matching(explain_keys(), key)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        default = "required" if one.default is None else f"default {one.default}"
        output.print(f"[bold]{escape(one.key)}[/]  {escape(f'{one.type}, {default}')}", markup=True)
        output.print(f"  {one.text}", soft_wrap=True)


def _matching(keys: list[KeyExplanation], wanted: str | None) -> list[KeyExplanation]:
    """The key itself with what is below it; else all keys that end so."""
    if wanted is None:
        return keys
    found = [one for one in keys if one.key == wanted or one.key.startswith(f"{wanted}.")]
    found = found or [one for one in keys if one.key.endswith(f".{wanted}")]
    if not found:
        message = f"There is no key {wanted!r} in the configuration."
        raise ConfigError(message, hint=_nearest(keys, wanted))
    return found


def _nearest(keys: list[KeyExplanation], wanted: str) -> str:
    names = {one.key for one in keys}
    names |= {part for name in names for part in (name.rpartition(".")[0], name.rpartition(".")[2])}
    close = get_close_matches(wanted.casefold(), sorted(names - {""}), n=1)
    return f"Did you mean {close[0]!r}?" if close else "`sheetd config explain` lists all keys."
