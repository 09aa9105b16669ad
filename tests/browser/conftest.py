"""Chromium, and `sheetd demo --serve` in a process of its own: sandbox, daemon and dashboard."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.processes import started

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "There is no Chromium: tests in a browser are skipped (on Debian: apt install chromium)."


@dataclass(frozen=True)
class Hunt:
    """The demo's addresses, and the cookie of somebody who signed in at the dashboard."""

    sheet: str
    dashboard: str
    cookie: str

    def sign_in(self, context: BrowserContext) -> None:
        cookie = {"name": "sheetd_session", "value": self.cookie, "url": self.dashboard}
        context.add_cookies([cookie])  # type: ignore[list-item] # a TypedDict, by its keys


def find_chromium() -> str:
    """Skip without one, or fail where the tests have to run."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    if os.environ.get("SHEETD_TEST_BROWSER") == "required":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


# Of a module, and not of more: while Playwright is open, no other event loop can run here.
# (A folder without __init__.py is no package to pytest: its fixtures would last for the session.)
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    with sync_playwright() as playwright:
        options = ["--disable-dev-shm-usage"]  # containers have little of it
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def hunt(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hunt]:
    """The sample hunt after a first cycle, looked at every two seconds."""
    log = tmp_path_factory.mktemp("demo") / "log"
    with started("demo", "--serve", log=log) as demo:
        assert demo.stdout is not None
        addresses: list[str] = []
        for line in demo.stdout:
            addresses += re.findall(r"^(?:Edit the sheet|Open the dashboard): +(\S+)", line)
            if len(addresses) == 2:
                break
        sheet, login = addresses
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(login)
            [cookie] = context.cookies()
        assert cookie["httpOnly"]
        yield Hunt(sheet, login.partition("/login")[0], cookie["value"])
        demo.kill()
    assert "Traceback" not in Path(log).read_text(encoding="utf-8")
