"""The demo: a sample job hunt in the sandbox, one real cycle through the real Google client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_daemon.bootstrap import Application
from sync_daemon.demo.sample import HEADERS, RESUME, TAB, rows
from sync_daemon.demo.site import serving_postings
from sync_daemon.domain.cells import CellValue
from sync_daemon.onboarding.configuration import InitialConfig, render_config
from sync_daemon.onboarding.headers import recognise
from sync_daemon.onboarding.pipeline import propose
from sync_daemon.processing.registry import ToolRegistry, load_registry
from sync_daemon.sandbox import SandboxServer
from sync_daemon.settings import load_settings


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is set up: the sandbox, the sample sheet, and sheetd on it."""

    server: SandboxServer
    spreadsheet_id: str
    application: Application

    @property
    def page(self) -> str:
        """The address of the page on which a person edits the sheet."""
        return f"{self.server.url}/spreadsheets/d/{self.spreadsheet_id}/edit"

    def cells(self) -> list[list[CellValue]]:
        """What the sheet shows now."""
        path = f"/v4/spreadsheets/{self.spreadsheet_id}/values/{TAB}"
        rows: list[list[CellValue]] = self.server.call("GET", path).get("values", [])
        return rows


@contextmanager
def set_up(port: int = 0) -> Iterator[Demo]:
    """Start the sandbox with the sample sheet, and the pages it links to; all is gone at the end.

    The configuration is the one that `sheetd init` proposes for such a sheet.

    Raises:
        ConfigError: a built-in tool cannot be used, so that this would not show what sheetd does.
    """
    registry = load_registry(installed=())
    registry.check_built_in()
    with (
        TemporaryDirectory(prefix="sheetd-demo-") as name,
        serving_postings() as site,
        SandboxServer(port) as server,
    ):
        folder = Path(name)
        spreadsheet_id = server.add_spreadsheet("My job hunt", [HEADERS, *rows(site)], tab=TAB)
        server.service_account(folder / "key.json")
        (folder / "resume.md").write_text(RESUME, encoding="utf-8")
        config = folder / "sheetd.toml"
        config.write_text(
            _configuration(folder, server.url, spreadsheet_id, registry), encoding="utf-8"
        )
        changes = {
            "SHEETD_SCHEDULE__EVERY": "2s",
            "SHEETD_SCHEDULE__QUICK_EVERY": "2s",
            "SHEETD_DASHBOARD__PORT": "0",
            "SHEETD_TOOLS__ALLOW_ORIGINS": f'["{site}"]',
        }
        application = Application(load_settings(config, changes))
        application.is_demo = True
        try:
            yield Demo(server, spreadsheet_id, application)
        finally:
            application.close()


def _configuration(folder: Path, root: str, spreadsheet_id: str, registry: ToolRegistry) -> str:
    resume = str(folder / "resume.md")
    return render_config(
        InitialConfig(
            name="jobs",
            spreadsheet=spreadsheet_id,
            worksheet=TAB,
            auth="service_account",
            credentials=folder / "key.json",
            steps=propose(recognise(HEADERS), registry.tools, resume=resume),
            api_root=root,
        )
    )
