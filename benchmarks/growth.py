"""Measure how the time for strangers' text and for many rows grows with their size.

Usage: make bench-growth

Each reader gets a text that was made to be slow, and one four times as long. In
proportion that takes four times as long, quadratic sixteen: above eight a line is
marked, and the exit status is 1. Times are of the processor, the best of three.
"""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sync_daemon.domain.redaction import redact
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.tooling import ToolError
from sync_daemon.tooling.board_embeds import embedded_greenhouse, find_embedded
from sync_daemon.tooling.posting_keys import link_key
from sync_daemon.tooling.skills.terms import skill_terms
from sync_daemon.tooling.skills.years import years_of_experience
from tests.support.fake_clock import StoppedClock
from tests.unit.tools.test_duplicate_check import Sheet
from tools.posting_fetcher.page import Page, read_page
from tools.salary_parser.choice import Place, choose_offer
from tools.salary_parser.schemas import SalaryOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 3
FLOOR_S = 0.005  # below it, chance decides
MOST = 8.0
LINK = "https://example.com/jobs/1"
REGISTRY = load_registry(installed=())

SALARY = [
    "$60k-", "1", "1 ", "1,", "1.", "9'", "a.", "a-", "€", "60.000 ", "<b", "&", "/", "+1 ", "\n",
    "salary $60k ", "(", "US $60k; ", "x ", "http://", "401", "12-", "年収", "per year ", "d' ",
    "111'", "11,", "111 ", "(5", "+1(", "1.111-", "401(", "$ C", "1 per cen",
]  # fmt: skip
SKILLS = ["Go, ", "a", "Python and ", "5 years ", "• ", "(", "C++ "]
FREQUENCY = ["a", "a ", "C++ ", "A&", "'", "Go, ", "&lt;", "1.", "é"]
SECRETS = [
    "a", "password", "eyJ-", "%20eyJabcde", "a.b-", 'token="\\', "://", "-----BEGIN ", "?key",
    "sk-", "M-", "a-1.", "0:", "\\nghp_",
]  # fmt: skip
LINKS = ["](", "[x](", "a.", "http:/", "-", "a-", ")"]
ADDRESSES = [
    ("https://acme.com/#", "job"), ("https://a.wd5.myworkdayjobs.com", "/job/a_a"),
    ("https://linkedin.com", "/jobs/view/1-1"), ("https://xing.com/jobs/", "-12345"),
]  # fmt: skip
SOURCES = ["greenhouse.io/embed/job_board?", "a=1&", "greenhouse.io/embed/job_app?f&"]
DATA = '<script type="application/ld+json">'
PAGES = {
    "nested elements": ("", "<div>"),
    "nested tables": ("", "<table><tr><td>a"),
    "angle brackets": ("", "<"),
    "open tags": ("", "<a "),
    "references": ("", "&amp;lt;p&amp;gt;"),
    "a long list": ("<ol>", "<li>a"),
    "links": ("", '<a href="/jobs/abcdef">job</a> '),
    "line breaks": ("", "<br>"),
    "commas": ("<p>", "a,"),
    "brackets in a script": (DATA, "["),
    "quotes in a script": (DATA, '"\\"'),
    "commas in a script": (DATA + "[", ", "),
    "comments in a script": (DATA, "<!--"),
    "items": ("", '<div itemscope itemtype="https://schema.org/JobPosting">'),
    "notices": ("<p>", "this job posting you "),
    "conditions": ("", "if "),
    "walls": ("", "sign in "),
}


def read_terms(text: str) -> None:
    """As keyword_analyzer and resume_match read."""
    skill_terms([(text, 1.0)])
    years_of_experience([text])


def count_words(text: str) -> None:
    """As keyword_analyzer's plain table does."""
    options = {"method": "frequency"}
    run_tool(REGISTRY, "keyword_analyzer", {"text": text}, options, clock=StoppedClock())


def read_source(text: str) -> None:
    """As a page is searched for boards."""
    find_embedded("https://boards.greenhouse.io/acme", text)
    embedded_greenhouse(text)


def read_posting(text: str) -> None:
    """As posting_fetcher reads a page."""
    with suppress(ToolError):
        read_page(Page.of(text, LINK))


def readers() -> Iterator[tuple[str, str, str, int, Callable[[str], object]]]:
    """What reads, how its text begins and goes on, the shorter length, and the reader."""
    for unit in SALARY:
        yield (
            "salary",
            "",
            unit,
            10_000,
            lambda text: choose_offer(text, Place.of("US", text), SalaryOptions()),
        )
    for unit in SKILLS:
        yield "skills", "", unit, 8_000, read_terms
    for unit in FREQUENCY:
        yield "frequency", "", unit, 60_000, count_words
    for unit in SECRETS:
        yield "redaction", "", unit, 12_500, redact
    for unit in LINKS:
        yield "link", "", unit, 5_000, link_key
    for start, unit in ADDRESSES:
        yield "link", start, unit, 1_000, link_key
    for unit in SOURCES:
        yield "source", "greenhouse.io/embed/job_board?", unit, 100_000, read_source
    for start, unit in PAGES.values():
        yield "page", start, unit, 100_000, read_posting


def rows_of(kind: str, number: int) -> dict[str, Any]:
    """One of thousands of rows, which have something in common or nothing."""
    link = f"https://acme.com/jobs/{number}" if kind != "one link" else "https://acme.com/jobs"
    company = f"Company {number % 3000}" if kind == "different" else "Acme"
    title = "Engineer" if kind == "one title" else f"Engineer for product {number * 7919}"
    return {"link": link, "company": company, "title": title, "location": f"City{number}"}


def check_duplicates(kind: str, count: int) -> float:
    """Seconds for a first check of so many rows."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = Sheet(Path(folder))
        for number in range(count):
            sheet.add(f"r{number}", **rows_of(kind, number))
        took = seconds(sheet.results)
        sheet.close()
    return took


def seconds(call: Callable[[], object]) -> float:
    """Processor time of one call."""
    began = time.process_time()
    call()
    return time.process_time() - began


def main() -> int:
    """Print a line for each; the number of those that grow too quickly decides the status."""
    slow = 0
    for name, start, unit, length, read in readers():
        texts = [(start + unit * size)[:size] for size in (length, 4 * length)]
        short, long = (min(seconds(partial(read, t)) for _ in range(ROUNDS)) for t in texts)
        slow += report(f"{name} {unit!r}", length, short, long)
    for kind in ("different", "one company", "one title", "one link"):
        short, long = (check_duplicates(kind, count) for count in (2_500, 10_000))
        slow += report(f"rows, {kind}", 2_500, short, long)
    print(f"{slow} grow too quickly")
    return 1 if slow else 0


def report(name: str, size: int, short: float, long: float) -> bool:
    """Print one line; whether it grows too quickly."""
    ratio = long / max(short, FLOOR_S)
    is_slow = ratio > MOST
    mark = "  <- too quick a growth" if is_slow else ""
    times = f"{short * 1e3:9.1f} ms   x4 {long * 1e3:9.1f} ms"
    print(f"{name:40} {size:>8,} {times} {ratio:6.1f}{mark}")
    return is_slow


if __name__ == "__main__":
    sys.exit(main())
