"""What the mirror knows of rows, loaded only when somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

Known = TypeVar("Known")


class LazyMapping(Mapping[str, Known]):
    """Row id → what ``load`` gives for it; rows of a snapshot rarely need it."""

    def __init__(self, load: Callable[[Collection[str]], Mapping[str, Known]]) -> None:
        self._load = load
        self._loaded: dict[str, Known] = {}

    def load(self, row_ids: Collection[str]) -> None:
        """Load what is known of several rows at once."""
        missing = [row_id for row_id in row_ids if row_id not in self._loaded]
        if missing:
            self._loaded |= self._load(missing)

    def __getitem__(self, row_id: str) -> Known:
        """That of one row; KeyError where there is nothing."""
        if row_id not in self._loaded:
            self._loaded |= self._load([row_id])
        return self._loaded[row_id]

    def __iter__(self) -> Iterator[str]:
        """The ids of the rows that were looked at."""
        return iter(self._loaded)

    def __len__(self) -> int:
        """How many rows were looked at."""
        return len(self._loaded)
