"""Draw the picture of the README: the demo's sheet before and after one cycle, as SVG."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from sync_daemon.cycle import CycleOptions
from sync_daemon.demo import Demo, set_up

Row = Sequence[dict[str, Any]]  # CellData of the Sheets API

_WIDTHS = {
    "Company": 140, "Role": 146, "Status": 92, "Keywords": 220, "Match %": 74, "Salary from": 98,
    "Open?": 62, "Duplicate of": 176, "Next action": 214, "Due": 88, "sheetd status": 370,
}  # fmt: skip
_HEIGHT, _PADDING, _MARGIN = 26, 6, 12
_CHARACTER = 6.6  # the average width of one, at the size of the text
_WHITE = {"red": 1, "green": 1, "blue": 1}
_LOOKS = "sheets.data.rowData.values(formattedValue,effectiveFormat)"
_STYLE = (
    "text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;"
    " font-size: 12px }"
    " .title { font-size: 14px; font-weight: 600 }"
)


def fetch_rows(demo: Demo) -> list[Row]:
    """The sheet's cells as they look now."""
    path = f"/v4/spreadsheets/{demo.spreadsheet_id}"
    answer = demo.server.call("GET", path, query=[("fields", _LOOKS)])
    return [row.get("values", []) for row in answer["sheets"][0]["data"][0]["rowData"]]


def draw(title: str, rows: list[Row], top: int) -> Iterator[str]:
    """The columns of interest as a grid under a title; only rows with anything in them."""
    yield f'<text class="title" x="{_MARGIN}" y="{top + 16}" fill="#1d2733">{title}</text>'
    headers = [cell.get("formattedValue", "") for cell in rows[0]]
    shown = [(headers.index(name), width) for name, width in _WIDTHS.items() if name in headers]
    for number, row in enumerate(rows):
        left, y = _MARGIN, top + _HEIGHT + number * _HEIGHT
        for index, width in shown:
            cell = row[index] if index < len(row) else {}
            yield _cell(cell, left, y, width, is_header=number == 0)
            left += width


def _cell(cell: dict[str, Any], x: int, y: int, width: int, *, is_header: bool) -> str:
    look = cell.get("effectiveFormat", {})
    ink = look.get("textFormat", {})
    is_right = look.get("horizontalAlignment") == "RIGHT"
    weight = "600" if is_header or ink.get("bold") else "400"
    place = x + width - _PADDING if is_right else x + _PADDING
    text = _clipped(cell.get("formattedValue", ""), int((width - 2 * _PADDING) / _CHARACTER))
    fill = _color(look.get("backgroundColor", _WHITE))
    color = _color(ink.get("foregroundColor", {}))
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" stroke="#d7dce2" fill="{fill}"/>'
        f'<text x="{place}" y="{y + 17}" text-anchor="{"end" if is_right else "start"}"'
        f' font-weight="{weight}" fill="{color}">{escape(text)}</text>'
    )


def _color(raw: dict[str, float]) -> str:
    return "#" + "".join(f"{round(255 * raw.get(c, 0)):02x}" for c in ("red", "green", "blue"))


def _clipped(text: str, length: int) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= length else line[: length - 1].rstrip(" ,") + "…"


def _filled(rows: list[Row]) -> list[Row]:
    return [row for row in rows if any(cell.get("formattedValue") for cell in row)]


def main(path: Path) -> None:
    """Run the demo and write the picture."""
    with set_up() as demo:
        before = _filled(fetch_rows(demo))
        demo.application.run_once(trigger="picture", options=CycleOptions())
        after = _filled(fetch_rows(demo))
    second = (len(before) + 2) * _HEIGHT + _MARGIN
    width = sum(_WIDTHS.values()) + 2 * _MARGIN
    height = second + (len(after) + 1) * _HEIGHT + _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>A job hunt before and after one cycle</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *draw("What you type", before, _MARGIN // 2),
        *draw("A minute later", after, second),
        "</svg>",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
