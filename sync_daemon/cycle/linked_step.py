"""A step that gets the address behind a label where its tool wants an address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.jobs import JsonValue, StepSpec
from sync_daemon.domain.links import addresses_by_label
from sync_daemon.domain.pipeline import BoundInputs, Step, Unbindable


def linked(
    steps: Sequence[Step],
    links: Mapping[str, Collection[str]],
    cells: Mapping[str, CellValue],
) -> Iterable[Step]:
    """The steps as they are for one row.

    Args:
        steps: of the sheet.
        links: by step, the inputs that are addresses.
        cells: of the row.
    """
    addresses = addresses_by_label(cells)
    if not addresses:
        return steps
    return [_LinkedStep(step, links.get(step.spec.name, ()), addresses) for step in steps]


@dataclass(frozen=True, slots=True)
class _LinkedStep:
    _step: Step
    _links: Collection[str]
    _addresses: Mapping[str, CellValue]

    @property
    def spec(self) -> StepSpec:
        return self._step.spec

    def bind(self, values: Mapping[str, JsonValue], locale: CellLocale) -> BoundInputs | Unbindable:
        return self._step.bind(
            {
                name: self._addresses.get(value, value)
                if name in self._links and isinstance(value, str)
                else value
                for name, value in values.items()
            },
            locale,
        )

    def show(self, output: str, value: JsonValue) -> CellValue:
        return self._step.show(output, value)
