"""The whole of sheetd on a sandbox in this process: a user at the sheet, cycles on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, RunReport, SheetReport
from sync_daemon.domain.cells import is_blank
from sync_daemon.host import Host
from sync_daemon.ports import Clock
from sync_daemon.sandbox import HttpRequest, SandboxServer
from sync_daemon.sandbox.user import SheetUser
from sync_daemon.settings import load_settings
from tests.support.parsers import shared_pool

TAB = "Jobs"
HEADERS = ["Company", "Role", "Description"]
WORD_COUNT = """
from sync_daemon.tooling import Tool, ToolContext, ToolInputSchema, ToolResultSchema


class WordCountInputSchema(ToolInputSchema):
    text: str


class WordCountResult(ToolResultSchema):
    words: int
    shout: str


class WordCount(Tool[WordCountInputSchema, WordCountResult]):
    \"\"\"Count the words of a text.\"\"\"

    name = "word_count"
    version = 1

    def process(self, entry: WordCountInputSchema, context: ToolContext) -> WordCountResult:
        return WordCountResult(words=len(entry.text.split()), shout=entry.text.upper())
"""
CONFIG = """
[google]
credentials_file = "key.json"
api_root = "{url}"
drive_root = "{url}"
reads_per_minute = 300
writes_per_minute = 300

[tools]
paths = ["my-tools"]

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "Jobs"
{more}

[[sheets.steps]]
tool = "word_count"
inputs = {{ text = "Description" }}
outputs = {{ words = "Words", shout = "Shout" }}
"""


class Loop:
    """One sheet, its user, and sheetd. Rows and columns count from 0, as in the grid."""

    def __init__(
        self,
        folder: Path,
        server: SandboxServer,
        rows: list[list[Any]],
        more: str = "",
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self._clock = clock
        self.server = server
        self.spreadsheet_id = server.add_spreadsheet("Hunt", rows, tab=TAB)
        server.service_account(folder / "key.json")
        tool = folder / "my-tools" / "word_count"
        tool.mkdir(parents=True)
        (tool / "processor.py").write_text(WORD_COUNT, encoding="utf-8")
        self.config = folder / "sheetd.toml"
        self.config.write_text(
            CONFIG.format(url=server.url, spreadsheet=self.spreadsheet_id, more=more),
            encoding="utf-8",
        )
        self.application = self.open()
        self.user = SheetUser(server.workspace.get(self.spreadsheet_id))

    def open(self, config: Path | None = None, host: Host | None = None) -> Application:
        """Another process on the same mirror, as far as the mirror can tell."""
        settings = load_settings(config or self.config, {})
        return Application(settings, self._clock, host, parsers=shared_pool())

    def reopen(self) -> None:
        """Start again, with the configuration as it is now."""
        self.close()
        self.application = self.open()

    def configure(self, old: str, new: str) -> None:
        """Change the text of the configuration, and start again."""
        text = self.config.read_text(encoding="utf-8")
        assert old in text
        self.config.write_text(text.replace(old, new), encoding="utf-8")
        self.reopen()

    def lose_mirror(self) -> None:
        """Delete the mirror, and start again."""
        self.close()
        for file in self.folder.glob("sheetd.db*"):
            file.unlink()
        self.application = self.open()

    def install_elsewhere(self, name: str, spreadsheet_id: str = "") -> Application:
        """Another installation, with the same configuration but for the spreadsheet."""
        folder = self.folder / name
        folder.mkdir()
        text = self.config.read_text(encoding="utf-8")
        text = text.replace(self.spreadsheet_id, spreadsheet_id or self.spreadsheet_id)
        text = text.replace('"key.json"', '"../key.json"').replace('"my-tools"', '"../my-tools"')
        (folder / "sheetd.toml").write_text(text, encoding="utf-8")
        return self.open(folder / "sheetd.toml", Host(name, f"machine of {name}"))

    def cycle(self, **options: Any) -> SheetReport:
        """One cycle; a failure is raised."""
        report = self.run(**options)
        if report.sheets[0].failure is not None:
            raise report.sheets[0].failure
        return report.sheets[0]

    def run(self, **options: Any) -> RunReport:
        """One cycle, failed or not."""
        return self.application.run_once(trigger="test", options=CycleOptions(**options))

    def settle(self, cycles: int = 6) -> None:
        """Cycles until one has nothing left to do."""
        for _ in range(cycles):
            if self.cycle().cells_written == 0:
                return
        message = f"the sheet is not quiet after {cycles} cycles"
        raise AssertionError(message)

    def rows(self) -> list[dict[str, Any]]:
        """The sheet as header → value, the row number under ``#``; blank rows are left out."""
        path = f"/v4/spreadsheets/{self.spreadsheet_id}/values/{TAB}"
        query = [("valueRenderOption", "UNFORMATTED_VALUE")]
        grid = self.server.call("GET", path, query=query).get("values", [])
        headers = grid[0] if grid else []
        return [
            {"#": number, **{h: row[i] if i < len(row) else "" for i, h in enumerate(headers)}}
            for number, row in enumerate(grid[1:], 2)
            if any(cell != "" for cell in row)
        ]

    def column(self, header: str) -> int:
        """Where a column stands now."""
        path = f"/v4/spreadsheets/{self.spreadsheet_id}/values/{TAB}!1:1"
        header_row: list[Any] = self.server.call("GET", path)["values"][0]
        return header_row.index(header)

    @contextmanager
    def user_acts_before(self, part: str, *actions: Callable[[], object]) -> Iterator[None]:
        """The user does something just before each next request whose path holds ``part``."""
        waiting = list(actions)

        def act(request: HttpRequest) -> None:
            if waiting and part in request.target:
                with self.server.workspace.lock:
                    waiting.pop(0)()

        self.server.service.before.append(act)
        try:
            yield
        finally:
            self.server.service.before.remove(act)
        assert not waiting, "the request that the user waited for never came"

    @contextmanager
    def outsider_acts_before(self, part: str, action: Callable[[], object]) -> Iterator[None]:
        """Another program acts, by requests of its own, before the next request with ``part``."""
        waiting = [action]

        def act(request: HttpRequest) -> None:
            if waiting and part in request.target:
                waiting.pop()()

        self.server.service.before.append(act)
        try:
            yield
        finally:
            self.server.service.before.remove(act)
        assert not waiting, "the request that was waited for never came"

    def forget_look_up(self) -> None:
        """Have tab, locale and marks looked up in the next cycle, as after some hours."""
        record = self.application.mirror.load_sheet("jobs")
        assert record is not None
        self.application.mirror.save_sheet(replace(record, looked_at=None))

    def assert_right(self) -> None:
        """Every row shows the results of its own inputs, under an id that is its own."""
        rows = self.rows()
        ids = [row["sheetd id"] for row in rows]
        assert all(ids), ids
        assert len(set(ids)) == len(ids), ids
        for row in rows:
            text = str(row["Description"])
            expected = (len(text.split()), text.upper()) if not is_blank(text) else ("", "")
            assert (row["Words"], row["Shout"]) == expected, row
            assert row["sheetd status"].endswith(f"#{row['sheetd id']}"), row

    def close(self) -> None:
        """Let go of the mirror."""
        self.application.close()


@contextmanager
def running_loop(
    folder: Path,
    rows: list[list[Any]] | None = None,
    more: str = "",
    clock: Clock | None = None,
) -> Iterator[Loop]:
    """A sandbox with one sheet and sheetd on it."""
    sample = [[f"Company {n}", f"Role {n}", f"text of row {n}"] for n in range(1, 9)]
    with SandboxServer(per_user=0, per_project=0) as server:
        loop = Loop(folder, server, [HEADERS, *(sample if rows is None else rows)], more, clock)
        try:
            yield loop
        finally:
            loop.close()
