"""One set of tests, two Googles: the sandbox, always, and the real one when the user says so.

``SHEETD_LIVE_CREDENTIALS`` is the path of a service account's key, and
``SHEETD_LIVE_SPREADSHEET`` the id of a spreadsheet made for this and shared with the
account as an editor. Each test works in a tab of its own, which is deleted at its end;
other tabs are not touched.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gspread
import pytest
from gspread.http_client import BackOffHTTPClient
from gspread.utils import ValueRenderOption

from sync_daemon.bootstrap import Application
from sync_daemon.engine import CycleOptions, SheetReport
from sync_daemon.sandbox import DEFAULT_ACCOUNT, SandboxServer
from sync_daemon.settings import load_settings
from sync_daemon.sheets.transport import SheetsTransport
from tests.support.loop import WORD_COUNT
from tests.support.sandbox import gspread_client

HEADERS = ["Company", "Role", "Description"]
CONFIG = """
[google]
credentials_file = "{key}"
{roots}
reads_per_minute = {quota}
writes_per_minute = {quota}

[tools]
paths = ["my-tools"]

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "{tab}"

[[sheets.steps]]
tool = "word_count"
inputs = {{ text = "Description" }}
outputs = {{ words = "Words", shout = "Shout" }}
"""


@dataclass(frozen=True)
class Google:
    """Where the tests run.

    Attributes:
        spreadsheet: a spreadsheet that they may add tabs to, by gspread.
        key: the account's key file.
        roots: what the configuration says of the addresses.
        quota: requests a minute that sheetd may use.
    """

    spreadsheet: gspread.Spreadsheet
    key: Path
    roots: str
    quota: int


@pytest.fixture(scope="module", params=["sandbox", pytest.param("google", marks=pytest.mark.live)])
def google(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    if request.param == "google":
        key = Path(os.environ["SHEETD_LIVE_CREDENTIALS"]).absolute()
        client = gspread.service_account(str(key), http_client=BackOffHTTPClient)
        book = client.open_by_key(os.environ["SHEETD_LIVE_SPREADSHEET"])
        yield Google(book, key, "", 25)
        return
    folder = tmp_path_factory.mktemp("google")
    with SandboxServer(per_user=0, per_project=0) as server:
        book = gspread_client(server, folder).open_by_key(server.add_spreadsheet("Live", []))
        roots = f'api_root = "{server.url}"\ndrive_root = "{server.url}"'
        yield Google(book, folder / f"{DEFAULT_ACCOUNT}.json", roots, 300)


@pytest.fixture
def tab(google: Google) -> Iterator[gspread.Worksheet]:
    """A new tab of 40 rows and 8 columns."""
    title = f"sheetd's test {secrets.token_hex(4)} ☃"
    made = google.spreadsheet.add_worksheet(title, rows=40, cols=8)
    yield made
    with suppress(gspread.exceptions.APIError):
        google.spreadsheet.del_worksheet(made)


@dataclass
class Hunt:
    """A tab with a person at it, and sheetd."""

    tab: gspread.Worksheet
    application: Application

    def cycle(self, **options: Any) -> SheetReport:
        """One cycle; a failure is raised."""
        report = self.application.run_once(trigger="test", options=CycleOptions(**options))
        if report.sheets[0].failure is not None:
            raise report.sheets[0].failure
        return report.sheets[0]

    def settle(self, cycles: int = 6) -> None:
        """Cycles until one has nothing left to do."""
        for _ in range(cycles):
            if self.cycle().cells_written == 0:
                return
        message = f"the sheet is not quiet after {cycles} cycles"
        raise AssertionError(message)

    def change(self, name: str, **body: Any) -> None:
        """What a person does in the browser, as one request of a batch."""
        self.tab.spreadsheet.batch_update({"requests": [{name: body}]})

    def rows(self, start: int, end: int) -> dict[str, Any]:
        """A span of rows, counted from 0."""
        return {"sheetId": self.tab.id, "dimension": "ROWS", "startIndex": start, "endIndex": end}

    def records(self) -> list[dict[str, Any]]:
        """The rows as header → value, blank ones left out."""
        grid = self.tab.get_values(value_render_option=ValueRenderOption.unformatted)
        rows = [dict(zip(grid[0], row, strict=False)) for row in grid[1:]]
        return [row for row in rows if any(value != "" for value in row.values())]

    def assert_right(self, texts: list[str]) -> None:
        """The rows in this order, each with the results of its own text and an id of its own."""
        records = self.records()
        assert [record["Description"] for record in records] == texts
        for record in records:
            text = str(record["Description"])
            assert (record["Words"], record["Shout"]) == (len(text.split()), text.upper())
            assert record["sheetd status"].endswith(f"#{record['sheetd id']}")
        assert len({record["sheetd id"] for record in records}) == len(texts)


@pytest.fixture
def hunt(google: Google, tab: gspread.Worksheet, tmp_path: Path) -> Iterator[Hunt]:
    """Three rows, sheetd has been there once."""
    tool = tmp_path / "my-tools" / "word_count"
    tool.mkdir(parents=True)
    (tool / "processor.py").write_text(WORD_COUNT, encoding="utf-8")
    config = tmp_path / "sheetd.toml"
    config.write_text(
        CONFIG.format(
            key=google.key,
            roots=google.roots,
            quota=google.quota,
            spreadsheet=google.spreadsheet.id,
            tab=tab.title,
        ),
        encoding="utf-8",
    )
    rows = [[f"Company {text}", "Cook", text] for text in ("one", "one two", "one two three")]
    tab.update([HEADERS, *rows], "A1", raw=True)
    application = Application(load_settings(config, {}))
    try:
        made = Hunt(tab, application)
        made.settle()
        yield made
    finally:
        application.close()


@contextmanager
def just_before_a_write(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> Iterator[None]:
    """The person does something between sheetd's reading and its next writing."""
    send = SheetsTransport.json
    waiting = [act]

    def acting(self: SheetsTransport, method: str, path: str, **others: Any) -> Any:
        if waiting and path.endswith("values:batchUpdateByDataFilter"):
            waiting.pop()()
        return send(self, method, path, **others)

    with monkeypatch.context() as patched:
        patched.setattr(SheetsTransport, "json", acting)
        yield
    assert not waiting, "sheetd wrote nothing"
