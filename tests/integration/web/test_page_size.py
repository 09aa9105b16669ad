"""No page is larger than 100 kB, whatever stands in the sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_daemon.mirror.tables import results
from sync_daemon.sandbox import SandboxServer
from tests.integration.web.conftest import Site, open_site
from tests.support.loop import HEADERS, Loop, running_loop

LARGEST = 100_000
LONG = "<é&" * 13_000  # three kinds of signs that take more bytes than they are


@pytest.fixture(scope="module")
def full_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Many rows; one of them full of long texts, changed again and again."""
    rows = [[f"Company {n} {'x' * 200}", LONG[:2_000], "a b"] for n in range(600)]
    with running_loop(tmp_path_factory.mktemp("full"), rows) as loop:
        loop.cycle()
        for number in range(8):
            loop.user.type(1, 0, f"{number} {LONG}")
            loop.user.type(1, 2, f"{LONG} {number}")
            loop.cycle()
        site = open_site(loop)
        site.sign_in()
        row_id = loop.rows()[0]["sheetd id"]
        output = json.dumps({"title": LONG, "description": LONG})
        with loop.application.database.begin() as connection:
            connection.execute(
                results.insert().values(
                    row_id=row_id, step="posting", tool="posting_fetcher", tool_version=1,
                    input_hash="x", output=output, at="2026-01-01T00:00:00.000000+00:00",
                    duration_s=0.1, run_id=1,
                )
            )  # fmt: skip
        try:
            yield site
        finally:
            site.close()


@pytest.mark.parametrize(
    "path",
    ["/", "/rows", "/rows?limit=500", "/rows?sort=Role&limit=500", "/rows/{row}",
     "/rows/{row}/posting", "/rows/{row}/posting?part=3", "/runs", "/runs/1", "/pipeline",
     "/keywords", "/tools", "/new", f"/new?text={'%3C' * 15_000}&title={'%3C' * 3_000}"],
)  # fmt: skip
def test_a_page_stays_small(full_site: Site, path: str) -> None:
    row = full_site.loop.rows()[0]["sheetd id"]

    answer = full_site.page(path.format(row=row))

    assert answer.status_code == 200
    assert len(answer.content) < LARGEST


def test_what_was_tried_stays_small(full_site: Site) -> None:
    csrf = full_site.dashboard.sessions.find(full_site.cookies["sheetd_session"]).csrf
    data = {"csrf_token": csrf, "input.text": LONG}

    answer = full_site.call(
        "POST", "/tools/word_count", token=None, cookies=full_site.cookies, data=data
    )

    assert answer.status_code == 200
    assert "characters in all" in answer.text
    assert len(answer.content) < LARGEST


def test_a_whole_posting_can_be_read_in_parts(full_site: Site) -> None:
    row = full_site.loop.rows()[0]["sheetd id"]
    parts = [full_site.page(f"/rows/{row}/posting?part={n}").text for n in (1, 2, 3)]

    assert sum(part.count("é&amp;") for part in parts) >= 13_000
    assert 'rel="next"' in parts[1]
    assert 'rel="next"' not in parts[2]
    assert full_site.page(f"/rows/{row}/posting?part=4").status_code == 404


def test_a_cut_cell_says_so(full_site: Site) -> None:
    row = full_site.loop.rows()[0]["sheetd id"]

    assert "characters in all" in full_site.page(f"/rows/{row}").text


def test_a_row_of_hundreds_of_columns_says_what_it_leaves_out(tmp_path: Path) -> None:
    more = [f"Column {n} with a title as long as people make them" for n in range(500)]
    row = ["Acme", "Engineer", "a b", *(f"value {n}" for n in range(500))]
    with SandboxServer(per_user=0, per_project=0) as server:
        loop = Loop(tmp_path, server, [[*HEADERS, *more], row])
        site = open_site(loop)
        try:
            loop.cycle()
            site.sign_in()
            answer = site.page(f"/rows/{loop.rows()[0]['sheetd id']}")
        finally:
            site.close()
            loop.close()

    assert answer.status_code == 200
    assert len(answer.content) < LARGEST
    assert "more columns: <code>sheetd show" in answer.text
    assert "Column 3 with" in answer.text
