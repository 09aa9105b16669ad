"""The cells of rows in the mirror, loaded only when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sync_daemon.domain.cells import CellValue
from sync_daemon.ports import Mirror


class Contents(Mapping[str, Mapping[str, CellValue]]):
    """Row id → the cells last known; rows of a snapshot rarely need them."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._loaded: dict[str, Mapping[str, CellValue]] = {}

    def __getitem__(self, row_id: str) -> Mapping[str, CellValue]:
        """The cells of one row; KeyError for an unknown one."""
        if row_id not in self._loaded:
            self._loaded |= self._mirror.load_cells([row_id])
        return self._loaded[row_id]

    def __iter__(self) -> Iterator[str]:
        """The ids of the rows that were looked at."""
        return iter(self._loaded)

    def __len__(self) -> int:
        """How many rows were looked at."""
        return len(self._loaded)
