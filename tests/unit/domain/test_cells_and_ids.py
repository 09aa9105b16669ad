"""Cell values, content hashes and row ids."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.cells import (
    CellValue,
    content_hash,
    decode_cells,
    encode_cells,
    is_unready,
    same_cell,
)
from sync_daemon.domain.ids import (
    IdSource,
    is_row_id,
    make_row_id,
    read_id,
    read_witness,
    with_witness,
)

CELLS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)


@given(st.dictionaries(st.text(), CELLS))
def test_cells_come_back_as_they_were(cells: dict[str, CellValue]) -> None:
    """Emoji, right-to-left text, NUL and lone surrogates included."""
    encoded = encode_cells(cells)
    encoded.encode()  # so that every database can hold it
    assert decode_cells(encoded) == cells
    assert len(content_hash(encoded)) == 32


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a", True),
        (3, 3.0, True),
        (True, True, True),
        (True, 1, False),
        (0, False, False),
        ("1", 1, False),
        ("", 0, False),
        ("0042", "42", False),
    ],
)
def test_same_cell(one: CellValue, other: CellValue, same: bool) -> None:
    assert same_cell(one, other) is same
    assert same_cell(other, one) is same


@pytest.mark.parametrize("value", ["Loading...", "Loading…", "#N/A", "#REF!", "#DIV/0!", "#ERROR!"])
def test_a_formula_without_value_is_not_ready(value: str) -> None:
    assert is_unready(value)


@pytest.mark.parametrize("value", ["", "#1 in sales", "Loading dock", "#hashtag", 0, False])
def test_ordinary_text_is_ready(value: CellValue) -> None:
    assert not is_unready(value)


@given(st.integers(0, 2**63))
def test_ids_are_well_formed_and_survive_the_status_cell(number: int) -> None:
    row_id = make_row_id(number)
    assert len(row_id) == 10
    assert is_row_id(row_id)
    assert read_id(row_id) == row_id
    assert read_witness(with_witness("failed: see #12 #abc", row_id)) == row_id


@given(st.integers(0, 2**63), st.integers(0, 9), st.sampled_from("0123456789abcdefghjkmnpqrstvwxy"))
def test_a_single_mistyped_character_is_noticed(number: int, place: int, typed: str) -> None:
    row_id = make_row_id(number)
    mistyped = row_id[:place] + typed + row_id[place + 1 :]
    assert is_row_id(mistyped) is (mistyped == row_id)


@pytest.mark.parametrize("value", ["", "hello", "1234567890", 5, True, "A" * 10, "done"])
def test_what_users_type_is_no_id(value: CellValue) -> None:
    assert read_id(value) is None
    assert read_witness(value) is None


def test_no_id_is_drawn_that_is_taken_or_was_drawn_before() -> None:
    numbers = iter([7, 7, 8, 8, 9])
    source = IdSource(lambda: next(numbers), {make_row_id(7)})
    assert [source.draw(), source.draw()] == [make_row_id(8), make_row_id(9)]


def test_ids_of_a_large_sheet_hardly_ever_collide() -> None:
    numbers = random.Random(1)  # noqa: S311 - reproducible
    assert len({make_row_id(numbers.getrandbits(62)) for _ in range(100_000)}) == 100_000
