"""Every page, as a browser has it: readable, within the policy, whole also without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.browser.conftest import Hunt

Theme = Literal["light", "dark"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Each page, and a text of the sample hunt that it shows.
PAGES = {
    "/": "Quay Analytics",
    "/rows": "Tamarind Health",
    "/rows?q=frontend": "Pell & Fourie",
    "/pipeline": "EUR: 4 postings",
    "/keywords": "10–20 %",
    "/runs": "Run 1",
    "/runs/1": "Rows written",
    "/new": "Save postings",
    "/tools": "keyword_analyzer",
    "/rows/x0000000000": "There is no row",
}
VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy violation: " + event.violatedDirective + " " + event.blockedURI);
});
"""


@dataclass
class Visit:
    """What a page asked for, and what the browser had to say about it."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        assert len(answer.body()) < 100_000

    def note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def note_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:")):
            self.foreign.append(request.url)


@contextmanager
def visiting(
    browser: Browser,
    hunt: Hunt,
    theme: Theme = "light",
    size: dict[str, int] = DESK,
    *,
    script: bool = True,
) -> Iterator[Visit]:
    with browser.new_context(
        color_scheme=theme,
        viewport={"width": size["width"], "height": size["height"]},
        java_script_enabled=script,
    ) as context:
        context.add_init_script(VIOLATIONS)
        hunt.sign_in(context)
        page = context.new_page()
        visit = Visit(page, hunt.dashboard)
        context.on("request", visit.note_request)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.on("console", visit.note_message)
        yield visit


@pytest.fixture(scope="module")
def row(browser: Browser, hunt: Hunt) -> str:
    """A row that has everything: results, a posting, a timeline."""
    with visiting(browser, hunt) as visit:
        visit.look("/rows?q=orrery")
        address = visit.page.get_by_role("link", name="Orrery").get_attribute("href")
    assert address is not None
    return address


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_within_reach_of_everyone(
    browser: Browser, hunt: Hunt, row: str, theme: Theme, size: dict[str, int]
) -> None:
    found: list[str] = []
    with visiting(browser, hunt, theme, size) as visit:
        for path in [*PAGES, row, "/login"]:
            visit.look(path)
            found += [f"{path}: {told}" for told in _findings(visit.page)]
            width = visit.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], f"{path} is {width} pixels wide"

    assert found == []
    assert [told for told in visit.complaints if "404" not in told] == []
    assert visit.foreign == []


def test_the_policy_is_what_the_browser_holds_pages_to(browser: Browser, hunt: Hunt) -> None:
    """The other tests count violations; this one makes some, to see that they are seen."""
    with visiting(browser, hunt) as visit:
        visit.look("/")
        visit.page.evaluate(
            "() => { const image = new Image(); image.src = 'http://127.0.0.1:9/x.png';"
            " document.body.append(image);"
            " document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>'); }"
        )
        visit.page.wait_for_timeout(100)

    told = [line for line in visit.complaints if line.startswith("policy violation: ")]
    assert {line.split()[2].partition("-")[0] for line in told} == {"img", "style"}


def test_a_page_shows_its_data_without_script(browser: Browser, hunt: Hunt, row: str) -> None:
    with visiting(browser, hunt, script=False) as visit:
        for path, text in {**PAGES, row: "Timeline"}.items():
            visit.look(path)
            assert text in visit.page.inner_text("main"), path
            assert visit.page.locator("h1").count() == 1
        visit.look("/rows?limit=2")
        visit.page.get_by_role("link", name="Next page").click()
        assert visit.page.locator("ul.rows > li").count() == 2
        visit.page.get_by_role("button", name="Show").click()
        assert urlsplit(visit.page.url).path == "/rows"


def _findings(page: Page) -> list[str]:
    """What axe-core finds that keeps people out."""
    results = Axe().run(page)
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}"
        for each in results.response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]
