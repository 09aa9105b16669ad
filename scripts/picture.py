"""Draw the picture of the README: the demo's sheet before and after one cycle."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sync_daemon.demo import set_up
from sync_daemon.domain.cells import CellValue
from sync_daemon.engine import CycleOptions

_COLUMNS = [
    "Company",
    "Role",
    "Status",
    "Keywords",
    "Match %",
    "Salary from",
    "Open?",
    "Duplicate of",
    "Next action",
]
_LONGEST = 70
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # rich would load them from the web


def draw(title: str, rows: list[list[CellValue]]) -> Table:
    """The sheet as a table with the columns of interest, blank where there are none yet."""
    headers = [str(cell) for cell in rows[0]]
    table = Table(title=title, title_justify="left", show_lines=True)
    shown = [column for column in _COLUMNS if column in headers]
    for column in shown:
        table.add_column(column, max_width=26)
    for row in rows[1:]:
        cells = dict(zip(headers, row, strict=False))
        table.add_row(*(_short(str(cells.get(column, ""))) for column in shown))
    return table


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rsplit(" ", 1)[0] + " …"


def main(path: Path) -> None:
    """Run the demo and write the picture as SVG."""
    console = Console(record=True, width=130, file=sys.stderr)
    with set_up() as demo:
        console.print(draw("What you type", demo.cells()))
        demo.application.run_once(trigger="picture", options=CycleOptions())
        console.print(draw("A minute later", demo.cells()))
    svg = console.export_svg(title="My job hunt")
    path.write_text(_FONTS.sub("", svg), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
