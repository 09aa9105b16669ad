"""The requests that decorate new columns (Sheets API v4, ``spreadsheets.batchUpdate``); pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync_daemon.domain.decoration import ColourRule, ColumnStyle, Match, Signal

_CONDITIONS = {
    Match.BEGINS: "TEXT_STARTS_WITH",
    Match.CONTAINS: "TEXT_CONTAINS",
    Match.FILLED: "NOT_BLANK",
    Match.COME: "DATE_BEFORE",
}


def _rgb(code: str) -> dict[str, float]:
    red, green, blue = (round(int(code[i : i + 2], 16) / 255, 4) for i in (0, 2, 4))
    return {"red": red, "green": green, "blue": blue}


def _fill(code: str) -> dict[str, Any]:
    return {"backgroundColorStyle": {"rgbColor": _rgb(code)}}


def _ink(code: str) -> dict[str, Any]:
    return {"foregroundColorStyle": {"rgbColor": _rgb(code)}}


_HEADER = {**_fill("dce6f5"), "textFormat": {"bold": True, **_ink("1f3a5f")}}
# Each sets both colours: of what a rule leaves open, a later one that matches too may decide.
_COLOURS = {
    Signal.QUIET: {**_fill("ffffff"), "textFormat": _ink("5f6368")},
    Signal.ATTENTION: {**_fill("fef0cd"), "textFormat": _ink("7a4f01")},
    Signal.ALARM: {**_fill("fad9d6"), "textFormat": _ink("8c1d18")},
}


def decorate_column(
    gid: int, header_row: int, index: int, style: ColumnStyle
) -> Iterator[dict[str, Any]]:
    """What makes a column look so. It has to follow its creation in the same batch.

    Args:
        gid: of the tab.
        header_row: counts from 1; what stands above it is left alone.
        index: of the column, from 0.
        style: how it is to look.
    """
    header = {"note": style.note, "userEnteredFormat": _HEADER}
    top = _range(gid, index, header_row - 1, header_row)
    yield _repeat(top, header, "note,userEnteredFormat(backgroundColorStyle,textFormat)")
    body = _body_format(style)
    area = _range(gid, index, header_row)
    yield _repeat(area, {"userEnteredFormat": body}, f"userEnteredFormat({','.join(body)})")
    yield _resize(gid, index, style)
    for rule in reversed(style.rules):  # each is put before those that are there
        yield {"addConditionalFormatRule": {"rule": _rule(area, rule), "index": 0}}


def _body_format(style: ColumnStyle) -> dict[str, Any]:
    body: dict[str, Any] = {"wrapStrategy": "WRAP" if style.is_wrapped else "CLIP"}
    if style.is_link:
        body["hyperlinkDisplayType"] = "LINKED"
    if style.number_format is not None:
        shown = style.number_format
        body["numberFormat"] = {
            "type": shown.type,
            **({"pattern": shown.pattern} if shown.pattern else {}),
        }
    return body


def _resize(gid: int, index: int, style: ColumnStyle) -> dict[str, Any]:
    properties: dict[str, Any] = {"pixelSize": style.width}
    if style.is_hidden:
        properties["hiddenByUser"] = True
    span = {"sheetId": gid, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": properties,
            "fields": ",".join(properties),
        }
    }


def _rule(area: dict[str, int], rule: ColourRule) -> dict[str, Any]:
    condition: dict[str, Any] = {"type": _CONDITIONS[rule.match]}
    if rule.match is Match.COME:
        condition["values"] = [{"relativeDate": "TOMORROW"}]
    elif rule.text:
        condition["values"] = [{"userEnteredValue": rule.text}]
    return {
        "ranges": [area],
        "booleanRule": {"condition": condition, "format": _COLOURS[rule.signal]},
    }


def _repeat(area: dict[str, int], cell: dict[str, Any], fields: str) -> dict[str, Any]:
    return {"repeatCell": {"range": area, "cell": cell, "fields": fields}}


def _range(gid: int, index: int, top: int, bottom: int | None = None) -> dict[str, int]:
    span = {
        "sheetId": gid,
        "startRowIndex": top,
        "startColumnIndex": index,
        "endColumnIndex": index + 1,
    }
    return span if bottom is None else {**span, "endRowIndex": bottom}
