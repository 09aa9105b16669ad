"""Attacks, one a line. Each is refused as the line says, tells nothing and changes nothing.

Two sheets: `jobs`, which the token `mine` may see, and `other`, which it may not. Words in braces
stand for what an attacker could have got hold of: see ``loot``.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select

from sync_daemon.cycle import CycleOptions
from sync_daemon.mirror.tables import work_requests
from sync_daemon.services.tokens import revoke_token
from tests.integration.web.conftest import Site

API = "/api/v1"
EVIL = "https://evil.example"
LONG = "x" * 1_000_001
TEXT = {"content-type": "text/plain"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
KEY = {"idempotency-key": "attack"}
ADDED = '{"sheet": "jobs", "cells": {"Company": "Attacker"}}'


@dataclass(frozen=True)
class Attack:
    name: str
    method: str
    path: str
    status: int
    token: str | None = None  # the name of one, or what is sent as one
    headers: dict[str, str] = field(default_factory=dict)
    cookie: str = ""
    body: str | bytes = ""

    def __str__(self) -> str:
        return self.name


def post(name: str, path: str, status: int, **more: Any) -> Attack:
    return Attack(name, "POST", path, status, **more)


def get(name: str, path: str, status: int, **more: Any) -> Attack:
    return Attack(name, "GET", path, status, **more)


def add(name: str, body: str | bytes, status: int, **more: Any) -> Attack:
    headers = JSON | KEY | more.pop("headers", {})
    token = more.pop("token", "operate")
    return Attack(name, "POST", f"{API}/rows", status, token, headers, body=body, **more)


NOBODY = [
    get("no token", f"{API}/rows", 401),
    post("no token, a change", f"{API}/sync", 401),
    get("a token that never was", f"{API}/rows", 401, token="sheetd_guess"),
    get("an empty token", f"{API}/rows", 401, headers={"authorization": "Bearer "}),
    get("a revoked token", f"{API}/rows", 401, token="revoked"),
    get("a token in the query", f"{API}/rows?token={{token}}&access_token={{token}}", 401),
    get("a token as cookie", f"{API}/rows", 401, cookie="{token}"),
    get("a token as user name", f"{API}/calendar.ics", 401, headers={"authorization": "{basic}"}),
    get("a cookie that was guessed", f"{API}/rows", 401, cookie="guess"),
    get("a cookie of an ended session", f"{API}/rows", 401, cookie="{ended_cookie}"),
    get("the digest of a cookie", f"{API}/rows", 401, cookie="{digest}"),
    get("a login code that was used", "/login?code={used_code}", 403),
    get("a login code that was guessed", "/login?code=guess", 403),
    get("a login code as cookie", f"{API}/rows", 401, cookie="{code}"),
    get("metrics without token", "/metrics", 401),
    post("a wrong token at the login", "/login", 403, headers=FORM, body="token=guess"),
]
TOO_LITTLE = [
    post("a reader asks for a cycle", f"{API}/sync", 403, token="read"),
    post("a reader asks for a rerun", f"{API}/rows/{{mine}}/rerun", 403, token="read"),
    post("a reader asks for an undo", f"{API}/runs/1/undo", 403, token="read"),
    add("a reader adds a row", ADDED, 403, token="read"),
    post("undo of a run over another's sheet", f"{API}/runs/1/undo", 403, token="mine"),
    post("a reader tries a tool", "/tools/word_count", 403, cookie="{reading}", headers=FORM,
         body="csrf_token={reading_csrf}&input.text=x"),
]  # fmt: skip
CSRF = [
    post("no CSRF token", "/sync", 403, cookie="{cookie}"),
    post("the CSRF token of another session", "/sync", 403, cookie="{cookie}", headers=FORM,
         body="csrf_token={reading_csrf}"),
    post("a CSRF token in the query", "/sync?csrf_token={csrf}", 403, cookie="{cookie}"),
    post("a CSRF token as plain text", "/sync", 403, cookie="{cookie}", headers=TEXT,
         body="csrf_token={csrf}"),
    post("a CSRF token as JSON", "/sync", 403, cookie="{cookie}", headers=JSON,
         body='{{"csrf_token": "{csrf}"}}'),
    post("an empty CSRF token", "/sync", 403, cookie="{cookie}", headers=FORM, body="csrf_token="),
    post("a CSRF token beside a foreign origin", "/sync", 403, cookie="{cookie}",
         headers=FORM | {"origin": EVIL}, body="csrf_token={csrf}"),
    get("a change by GET", "/sync?csrf_token={csrf}", 405, cookie="{cookie}"),
    get("a rerun by GET", f"{API}/rows/{{mine}}/rerun", 405, token="operate"),
    get("signing out by GET", "/logout?csrf_token={csrf}", 405, cookie="{cookie}"),
    Attack("a method that a header overrides", "GET", f"{API}/sync", 405, "operate",
           {"x-http-method-override": "POST"}),
    add("a new row as a form of another page", ADDED, 422, headers=TEXT),
]  # fmt: skip
REBINDING = [
    get("another host", f"{API}/rows", 400, token="operate", headers={"host": "evil.example"}),
    get("our name before another host", f"{API}/rows", 400, token="operate",
        headers={"host": "localhost.evil.example"}),
    get("our name as user of another host", f"{API}/rows", 400, token="operate",
        headers={"host": "localhost@evil.example"}),
    get("an address of all hosts", f"{API}/rows", 400, token="operate",
        headers={"host": "0.0.0.0:8787"}),
    get("no host", f"{API}/rows", 400, token="operate", headers={"host": ""}),
    get("another host for the page", "/login", 400, headers={"host": "evil.example"}),
    get("another host behind a header", "/login", 400,
        headers={"host": "evil.example", "x-forwarded-host": "localhost"}),
    post("another origin", f"{API}/sync", 403, token="operate", headers={"origin": EVIL}),
    post("no origin to speak of", f"{API}/sync", 403, token="operate", headers={"origin": "null"}),
    post("another port", f"{API}/sync", 403, token="operate",
         headers={"origin": "http://localhost:9999"}),
    post("our origin as user of another", f"{API}/sync", 403, token="operate",
         headers={"origin": "http://localhost:8787@evil.example"}),
    post("a form elsewhere", f"{API}/sync", 403, token="operate",
         headers={"sec-fetch-site": "cross-site"}),
    post("a form on the same site", f"{API}/sync", 403, token="operate",
         headers={"sec-fetch-site": "same-site"}),
    get("a script elsewhere that reads", f"{API}/rows", 403, cookie="{cookie}",
        headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}),
    get("a frame elsewhere", f"{API}/events", 403, cookie="{cookie}",
        headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}),
]  # fmt: skip
BODIES = [
    add("a long body", LONG, 413),
    add("a length that lies", ADDED, 413, headers={"content-length": "99999999999999999999"}),
    add("a negative length", ADDED, 413, headers={"content-length": "-1"}),
    add("two lengths", ADDED, 400, headers={"transfer-encoding": "chunked", "content-length": "3"}),
    add("a nest of brackets", "[" * 200_000, 400),
    add("a nest in a cell", '{"sheet":"jobs","cells":{"Company":' + "[" * 50_000 + "]" * 50_000
        + "}}", 400),
    add("bytes that are no text", b'{"sheet": "jobs", "cells": {"Company": "\xff\xfe"}}', 400),
    add("not a number", '{"sheet": "jobs", "cells": {"Company": NaN}}', 422),
    add("infinity", '{"sheet": "jobs", "cells": {"Company": 1e999}}', 422),
    add("a number without end", '{"sheet":"jobs","cells":{"Company":' + "9" * 5_000 + "}}", 400),
    add("a number that is too large", '{"sheet":"jobs","cells":{"Company":' + "9" * 400 + "}}",
        422),
    add("half a character", '{"sheet": "jobs", "cells": {"Company": "\\ud800"}}', 422),
    add("a longer text than a cell holds", '{"sheet":"jobs","cells":{"Company":"'
        + "x" * 50_001 + '"}}', 422),
    add("a compressed body", b"\x1f\x8b\x08" + b"\0" * 100, 400,
        headers={"content-encoding": "gzip"}),
    add("a cell that is sheetd's", '{"sheet": "jobs", "cells": {"sheetd id": "{mine}"}}', 422),
    add("a result", '{"sheet": "jobs", "cells": {"Words": 9}}', 422),
    add("more keys than there are", '{"sheet":"jobs","cells":{"Company":"x"},"row_id":"{mine}"}',
        422),
    add("a key with a line break", ADDED, 422, headers={"idempotency-key": "a\r\nx-evil: 1"}),
    add("a key without end", ADDED, 422, headers={"idempotency-key": "k" * 5_000}),
    add("no key", ADDED, 422, headers={"idempotency-key": ""}),
    add("a used key with another body", ADDED, 409, headers={"idempotency-key": "used"}),
]  # fmt: skip
PARAMETERS = [
    get("a huge limit", f"{API}/rows?limit=1000000000", 422, token="operate"),
    get("a limit without end", f"{API}/runs?limit={'9' * 400}", 422, token="operate"),
    get("a negative limit", f"{API}/jobs?limit=-1", 422, token="operate"),
    get("a run number that no integer holds", f"{API}/runs/{2**70}", 404, token="operate"),
    get("a run number below any integer", f"{API}/runs/{-(2**70)}", 404, token="operate"),
    get("a negative run", f"{API}/runs/-1", 404, token="operate"),
    post("undo of a run that no integer holds", f"{API}/runs/{2**70}/undo", 404, token="operate"),
    get("a forged cursor", f"{API}/rows?cursor=eyJhIjogMX0", 422, token="operate"),
    get("a cursor that is SQL", f"{API}/runs?cursor=1;DROP TABLE rows", 422, token="operate"),
    get("a column that is SQL", f"{API}/rows?where[1)=1 OR (1]=1", 422, token="operate"),
    get("an order that is SQL", f"{API}/rows?sort=Company;DROP TABLE rows", 422, token="operate"),
    get("a field that is Python", f"{API}/rows?fields=__class__", 422, token="operate"),
    get("a state that is SQL", f"{API}/jobs?state=' OR 1=1 --", 422, token="operate"),
    get("a day that is SQL", f"{API}/rows?changed_since=' OR 1=1 --", 422, token="operate"),
    get("a day that is none", f"{API}/stats/funnel?from=9999-99-99", 422, token="operate"),
    get("a format that is a path", f"{API}/export?format=../../etc/passwd", 422, token="operate"),
    get("a sheet with a line break", f"{API}/sheets/jobs%0d%0ax-evil:%201", 404, token="operate"),
    get("a column with a line break", f"{API}/rows/{{mine}}/cells/a%0d%0ax-evil:%201", 404,
        token="operate"),
    get("a row that is SQL", f"{API}/rows/' OR '1'='1", 404, token="operate"),
    get("a row that is a path", f"{API}/rows/..%2f..%2fhealth", 404, token="operate"),
    get("a row with a zero byte", f"{API}/rows/%00", 404, token="operate"),
    get("a request that is SQL", f"{API}/requests/' OR '1'='1", 404, token="operate"),
    get("script in a filter of the page", "/rows?sort=<script>alert(1)</script>", 422,
        cookie="{cookie}"),
    get("script in the address of a page", "/rows/<script>alert(1)</script>", 404,
        cookie="{cookie}"),
    get("script as a login code", "/login?code=<script>alert(1)</script>", 403),
]  # fmt: skip
PATHS = [
    get(f"a path out of the files: {path}", f"/static/{path}", 404)
    for path in [
        "../application.py", "%2e%2e/application.py", "..%2fapplication.py",
        "....//application.py", "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/etc/passwd",
        "..%5capplication.py", "%00", "style.css%00.js", "x" * 5_000,
    ]
]  # fmt: skip
ATTACKS = [*NOBODY, *TOO_LITTLE, *CSRF, *REBINDING, *BODIES, *PARAMETERS, *PATHS]

# Everything that takes an id or a name, and one of the sheet that `mine` may not see.
OTHERS = [
    ("GET", "/sheets/{}", "other"),
    ("GET", "/rows?sheet={}", "other"),
    ("GET", "/export?sheet={}", "other"),
    ("GET", "/rows/{}", "row"),
    ("GET", "/rows/{}/versions", "row"),
    ("GET", "/rows/{}/cells/Company", "row"),
    ("POST", "/rows/{}/rerun", "row"),
    ("POST", "/rows/{}/restore", "row"),
    ("GET", "/runs/{}", "run"),
    ("POST", "/runs/{}/undo", "run"),
    ("GET", "/requests/{}", "request"),
    ("POST", "/rows", "other"),
]
OTHERS_ON_PAGES = [
    ("GET", "/rows?sheet={}", "other"),
    ("GET", "/rows/{}", "row"),
    ("POST", "/rows/{}/rerun", "row"),
    ("POST", "/rows/{}/restore", "row"),
    ("GET", "/runs/{}", "run"),
    ("POST", "/runs/{}/undo", "run"),
    ("GET", "/runs/1?asked={}", "request"),
    ("GET", "/rows/{mine}?asked={}", "request"),
]
MARKS = {"run": "run {}."}  # a number stands in other places, too
UNKNOWN = {"other": "othxr", "row": "x0000000000", "run": "999", "request": "0" * 22}


@pytest.fixture(scope="module")
def target(shared_site: Site) -> Site:
    """The second run is one over `other` alone; a key is used, a token revoked."""
    shared_site.loop.application.run_once(["other"], trigger="test", options=CycleOptions())
    shared_site.token("revoked", "operate")
    revoke_token(shared_site.loop.application, "revoked")
    used = {"sheet": "jobs", "cells": {"Company": "Used"}}
    shared_site.post("/rows", json=used, headers={"Idempotency-Key": "used"})
    return shared_site


@pytest.fixture(scope="module")
def loot(target: Site) -> dict[str, str]:
    """What stands for the words in braces."""
    sessions = target.dashboard.sessions
    target.sign_in()
    cookie = target.cookies["sheetd_session"]
    form = target.call("POST", "/login", token=None, data={"token": target.tokens["mine"]})
    mine_cookie = form.cookies["sheetd_session"]
    reader = target.call("POST", "/login", token=None, data={"token": target.tokens["read"]})
    reading = reader.cookies["sheetd_session"]
    ended = sessions.open(sessions.find(cookie).scope)
    sessions.close(ended)
    used = sessions.make_code()
    sessions.redeem(used)
    [mine] = target.items("/rows?sheet=jobs")
    [theirs] = target.items("/rows?sheet=other")
    asked = target.post(f"/rows/{theirs['row_id']}/rerun").json()
    return {
        "mine": mine["row_id"],
        "row": theirs["row_id"],
        "run": str(max(run["run_id"] for run in target.items("/runs"))),
        "request": asked["request_id"],
        "other": "other",
        "token": target.tokens["operate"],
        "basic": "Basic " + _base64(f"{target.tokens['operate']}:x"),
        "cookie": cookie,
        "csrf": sessions.find(cookie).csrf,
        "mine_cookie": mine_cookie,
        "mine_csrf": sessions.find(mine_cookie).csrf,
        "reading": reading,
        "reading_csrf": sessions.find(reading).csrf,
        "ended_cookie": ended,
        "digest": sha256(cookie.encode()).hexdigest(),
        "code": sessions.make_code(),
        "used_code": used,
    }


@pytest.fixture
def unharmed(target: Site) -> Iterator[None]:
    """Nothing is different afterwards."""

    def state() -> tuple[Any, ...]:
        with target.loop.application.database.connect() as connection:
            asked = connection.scalar(select(func.count()).select_from(work_requests))
        return asked, target.get("/rows").text, len(target.dashboard.sessions._sessions)

    before = state()
    yield
    assert state() == before


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_refused(
    target: Site, loot: dict[str, str], unharmed: None, attack: Attack
) -> None:
    def filled(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: loot.get(match[1], match[0]), text)

    body = filled(attack.body) if isinstance(attack.body, str) else attack.body
    answer = target.call(
        attack.method,
        filled(attack.path),
        token=attack.token,
        headers={name: filled(value) for name, value in attack.headers.items()},
        cookies={"sheetd_session": filled(attack.cookie)} if attack.cookie else {},
        content=body,
    )

    assert answer.status_code == attack.status, answer.text
    assert len(answer.content) < 10_000
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "x-evil" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    for word in ("Theirs", "Secret", "<script>alert", "root:x:", "Traceback", *_secrets(loot)):
        assert word not in answer.text, word
    if attack.path.startswith(API):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == attack.status
        assert answer.json()["title"]


def test_there_are_forty_of_them() -> None:
    assert len(ATTACKS) >= 40
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(("method", "path", "kind"), OTHERS)
def test_what_is_anothers_is_as_unknown(
    target: Site, loot: dict[str, str], unharmed: None, method: str, path: str, kind: str
) -> None:
    def seen(name: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        body = {"sheet": name, "cells": {"Company": "x"}} if path == "/rows" else None
        answer = target.call(method, API + path.format(name), token="mine", headers=KEY, json=body)
        told = answer.content.replace(MARKS.get(kind, "{}").format(name).encode(), b"NAME")
        kept = [item for item in answer.headers.items() if item[0] != "content-length"]
        return answer.status_code, told, kept

    assert seen(loot[kind])[0] == 404
    assert seen(loot[kind]) == seen(UNKNOWN[kind])


@pytest.mark.parametrize(("method", "path", "kind"), OTHERS_ON_PAGES)
def test_what_is_anothers_is_as_unknown_on_a_page(
    target: Site, loot: dict[str, str], unharmed: None, method: str, path: str, kind: str
) -> None:
    def seen(name: str) -> tuple[int, str]:
        answer = target.call(
            method,
            path.format(name, mine=loot["mine"]),
            token=None,
            cookies={"sheetd_session": loot["mine_cookie"]},
            data={"csrf_token": loot["mine_csrf"]} if method == "POST" else None,
        )
        told = answer.text.replace(MARKS.get(kind, "{}").format(name), "NAME")
        return answer.status_code, told

    assert seen(loot[kind])[0] == 404
    assert seen(loot[kind]) == seen(UNKNOWN[kind])


def _secrets(loot: dict[str, str]) -> Iterator[str]:
    names = ("token", "cookie", "csrf", "mine_cookie", "mine_csrf", "reading", "reading_csrf")
    return (loot[name] for name in (*names, "ended_cookie", "code", "used_code"))


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
