"""Which texts are labels, and what stands behind them."""

from __future__ import annotations

import pytest

from sync_daemon.domain.cells import CellValue
from sync_daemon.domain.links import (
    addresses_by_label,
    choose_address,
    is_label,
    is_label_mark,
    label_mark,
    with_addresses,
)


@pytest.mark.parametrize(
    "text", ["Apply", "Apply here!", "Jobs at Acme Inc.", "link", "#3", "v1.2"]
)
def test_a_text_without_an_address_is_a_label(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize(
    "value",
    [
        "https://acme.example/jobs", "see www.acme.example", "acme.com", "jobs.acme.co.uk/1",
        "[Apply](https://acme.example)", "acme.com?x=1", "", "Loading...", "#N/A", 12, True, None,
    ],
)  # fmt: skip
def test_an_address_nothing_and_what_is_not_ready_are_none(value: CellValue | None) -> None:
    assert not is_label(value)


def test_the_first_web_page_of_several_links_counts() -> None:
    assert choose_address(["", "mailto:x@acme.example", "HTTPS://a.example", "https://b"]) == (
        "HTTPS://a.example"
    )
    assert choose_address(["mailto:x@acme.example", "#gid=1"]) == ""


def test_the_address_takes_the_place_of_its_own_label_alone() -> None:
    cells: dict[str, CellValue] = {"Link": "Apply", "Link (address)": "https://a", "Notes": "Apply"}
    assert addresses_by_label(cells) == {"Apply": "https://a"}
    assert with_addresses(cells) == {**cells, "Link": "https://a"}


def test_a_mark_tells_labels_apart_and_is_no_formula() -> None:
    assert label_mark("Apply") != label_mark("Apply here")
    assert is_label_mark(label_mark("Apply"))
    assert not is_label_mark("*")
