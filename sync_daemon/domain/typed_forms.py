"""How cells were typed, beside the values that they show: as formulas, as dates, as amounts.

It is kept with a row, so that one that was deleted comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sync_daemon.domain.cells import CellValue, same_cell

if TYPE_CHECKING:  # commands that only read need not load them
    from sync_daemon.domain.computed import CellDetail, Details
    from sync_daemon.domain.identity import IdentifiedRow

_OWN_ROW = r"(?<![\w.$!])(\$?[A-Za-z]{{1,3}}){row}(?![\w.(])"


class TypedForm(NamedTuple):
    """How a cell was typed that shows ``value``, in row ``row``: formula and number format."""

    value: CellValue
    row: int
    formula: str = ""
    format_type: str = ""  # as the Sheets API calls it, DATE say
    pattern: str = ""


def find_forms(
    rows: Iterable[IdentifiedRow], details: Details, changed: Container[str]
) -> dict[str, dict[str, TypedForm | None]]:
    """What a closer look tells of changed rows, by id and column; None where a cell is plain."""
    found = {}
    for identified in rows:
        number = identified.row.row_number
        if identified.row_id in changed and (asked := details.get(number)):
            cells = identified.row.cells()
            found[identified.row_id] = {
                key: _form_of(cells[key], number, detail)
                for key, detail in asked.items()
                if key in cells
            }
    return found


def _form_of(value: CellValue, row: int, detail: CellDetail) -> TypedForm | None:
    form = TypedForm(value, row, detail.formula, *detail.number_format)
    return form if form.formula or form.format_type else None


def forms_that_hold(
    forms: Mapping[str, TypedForm], cells: Mapping[str, CellValue], computed: Container[str]
) -> dict[str, TypedForm]:
    """The forms of cells that still show what they showed, or that a formula fills anyhow.

    Args:
        forms: by column.
        cells: the row's.
        computed: the columns in which the row has a formula that no step reads.
    """
    return {
        key: form
        for key, form in forms.items()
        if key in cells and (key in computed or same_cell(form.value, cells[key]))
    }


def moved_formula(formula: str, from_row: int, to_row: int) -> str:
    """A formula in another row: what it takes from its own row, it takes from there.

    >>> moved_formula("=B5*12+$A$5+B4", 5, 20)
    '=B20*12+$A$5+B4'
    """
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    own = re.compile(_OWN_ROW.format(row=from_row))
    parts[::2] = [own.sub(rf"\g<1>{to_row}", part) for part in parts[::2]]
    return "".join(parts)
