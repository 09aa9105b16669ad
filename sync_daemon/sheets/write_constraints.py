"""Protected and merged ranges in Google's answer (Sheets API v4, ``spreadsheets.get``); pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync_daemon.domain.write_constraints import END, Area, Protection, WriteConstraints

OBSTACLE_FIELDS = (
    "sheets(properties(sheetId),merges,"
    "protectedRanges(range,unprotectedRanges,warningOnly,requestingUserCanEdit))"
)


def read_constraints(
    answer: dict[str, Any], gid: int, columns: Mapping[str, int]
) -> WriteConstraints:
    """What is in our way in one tab; ``columns`` are ours, header → index."""
    for sheet in answer.get("sheets", []):
        if sheet.get("properties", {}).get("sheetId", 0) == gid:
            return WriteConstraints(
                protections=[
                    _protection(raw)
                    for raw in sheet.get("protectedRanges", [])
                    if not (raw.get("warningOnly") or raw.get("requestingUserCanEdit"))
                ],
                merges=[_area(raw) for raw in sheet.get("merges", [])],
                columns=columns,
            )
    return WriteConstraints()


def _protection(raw: dict[str, Any]) -> Protection:
    free = [_area(part) for part in raw.get("unprotectedRanges", [])]
    return Protection(_area(raw.get("range", {})), free)


def _area(raw: dict[str, Any]) -> Area:
    return Area(
        first_row=raw.get("startRowIndex", 0) + 1,
        last_row=raw.get("endRowIndex", END),
        left=raw.get("startColumnIndex", 0),
        right=raw.get("endColumnIndex", END),
    )
