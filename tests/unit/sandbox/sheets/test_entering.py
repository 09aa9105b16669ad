"""What typed texts become, and how numbers and dates are shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.sandbox.sheets.formats import format_general, format_value
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from tests.unit.sandbox.sheets.client import Client

ENTRIES: list[tuple[str, str, Any, str]] = [
    # locale, typed, stored, shown
    ("en_US", "1,234.50", 1234.5, "1,234.50"),
    ("en_US", "1234.5", 1234.5, "1234.5"),
    ("en_US", "12,34", "12,34", "12,34"),
    ("en_US", "-7", -7, "-7"),
    ("en_US", "(5)", -5, "-5"),
    ("en_US", "5%", 0.05, "5%"),
    ("en_US", "12.5%", 0.125, "12.50%"),
    ("en_US", "$3.50", 3.5, "$3.50"),
    ("en_US", "-$1,000", -1000, "-$1,000"),
    ("en_US", "1e3", 1000, "1.00E+03"),
    ("en_US", "TRUE", True, "TRUE"),
    ("en_US", "false", False, "FALSE"),
    ("en_US", "'0042", "0042", "0042"),
    ("en_US", "0042", 42, "42"),
    ("en_US", "2020-01-01", 43831, "2020-01-01"),
    ("en_US", "1/2/2020", 43832, "1/2/2020"),
    ("en_US", "13/1/2020", "13/1/2020", "13/1/2020"),
    ("en_US", "Jan 5, 2020", 43835, "Jan 5, 2020"),
    ("en_US", "5 January 2020", 43835, "5 January 2020"),
    ("en_US", "2:30 PM", 0.6041666666666666, "2:30 PM"),
    ("en_US", "14:30:15", 0.6043402777777778, "14:30:15"),
    ("en_US", "2020-01-01 12:00", 43831.5, "2020-01-01 12:00"),
    ("en_US", "2020-02-30", "2020-02-30", "2020-02-30"),
    ("en_US", "1.2.3", "1.2.3", "1.2.3"),
    ("en_US", "1e308", 1e308, "1.00E+308"),
    ("en_US", "1e309", "1e309", "1e309"),
    ("en_US", "-1E+999%", "-1E+999%", "-1E+999%"),
    ("en_US", "+49 30", "#ERROR!", "#ERROR!"),
    ("en_US", "+49-30", 19, "19"),
    ("en_US", "+ 5", 5, "5"),
    ("en_US", "+1,5", "#ERROR!", "#ERROR!"),
    ("en_US", "+abc", "#NAME?", "#NAME?"),
    ("en_US", '+"a"', "a", "a"),
    ("en_US", "+49", 49, "49"),
    ("en_US", "+", "+", "+"),
    ("de_DE", "+1,5", 1.5, "1,5"),
    ("en_US", "hello", "hello", "hello"),
    ("en_US", " x ", " x ", " x "),
    ("en_GB", "13/1/2020", 43843, "13/1/2020"),
    ("en_GB", "£9.99", 9.99, "£9.99"),
    ("de_DE", "1.234,5", 1234.5, "1.234,50"),
    ("de_DE", "1,5", 1.5, "1,5"),
    ("de_DE", "1.5", "1.5", "1.5"),
    ("de_DE", "31.12.2020", 44196, "31.12.2020"),
    ("de_DE", "3,50 €", 3.5, "3,50 €"),
    ("de_DE", "5. März 2020", 43895, "5 März 2020"),
    ("fr_FR", "1 234,5", 1234.5, "1\u202f234,50"),
    ("fr_FR", "31/12/2020", 44196, "31/12/2020"),
    ("nl_NL", "31-12-2020", 44196, "31-12-2020"),
    ("es_ES", "1.000", 1000, "1.000"),
    ("es_ES", "5 enero 2020", 43835, "5 enero 2020"),
    ("ja_JP", "2020年1月5日", 43835, "2020年1月5日"),
    ("ja_JP", "2020/01/05", 43835, "2020/01/05"),
    ("ja_JP", "¥1,000", 1000, "¥1,000"),
]


@pytest.mark.parametrize(("locale", "typed", "stored", "shown"), ENTRIES)
def test_a_typed_text(client: Client, locale: str, typed: str, stored: object, shown: str) -> None:
    properties = {"locale": locale}
    client.batch({"updateSpreadsheetProperties": {"properties": properties, "fields": "locale"}})
    client.type("A1", [[typed]])
    assert client.value("A1", valueRenderOption="UNFORMATTED_VALUE") == stored
    assert client.value("A1") == shown


def test_dates_as_numbers_or_text(client: Client) -> None:
    client.type("A1", [["2020-01-01", "5%", 7]])
    query = {"valueRenderOption": "UNFORMATTED_VALUE"}
    assert client.values("A1:C1", **query) == [[43831, 0.05, 7]]
    query["dateTimeRenderOption"] = "FORMATTED_STRING"
    assert client.values("A1:C1", **query) == [["2020-01-01", 0.05, 7]]


def test_a_text_format_keeps_what_is_typed(client: Client) -> None:
    number_format = {"numberFormat": {"type": "TEXT"}}
    cell = {"userEnteredFormat": number_format}
    everything = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 4}
    repeat = {"range": everything, "cell": cell, "fields": "userEnteredFormat.numberFormat"}
    client.batch({"repeatCell": repeat})
    row = ["0042", "1/2/2020", "+49 30", "=1+1"]
    client.type("A1", [row])
    assert client.values("1:1", valueRenderOption="UNFORMATTED_VALUE") == [row]


PATTERNS: list[tuple[float, str, str, str]] = [
    (1234.567, "NUMBER", "#,##0.00", "1,234.57"),
    (1234.5, "NUMBER", "0", "1235"),
    (0.5, "NUMBER", "#.##", ".5"),
    (5, "NUMBER", "000", "005"),
    (-3.2, "NUMBER", "0.0;(0.0)", "(3.2)"),
    (0, "NUMBER", '0;-0;"none"', "none"),
    (1.005, "NUMBER", "0.00", "1.01"),
    (12345.678, "SCIENTIFIC", "0.00E+00", "1.23E+04"),
    (0.256, "PERCENT", "0.0%", "25.6%"),
    (9.5, "CURRENCY", '"$"#,##0.00', "$9.50"),
    (43831.75, "DATE_TIME", "yyyy-mm-dd hh:mm:ss", "2020-01-01 18:00:00"),
    (43831.75, "DATE_TIME", "d mmm yy h:mm am/pm", "1 Jan 20 6:00 PM"),
    (43831, "DATE", "dddd, mmmm d", "Wednesday, January 1"),
    (1.5, "TIME", "[h]:mm", "36:00"),
    (0.5000057870370370, "TIME", "hh:mm:ss.000", "12:00:00.500"),
    (7, "TEXT", "@", "7"),
]


@pytest.mark.parametrize(("value", "kind", "pattern", "shown"), PATTERNS)
def test_patterns(value: float, kind: str, pattern: str, shown: str) -> None:
    number_format = {"type": kind, "pattern": pattern}
    assert format_value(value, number_format, locale_named("en_US")) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1 / 3, "0.3333333333"),
        (2**-10, "0.0009765625"),
        (0.1 + 0.2, "0.3"),
        (12345678.987654, "12345678.99"),
        (1e20, "1E+20"),
        (1.5e-7, "1.5E-07"),
        (-2.0, "-2"),
    ],
)
def test_numbers_without_a_format(value: float, shown: str) -> None:
    assert format_general(value, locale_named("en_US")) == shown


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (1e300, "0.00", "1" + "0" * 300 + ".00"),
        (1e308, "0%", "1" + "0" * 310 + "%"),
        (-1e308, "#,##0", "-100" + ",000" * 102),
        (1e308, "0.0E+0", "1.0E+308"),
    ],
)
def test_the_largest_numbers_have_all_their_digits(value: float, pattern: str, shown: str) -> None:
    number_format = {"type": "NUMBER", "pattern": pattern}
    assert format_value(value, number_format, locale_named("en_US")) == shown


@given(st.text(), st.sampled_from(["en_US", "de_DE", "fr_FR", "ja_JP"]))
def test_any_text_can_be_typed(text: str, locale: str) -> None:
    entry = parse_entry(text, locale_named(locale))
    if entry.literal is None and entry.formula is None:
        assert text in {"", "'"}
    assert not text.startswith("+") or entry.formula is not None or entry.literal is not None


@given(st.integers(-(10**9), 10**9), st.sampled_from(["en_US", "de_DE", "nl_NL", "es_ES"]))
def test_a_shown_number_typed_again_is_the_same(value: int, name: str) -> None:
    locale = locale_named(name)
    shown = format_value(value / 4, {"type": "NUMBER", "pattern": "#,##0.00"}, locale)
    assert parse_entry(shown, locale).literal == value / 4
