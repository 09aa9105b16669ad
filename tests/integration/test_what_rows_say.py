"""Every line of the status table, on the tools that sheetd brings and the steps that init proposes.

The web is made up; everything else is real: the sandbox, the mirror, the tools.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from sync_daemon.domain.ids import read_witness
from sync_daemon.onboarding.headers import recognise
from sync_daemon.onboarding.pipeline import propose
from sync_daemon.processing.registry import load_registry
from sync_daemon.sandbox import SandboxServer
from sync_daemon.status_tab import StatusTabs
from tests.support.fake_clock import FakeClock
from tests.support.loop import Loop
from tests.support.plain_words import faults_of_sentence
from tests.support.posting_world import Web, html

HEADERS = ["Company", "Role", "Link", "Description", "Salary", "Location", "Status", "Applied"]
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
TEXT = "You write Python and SQL. You know PostgreSQL and Kubernetes. EUR 60,000 a year. " * 3
GONE = "https://www.example.com/jobs/1"
GOOD = "https://good.example/jobs/1"
WALLED = "https://www.linkedin.com/jobs/view/1"
SLOW = "https://slow.example/jobs/1"
BUSY = "https://busy.example/jobs/1"
MISSING = "https://good.example/jobs/9"
LD = json.dumps(
    {
        "@context": "https://schema.org", "@type": "JobPosting", "title": "Engineer",
        "hiringOrganization": {"@type": "Organization", "name": "Good"}, "description": TEXT,
        "datePosted": "2026-11-20",
    }
)  # fmt: skip
PAGE = f'<html><head><script type="application/ld+json">{LD}</script></head><body>{TEXT}</body>'


class Pool(Web):
    """The made-up web as an executor takes it; each answer is a new one."""

    def __init__(self) -> None:
        super().__init__({})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        match str(request.url):
            case url if url == GOOD:
                return html(PAGE)
            case url if url == GONE:
                raise httpx.ConnectError("Cannot reach www.example.com")
            case url if url == SLOW:
                raise httpx.ReadTimeout("slow.example did not answer in time")
            case url if url == BUSY:
                return httpx.Response(503, headers={"Retry-After": "600"})
            case url if url == WALLED:
                return httpx.Response(999)
        return httpx.Response(404)

    async def aclose(self) -> None:
        """Nothing is kept open."""

    def close(self) -> None:
        """Nothing is kept open."""


class Hunt:
    """A tracker, row by row, with the steps that `sheetd init` proposes for it."""

    def __init__(self, folder: Path, server: SandboxServer) -> None:
        self.clock = FakeClock(NOON)
        self.folder = folder
        more = 'status_tab = "How sheetd is"'
        self.loop = Loop(folder, server, [HEADERS, ["x"]], more=more, clock=self.clock)
        self.configure(steps_of_init())

    def configure(self, steps: str) -> None:
        head = self.loop.config.read_text("utf-8").partition("[[sheets.steps]]")[0]
        self.loop.config.write_text(head + steps, encoding="utf-8")
        self.loop.close()
        self.loop.application = self.loop.open()
        self.web = Pool()
        self.loop.application._http = self.web  # type: ignore[assignment]

    def say(self, **cells: Any) -> tuple[str, str]:
        """State and sentence of a row with these cells."""
        self.loop.user.type_rows(1, 0, [[cells.get(header, "") for header in HEADERS]])
        self.loop.cycle()
        return self.told()

    def told(self) -> tuple[str, str]:
        """State and sentence of the first row; every reader is asked, and all agree."""
        shown = self.loop.rows()[0]["sheetd status"]
        sentence = shown.rpartition(" · #")[0]
        assert read_witness(shown) == self.loop.rows()[0]["sheetd id"]
        assert faults_of_sentence(sentence) == []
        reader = self.loop.application.reader
        (view,) = reader.rows(sheet="jobs")
        assert (view, view.reason) == (reader.row(view.row_id), sentence)
        with self.loop.application.database.connect() as connection:
            named = connection.execute(text("SELECT * FROM sheet_jobs")).mappings().one()
        prefix = "sheetd_" if "sheetd_state" in named else ""
        assert (named[f"{prefix}state"], named[f"{prefix}status"]) == (view.state, sentence)
        self.assert_told_of_those_who_need_somebody(view.state, sentence)
        return view.state, sentence

    def assert_told_of_those_who_need_somebody(self, state: str, sentence: str) -> None:
        found = self.loop.application.reader.attention("jobs", 9)
        needs = state in ("failed", "waiting")
        assert [(row.state, row.reason) for row in found] == ([(state, sentence)] if needs else [])
        StatusTabs(self.loop.application).ended(self.loop.run().sheets[0])
        path = f"/v4/spreadsheets/{self.loop.spreadsheet_id}/values/How sheetd is"
        lines = self.loop.server.call("GET", path).get("values", [])
        rows = [line[2:4] for line in lines if line[:2] == ["jobs", "2"]]
        assert rows == ([[state, sentence]] if needs else [])


def steps_of_init() -> str:
    registry = load_registry(installed=[])
    proposed = propose(recognise(HEADERS), registry.tools)
    assert len(proposed) >= 6
    return "\n".join(
        "[[sheets.steps]]\n"
        f'tool = "{step.tool}"\n'
        f"inputs = {toml({name: list(found) for name, found in step.inputs.items()})}\n"
        f"outputs = {toml(dict(step.outputs))}\n"
        for step in proposed
    )


def toml(table: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {json.dumps(value)}" for key, value in table.items()) + " }"


@pytest.fixture
def hunt(tmp_path: Path) -> Iterator[Hunt]:
    with SandboxServer(per_user=0, per_project=0) as server:
        made = Hunt(tmp_path, server)
        yield made
        made.loop.close()


ROW = {"Company": "Acme", "Role": "Engineer"}
DONE = "done 2026-11-30 12:00"
NO_STATUS = "; no status, so no next action"
NO_LINK = "; no link, so not checked whether it is open"


@pytest.mark.parametrize(
    ("cells", "state", "sentence"),
    [
        # done: every step that can run has run
        ({"Link": GOOD, "Status": "Applied", "Applied": "2026-11-20"}, "done", DONE),
        ({"Link": GOOD}, "done", DONE + NO_STATUS),
        ({"Link": GOOD, "Status": "n/a", "Salary": "-"}, "done", DONE + NO_STATUS),
        ({"Description": TEXT, "Status": "Applied"}, "done", DONE + NO_LINK),
        ({"Description": TEXT, "Link": "–", "Status": "-"}, "done", DONE + NO_LINK),
        ({**ROW, "Description": "We want a nice person who is on time."}, "done", DONE + NO_LINK),
        ({"Description": TEXT, "Link": "tbd", "Status": "Applied"}, "done", DONE + NO_LINK),
        ({"Link": GOOD, "Status": "Applied", "Applied": "soon"}, "done",
         f'{DONE}; left out Applied: "soon" is not a date'),
        ({"Link": WALLED, "Description": TEXT, "Status": "Applied"}, "done",
         f"{DONE}; this page does not let programs in"),
        ({"Link": GOOD, "Status": "Applied", "Salary": "k. A.", "Location": "?"}, "done", DONE),
        # waiting: nothing useful can run before the user adds something
        (ROW, "waiting", "Add a Link or paste the Description"),
        ({"Notes": "x"}, "waiting", "Add a Link or paste the Description"),
        ({**ROW, "Link": "n/a", "Description": "tbd"}, "waiting",
         "Add a Link or paste the Description"),
        ({**ROW, "Location": "Berlin"}, "waiting", "Add a Link or paste the Description"),
        ({**ROW, "Status": "Rejected"}, "waiting", "Add a Link or paste the Description"),
        ({**ROW, "Status": "Applied", "Applied": "2026-11-01"}, "done", DONE + NO_LINK),
        ({**ROW, "Salary": "EUR 60,000"}, "done", DONE + NO_LINK),
        # retrying: the cause once, and when
        ({"Link": GONE}, "retrying",
         "Cannot reach www.example.com; trying again at 12:0X. Is the link right?"),
        ({**ROW, "Link": GONE, "Status": "Applied", "Salary": "60k"}, "retrying",
         "Cannot reach www.example.com; trying again at 12:0X. Is the link right?"),
        ({"Link": GONE, "Description": TEXT}, "retrying",
         "Cannot reach www.example.com; trying again at 12:0X. Is the link right?"),
        ({"Link": SLOW}, "retrying",
         "slow.example did not answer in time; trying again at 12:0X."),
        ({"Link": BUSY}, "retrying",
         "busy.example cannot answer now (503); trying again at 12:1X."),
        # failed: what, why, what to do
        ({"Link": "see my mail"}, "failed", "This is not a web address. Copy the link again."),
        ({"Link": "see my mail", "Description": TEXT}, "failed",
         "This is not a web address. Copy the link again."),
        ({"Link": WALLED}, "failed", "This page does not let programs in. Paste the description."),
        ({"Link": MISSING}, "failed",
         "good.example says that this posting is gone: it is closed, or the link is wrong."),
    ],
)  # fmt: skip
def test_a_row_says_in_one_plain_sentence_how_it_stands(
    hunt: Hunt, cells: dict[str, Any], state: str, sentence: str
) -> None:
    if "Notes" in cells:
        cells = {"Company": "x"}
    found = hunt.say(**cells)
    pattern = re.escape(sentence).replace("X", r"\d")
    assert (found[0], bool(re.fullmatch(pattern, found[1]))) == (state, True), found


def test_a_row_is_done_when_what_it_waited_for_is_there(hunt: Hunt) -> None:
    assert hunt.say(**ROW)[0] == "waiting"
    assert hunt.say(**ROW, Description=TEXT) == ("done", DONE + NO_LINK)
    assert "Python" in hunt.loop.rows()[0]["Keywords"]
    assert hunt.say(**ROW, Link=GOOD) == ("done", DONE + NO_STATUS)
    assert "Python" in hunt.loop.rows()[0]["Keywords"]


def test_a_pasted_text_counts_more_than_the_page(hunt: Hunt) -> None:
    hunt.say(Link=GOOD, Description="You write Haskell and Rust all day. " * 5)
    keywords = hunt.loop.rows()[0]["Keywords"]
    assert "Haskell" in keywords
    assert "Python" not in keywords
    assert hunt.loop.rows()[0]["Posting title"] == "Engineer"


def test_a_cause_that_passes_is_given_up_in_the_end(hunt: Hunt) -> None:
    hunt.say(Link=GONE)
    for _ in range(8):
        hunt.clock.advance(timedelta(hours=7).total_seconds())
        hunt.loop.cycle()
    state, sentence = hunt.told()
    assert state == "failed"
    assert sentence == (
        "Cannot reach www.example.com; given up after 4 attempts. Is the link right?"
    )


def test_jobs_that_are_left_for_the_next_cycle(hunt: Hunt) -> None:
    hunt.loop.user.type_rows(1, 0, [["Acme", "Engineer", GOOD, "", "", "", "Applied", ""]])
    hunt.loop.cycle(work_for_s=0.0)
    (view,) = hunt.loop.application.reader.rows()
    assert view.state == "queued"
    assert view.reason.startswith("working: ")
    assert hunt.loop.cycle().jobs.done
    assert hunt.told() == ("done", DONE)


def test_a_formula_that_has_no_value_yet(hunt: Hunt) -> None:
    state, sentence = hunt.say(**ROW, Link="#N/A")
    assert (state, sentence) == ("waiting", "Link shows #N/A")


def test_a_tool_of_the_users_is_quoted_and_not_named(hunt: Hunt, word_count: None) -> None:
    assert hunt.say(Description="boom") == ("failed", "Too loud. Lower your voice.")
    assert hunt.say(Company="Acme") == ("waiting", "Fill in Description")
    assert hunt.say(Description="bang") == (
        "failed", "Something unexpected went wrong: 'bang'. The log says more.",
    )  # fmt: skip
    assert hunt.say(Description="a b")[0] == "done"


@pytest.fixture
def word_count(hunt: Hunt) -> None:
    tool = hunt.folder / "my-tools" / "word_count" / "processor.py"
    source = tool.read_text("utf-8").replace(
        "        return ",
        '        if entry.text == "boom":\n'
        '            raise ToolError("Too loud.", hint="Lower your voice.")\n'
        '        if entry.text == "bang":\n'
        "            raise KeyError(entry.text)\n"
        "        return ",
    )
    tool.write_text(source.replace("import Tool,", "import Tool, ToolError,"), encoding="utf-8")
    hunt.configure(
        '[[sheets.steps]]\ntool = "word_count"\ninputs = { text = "Description" }\n'
        'outputs = { words = "Words" }\n'
    )


OLD = """
[[sheets.steps]]
tool = "posting_fetcher"
inputs = { link = "Link", description = "Description" }
outputs = { title = "Posting title" }

[[sheets.steps]]
tool = "keyword_analyzer"
inputs = { text = "posting_fetcher.description" }
outputs = { keywords = "Keywords" }
"""


def test_a_configuration_that_passes_the_pasted_text_on_still_works(hunt: Hunt) -> None:
    hunt.configure(OLD)
    assert hunt.say(Description=TEXT)[0] == "done"
    assert "Python" in hunt.loop.rows()[0]["Keywords"]
    assert hunt.say(Link=GOOD)[0] == "done"
    assert "Python" in hunt.loop.rows()[0]["Keywords"]
    assert hunt.say(**ROW) == ("waiting", "Add a Link or paste the Description")


def test_new_sources_of_the_same_value_run_nothing_again(hunt: Hunt) -> None:
    hunt.configure(OLD)
    hunt.say(Description=TEXT)
    hunt.configure(
        OLD.replace(', description = "Description"', "").replace(
            '"posting_fetcher.description"', '["Description", "posting_fetcher.description"]'
        )
    )
    assert hunt.loop.cycle().jobs.done == 0


def test_a_protected_result_is_told_by_all_alike(hunt: Hunt, word_count: None) -> None:
    hunt.say(Description="a b")
    column = hunt.loop.column("Words")
    hunt.loop.user.protect(0, 100, column, column + 1)
    hunt.loop.user.type(1, 3, "a b c")
    for _ in range(3):
        hunt.loop.cycle()
    state, sentence = hunt.told()
    assert (state, "cannot show Words" in sentence) == ("done", True)
