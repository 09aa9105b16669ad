"""The API to the letter: what programs of others rely on, a sentence of the contract each.

Keys are compared whole: a key that is not in the contract is one that somebody starts to
rely on.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sync_daemon.cli.privacy import collect_rows
from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.mirror import row_pages
from tests.integration.web.conftest import HOST, Site, open_site
from tests.support import loop as loops
from tests.support.loop import running_loop

ROW = {
    "row_id", "sheet", "row_number", "state", "reason", "cells", "results", "error",
    "first_seen", "last_changed",
}  # fmt: skip
CELL = {
    "value", "author", "tool", "tool_version", "input_hash", "sources", "cost", "run_id",
    "before_images",
}  # fmt: skip
PAGE = {"items", "next", "total"}
PROBLEM = {"title", "detail", "status", "hint", "exit_status"}
LISTS = ["/sheets", "/rows", "/runs", "/jobs", "/tools", "/workers"]
FIGURES = ["funnel", "responses", "keywords", "salaries", "tools"]
TAGGED = [
    *LISTS, "/sheets/jobs", "/rows/{row}", "/rows/{row}/versions", "/rows/{row}/cells/Words",
    "/runs/1", "/quota", *(f"/stats/{name}" for name in FIGURES), "/export",
    "/export?format=json", "/export?format=xlsx", "/calendar.ics",
]  # fmt: skip
ODD = ["a/b", "x [y]] z", "50% + more?#&=", "Größe m²", "where[q]", "日本", "-minus"]


@pytest.fixture(scope="module")
def odd_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Columns whose names mean something in an address."""
    headers = [*loops.HEADERS, *ODD]
    kept = list(loops.HEADERS)
    loops.HEADERS[:] = headers
    try:
        row = ["Acme", "Dev", "text one", *(f"value of {name}" for name in headers[3:])]
        with running_loop(tmp_path_factory.mktemp("odd"), [row, ["Globex", "Ops", "two"]]) as loop:
            loop.cycle()
            site = open_site(loop)
            yield site
            site.close()
    finally:
        loops.HEADERS[:] = kept


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A mirror that no cycle has filled."""
    with running_loop(tmp_path_factory.mktemp("empty")) as loop:
        _ = loop.application.database
        site = open_site(loop)
        yield site
        site.close()


def one_row(site: Site) -> str:
    found: str = site.items("/rows?limit=1")[0]["row_id"]
    return found


# Lists


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_items_next_and_total(quiet_site: Site, path: str) -> None:
    page = quiet_site.get(path).json()

    assert set(page) == PAGE
    assert page["total"] == len(page["items"])
    assert page["next"] is None


def test_a_row_has_the_keys_of_rows_json(quiet_site: Site) -> None:
    assert {frozenset(row) for row in quiet_site.items("/rows")} == {frozenset(ROW)}


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/health", {"status", "daemon", "version"}),
        ("/rows/{row}", ROW),
        ("/rows/{row}/cells/Words", CELL),
        ("/rows/{row}/cells/Company", CELL),
    ],
)
def test_an_answer_has_these_keys(quiet_site: Site, path: str, keys: set[str]) -> None:
    assert set(quiet_site.get(path.format(row=one_row(quiet_site))).json()) == keys


@pytest.mark.parametrize("path", ["/rows", "/runs", "/jobs"])
@pytest.mark.parametrize(("limit", "status"), [(1, 200), (500, 200), (0, 422), (501, 422)])
def test_a_limit_is_1_to_500(quiet_site: Site, path: str, limit: int, status: int) -> None:
    assert quiet_site.get(f"{path}?limit={limit}").status_code == status


@pytest.mark.parametrize("order", ["", "&sort=Role", "&sort=-Role", "&q=row", "&state=done"])
def test_a_cursor_is_valid_with_another_limit(quiet_site: Site, order: str) -> None:
    whole = [row["row_id"] for row in quiet_site.items(f"/rows?limit=500{order}")]
    found, cursor = [], ""
    for limit in (3, 1, 500):
        page = quiet_site.get(f"/rows?limit={limit}{order}{cursor}").json()
        found += [row["row_id"] for row in page["items"]]
        cursor = f"&cursor={quote(page['next'] or '')}"

    assert found == whole


def test_a_cursor_keeps_its_place_through_inserts_and_moves(site: Site) -> None:
    first = site.get("/rows?limit=4").json()
    site.loop.user.move_rows(1, 2, 9)
    site.loop.user.insert_rows(1)
    site.loop.user.type(1, 0, "New at the top")
    site.loop.cycle()

    rest = site.get(f"/rows?limit=500&cursor={quote(first['next'])}").json()["items"]

    ids = [row["row_id"] for row in [*first["items"], *rest]]
    assert len(ids) == len(set(ids)) == 9


def test_a_total_is_exact_up_to_a_number_and_null_above(
    quiet_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_pages, "COUNTED", 8)
    assert quiet_site.get("/rows").json()["total"] == 8
    monkeypatch.setattr(row_pages, "COUNTED", 7)
    for query in ("", "?q=row", "?state=done", "?sheet=jobs", "?where[Words]=4"):
        assert quiet_site.get(f"/rows{query}").json()["total"] is None, query


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("/rows?where[Compny]=x", "Company"),
        ("/rows?state=dnoe", "done"),
        ("/rows?fields=row_idd", "row_id"),
        ("/rows?sort=Rolle", "Role"),
        ("/rows?sort=-Rolle", "Role"),
        ("/rows?cursor=AAAA", "first page"),
        ("/runs?cursor=AAAA", "first page"),
        ("/jobs?cursor=AAAA", "first page"),
        ("/jobs?state=dnoe", "done"),
        ("/export?where[Compny]=x", "Company"),
        ("/export?state=dnoe", "done"),
    ],
)
def test_what_is_unknown_is_422_with_the_nearest(quiet_site: Site, path: str, nearest: str) -> None:
    answer = quiet_site.get(path)

    assert answer.status_code == 422
    assert nearest in answer.json()["hint"]


# Columns


@pytest.mark.parametrize("column", ODD)
def test_a_column_of_any_name_is_found_in_an_address(odd_site: Site, column: str) -> None:
    site, row_id = odd_site, odd_site.items("/rows?q=acme")[0]["row_id"]
    name, value = quote(column, safe=""), f"value of {column}"

    found = site.items(f"/rows?where[{name}]={quote(value, safe='')}")
    cell = site.get(f"/rows/{row_id}/cells/{name}")
    ordered = site.items(f"/rows?sort={name}")

    assert [row["row_id"] for row in found] == [row_id]
    assert (cell.status_code, cell.json().get("value")) == (200, value)
    assert ordered[0]["row_id"] == row_id


def test_an_unknown_column_of_a_row_is_404_with_the_nearest(quiet_site: Site) -> None:
    answer = quiet_site.get(f"/rows/{one_row(quiet_site)}/cells/Compny")

    assert answer.status_code == 404
    assert "Company" in answer.json()["hint"]


# Errors


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/rows?limit=x", 422), ("GET", "/rows?state=x", 422), ("GET", "/rows/none", 404),
        ("GET", "/nothing", 404), ("PUT", "/rows", 405), ("GET", "/sync", 405),
        ("POST", "/rows/none/rerun", 404), ("POST", "/runs/99/undo", 404), ("POST", "/rows", 422),
    ],
)  # fmt: skip
def test_an_error_is_a_problem_that_says_what_to_do(
    quiet_site: Site, method: str, path: str, status: int
) -> None:
    answer = quiet_site.call(method, f"/api/v1{path}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) - {"type"} == PROBLEM
    assert problem["status"] == status
    assert isinstance(problem["exit_status"], int)
    assert problem["title"]
    assert problem["detail"]
    assert problem["hint"]


@pytest.mark.parametrize("token", [None, "unknown"])
def test_the_hint_for_nobody_says_how_to_be_somebody(quiet_site: Site, token: str | None) -> None:
    problem = quiet_site.get("/rows", token=token).json()

    assert "sheetd token create" in problem["hint"]
    assert "redacted" not in problem["hint"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/rows", "GET, HEAD, POST"),
        ("/api/v1/sync", "POST"),
        ("/api/v1/health", "GET, HEAD"),
        ("/metrics", "GET, HEAD"),
    ],
)
def test_405_names_the_methods(quiet_site: Site, path: str, allowed: str) -> None:
    answer = quiet_site.call("DELETE", path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert allowed in answer.json()["hint"]


@pytest.mark.parametrize("path", ["/health", *TAGGED, "/events"])
def test_head_is_get_without_the_body(quiet_site: Site, path: str) -> None:
    path = f"/api/v1{path.format(row=one_row(quiet_site))}"

    head = quiet_site.call("HEAD", path)

    assert (head.status_code, head.content) == (200, b"")
    if not path.endswith("/events"):  # which never ends
        whole = quiet_site.call("GET", path)
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert head.headers.get("content-length") == whole.headers.get("content-length")


# Conditional answers


@pytest.mark.parametrize("path", TAGGED)
def test_an_answer_has_a_tag_and_is_not_sent_twice(
    quiet_site: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path.format(row=one_row(quiet_site))
    now = quiet_site.loop.application.clock.now()
    monkeypatch.setattr(quiet_site.loop.application.clock, "now", lambda: now)
    first = quiet_site.get(path)

    again = quiet_site.get(path, headers={"If-None-Match": first.headers["etag"]})
    weak = quiet_site.get(path, headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    other = quiet_site.get(path, headers={"If-None-Match": '"x"'})

    assert "Authorization" in first.headers["vary"]
    assert (again.status_code, again.content, again.headers["etag"]) == (
        304, b"", first.headers["etag"],
    )  # fmt: skip
    assert (weak.status_code, other.status_code) == (304, 200)
    assert "Authorization" in again.headers["vary"]


# Requests


def test_a_request_has_five_keys_and_its_answer_two(site: Site) -> None:
    asked = site.post("/sync")
    request = site.get(f"/requests/{asked.json()['request_id']}").json()

    assert set(asked.json()) == {"request_id", "state"}
    assert set(request) == {"request_id", "kind", "state", "reason", "run_id"}
    assert (request["kind"], request["state"]) == ("sync", "queued")


def test_a_live_row_is_not_restored_and_a_deleted_one_not_rerun(site: Site) -> None:
    row_id = one_row(site)
    live = site.post(f"/rows/{row_id}/restore")
    site.loop.user.delete_rows(1, 2)
    site.loop.cycle()
    gone = site.post(f"/rows/{row_id}/rerun")

    assert (live.status_code, gone.status_code) == (409, 409)
    assert live.json()["hint"]
    assert gone.json()["hint"]


@pytest.mark.parametrize(
    ("cells", "key", "status"),
    [
        ({"Company": "=1+1"}, "first", 202),
        ({"Company": "other"}, "first", 409),
        ({"Company": "x"}, None, 422),
        ({"Compny": "x"}, "second", 422),
        ({"Words": 3}, "third", 422),
        ({"sheetd id": "x"}, "fourth", 422),
        ({}, "fifth", 422),
    ],
)
def test_a_new_row_needs_a_key_and_columns_of_the_users(
    quiet_site: Site, cells: dict[str, Any], key: str | None, status: int
) -> None:
    headers = {"Idempotency-Key": key} if key else {}
    if status == 409:
        quiet_site.post("/rows", json={"sheet": "jobs", "cells": {"Company": "=1+1"}},
                        headers=headers)  # fmt: skip

    answer = quiet_site.post("/rows", json={"sheet": "jobs", "cells": cells}, headers=headers)

    assert answer.status_code == status, answer.text


# Files


@pytest.mark.parametrize("form", [ExportForm.CSV, ExportForm.JSON])
def test_an_export_is_the_bytes_of_the_command(quiet_site: Site, form: ExportForm) -> None:
    assert quiet_site.get(f"/export?format={form.value}").content == _exported(quiet_site, form)


def test_an_export_writes_dates_as_the_command_does(tmp_path: Path) -> None:
    steps = 'outputs = { words = "Words", shout = "Shout" }'
    follow_up = (
        '[[sheets.steps]]\ntool = "follow_up"\n'
        'inputs = { status = "Role", applied = "Company" }\noutputs = { action = "Next" }\n'
    )
    with running_loop(tmp_path, [[46_000, "Applied", "text"]]) as loop:
        loop.configure(steps, f"{steps}\n{follow_up}")
        loop.cycle()
        site = open_site(loop)
        found = {form: site.get(f"/export?format={form.value}").content for form in ExportForm}
        expected = {form: _exported(site, form) for form in ExportForm}
        site.close()

    assert b"2025-12-09" in found[ExportForm.CSV]
    for form in (ExportForm.CSV, ExportForm.JSON):
        assert found[form] == expected[form]
    assert _sheet_of(found[ExportForm.XLSX]) == _sheet_of(expected[ExportForm.XLSX])


def _exported(site: Site, form: ExportForm) -> bytes:
    file = io.BytesIO()
    write_export(collect_rows(site.loop.application, None), form, file)
    return file.getvalue()


def test_a_workbook_has_the_cells_of_the_command(quiet_site: Site) -> None:
    found = quiet_site.get("/export?format=xlsx").content

    assert _sheet_of(found) == _sheet_of(_exported(quiet_site, ExportForm.XLSX))


def _sheet_of(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "query",
    ["q=row 3", "state=done", "where[Company]=Company 2", "sheet=jobs", "changed_since=2999-01-01"],
)
def test_an_export_takes_the_filters_of_rows(quiet_site: Site, query: str) -> None:
    listed = {row["row_id"] for row in quiet_site.items(f"/rows?{query}")}

    exported = json.loads(quiet_site.get(f"/export?format=json&{query}").content)

    assert {row["row_id"] for row in exported} == listed


def test_a_calendar_asks_programs_for_a_password(quiet_site: Site) -> None:
    basic = httpx.BasicAuth("", quiet_site.tokens["read"])
    header = next(basic.auth_flow(httpx.Request("GET", HOST))).headers["Authorization"]

    asked = quiet_site.get("/calendar.ics", token=None)
    given = quiet_site.get("/calendar.ics", token=None, headers={"Authorization": header})

    assert (asked.status_code, given.status_code) == (401, 200)
    assert asked.headers["www-authenticate"].startswith("Basic ")


# Mirrors


def test_an_empty_mirror_has_no_rows_and_no_error(empty_site: Site) -> None:
    for path in ("/rows", "/rows?sheet=jobs", "/rows?q=x&state=done", "/runs", "/jobs"):
        assert empty_site.get(path).json() == {"items": [], "next": None, "total": 0}, path
    for path in ("/sheets", "/sheets/jobs", "/tools", "/quota", "/workers", "/export",
                 "/calendar.ics", "/stats/funnel", "/stats/responses", "/stats/keywords",
                 "/stats/salaries", "/stats/tools"):  # fmt: skip
        assert empty_site.get(path).status_code == 200, path
    for path in ("/rows?where[Company]=x", "/rows?sort=Company"):
        assert empty_site.get(path).status_code == 422, path


def test_while_the_mirror_is_away_every_route_is_503(site: Site) -> None:
    row_id = one_row(site)
    site.sign_in()
    session = site.dashboard.sessions.find(site.cookies["sheetd_session"])
    site.loop.application.database.dispose()
    mirror = site.loop.folder / "sheetd.db"
    ends = [end for end in ("", "-wal", "-shm") if Path(f"{mirror}{end}").exists()]
    for end in ends:
        Path(f"{mirror}{end}").rename(f"{mirror}.away{end}")

    away = {path: site.get(path.format(row=row_id)) for path in ["/health", *TAGGED, "/events"]}
    for path in ("/sync", f"/rows/{row_id}/rerun", f"/rows/{row_id}/restore", "/runs/1/undo"):
        away[f"POST {path}"] = site.post(path)
        away[f"page {path}"] = site.post(
            path, token=None, cookies=site.cookies, headers={"X-CSRF-Token": session.csrf}
        )
    for end in ends:
        Path(f"{mirror}.away{end}").rename(f"{mirror}{end}")

    assert {path for path, answer in away.items() if answer.status_code != 503} == set()
    assert {answer.json()["exit_status"] for answer in away.values()} == {6}
    assert site.get("/rows").json()["total"] == 8
    assert site.post("/sync").status_code == 202
