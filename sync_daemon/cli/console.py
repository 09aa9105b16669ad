"""Where commands print: data to standard output, everything else to standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sync_daemon.domain.redaction import redact

output = Console()
errors = Console(stderr=True)

_CELL_WIDTH = 48


def print_failure(message: str, mend: str) -> None:
    """Say what failed and what to do about it, on standard error."""
    said, advice = escape(redact(message)), escape(redact(mend))
    errors.print(f"[bold red]error:[/] {said}", highlight=False, soft_wrap=True)
    if mend:
        errors.print(f"[bold]fix:[/]   {advice}", highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """Print one JSON document, in ASCII, so that no terminal or pipe can refuse it."""
    print(json.dumps(value, indent=2, default=dict))  # noqa: T201 - data for scripts, no styles


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; long cells are cut, blank ones stay blank."""
    output.print(make_table(title, columns, rows))


def make_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table for a terminal."""
    table = Table(title=escape(title) if title else None, title_justify="left")
    for column in columns:
        table.add_column(escape(column), overflow="fold", max_width=_CELL_WIDTH)
    for row in rows:
        table.add_row(*(escape(printable(value)) for value in row))
    return table


def printable(value: object) -> str:
    """A value for a terminal: control characters shown as such, long text cut."""
    text = "" if value is None else str(value)
    text = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
    return text if len(text) <= 4 * _CELL_WIDTH else text[: 4 * _CELL_WIDTH - 1] + "…"
