"""Groups of rows or columns: nested runs, each with a depth."""

from __future__ import annotations

from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.shifts import Dimension

JsonObject = dict[str, Any]
Span = tuple[int, int]

MAX_DEPTH = 8


def add_group(sheet: Sheet, dimension: Dimension, span: Span) -> list[JsonObject]:
    """Deepen a run by one and return all groups.

    The first group also puts its control after the group, as recorded answers show.
    """
    name = "rowGroupControlAfter" if dimension is Dimension.ROWS else "columnGroupControlAfter"
    sheet.grid_properties[name] = True
    return _deepened(sheet, dimension, span, 1)


def delete_group(sheet: Sheet, dimension: Dimension, span: Span) -> list[JsonObject]:
    """Make a run one less deep and return all groups that are left."""
    depths = _depths(sheet, dimension)
    if all(depths.get(index, 0) == 0 for index in range(*span)):
        raise invalid_argument("Cannot delete a dimension group that does not exist.")
    return _deepened(sheet, dimension, span, -1)


def _deepened(sheet: Sheet, dimension: Dimension, span: Span, step: int) -> list[JsonObject]:
    depths = _depths(sheet, dimension)
    for index in range(*span):
        depths[index] = max(0, depths.get(index, 0) + step)
        if depths[index] > MAX_DEPTH:
            raise invalid_argument(f"Groups can be at most {MAX_DEPTH} levels deep.")
    collapsed = {_key(group) for group in sheet.groups(dimension) if group.get("collapsed")}
    groups = [
        {**group, "collapsed": True} if _key(group) in collapsed else group
        for group in _groups_of(depths, sheet.sheet_id, dimension)
    ]
    if dimension is Dimension.ROWS:
        sheet.row_groups = groups
    else:
        sheet.column_groups = groups
    return groups


def _key(group: JsonObject) -> tuple[int, int, int]:
    return group["range"]["startIndex"], group["range"]["endIndex"], group["depth"]


def _depths(sheet: Sheet, dimension: Dimension) -> dict[int, int]:
    depths: dict[int, int] = {}
    for group in sheet.groups(dimension):
        for index in range(group["range"]["startIndex"], group["range"]["endIndex"]):
            depths[index] = max(depths.get(index, 0), group["depth"])
    return depths


def _groups_of(depths: dict[int, int], sheet_id: int, dimension: Dimension) -> list[JsonObject]:
    """The runs of each depth, outer ones first."""
    groups = []
    for depth in range(1, max(depths.values(), default=0) + 1):
        members = sorted(index for index, own in depths.items() if own >= depth)
        for start, end in _runs(members):
            place = {"sheetId": sheet_id} if sheet_id else {}
            span = {**place, "dimension": str(dimension), "startIndex": start, "endIndex": end}
            groups.append({"range": span, "depth": depth})
    return sorted(groups, key=_key)


def _runs(indexes: list[int]) -> list[Span]:
    runs: list[Span] = []
    for index in indexes:
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return runs


def update_group(
    sheet: Sheet,
    dimension: Dimension,
    span: Span,
    depth: int,
    collapsed: bool | None,  # noqa: FBT001 - None leaves it as it is
) -> None:
    """Collapse or open the group of exactly this run and depth."""
    groups = sheet.groups(dimension)
    for place, group in enumerate(groups):
        if _key(group) == (*span, depth):
            if collapsed is not None:
                kept = {key: value for key, value in group.items() if key != "collapsed"}
                groups[place] = {**kept, "collapsed": True} if collapsed else kept
            return
    raise invalid_argument("dimensionGroup: no such group exists.")
