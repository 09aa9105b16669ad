"""What rows held at each change of theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, select

from sync_daemon.domain.cells import CellValue, decode_cells
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import row_versions, rows


@dataclass(frozen=True, slots=True)
class RowVersion:
    """A row's cells after one change; a deletion repeats those that were deleted."""

    version: int
    change: str
    at: str
    run_id: int
    cells: Mapping[str, CellValue]


def load_versions(engine: Engine, sheet: str | None = None) -> dict[str, list[RowVersion]]:
    """Every version that is kept of every row, oldest first, by row id."""
    query = select(row_versions).order_by(row_versions.c.row_id, row_versions.c.version)
    if sheet is not None:
        query = query.join(rows, rows.c.row_id == row_versions.c.row_id)
        query = query.where(rows.c.sheet == sheet)
    found: dict[str, list[RowVersion]] = defaultdict(list)
    with translated(engine), engine.connect() as connection:
        for each in connection.execute(query).mappings():
            found[each["row_id"]].append(
                RowVersion(
                    each["version"], each["kind"], each["at"], each["run_id"],
                    decode_cells(each["cells"]),
                )
            )  # fmt: skip
    return dict(found)
