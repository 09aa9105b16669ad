from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.posting_fetcher.days import read_age, read_day
from tools.posting_fetcher.employment import read_employment
from tools.posting_fetcher.json_ld import read_documents
from tools.posting_fetcher.markup import plain_text
from tools.posting_fetcher.pay import pay_line
from tools.posting_fetcher.places import place, places
from tools.posting_fetcher.workplace import read_workplace, workplace_in_place, workplace_in_text

TODAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-04-02", date(2026, 4, 2)),
        ("2026-04-02T23:30:00-04:00", date(2026, 4, 2)),
        ("2026-04-02 10:00:00 UTC", date(2026, 4, 2)),
        ("2026-4-2", date(2026, 4, 2)),
        ("20260402T101010Z", date(2026, 4, 2)),
        ("2026/04/02", date(2026, 4, 2)),
        ("02.04.2026", date(2026, 4, 2)),
        ("April 2, 2026", date(2026, 4, 2)),
        ("2nd Apr 2026", date(2026, 4, 2)),
        ("Thu, 02 Apr 2026 10:00:00 GMT", date(2026, 4, 2)),
        ("Thu Apr 02 02:00:00 UTC 2026", date(2026, 4, 2)),
        (1775088000, date(2026, 4, 2)),
        (1775088000000, date(2026, 4, 2)),
        ("1775088000000", date(2026, 4, 2)),
        ("2026-13-45", None),
        ("9999-12-3125340218200000000:00", None),
        ("1970-01-01", None),
        ("0000-00-00", None),
        ("soon", None),
        ("", None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        ([], None),
    ],
)
def test_a_day_is_read_in_its_forms(value: Any, expected: date | None) -> None:
    assert read_day(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Posted Today", TODAY),
        ("Posted Yesterday", date(2026, 4, 30)),
        ("Posted 3 Days Ago", date(2026, 4, 28)),
        ("Posted 2 weeks ago", date(2026, 4, 17)),
        ("Posted 30+ Days Ago", None),
        ("Posted 2 months ago", None),
        ("", None),
        (None, None),
    ],
)
def test_an_age_is_a_day_where_it_says_one(text: Any, expected: date | None) -> None:
    assert read_age(text, TODAY) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("EUR", 70000, 90000, "1 YEAR"), "EUR 70,000-90,000 a year"),
        (("usd", "90,000", "70.000", "per-year-salary"), "USD 70,000-90,000 a year"),
        (("GBP", 12.5, 12.5, "HOUR"), "GBP 12.50 an hour"),
        (("CHF", 4000, None, "monthly"), "from CHF 4,000 a month"),
        (("CHF", None, "4'500", "MONTH"), "up to CHF 4,500 a month"),
        ((None, "50k", "60K", None), "50,000-60,000"),
        (("Euro", 400, 400, "per day"), "400 a day"),
        (("€", "55.000,50", None, "Jahr"), "from € 55,000.50 a year"),
        (("EUR", 0, -1, "YEAR"), None),
        (("EUR", None, None, "YEAR"), None),
        (("EUR", "negotiable", [], {}), None),
        (("EUR", float("nan"), float("inf"), 1), None),
        (("EUR", True, 10**400, 1), None),
    ],
)
def test_pay_is_one_line(values: tuple[Any, Any, Any, Any], expected: str | None) -> None:
    currency, low, high, period = values
    assert pay_line(low, high, currency, period) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["FULL_TIME"], "full-time"),
        (["FullTime"], "full-time"),
        (["Full time"], "full-time"),
        (["fulltime_permanent"], "full-time, permanent"),
        ([["PART_TIME", "CONTRACTOR"]], "part-time, contract"),
        (["FULL_TIME, INTERN"], "full-time, internship"),
        (["Vollzeit", "unbefristet"], "full-time, permanent"),
        (["Praktikum"], "internship"),
        (["Intern"], "internship"),
        (["International"], "International"),
        (["Mini-job"], "Mini-job"),
        (["OTHER"], None),
        ([""], None),
        ([None, 3, {}], None),
        (["x" * 500], None),
    ],
)
def test_kinds_of_employment_have_one_wording(values: list[Any], expected: str | None) -> None:
    assert read_employment(*values) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("hybrid", "hybrid"),
        ("On_site", "on-site"),
        ("OnSite", "on-site"),
        ("Fully Remote", "remote"),
        ("unspecified", None),
        ("", None),
        (None, None),
        (1, None),
    ],
)
def test_a_boards_word_for_the_workplace_is_read(value: Any, expected: str | None) -> None:
    assert read_workplace(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Remote - US", "remote"),
        ("Berlin (hybrid)", "hybrid"),
        ("Remote/Hybrid, Berlin", "hybrid"),
        ("Berlin, on-site", "on-site"),
        ("Berlin", None),
        ("Remoteville", None),
    ],
)
def test_a_place_may_tell_the_workplace(text: str, expected: str | None) -> None:
    assert workplace_in_place(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is a hybrid role.", "hybrid"),
        ("Join our hybrid team in Amsterdam.", "hybrid"),
        ("We are remote-first.", "remote"),
        ("A fully remote position.", "remote"),
        ("This is an on-site role in Lyon.", "on-site"),
        ("This is not a remote position.", None),
        ("No remote work.", None),
        ("You build a hybrid cloud and remote sensors.", None),
        ("Remote work and hybrid work are both possible.", None),
        ("", None),
        (None, None),
    ],
)
def test_a_text_tells_the_workplace_only_where_it_is_clear(
    text: str | None, expected: str | None
) -> None:
    assert workplace_in_text(text) == expected


def test_places_are_said_once() -> None:
    assert place("Paris", "Paris", " France ", None, 3) == "Paris, France"
    assert places(["Paris", None, "Paris", "Lyon"]) == "Paris; Lyon"
    assert places([]) is None
    assert (places(str(n) for n in range(99)) or "").endswith("; …")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a</p><p>b<br>c<br><br>d</p>", "a\n\nb\nc\n\nd"),
        ("<ul><li>x</li> <li><p>y</p></li></ul>end", "- x\n- y\n\nend"),
        ("<ol><li>a<ul><li>b</li></ul></li>\n<li>c</li></ol>", "1. a\n- b\n2. c"),
        ("<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("<h2>T</h2>\n<div>a  \n b</div>", "T\n\na b"),
        ("<b>T</b>\nline\n\nline2", "T\nline\n\nline2"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("&lt;p&gt;R&amp;amp;D&lt;br/&gt;x&lt;/p&gt;", "R&D\nx"),
        ("&amp;lt;ul&amp;gt;&amp;lt;li&amp;gt;a&amp;lt;/li&amp;gt;", "- a"),
        ("<p>a&amp;nbsp;b &amp;euro;5</p>", "a b €5"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("<p>3 < 4 & 5 > 2</p>", "3 < 4 & 5 > 2"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("<p>a<script>x</script><style>y</style><!-- z -->b</p>", "ab"),
        ("<p>a</p><p hidden>b</p><p style='display: none'>c</p>", "a"),
        ("<p>zero\u200bwidth\x00</p>", "zerowidth"),
        ("<p> </p>", None),
        ("", None),
    ],
)
def test_markup_becomes_text_with_paragraphs_and_lists(markup: str, expected: str | None) -> None:
    assert plain_text(markup) == expected


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_markup(text: str) -> None:
    for markup in (text, f"<p>{text}</p>", f"<ul><li>{text}", f"&lt;p&gt;{text}"):
        result = plain_text(markup)
        assert result is None or result == result.strip()
        assert not set(result or "") & set("\x00\x1b\x1c\x1d\x1e\x1f\r")


@given(st.text(alphabet="abc xyz", max_size=80), st.text(alphabet="abc xyz", max_size=80))
def test_the_words_of_paragraphs_are_kept_in_order(first: str, second: str) -> None:
    result = plain_text(f"<div><p>{first}</p><ul><li>{second}</li></ul></div>") or ""
    assert result.replace("- ", "").split() == [*first.split(), *second.split()]


@given(st.text(alphabet='{}[]",:\\ab1 \n<!->', max_size=60))
def test_no_script_breaks_the_reading_of_json(text: str) -> None:
    assert all(isinstance(one, dict | list) for one in read_documents(text))
