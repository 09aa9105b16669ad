"""A real mirror, made by cycles on the sandbox, and the application in this process over it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync_daemon.domain.access import Role
from sync_daemon.services.carrying_out import carry_out_requests
from sync_daemon.services.tokens import create_token
from sync_daemon.web import create_app
from tests.support.loop import Loop, running_loop

OPERATE = "operate"  # the name of a token
HOST = "http://localhost:8787"


@dataclass
class Site:
    """The dashboard over a loop's mirror; each call is a request of its own."""

    loop: Loop
    tokens: dict[str, str] = field(default_factory=dict)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(self.loop.application)

    @property
    def dashboard(self) -> Any:
        return self.app.state.dashboard

    def token(self, name: str, role: str, *sheets: str) -> str:
        made = create_token(self.loop.application, name, Role(role), sheets)
        self.tokens[name] = made.token
        return made.token

    def call(
        self, method: str, path: str, *, token: str | None = OPERATE, **more: Any
    ) -> httpx.Response:
        headers = {**more.pop("headers", {})}
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens.get(token, token)}")
        return self.runner.run(self._call(method, path, headers, more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.call("GET", f"/api/v1{path}", **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.call("POST", f"/api/v1{path}", **more)

    def items(self, path: str, **more: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **more)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def sign_in(self) -> None:
        code = self.dashboard.sessions.make_code()
        answer = self.call("GET", f"/login?code={code}", token=None)
        assert answer.status_code == 303
        self.cookies = dict(answer.cookies)

    def page(self, path: str) -> httpx.Response:
        return self.call("GET", path, token=None, cookies=self.cookies)

    def carry_out(self) -> int:
        return carry_out_requests(self.loop.application)

    def outcome(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = self.get(f"/requests/{answer.json()['request_id']}").json()
        return found

    async def _call(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        cookies = more.pop("cookies", None)
        async with httpx.AsyncClient(transport=transport, base_url=HOST, cookies=cookies) as client:
            return await client.request(method, path, headers=headers, **more)

    def close(self) -> None:
        self.runner.run(self.dashboard.broadcaster.close())
        self.runner.run(self.dashboard.mirror.close())
        self.runner.close()


def open_site(loop: Loop) -> Site:
    site = Site(loop)
    site.token("operate", "operate")
    site.token("read", "read")
    return site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Eight rows, done."""
    with running_loop(tmp_path) as loop:
        loop.cycle()
        site = open_site(loop)
        try:
            yield site
        finally:
            site.close()


@pytest.fixture(scope="module")
def quiet_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same for tests that change nothing: one for all of a module."""
    with running_loop(tmp_path_factory.mktemp("site")) as loop:
        loop.cycle()
        site = open_site(loop)
        try:
            yield site
        finally:
            site.close()


SECOND = """
[[sheets]]
name = "other"
spreadsheet = "{spreadsheet}"
worksheet = "Other"

[[sheets.steps]]
tool = "word_count"
inputs = {{ text = "Description" }}
outputs = {{ words = "Words", shout = "Shout" }}
"""


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two sheets, and tokens that may see one of them."""
    with running_loop(tmp_path_factory.mktemp("two"), [["Mine", "Role", "my text"]]) as loop:
        second = loop.server.add_spreadsheet(
            "Other", [["Company", "Role", "Description"], ["Theirs", "Secret", "x y"]], tab="Other"
        )
        text = loop.config.read_text(encoding="utf-8")
        loop.config.write_text(text + SECOND.format(spreadsheet=second), encoding="utf-8")
        loop.reopen()
        loop.run()
        site = open_site(loop)
        site.token("mine", "operate", "jobs")
        try:
            yield site
        finally:
            site.close()
