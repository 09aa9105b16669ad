"""Who may: everything here is an attack that is refused, or the one way that is not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync_daemon.domain.access import Role, Scope
from sync_daemon.errors import ConfigError
from sync_daemon.services.tokens import list_tokens, revoke_token
from sync_daemon.settings import DashboardSettings
from sync_daemon.web.guards import Guards
from sync_daemon.web.server import check_address
from sync_daemon.web.sessions import CODE_LASTS_S, LASTS_S, Sessions
from tests.integration.web.conftest import HOST, Site, open_site
from tests.support.loop import running_loop

ROUTES = [
    "/sheets", "/sheets/jobs", "/rows", "/rows/x", "/rows/x/versions", "/rows/x/cells/Company",
    "/runs", "/runs/1", "/jobs", "/tools", "/quota", "/workers", "/stats/funnel",
    "/stats/responses", "/stats/keywords", "/stats/salaries", "/stats/tools", "/requests/x",
    "/events", "/export", "/calendar.ics",
]  # fmt: skip
CHANGES = ["/sync", "/rows/x/rerun", "/rows/x/restore", "/runs/1/undo", "/rows"]
NEW = ("POST", "/rows")
NEW_ROW = {"sheet": "jobs", "cells": {"Company": "New"}}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("token", [None, "sheetd_wrong", ""])
def test_nobody_known_reads_nothing(quiet_site: Site, path: str, token: str | None) -> None:
    answer = quiet_site.get(path, token=token)

    assert answer.status_code == 401
    assert "Bearer" in answer.headers["www-authenticate"]
    assert answer.json()["exit_status"] == 3


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(("token", "status"), [(None, 401), ("wrong", 401), ("read", 403)])
def test_nobody_else_changes_anything(
    quiet_site: Site, path: str, token: str | None, status: int
) -> None:
    answer = quiet_site.post(path, token=token, json=NEW_ROW, headers={"Idempotency-Key": "a"})

    assert answer.status_code == status


def test_a_token_in_the_query_is_none(quiet_site: Site) -> None:
    token = quiet_site.tokens["operate"]

    assert (
        quiet_site.get(f"/rows?token={token}&access_token={token}", token=None).status_code == 401
    )


def test_the_calendar_takes_a_token_as_password_and_nothing_else_does(quiet_site: Site) -> None:
    basic = httpx.BasicAuth("anybody", quiet_site.tokens["read"])
    header = next(basic.auth_flow(httpx.Request("GET", HOST))).headers["Authorization"]

    taken = quiet_site.get("/calendar.ics", token=None, headers={"Authorization": header})
    refused = quiet_site.get("/rows", token=None, headers={"Authorization": header})

    assert (taken.status_code, refused.status_code) == (200, 401)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Host": "localhost.evil.example:8787"}, 400),
        ({"Host": ""}, 400),
        ({"Host": "127.0.0.1:9000"}, 202),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 202),  # what Chromium says of ours
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),
        ({"Origin": HOST}, 202),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
    ],
)
def test_other_hosts_and_origins_change_nothing(
    quiet_site: Site, headers: dict[str, str], status: int
) -> None:
    assert quiet_site.post("/sync", headers=headers).status_code == status


def test_a_page_elsewhere_cannot_read(quiet_site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}

    assert quiet_site.get("/rows", headers=headers).status_code == 403
    assert "access-control-allow-origin" not in quiet_site.get("/rows").headers


def test_a_login_address_works_once(quiet_site: Site) -> None:
    code = quiet_site.dashboard.sessions.make_code()
    path = f"/login?code={code}"

    first = quiet_site.call("GET", path, token=None)
    second = quiet_site.call("GET", path, token=None)

    assert first.status_code == 303
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert second.status_code == 403
    assert "set-cookie" not in second.headers


def test_a_session_reads_and_changes_only_with_its_own_csrf_token(site: Site) -> None:
    site.sign_in()
    session = site.dashboard.sessions.find(site.cookies["sheetd_session"])
    other = site.dashboard.sessions.find(site.dashboard.sessions.open(session.scope))

    def sync(**more: Any) -> int:
        return site.post("/sync", token=None, cookies=site.cookies, **more).status_code

    assert site.get("/rows", token=None, cookies=site.cookies).status_code == 200
    assert sync() == 403
    assert sync(headers={"X-CSRF-Token": "made up"}) == 403
    assert sync(headers={"X-CSRF-Token": other.csrf}) == 403
    assert sync(headers={"X-CSRF-Token": session.csrf}) == 202
    form = site.call("POST", "/logout", token=None, cookies=site.cookies)
    assert form.status_code == 403
    out = site.call(
        "POST", "/logout", token=None, cookies=site.cookies, data={"csrf_token": session.csrf}
    )
    assert out.status_code == 303
    assert site.get("/rows", token=None, cookies=site.cookies).status_code == 401


def test_without_a_session_a_page_leads_to_the_login(quiet_site: Site) -> None:
    answer = quiet_site.call("GET", "/", token=None)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_codes_and_sessions_end() -> None:
    now = 0.0
    sessions = Sessions(lambda: now)
    late, used = sessions.make_code(), sessions.make_code()
    cookie = sessions.redeem(used) or ""

    now = CODE_LASTS_S + 1
    assert sessions.redeem(late) is None
    assert sessions.find(cookie) is not None
    now = LASTS_S + 1
    assert sessions.find(cookie) is None


def test_a_revoked_token_counts_no_more(site: Site) -> None:
    assert site.get("/rows", token="read").status_code == 200

    revoke_token(site.loop.application, "read")

    assert site.get("/rows", token="read").status_code == 401
    assert [token.name for token in list_tokens(site.loop.application)] == ["operate"]


def test_the_mirror_does_not_hold_the_token(site: Site) -> None:
    site.loop.application.database.dispose()
    secret = site.tokens["operate"].encode()

    files = list(site.loop.folder.glob("sheetd.db*"))

    assert files
    assert not any(secret in file.read_bytes() for file in files)


def test_a_long_body_is_refused_whether_it_says_so_or_not(quiet_site: Site) -> None:
    body = b'{"sheet": "' + b"x" * 1_100_000 + b'"}'

    async def stream() -> Any:
        yield body

    told = quiet_site.post("/sync", content=body)
    untold = quiet_site.post("/sync", content=stream())

    assert (told.status_code, untold.status_code) == (413, 413)
    assert told.json()["status"] == 413


def test_a_slow_body_is_not_waited_for() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    async def never() -> Any:
        await asyncio.Event().wait()

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/sync",
        "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    guards = Guards(app, DashboardSettings(), body_within_s=0.01)
    asyncio.run(guards(scope, never, send))

    assert sent[0]["status"] == 408


def test_every_answer_carries_the_policy(quiet_site: Site) -> None:
    for path in ("/login", "/api/v1/rows", "/static/live.js", "/api/v1/nothing"):
        headers = quiet_site.call("GET", path).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            " connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("values", "is_fine"),
    [
        ({}, True),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
        ({"host": "0.0.0.0"}, False),  # noqa: S104
        ({"host": "192.168.1.5"}, False),
        ({"host": "192.168.1.5", "behind_proxy": True}, True),
        ({"host": "192.168.1.5", "tls_cert": "a.pem"}, False),
        ({"host": "192.168.1.5", "tls_cert": "a.pem", "tls_key": "b.pem"}, True),
    ],
)
def test_tokens_do_not_cross_a_network_in_the_clear(values: dict[str, Any], is_fine: bool) -> None:
    settings = DashboardSettings.model_validate(values)
    if is_fine:
        check_address(settings)
        return
    with pytest.raises(ConfigError):
        check_address(settings)


def test_a_trusted_origin_may_ask_first_and_then_call(tmp_path: Path) -> None:
    more = '[dashboard]\nallow_origins = ["https://me.example"]\n'
    with running_loop(tmp_path) as loop:
        loop.configure("[tools]", f"{more}\n[tools]")
        loop.cycle()
        site = open_site(loop)
        preflight = {"Access-Control-Request-Method": "POST"}
        trusted, other = {"Origin": "https://me.example"}, {"Origin": "https://evil.example"}

        first = site.call("OPTIONS", "/api/v1/sync", token=None, headers=trusted | preflight)
        called = site.post("/sync", headers=trusted)
        refused = site.call("OPTIONS", "/api/v1/sync", token=None, headers=other | preflight)
        site.close()

    assert first.status_code == 204
    assert first.headers["access-control-allow-origin"] == "https://me.example"
    assert "Authorization" in first.headers["access-control-allow-headers"]
    assert called.status_code == 202
    assert "access-control-allow-origin" not in refused.headers


def test_another_sheet_is_as_if_it_were_not_there(shared_site: Site) -> None:
    site = shared_site
    [theirs] = site.items("/rows?sheet=other")
    row_id = theirs["row_id"]
    their_request = site.post(f"/rows/{row_id}/rerun").json()["request_id"]
    unknown = "x0000000000"

    def seen(method: str, path: str) -> tuple[int, str]:
        body = {"sheet": "other", "cells": {"Role": "x"}} if (method, path) == NEW else None
        answer = site.call(
            method, f"/api/v1{path}", token="mine", headers={"Idempotency-Key": "k"}, json=body
        )
        return answer.status_code, answer.text.replace(row_id, "ID").replace(unknown, "ID")

    for method, path in [
        ("GET", "/rows/{}"), ("GET", "/rows/{}/versions"), ("GET", "/rows/{}/cells/Role"),
        ("POST", "/rows/{}/rerun"), ("POST", "/rows/{}/restore"),
    ]:  # fmt: skip
        assert seen(method, path.format(row_id)) == seen(method, path.format(unknown)), path
        assert seen(method, path.format(row_id))[0] == 404
    for path in ("/sheets/other", "/rows?sheet=other", "/export?sheet=other"):
        assert seen("GET", path)[0] == 404
    assert seen("POST", "/rows")[0] == 404
    assert seen("GET", f"/requests/{their_request}")[0] == 404


def test_lists_and_figures_count_the_tokens_sheets_only(shared_site: Site) -> None:
    site = shared_site
    for path in (
        "/sheets", "/rows", "/rows?q=secret", "/rows?state=done", "/runs", "/jobs", "/export",
        "/export?format=json", "/stats/funnel", "/stats/tools", "/workers", "/quota",
        "/rows?cursor=x", "/rows?where[Nope]=1", "/rows?sheet=nope",
    ):  # fmt: skip
        text = site.get(path, token="mine").text
        assert "Theirs" not in text, path
        assert "Secret" not in text, path
        assert "other" not in text, path
    assert site.get("/rows", token="mine").json()["total"] == 1
    assert site.get("/rows").json()["total"] == 2
    assert 'sheet="other"' not in site.call("GET", "/metrics", token="mine").text
    assert 'sheet="other"' in site.call("GET", "/metrics").text
    [tool] = site.get("/stats/tools", token="mine").json()["items"]
    assert tool["results"] == 1


def test_a_run_over_two_sheets_shows_one_and_cannot_be_undone(shared_site: Site) -> None:
    site = shared_site
    whole = site.items("/runs")[-1]
    assert len(whole["report"]["sheets"]) == 2

    part = site.get(f"/runs/{whole['run_id']}", token="mine").json()
    undo = site.post(f"/runs/{whole['run_id']}/undo", token="mine")

    assert [sheet["name"] for sheet in part["report"]["sheets"]] == ["jobs"]
    assert "api_calls" not in part["report"]
    assert undo.status_code == 403


def test_a_scope_without_sheets_sees_all() -> None:
    assert Scope("a", Role.READ).sees("x")
    assert not Scope("a", Role.READ, frozenset({"y"})).sees("x")


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        '"; DROP TABLE rows; --',
        "<script>alert(1)</script>",
        "%00",
        "\ud7ff",
        "a" * 900,
    ],
)
@pytest.mark.parametrize(
    "place", ["q", "where[Company]", "sheet", "state", "sort", "cursor", "fields", "changed_since"]
)
def test_no_parameter_is_anything_but_a_value(quiet_site: Site, place: str, text: str) -> None:
    answer = quiet_site.get("/rows", params={place: text})

    assert answer.status_code in {200, 404, 422}
    assert answer.headers["content-type"] in {"application/json", "application/problem+json"}
    assert quiet_site.get("/rows").json()["total"] == 8
