"""Dates as people type them, in the spreadsheet's locale."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from sync_daemon.domain.cell_locale import CellLocale
from sync_daemon.processing.calendar_words import LANGUAGES, calendar_words
from sync_daemon.processing.typed_dates import read_date, read_moment

TYPED_ON = date(2026, 7, 1)
JUNE_3 = date(2026, 6, 3)
LOCALES = ["en_US", "en_GB", "en_CA", "en_IN", "de_DE", "de", "fr_FR", "fr_CA", "es_ES", "es_MX",
           "nl_NL", "it_IT", "pt_BR", "pl_PL", "sv_SE", "da_DK", "nb_NO", "fi_FI", "cs_CZ", "hu_HU",
           "tr_TR", "ro_RO", "ru_RU", "uk_UA", "el_GR", "ja_JP", "ko_KR", "zh_CN",
           "in_ID"]  # fmt: skip


def at_home(code: str, typed_on: date | None = TYPED_ON) -> CellLocale:
    return CellLocale(UTC, code, typed_on)


@pytest.mark.parametrize("code", ["en_US", "en_GB", "de_DE", "xx_YY", ""])
@pytest.mark.parametrize(
    "typed",
    [
        "2026-06-03", "2026/06/03", "2026.6.3", "2026. 6. 3.", "20260603", "2026-06-03T10:00:00Z",
        "3.6.2026", "03.06.26", "3. 6. 2026", "3.6.", "3 June", "3 June 2026", "June 3rd, 2026",
        "June 3", "3rd of June", "Jun 3 26", "June 3 '26", "3-Jun-26", "3-Jun-2026", "03Jun2026",
        "Wed 3 Jun", "Wed, 3 June 2026", "Wednesday, June 3, 2026", "on 3 June", "by June 3rd",
        "3. Juni", "3. Juni 2026", "Mi 3.6.", "Mittwoch, 3. Juni", "am 3.6.", "bis 3.6.2026",
        "3 juin 2026", "le 3 juin", "mer. 3 juin 2026", "3 juin à 14h30", "3 de junio",
        "3 de junio de 2026", "el 3 de junio a las 14:00", "miércoles, 3 de junio", "3 juni",
        "3 juni 2026", "woensdag 3 juni", "3 giugno 2026", "3º giugno 2026",
        "quarta-feira, 3 de junho de 2026", "2026 June 3", "3.6. 14 Uhr", "3.6.2026 um 14.30 Uhr",
        "3 June 2026, 2:30 pm", "June 3 at 2pm", "14:00 3 June", "3 June (phone)",
        "  3\u00a0June\n2026 ", "3 JUNE", "\uff13.\uff16.\uff12\uff10\uff12\uff16", "2026年6月3日",
        "2026년 6월 3일",
    ],
)  # fmt: skip
def test_a_date_that_is_one_day_everywhere(typed: str, code: str) -> None:
    assert read_date(typed, at_home(code)) == JUNE_3


@pytest.mark.parametrize(
    ("code", "typed", "meant"),
    [
        ("en_US", "03/06/2026", date(2026, 3, 6)), ("en_GB", "03/06/2026", JUNE_3),
        ("de_DE", "03/06/2026", JUNE_3), ("en_US", "3/6", date(2026, 3, 6)),
        ("en_GB", "3/6", JUNE_3), ("en_US", "3-6-26", date(2026, 3, 6)),
        ("nl_NL", "3-6-26", JUNE_3), ("en_US", "31/5/2026", date(2026, 5, 31)),
        ("en_GB", "5/31/2026", date(2026, 5, 31)), ("ja_JP", "26/6/3", JUNE_3),
        ("ko_KR", "26. 6. 3.", JUNE_3), ("hu_HU", "6. 3.", JUNE_3), ("sv_SE", "3/6", JUNE_3),
        ("ja_JP", "6/3", JUNE_3), ("pl_PL", "3 czerwca 2026", JUNE_3),
        ("sv_SE", "3 maj", date(2026, 5, 3)), ("en-US", "3/6", date(2026, 3, 6)),
        ("fr_FR", "3 mar", date(2026, 3, 3)), ("es_ES", "mar 3 jun", JUNE_3),
        ("", "5/5/2026", date(2026, 5, 5)), ("", "31/5/2026", date(2026, 5, 31)),
    ],
)  # fmt: skip
def test_figures_and_names_follow_the_locale(code: str, typed: str, meant: date) -> None:
    assert read_date(typed, at_home(code)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "3", "soon", "yesterday", "gestern", "tomorrow", "next Monday", "Monday", "June",
        "June 2026", "5", "46000", "86400", "3-6", "31.2.2026", "2026-13-01", "31 Foo 2026",
        "3 June or 4 June", "3 and 4 June", "1.1.0026", "1066-99-14", "25:00 3.6.9", "3 May x",
        "13 pm", "3/6/6", "٣١", "1" * 100_000, "31 " * 50_000, "(" * 50_000, "in 3 days",
        "3 June €5", "Q3 2026", "3 days ago", "2026-W23",
    ],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_not_read(typed: str) -> None:
    assert read_date(typed, at_home("en_GB")) is None
    assert read_moment(typed, at_home("en_GB")) is None


@pytest.mark.parametrize("typed", ["4/5/2026", "4-5-26", "4/5"])
def test_without_a_locale_two_orders_are_two_days(typed: str) -> None:
    assert read_date(typed, at_home("")) is None


@pytest.mark.parametrize(
    ("typed_on", "typed", "meant"),
    [
        (date(2026, 11, 30), "3 June", JUNE_3),
        (date(2026, 6, 3), "3.6.", JUNE_3),
        (date(2026, 5, 20), "3.6.", JUNE_3),
        (date(2026, 11, 30), "15 Jan", date(2027, 1, 15)),
        (date(2026, 11, 30), "15 March", date(2026, 3, 15)),
        (date(2026, 1, 2), "28.12.", date(2025, 12, 28)),
        (date(2026, 1, 2), "29 Feb", date(2024, 2, 29)),
        (date(2027, 12, 31), "29 Feb", date(2028, 2, 29)),
        (date(9999, 12, 31), "3 June", None),
        (None, "3 June", None),
    ],
)
def test_without_a_year_it_is_near_the_day_it_was_typed(
    typed_on: date | None, typed: str, meant: date | None
) -> None:
    assert read_date(typed, at_home("en_GB", typed_on)) == meant


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("3 June 2026", time(0)), ("3 June 2026 14:00", time(14)), ("3.6. 14 Uhr", time(14)),
        ("3.6. um 14.30 Uhr", time(14, 30)), ("3.6.26 14:30:15", time(14, 30, 15)),
        ("3 juin à 14h", time(14)), ("3 juin 14h05", time(14, 5)), ("June 3 at 2pm", time(14)),
        ("June 3, 2:05 p.m.", time(14, 5)), ("12.30pm 3 June", time(12, 30)),
        ("June 3 12am", time(0)), ("3 June 2026 (room 12)", time(0)),
    ],
)  # fmt: skip
def test_a_time_beside_the_day(typed: str, at: time) -> None:
    berlin = CellLocale(ZoneInfo("Europe/Berlin"), "de_DE", TYPED_ON)
    assert read_moment(typed, berlin) == datetime.combine(JUNE_3, at, berlin.zone)


def test_a_moment_keeps_the_offset_that_it_names() -> None:
    moment = read_moment("2026-06-03T10:00+05:30", at_home("en_US"))
    assert moment is not None
    assert moment.utcoffset() == timedelta(hours=5, minutes=30)
    assert moment.astimezone(UTC).tzinfo is not timezone.max


@pytest.mark.parametrize("width", ["short", "medium", "long", "full"])
@given(st.sampled_from(LOCALES), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_what_a_locale_writes_is_read_back(width: str, code: str, day: date) -> None:
    written = format_date(day, width, "id_ID" if code == "in_ID" else code)
    assert read_date(written, at_home(code)) == day, written


@given(st.text(), st.sampled_from([*LOCALES, "", "nonsense", "../x", "en_US_POSIX"]))
@example("\u0661.\u0662.", "en_US")
@example("3\u00b2.6.", "en_US")
@example("0/0", "ja_JP")
def test_any_text_is_a_day_or_none(text: str, code: str) -> None:
    day, moment = read_date(text, at_home(code)), read_moment(text, at_home(code))
    assert (day is None) == (moment is None)


def test_no_month_of_one_language_is_another_month_of_a_second() -> None:
    seen: dict[str, int] = {}
    for language in LANGUAGES:
        for name, number in calendar_words(language).months.items():
            assert seen.setdefault(name, number) == number, name
