"""Durations, spreadsheets' addresses and the like, as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.settings import parse_duration, parse_spreadsheet

ID = "1mN0pQrStUvWxYz-_234567890"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60s", 60),
        ("1.5s", 1.5),
        ("10m", 600),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        (" 2d ", 172_800),
        ("1d1h1m1s", 90_061),
        (timedelta(seconds=7), 7),
    ],
)
def test_durations(text: object, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "60", "s", "-5s", "5 minutes", "1m1h", "0s", "0h0m", "1.5h", 60, None, "1٣s"]
)
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match=r"duration|longer than nothing"):
        parse_duration(text)


def test_a_duration_that_no_calendar_holds() -> None:
    with pytest.raises(ValueError, match="calendar"):
        parse_duration("99999999999d")


@given(
    st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(1, 99), st.booleans()
)
def test_any_duration_is_the_sum_of_its_parts(
    days: int, hours: int, minutes: int, seconds: int, spaced: bool
) -> None:
    text = (" " if spaced else "").join([f"{days}d", f"{hours}h", f"{minutes}m", f"{seconds}s"])

    expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"https://docs.google.com/spreadsheets/d/{ID}",
        f"https://docs.google.com/spreadsheets/d/{ID}/edit?usp=sharing#gid=12",
        f"https://docs.google.com/spreadsheets/d/{ID}#gid=0",
        f"https://docs.google.com/spreadsheets/u/1/d/{ID}/edit",
        f"https://docs.google.com/a/example.com/spreadsheets/d/{ID}/edit",
        f"docs.google.com/spreadsheets/d/{ID}/edit",
        f"http://127.0.0.1:8765/spreadsheets/d/{ID}/edit",
        f"http://localhost:8765/spreadsheets/d/{ID}",
    ],
)
def test_addresses_and_ids_of_spreadsheets(text: str) -> None:
    assert parse_spreadsheet(text) == ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Job hunt",
        "https://docs.google.com/spreadsheets/d/…/edit",
        f"https://docs.google.com/document/d/{ID}/edit",
        f"https://example.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com.example.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com/spreadsheets/d/{ID}é/edit",
    ],
)
def test_what_is_no_spreadsheet(text: str) -> None:
    with pytest.raises(ValueError, match="paste the spreadsheet's address"):
        parse_spreadsheet(text)


def test_a_published_page_is_told_from_the_sheet_itself() -> None:
    with pytest.raises(ValueError, match="published page"):
        parse_spreadsheet("https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefg/pubhtml")
