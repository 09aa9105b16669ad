"""What the API tells of a mirror."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from urllib.parse import quote

import pytest

from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.export.table import collect
from tests.integration.web.conftest import Site


def test_health_needs_no_token(quiet_site: Site) -> None:
    answer = quiet_site.get("/health", token=None)

    assert answer.status_code == 200
    assert answer.json()["daemon"] == "stopped"
    assert answer.json()["version"]


def test_rows_are_what_the_command_prints(quiet_site: Site) -> None:
    expected = [asdict(row) for row in quiet_site.loop.application.reader.rows()]

    found = quiet_site.get("/rows").json()

    assert sorted(found["items"], key=lambda r: r["row_number"]) == expected
    assert (found["next"], found["total"]) == (None, 8)


def test_pages_follow_each_other_and_hold_each_row_once(quiet_site: Site) -> None:
    found, cursor = [], ""
    for limit in (3, 2, 500):
        page = quiet_site.get(f"/rows?limit={limit}{cursor}").json()
        assert page["total"] == 8
        found += [row["row_id"] for row in page["items"]]
        cursor = f"&cursor={page['next']}"

    assert page["next"] is None
    assert len(set(found)) == len(found) == 8


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("where[Company]=Company 3", {3}),
        ("where[Company]=company 3", set()),
        ("where[Company]=Company 3&where[Role]=Role 3", {3}),
        ("where[Company]=Company 3&where[Role]=Role 4", set()),
        ("where[Words]=4", set(range(1, 9))),
        ("where[Words]=4.0", set(range(1, 9))),
        ("where[Words]=5", set()),
        ("where[Shout]=TEXT OF ROW 7", {7}),
        ("q=row 7", {7}),
        ("q=comp 7", {7}),
        ("q=CÓMPANY 7", {7}),
        ("q=ompany 7", set()),
        ("state=done", set(range(1, 9))),
        ("state=failed,deleted", set()),
        ("changed_since=2999-01-01", set()),
        ("changed_since=2000-01-01T00:00:00Z", set(range(1, 9))),
        ("sheet=jobs&q=8", {8}),
    ],
)
def test_filters(quiet_site: Site, query: str, expected: set[int]) -> None:
    params = [part.partition("=")[::2] for part in query.split("&")]
    found = quiet_site.items("/rows", params=params)

    assert {int(row["cells"]["Company"].split()[1]) for row in found} == expected


def test_sorting_runs_through_all_pages(quiet_site: Site) -> None:
    found, cursor = [], None
    while True:
        params = {"sort": "-Role", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = quiet_site.get("/rows", params=params).json()
        found += [row["cells"]["Role"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == [f"Role {n}" for n in range(8, 0, -1)]


def test_fields_are_chosen(quiet_site: Site) -> None:
    [row] = quiet_site.items("/rows?fields=state,row_id&limit=1")

    assert list(row) == ["row_id", "state"]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("where[Compny]=x", "Company"),
        ("sort=-Rolle", "Role"),
        ("state=dnoe", "done"),
        ("fields=row_idd", "row_id"),
        ("cursor=AAAA", "first page"),
        ("changed_since=yesterday", "2026-05-31"),
        ("limit=0", ""),
        ("limit=501", ""),
        ("where(Company)=x", "where[Column]"),
        ("q=%21%21", "letters"),
    ],
)
def test_what_is_unknown_is_refused_with_the_nearest(
    quiet_site: Site, query: str, nearest: str
) -> None:
    answer = quiet_site.get(f"/rows?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 422
    assert nearest in problem["hint"]
    assert problem["title"]
    assert problem["detail"]
    assert problem["exit_status"] == 2


def test_a_cursor_of_another_order_is_refused(quiet_site: Site) -> None:
    cursor = quiet_site.get("/rows?limit=2").json()["next"]

    assert quiet_site.get(f"/rows?limit=2&sort=Role&cursor={cursor}").status_code == 422


def test_a_row_its_versions_and_its_cells(quiet_site: Site) -> None:
    [row] = quiet_site.items("/rows", params={"where[Company]": "Company 2"})
    path = f"/rows/{row['row_id']}"

    assert quiet_site.get(path).json() == row
    [version] = quiet_site.get(f"{path}/versions").json()
    assert version["cells"] == row["cells"]
    result = quiet_site.get(f"{path}/cells/Words").json()
    assert (result["value"], result["author"], result["tool"]) == (4, "sheetd", "word_count")
    assert result["sources"] == {"text": ["Description"]}
    assert result["before_images"][0]["after"] == 4
    typed = quiet_site.get(f"{path}/cells/{quote('Company')}").json()
    assert (typed["value"], typed["author"], typed["tool"]) == ("Company 2", "user", None)
    missing = quiet_site.get(f"{path}/cells/Word")
    assert missing.status_code == 404
    assert "Words" in missing.json()["hint"]


@pytest.mark.parametrize(
    "path",
    [
        "/rows/x0000000000", "/rows/x0000000000/versions", "/rows/x0000000000/cells/Company",
        "/runs/999", "/runs/99999999999999999999", "/requests/none", "/sheets/none",
        "/rows?sheet=none", "/export?sheet=none", "/nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(quiet_site: Site, path: str) -> None:
    answer = quiet_site.get(path)

    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_sheets_runs_jobs_tools_quota_and_workers(quiet_site: Site) -> None:
    [sheet] = quiet_site.items("/sheets")
    assert (sheet["name"], sheet["rows"], sheet["total"]) == ("jobs", {"done": 8}, 8)
    assert quiet_site.get("/sheets/jobs").json() == sheet
    [run] = quiet_site.items("/runs")
    assert run["report"]["sheets"][0]["inserted"] == 8
    assert quiet_site.get(f"/runs/{run['run_id']}").json() == run
    page = quiet_site.get("/jobs?state=done&limit=5").json()
    assert page["total"] == 8
    rest = quiet_site.get(f"/jobs?state=done&limit=5&cursor={page['next']}").json()
    assert len({job["row_id"] for job in page["items"] + rest["items"]}) == 8
    assert quiet_site.get("/jobs?state=nope").status_code == 422
    assert "word_count" in {tool["name"] for tool in quiet_site.items("/tools")}
    assert quiet_site.get("/quota").json()["reads_per_minute"] == 300
    assert quiet_site.items("/workers") == []


def test_exports_are_the_bytes_of_the_command(quiet_site: Site) -> None:
    expected = io.BytesIO()
    write_export(collect(quiet_site.loop.application.reader), ExportForm.CSV, expected)

    answer = quiet_site.get("/export?format=csv")

    assert answer.content == expected.getvalue()
    assert answer.headers["content-type"].startswith("text/csv")
    some = quiet_site.get("/export?format=json&where[Company]=Company 5")
    assert [row["cells"]["Company"] for row in json.loads(some.content)] == ["Company 5"]
    assert quiet_site.get("/export?format=xlsx").content[:2] == b"PK"
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 9


def test_figures(quiet_site: Site) -> None:
    stages = quiet_site.get("/stats/funnel").json()["stages"]
    assert [bar["label"] for bar in stages][:3] == ["Considering", "Applied", "In Progress"]
    assert quiet_site.get("/stats/responses").json()["applied"] == 0
    assert quiet_site.get("/stats/keywords").json()["asked"] == []
    assert quiet_site.get("/stats/salaries").json()["items"] == []
    [tool] = quiet_site.get("/stats/tools").json()["items"]
    assert (tool["tool"], tool["results"]) == ("word_count", 8)
    assert quiet_site.get("/stats/funnel?from=2026-02-01&to=2026-01-01").status_code == 422
    metrics = quiet_site.call("GET", "/metrics")
    assert 'sheetd_rows{sheet="jobs",state="done"} 8' in metrics.text
    assert "BEGIN:VCALENDAR" in quiet_site.get("/calendar.ics").text


def test_an_answer_is_known_again_until_the_mirror_changes(site: Site) -> None:
    first = site.get("/rows")
    tag = first.headers["etag"]
    assert "Authorization" in first.headers["vary"]

    again = site.get("/rows", headers={"If-None-Match": tag})
    other = site.get("/rows", headers={"If-None-Match": tag}, token="read")
    site.token("new", "read")  # any change of the mirror
    changed = site.get("/rows", headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert changed.status_code == 200


def test_while_the_mirror_is_away_all_is_503_and_well_again_after(site: Site) -> None:
    site.loop.application.database.dispose()
    mirror = site.loop.folder / "sheetd.db"
    hidden = mirror.with_name("hidden.db")
    for end in ("", "-wal", "-shm"):
        if (file := mirror.with_name(mirror.name + end)).exists():
            file.rename(hidden.with_name(hidden.name + end))

    away = {path: site.get(path).status_code for path in ("/health", "/rows", "/runs", "/sheets")}
    for end in ("", "-wal", "-shm"):
        if (file := hidden.with_name(hidden.name + end)).exists():
            file.rename(mirror.with_name(mirror.name + end))

    assert set(away.values()) == {503}
    assert site.get("/rows").json()["total"] == 8


def test_a_broken_mirror_is_503(site: Site) -> None:
    site.loop.application.database.dispose()
    mirror = site.loop.folder / "sheetd.db"
    mirror.rename(mirror.with_name("kept"))
    mirror.write_bytes(b"no database at all" * 100)

    answer = site.get("/rows")

    assert answer.status_code == 503
    assert answer.json()["exit_status"] == 6


def test_an_answer_that_is_remembered_is_so_for_its_caller_and_until_a_change(site: Site) -> None:
    site.token("none", "read", "jobs")
    before = site.items("/rows?q=company")
    assert site.items("/rows?q=company") == before
    site.loop.user.type(1, 0, "Changed")
    site.loop.cycle()

    assert len(site.items("/rows?q=company")) == len(before) - 1
    assert site.get("/stats/funnel").json() == site.get("/stats/funnel").json()
