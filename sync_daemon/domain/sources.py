"""Where a step's inputs come from on one row: the first source that is not blank counts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

from sync_daemon.domain.blanks import stands_for_nothing
from sync_daemon.domain.cells import BLANK, CellValue, is_blank, is_unready
from sync_daemon.domain.jobs import Ask, FromColumn, FromStep, JsonValue, Source, StepSpec
from sync_daemon.domain.links import address_key


@dataclass(frozen=True, slots=True)
class ColumnAsk:
    """A column that the user may fill in, and how to ask for it; ``order`` as steps read them."""

    header: str
    ask: Ask
    order: int


Need: TypeAlias = Sequence[ColumnAsk]
"""Columns of which one is enough, in the order in which the steps read them."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What later steps may expect of a step on one row.

    Attributes:
        values: its result for the row's present inputs.
        is_running: whether a new result comes in this cycle.
        is_open: whether one may still come by itself.
        has_failed: whether it, or one that it takes from, failed for good.
        needs: what it lacks, if it waits.
    """

    values: Mapping[str, JsonValue] | None = None
    is_running: bool = False
    is_open: bool = False
    has_failed: bool = False
    needs: Sequence[Need] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A value, the column it stands in, if any, and the steps whose result it stands in for."""

    value: JsonValue
    header: str = ""
    replaced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pending:
    """A step that may still give the value."""

    step: str


@dataclass(frozen=True, slots=True)
class Unready:
    """A formula that has no value yet."""

    words: str


@dataclass(frozen=True, slots=True)
class Missing:
    """No value: the columns that could give it, and the steps that failed to."""

    headers: Sequence[str] = ()
    needs: Sequence[Need] = ()
    failed: frozenset[str] = frozenset()


class Columns:
    """The cells of one row, and how the user is asked for those that are blank."""

    def __init__(self, cells: Mapping[str, CellValue]) -> None:
        self._cells = cells
        self._asks: dict[str, ColumnAsk] = {}

    def note(self, spec: StepSpec) -> None:
        """Learn from the next step how its columns are asked for."""
        for name, sources in spec.inputs.items():
            for source in sources:
                if isinstance(source, FromColumn) and source.header not in self._asks:
                    ask = spec.asks.get(name, Ask.FILL_IN)
                    self._asks[source.header] = ColumnAsk(source.header, ask, len(self._asks))

    def find(
        self, sources: Sequence[Source], outlooks: Mapping[str, Outlook], *, is_required: bool
    ) -> Found | Pending | Unready | Missing:
        """The value of the first source that has one, or why there is none.

        A step that failed in passing may still give a value, hours later: what is
        required waits for it, what is optional does without it until then.
        """
        headers: list[str] = []
        needs: list[Need] = []
        failed: set[str] = set()
        for index, source in enumerate(sources):
            if isinstance(source, FromColumn):
                cell = self._cells.get(source.header, BLANK)
                if is_unready(cell):
                    return Unready(f"{source.header} shows {cell}")
                if not stands_for_nothing(cell):
                    return Found(cell, source.header, _steps(sources[index + 1 :]))
                headers.append(source.header)
                continue
            outlook = outlooks.get(source.step, _NOTHING)
            may_come = outlook.values is None and outlook.is_open and is_required
            if outlook.is_running or may_come:
                return Pending(source.step)
            value = (outlook.values or {}).get(source.output)
            is_last = index == len(sources) - 1
            if not is_blank(value) and (value != [] or is_last):
                return Found(value)
            needs.extend(outlook.needs)
            failed |= {source.step} if outlook.has_failed else set()
        return Missing(headers, needs, frozenset(failed))

    def typed(self, sources: Sequence[Source], earlier: Mapping[str, str]) -> str:
        """What the user typed for an input: the first cell that is not blank, or what leads to it.

        A step that comes before that cell may give the value instead, or give none the
        next time: so what was typed for it counts as well.
        """
        parts: list[str] = []
        for source in sources:
            if isinstance(source, FromStep):
                parts.append(earlier.get(source.step, ""))
                continue
            cell = self._cells.get(source.header, BLANK)
            if not stands_for_nothing(cell):
                address = self._cells.get(address_key(source.header), BLANK)
                parts.append(json.dumps([_trimmed(cell), address]))
                break
        return "|".join(parts)

    def need(self, lack: Missing) -> Need:
        """The columns one of which would help."""
        own = [self._asks[header] for header in lack.headers]
        return self.merged([own, *lack.needs])

    def merged(self, needs: Sequence[Need]) -> Need:
        """All columns of the needs, each once."""
        found = {ask.header: ask for need in needs for ask in need}
        return sorted(found.values(), key=lambda ask: ask.order)


def own_inputs(spec: StepSpec, columns: Columns, earlier: Mapping[str, str]) -> str:
    """A digest of what the user typed for a step, through the steps that it takes from too.

    Nothing that a tool says is in it, nor a header: neither a new version of a tool
    nor a renamed column changes it.

    Args:
        spec: the step.
        columns: of the row.
        earlier: the digests of the steps before it, by name.
    """
    typed = sorted(columns.typed(sources, earlier) for sources in spec.inputs.values())
    return blake2b("\n".join(typed).encode("utf-8", "replace"), digest_size=9).hexdigest()


_NOTHING = Outlook()


def _trimmed(cell: CellValue) -> CellValue:
    return cell.strip() if isinstance(cell, str) else cell


def _steps(sources: Sequence[Source]) -> frozenset[str]:
    return frozenset(source.step for source in sources if isinstance(source, FromStep))
