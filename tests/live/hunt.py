"""A job hunt in a tab of its own: a person at the sheet, and sheetd."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync_daemon.bootstrap import Application
from sync_daemon.cycle import CycleOptions, RunReport, SheetReport
from sync_daemon.settings import load_settings
from sync_daemon.sheets.transport import SheetsTransport
from tests.live.tab import Tab
from tests.support.loop import WORD_COUNT

HEADERS = ["Company", "Role", "Description"]
TEXTS = ["one", "one two", "one two three"]
_STEP = """
[[sheets.steps]]
tool = "word_count"
inputs = { text = "Description" }
outputs = { words = "Words", shout = "Shout" }
"""


@dataclass
class Hunt:
    """A tab with a person at it, and sheetd. Rows count from 0, the header row is row 0."""

    tab: Tab
    config: Path
    application: Application

    @property
    def sheet(self) -> str:
        """The name of the sheet in the configuration."""
        return self.application.settings.sheets[0].name

    def run(self, **options: Any) -> RunReport:
        """One cycle, failed or not."""
        return self.application.run_once(trigger="test", options=CycleOptions(**options))

    def cycle(self, **options: Any) -> SheetReport:
        """One cycle; a failure is raised."""
        report = self.run(**options).sheets[0]
        if report.failure is not None:
            raise report.failure
        return report

    def settle(self, cycles: int = 6) -> None:
        """Cycles until one has nothing left to do."""
        for _ in range(cycles):
            if self.cycle().cells_written == 0:
                return
        message = f"the sheet is not quiet after {cycles} cycles"
        raise AssertionError(message)

    def records(self) -> list[dict[str, Any]]:
        """The rows as header → value, blank ones left out."""
        grid = self.tab.values()
        rows = [dict(zip(grid[0], [*row, *[""] * len(grid[0])], strict=False)) for row in grid[1:]]
        return [row for row in rows if any(value != "" for value in row.values())]

    def ids(self) -> dict[str, str]:
        """Company → id of its row."""
        return {record["Company"]: record["sheetd id"] for record in self.records()}

    def column(self, header: str) -> int:
        """Where a column stands now."""
        return self.tab.values()[0].index(header)

    def assert_right(self, texts: list[str]) -> None:
        """The rows in this order, each with the results of its own text and an id of its own."""
        records = self.records()
        assert [record["Description"] for record in records] == texts
        for record in records:
            text = str(record["Description"])
            assert (record["Words"], record["Shout"]) == (len(text.split()), text.upper())
            assert record["sheetd status"].endswith(f"#{record['sheetd id']}")
        assert len({record["sheetd id"] for record in records}) == len(texts)


@contextmanager
def hunting(
    tab: Tab, folder: Path, rows: list[list[Any]] | None = None, step: str = _STEP
) -> Iterator[Hunt]:
    """Rows in the tab and sheetd configured for it; it has not been there yet."""
    tool = folder / "my-tools" / "word_count"
    tool.mkdir(parents=True)
    (tool / "processor.py").write_text(WORD_COUNT, encoding="utf-8")
    config = folder / "sheetd.toml"
    config.write_text(_configuration(tab, folder) + step, encoding="utf-8")
    sample = [[f"Company {number}", "Cook", text] for number, text in enumerate(TEXTS, 1)]
    tab.put([HEADERS, *(sample if rows is None else rows)])
    application = Application(load_settings(config, {}))
    try:
        yield Hunt(tab, config, application)
    finally:
        application.close()


def _configuration(tab: Tab, folder: Path) -> str:
    google = tab.google
    told = google.settings.model_dump(mode="json")
    sections = {
        "google": told,
        "database": {"url": f"sqlite:///{google.mirror or folder / 'sheetd.db'}"},
        "tools": {"paths": ["my-tools"]},
        "[sheets]": {
            "name": f"jobs-{secrets.token_hex(4)}",  # the mirror of all tests may be one
            "spreadsheet": google.spreadsheet_id,
            "worksheet": tab.title,
        },
    }
    return "\n".join(
        "\n".join([f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in section.items())])
        for name, section in sections.items()
    )


def _toml(value: object) -> str:
    """Text, numbers and lists of text are written alike in TOML and in JSON."""
    return json.dumps(value, ensure_ascii=False)


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
