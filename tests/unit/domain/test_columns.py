"""Columns under other names, known by what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.columns import Renaming, has_doubtful_columns, renamed_cells
from sync_daemon.domain.headers import map_columns


@dataclass(frozen=True)
class Column:
    """A column of a sheet: what its header says, and its cells from the top."""

    header: str
    cells: tuple[CellValue, ...]


def keys(columns: list[Column]) -> dict[str, int]:
    headers = [column.header for column in columns]
    return dict(map_columns(headers, len(headers), [], {}).user)


def rows(columns: list[Column]) -> dict[str, dict[str, CellValue]]:
    names = keys(columns)
    height = max((len(column.cells) for column in columns), default=0)
    return {
        str(n): {key: columns[i].cells[n] for key, i in names.items() if columns[i].cells[n] != ""}
        for n in range(height)
    }


def in_order(columns: list[Column]) -> list[str]:
    names = keys(columns)
    return sorted(names, key=lambda key: names[key])


def plan(
    before: list[Column], now: list[Column], *, computed: tuple[str, ...] = ()
) -> tuple[dict[str, str], Mapping[str, Mapping[str, CellValue]]]:
    """The renaming, and the mirror's rows after it."""
    known = rows(before)
    renaming = Renaming(in_order(before), in_order(now), keys(now), known, rows(now), computed)
    renamed = renaming.plan()
    return renamed, {row_id: renamed_cells(cells, renamed) for row_id, cells in known.items()}


@st.composite
def sheets(draw: st.DrawFn) -> list[Column]:
    headers = draw(st.lists(st.sampled_from(["", "", "Notes", "Age", "Role"]), max_size=6))
    return [Column(header, draw(cells_of(i))) for i, header in enumerate(headers)]


def cells_of(place: int) -> st.SearchStrategy[tuple[CellValue, ...]]:
    """Texts and numbers that no other column has."""
    texts: list[CellValue] = [f"{place} {n}" for n in range(4)]
    return st.sampled_from([tuple(texts), tuple(place * 10 + n for n in range(4))])


@given(sheets(), st.data())
def test_columns_put_in_or_moved_change_no_row(sheet: list[Column], data: st.DataObject) -> None:
    now = data.draw(st.permutations(sheet))
    for header in data.draw(st.lists(st.sampled_from(["", "New", "Notes"]), max_size=2)):
        now.insert(data.draw(st.integers(0, len(now))), Column(header, ("",) * 4))
    _, known = plan(sheet, now)
    assert {row_id: dict(cells) for row_id, cells in known.items()} == (rows(now) if sheet else {})


@given(sheets(), st.data())
def test_of_a_deleted_column_only_its_cells_are_gone(
    sheet: list[Column], data: st.DataObject
) -> None:
    if not sheet:
        return
    place = data.draw(st.integers(0, len(sheet) - 1))
    now = sheet[:place] + sheet[place + 1 :]
    _, known = plan(sheet, now)
    for row_id, cells in rows(now).items():
        assert cells.items() <= known[row_id].items()
        (gone,) = known[row_id].items() - cells.items()
        assert gone[1] == sheet[place].cells[int(row_id)]


A, B, C = (Column("", tuple(f"{name}{n}" for n in range(4))) for name in "abc")
NUMBERS = (Column("Age", (1, 2, 3, 4)), Column("Days", (2, 3, 4, 5)))
FIRST, SECOND, THIRD = (f"(column without header {n})" for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("before", "now", "renamed"),
    [
        pytest.param([A, B], [B, A], {FIRST: SECOND, SECOND: FIRST}, id="swapped"),
        pytest.param([A, B], [B], {SECOND: FIRST, FIRST: THIRD}, id="the first deleted"),
        pytest.param([A], [Column("Now", A.cells)], {FIRST: "Now"}, id="got a title"),
        pytest.param([NUMBERS[0]], [NUMBERS[1]], {"Age": "Days"}, id="formulas under a new title"),
        pytest.param([A], [Column("Now", B.cells)], {}, id="other content, other column"),
        pytest.param([A], [Column("", B.cells)], {}, id="edited"),
    ],
)
def test_names(before: list[Column], now: list[Column], renamed: dict[str, str]) -> None:
    assert plan(before, now)[0] == renamed


def test_edits_at_the_same_time_hide_no_new_title() -> None:
    before, now = Column("Notes", ("a", "b", "c", "d")), Column("Remarks", ("a", "b", "x", "d"))
    assert plan([before], [now])[0] == {"Notes": "Remarks"}


@pytest.mark.parametrize(
    ("names", "is_doubtful"),
    [
        (["Role", "Notes"], False),
        (["Role", FIRST], False),
        ([FIRST, SECOND], True),
        (["Notes", "Notes (2)"], True),
        (["Notes (2)", "Role"], False),
    ],
)
def test_only_some_names_could_trade_places(names: list[str], is_doubtful: bool) -> None:
    assert has_doubtful_columns(names) is is_doubtful
