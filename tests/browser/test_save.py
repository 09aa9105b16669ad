"""The bookmarklet, used on a page of another site."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Hunt

PATIENCE_MS = 60_000


def test_the_page_one_looks_at_is_saved(browser: Browser, hunt: Hunt) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE_MS)
        hunt.sign_in(context)
        page = context.new_page()
        page.goto(f"{hunt.dashboard}/new")
        code = page.get_by_role("link", name="Save to sheetd").get_attribute("href")
        assert code is not None
        # To a browser, localhost and 127.0.0.1 are two sites: no cookie comes along.
        page.goto(hunt.sheet.replace("127.0.0.1", "localhost"))
        title, address = page.title(), page.url
        with page.expect_popup() as opened:
            page.evaluate(code.removeprefix("javascript:"))

        form = opened.value
        expect(form.get_by_label("Link", exact=True)).to_have_value(address)
        expect(form.get_by_label("Role")).to_have_value(title)
        form.get_by_label("Company").fill("Saved Ltd")
        form.get_by_label("Link", exact=True).fill("")
        form.get_by_role("button", name="Add the row").click()
        expect(form.get_by_role("status")).to_contain_text("Add: done")
        form.get_by_role("link", name="Open the row").click()
        expect(form.get_by_role("heading", level=1)).to_contain_text("Saved Ltd")
