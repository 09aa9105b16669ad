"""Where commands print: data to standard output, everything else to standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.table import Table

from sync_daemon.domain.redaction import redact
from sync_daemon.domain.visible import make_visible
from sync_daemon.errors import SheetdError


class SafeConsole(Console):
    """Shows text as it is, whoever wrote it: styles come from our own code alone.

    Whatever is printed is rendered to segments first. Those of text get visible
    escapes for control characters; rich's own codes are marked as such.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, emoji=False, highlight=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """The segments of something printable."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(make_visible(segment.text), segment.style)


output = SafeConsole()
errors = SafeConsole(stderr=True)

_CELL_WIDTH = 48
_LARGEST_WHOLE = 1e15  # beyond it, a float no longer tells one whole number from the next


def print_failure(message: str, hint: str) -> None:
    """Say what failed and what to do about it, on standard error."""
    said, advice = escape(redact(message)), escape(redact(hint))
    errors.print(f"[bold red]error:[/] {said}", markup=True, soft_wrap=True)
    if hint:
        errors.print(f"[bold]fix:[/]   {advice}", markup=True, soft_wrap=True)


def print_json(value: object) -> None:
    """Print one JSON document, in ASCII, so that no terminal or pipe can refuse it."""
    text = json.dumps(value, indent=2, default=dict).replace("\x7f", "\\u007f")
    print(text)  # noqa: T201 - data for scripts, no styles


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: bool = False
) -> None:
    """Print a table; long cells are cut unless they are wanted whole, blank ones stay blank."""
    output.print(make_table(title, columns, rows, whole=whole))


def make_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: bool = False
) -> Table:
    """A table for a terminal."""
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        width = None if whole else _CELL_WIDTH
        table.add_column(printable(column), overflow="fold", max_width=width)
    for row in rows:
        table.add_row(*(printable(value, whole=whole) for value in row))
    return table


def printable(value: object, *, whole: bool = False) -> str:
    """A value for a terminal: control characters shown as such, long text cut."""
    text = "" if value is None else make_visible(as_people_write(value))
    is_short = whole or len(text) <= 4 * _CELL_WIDTH
    return text if is_short else text[: 4 * _CELL_WIDTH - 1] + "…"


def as_people_write(value: object) -> str:
    """A value of a cell in words: 95000, not 95000.0, and TRUE as the sheet shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return str(value)


def failed_with(error: SheetdError | None) -> dict[str, object]:
    """An error as scripts get it; nothing if there is none."""
    if error is None:
        return {}
    return {"error": error.message, "hint": error.hint, "exit_status": error.exit_status}
