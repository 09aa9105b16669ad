"""The form for a new row, and how the bookmarklet comes to it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.integration.web.conftest import Site

FOUND = "link=https%3A%2F%2Fjobs.example%2F1%3Fa%3Db%26c&title=%3Cb%3EData%3C%2Fb%3E&text=SQL"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}


def field(text: str, column: str) -> str:
    """What stands in the field of a column."""
    found = re.search(rf'name="cell.{column}"(?: value="([^"]*)"|>([^<]*)<)', text)
    assert found is not None, column
    return unescape(found[1] or found[2] or "")


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found is not None, name
    return found[1]


def send(site: Site, **fields: str) -> int:
    answer = site.call("POST", "/new", token=None, cookies=site.cookies, data=fields)
    return answer.status_code


def test_what_was_found_stands_in_the_columns_it_belongs_to(site: Site) -> None:
    site.sign_in()

    text = site.page(f"/new?{FOUND}").text

    assert field(text, "Role") == "<b>Data</b>"
    assert field(text, "Description") == "SQL"
    assert field(text, "Company") == ""
    assert 'name="cell.Words"' not in text
    assert 'name="cell.sheetd id"' not in text


def test_the_row_is_added_once_and_only_by_the_button(site: Site) -> None:
    site.sign_in()
    text = site.page(f"/new?{FOUND}").text
    assert site.carry_out() == 0
    form = {"csrf_token": hidden(text, "csrf_token"), "key": hidden(text, "key"), "sheet": "jobs"}
    row = {"cell.Company": "Saved", "cell.Description": "a b"}
    assert send(site, **(form | row | {"csrf_token": "guess"})) == 403

    sent = [send(site, **form, **row) for _ in range(2)]
    site.carry_out()

    assert sent == [303, 303]
    assert [row["Company"] for row in site.loop.rows()].count("Saved") == 1
    asked = site.call("POST", "/new", token=None, cookies=site.cookies, data=form | row).headers[
        "location"
    ]
    after = site.page(asked).text
    assert "Add: done." in after
    assert site.loop.rows()[-1]["sheetd id"] in after


@pytest.mark.parametrize(
    ("row", "status"),
    [({"cell.Words": "9"}, 422), ({"cell.Company": " "}, 422), ({"cell.Nope": "x"}, 422)],
)
def test_a_row_that_does_not_fit_is_refused(site: Site, row: dict[str, str], status: int) -> None:
    site.sign_in()
    text = site.page("/new").text
    form = {"csrf_token": hidden(text, "csrf_token"), "key": "k", "sheet": "jobs"}

    assert send(site, **form, **row) == status


def test_from_elsewhere_our_own_page_leads_on_without_the_cookie(site: Site) -> None:
    arrived = site.call("GET", f"/new?{FOUND}", token=None, headers=ELSEWHERE)
    onward = re.search(r'content="0;url=([^"]+)"', arrived.text)
    assert onward is not None
    address = unescape(onward[1])

    assert arrived.status_code == 200
    assert address == f"/new?{FOUND}&again=1"
    assert site.call("GET", address, token=None).headers["location"] == "/login"
    site.sign_in()
    assert field(site.page(address).text, "Description") == "SQL"


def test_a_reader_is_told_and_adds_nothing(site: Site) -> None:
    answer = site.call("POST", "/login", token=None, data={"token": site.tokens["read"]})
    site.cookies = dict(answer.cookies)
    csrf = site.dashboard.sessions.find(site.cookies["sheetd_session"]).csrf

    assert "You may read" in site.page("/new").text
    form = {"csrf_token": csrf, "key": "k", "sheet": "jobs", "cell.Company": "x"}
    assert send(site, **form) == 403


def test_another_sheet_is_as_unknown(shared_site: Site) -> None:
    site = shared_site
    answer = site.call("POST", "/login", token=None, data={"token": site.tokens["mine"]})
    site.cookies = dict(answer.cookies)

    theirs, unknown = site.page("/new?sheet=other"), site.page("/new?sheet=othxr")

    assert theirs.status_code == unknown.status_code == 404
    assert "other" not in site.page("/new").text.replace("the other rows", "")
