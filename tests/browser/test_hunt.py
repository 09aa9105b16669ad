"""What a person does: type a row, see it fill, open it, take it back; all of it by the pages."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Hunt

PATIENCE_MS = 60_000
TYPED = {0: "Brookfield & Sons", 1: "Data engineer", 6: "Python, SQL and Airflow; dbt is a plus."}
KEYWORDS = "Keywords"


def test_a_row_is_typed_filled_opened_and_undone(browser: Browser, hunt: Hunt) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        hunt.sign_in(context)
        dashboard, sheet = context.new_page(), context.new_page()
        dashboard.goto(f"{hunt.dashboard}/rows")
        dashboard.get_by_label("Words").fill("being typed")
        dashboard.evaluate("kept = document.querySelector('ul.rows a'); kept.focus()")
        sheet.goto(hunt.sheet)
        number = _first_blank(sheet)
        _type_row(sheet, number)
        keywords = _cell(sheet, number, _column(sheet, KEYWORDS))
        expect(keywords).to_contain_text("Airflow")

        dashboard.bring_to_front()
        row = dashboard.get_by_role("link", name=TYPED[0])
        expect(row).to_be_visible()  # without a reload, and nothing is lost by it:
        assert dashboard.evaluate("kept === document.activeElement")
        expect(dashboard.get_by_label("Words")).to_have_value("being typed")
        row.click()
        expect(dashboard.get_by_role("heading", level=1)).to_contain_text(TYPED[0])
        result = dashboard.get_by_role("row", name=re.compile(f"^{KEYWORDS} .*Airflow"))
        result.get_by_role("link", name=re.compile("^run ")).click()
        dashboard.get_by_role("button", name="Undo").click()
        expect(dashboard.get_by_role("status")).to_contain_text("Undo: done")

        sheet.bring_to_front()  # the tab behind is looked at less often
        expect(keywords).to_have_text("")
        for column, text in TYPED.items():
            expect(_cell(sheet, number, column)).to_have_text(text)


def _first_blank(sheet: Page) -> int:
    expect(_cell(sheet, 0, 0)).to_have_text("Company")
    return next(number for number in range(99) if not _cell(sheet, number, 0).inner_text())


def _type_row(sheet: Page, number: int) -> None:
    for column, text in TYPED.items():
        _cell(sheet, number, column).dblclick()
        sheet.locator("td input").fill(text)
        with sheet.expect_response("**/_sandbox/user"):
            sheet.keyboard.press("Tab")


def _column(sheet: Page, title: str) -> int:
    place = sheet.locator("td", has_text=re.compile(f"^{title}$")).first.get_attribute("data-place")
    assert place is not None
    return int(place.partition(",")[2])


def _cell(sheet: Page, row: int, column: int) -> Locator:
    return sheet.locator(f'td[data-place="{row},{column}"]')
