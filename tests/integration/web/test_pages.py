"""The page without JavaScript: what it shows, where it leads, what its buttons do."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sync_daemon.cli import main
from sync_daemon.domain.access import Role, Scope
from sync_daemon.mirror.tables import results
from sync_daemon.services.plots import PLOTS, Plot
from sync_daemon.services.stats import Bar
from tests.integration.web.conftest import Site

PAGES = ["/", "/rows", "/rows?q=row", "/pipeline", "/pipeline?from=&to=", "/keywords", "/runs",
         "/runs/1", "/tools", "/new", "/login"]  # fmt: skip


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def count(self, tag: str) -> int:
        return sum(1 for name, _ in self.tags if name == tag)


@pytest.fixture(scope="module")
def signed_in(quiet_site: Site) -> Site:
    quiet_site.sign_in()
    return quiet_site


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_brings_nothing_from_elsewhere(signed_in: Site, path: str) -> None:
    answer = signed_in.page(path)
    outline = Outline(answer.text)

    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert (outline.count("h1"), outline.count("main")) == (1, 1)
    assert outline.count("style") == 0
    for tag, attributes in outline.tags:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes), attributes
        for name in ("src", "action"):
            assert (attributes.get(name) or "/").startswith("/")
        if tag == "input" and attributes.get("type") != "hidden":
            assert any(
                t == "label" and a.get("for") == attributes.get("id") for t, a in outline.tags
            )
    scripts = [attributes for tag, attributes in outline.tags if tag == "script"]
    assert scripts == [{"src": "/static/live.js", "defer": None}]


def test_the_content_of_a_page_is_sent_alone(signed_in: Site) -> None:
    headers = {"X-Fragment": "main"}

    whole = signed_in.page("/rows").text
    part = signed_in.call("GET", "/rows", token=None, cookies=signed_in.cookies, headers=headers)

    assert part.text.strip() == whole[whole.index("<main") : whole.index("</main>") + 7]


def test_today_shows_the_daemon_and_each_sheet(signed_in: Site) -> None:
    text = signed_in.page("/").text

    assert "stopped" in text
    assert "8 done" in text
    assert "Sync now" in text


def test_rows_lead_on_and_keep_their_filters(signed_in: Site) -> None:
    text = signed_in.page("/rows?limit=5&q=text&state=done").text
    match = re.search(r'rel="next" href="([^"]+)"', text)
    assert match is not None

    rest = signed_in.page(match[1].replace("&amp;", "&")).text

    first, second = (set(re.findall(r'href="/rows/(\w+)"', each)) for each in (text, rest))
    assert (len(first), len(second)) == (5, 3)
    assert not first & second


def test_a_row_shows_where_its_results_come_from(signed_in: Site) -> None:
    [row] = signed_in.items("/rows", params={"where[Company]": "Company 4"})
    text = signed_in.page(f"/rows/{row['row_id']}").text

    assert "TEXT OF ROW 4" in text
    assert "word_count v1" in text
    assert "Run again" in text
    assert "text: Description" in text
    assert f"/runs/{signed_in.items('/runs')[-1]['run_id']}" in text


def test_what_is_not_there_says_so_as_a_page(signed_in: Site) -> None:
    answer = signed_in.page("/rows/x0000000000")

    assert answer.status_code == 404
    assert "There is no row" in answer.text
    assert "/api/" not in answer.text
    assert "Company" in signed_in.page("/rows?sort=Compny").text
    assert signed_in.page("/rows?sort=Compny").status_code == 422


def test_buttons_ask_and_tell_what_became_of_it(site: Site) -> None:
    site.sign_in()
    run_id = site.items("/runs")[-1]["run_id"]
    row_id = site.items("/rows?limit=1")[0]["row_id"]
    csrf = site.dashboard.sessions.find(site.cookies["sheetd_session"]).csrf
    for path in (f"/rows/{row_id}/rerun", f"/runs/{run_id}/undo", "/sync"):
        assert site.call("POST", path, token=None, cookies=site.cookies).status_code == 403
    undo = site.call(
        "POST", f"/runs/{run_id}/undo", token=None, cookies=site.cookies, data={"csrf_token": csrf}
    )
    before = site.page(undo.headers["location"]).text
    site.carry_out()
    after = site.page(undo.headers["location"]).text

    assert undo.status_code == 303
    assert "Undo: queued." in before
    assert "Undo: done. Restored 16 cells" in after


HOSTILE = [
    '<script>alert("x")</script><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "x' onmouseover='alert(1)\" style=\"x",
    "x'; DROP TABLE rows; --",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "</title></svg></textarea><script>alert(1)</script>",
    "\x00\r\nX-Evil: 1",
]


def test_what_is_typed_in_cells_stays_text(site: Site) -> None:
    """In every column, the user's header among them, on every page."""
    site.sign_in()
    site.loop.user.type(0, 12, HOSTILE[0])
    for number, text in enumerate(HOSTILE, 1):
        for column in (0, 1, 2, 12):
            site.loop.user.type(number, column, text)
    site.loop.cycle()
    rows = [f"/rows/{row['row_id']}" for row in site.items("/rows")]
    for path in (*PAGES, "/runs/2", *rows):
        answer = site.page(path)
        outline = Outline(answer.text)
        assert answer.status_code == 200
        assert outline.count("script") == 1
        assert outline.count("img") == 0
        assert "49" not in re.findall(r">\s*(\d+)\s*<", answer.text)
        for _, attributes in outline.tags:
            assert not any(name.startswith("on") or name == "style" for name in attributes)
            if path != "/new":  # which has the bookmarklet
                assert "javascript" not in (attributes.get("href") or "")
    assert len(rows) == 8
    for text in HOSTILE[:6]:
        found = site.items("/rows", params={"where[Company]": text})
        assert [row["cells"]["Company"] for row in found] == [text]


def test_a_reader_has_no_buttons(site: Site) -> None:
    answer = site.call("POST", "/login", token=None, data={"token": site.tokens["read"]})
    site.cookies = dict(answer.cookies)

    text = site.page("/").text

    assert "Sync now" not in text
    csrf = site.dashboard.sessions.find(site.cookies["sheetd_session"]).csrf
    refused = site.call(
        "POST", "/sync", token=None, cookies=site.cookies, data={"csrf_token": csrf}
    )
    assert refused.status_code == 403
    wrong = site.call("POST", "/login", token=None, data={"token": "wrong"})
    assert wrong.status_code == 403


@pytest.mark.parametrize("name", PLOTS)
def test_a_plot_is_a_drawing_of_its_own(signed_in: Site, tmp_path: Path, name: str) -> None:
    path = tmp_path / "plot.svg"
    with pytest.raises(SystemExit) as ended:
        main(["plot", name, "-o", str(path), "--config", str(signed_in.loop.config)])

    assert ended.value.code == 0
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert root.get("role") == "img"
    assert root.get("aria-label")


def test_a_plot_escapes_and_scales_its_bars() -> None:
    plot = Plot('A "title" <b>', "n", [Bar("<x>&\0", 2), Bar("half", 1)], "none")

    root = ET.fromstring(plot.svg())  # noqa: S314 - our own
    widths = [float(each.get("width") or 0) for each in root if each.get("class") == "bar"]

    assert widths[0] == 2 * widths[1] > 0


def test_events_tell_what_changed_to_whoever_may_know(site: Site) -> None:
    broadcaster = site.dashboard.broadcaster
    everyone, nobody = Scope("a", Role.OPERATE), Scope("b", Role.READ, frozenset({"other"}))

    async def listen() -> tuple[list[str], list[str], str, list[str]]:
        await broadcaster.look()
        seen, unseen = broadcaster.listen(everyone, None), broadcaster.listen(nobody, None)
        hello = await anext(seen)
        await anext(unseen)
        site.dashboard.asking().sync(everyone)
        await broadcaster.look()
        told = [await anext(seen)]
        last = re.search(r"^id: (.+)$", hello, re.MULTILINE)
        assert last is not None
        resumed = broadcaster.listen(everyone, last[1])
        await anext(resumed)
        again = [await anext(resumed)]
        lost = broadcaster.listen(everyone, "unknown-7")
        await anext(lost)
        reset = await anext(lost)
        hidden = [each.text("") for each in broadcaster._recent if each.change.is_seen_by(nobody)]
        for stream in (seen, unseen, resumed, lost):
            await stream.aclose()
        return told, again, reset, hidden

    told, again, reset, hidden = site.runner.run(listen())

    assert told == again
    assert "event: request" in told[0]
    assert '"state":"queued"' in told[0]
    assert '"sheet":"jobs"' in told[0]
    assert "event: reset" in reset
    assert hidden == []


def test_a_tool_is_tried_on_what_is_typed(signed_in: Site) -> None:
    csrf = signed_in.dashboard.sessions.find(signed_in.cookies["sheetd_session"]).csrf

    def attempt(name: str, **fields: str) -> tuple[int, str]:
        answer = signed_in.call(
            "POST", f"/tools/{name}", token=None, cookies=signed_in.cookies, data=fields
        )
        return answer.status_code, answer.text

    done = attempt("word_count", csrf_token=csrf, **{"input.text": "shout this"})
    assert done[0] == 200
    assert "SHOUT THIS" in done[1]
    assert "trouble" in attempt("word_count", csrf_token=csrf)[1]
    assert attempt("word_count", **{"input.text": "x"})[0] == 403
    assert attempt("wrod_count", csrf_token=csrf)[0] == 404


def test_a_posting_stays_readable_as_it_was(site: Site) -> None:
    row_id = site.items("/rows?limit=1")[0]["row_id"]
    site.sign_in()
    assert "The posting as it was" not in site.page(f"/rows/{row_id}").text
    output = json.dumps({"title": "Old title", "description": "What was <b>asked</b> for"})
    with site.loop.application.database.begin() as connection:
        connection.execute(
            results.insert().values(
                row_id=row_id, step="posting", tool="posting_fetcher", tool_version=1,
                input_hash="x", output=output, at="2026-01-01T00:00:00.000000+00:00",
                duration_s=0.1, run_id=1,
            )
        )  # fmt: skip

    text = site.page(f"/rows/{row_id}").text

    assert "The posting as it was" in text
    assert "Old title, 2026-01-01 00:00 UTC" in text
    assert "What was &lt;b&gt;asked&lt;/b&gt; for" in text
