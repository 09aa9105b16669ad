"""The demo: a sample job hunt in the sandbox, one real cycle through the real Google client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sync_daemon.bootstrap import Application
from sync_daemon.domain.cells import CellValue
from sync_daemon.sandbox import SandboxServer
from sync_daemon.settings import load_settings

_TAB = "Jobs"
_HEADERS = ["Company", "Role", "Status", "Description"]
_BACKEND = """You build our booking platform in Python and PostgreSQL. We run on Kubernetes and
Docker, review each other's code and practise continuous integration. Python and SQL are a must;
Kafka is a plus."""
_ANALYST = """Answer questions with SQL and R, build dashboards in Tableau, and explain the
results. Experience with A/B testing, statistics and machine learning is welcome. SQL daily."""
_SIGNALS = """Real-time signal processing in C++ and Python on embedded Linux. You know CMake, Git
and CI/CD, and you write tests before you write C++."""
_FRONTEND = """TypeScript, React and Node.js; accessibility matters to us. GraphQL and CSS grid.
TypeScript everywhere."""
_POSTINGS = [
    ["Lindqvist Maritime", "Backend engineer", "Considering", _BACKEND],
    ["Orrery Labs", "Data analyst", "Applied", _ANALYST],
    ["Tamarind Health", "C++ developer", "In Progress", _SIGNALS],
    ["Pell & Fourie", "Frontend engineer", "Considering", _FRONTEND],
    ["Quay Analytics", "Something with data", "Considering", ""],
]
_RESUME = """Jo Sample. Python developer for six years: Python, SQL, PostgreSQL, Docker, Git,
continuous integration, Linux, React. Some R and statistics.
"""
_CONFIG = """
[google]
credentials_file = "key.json"
api_root = "{url}"
drive_root = "{url}"

[schedule]
every = "2s"

[[sheets]]
name = "jobs"
spreadsheet = "{spreadsheet}"
worksheet = "{tab}"

[[sheets.steps]]
tool = "keyword_analyzer"
inputs = {{ text = "Description" }}
outputs = {{ keywords = "Keywords", score = "Match %", missing = "Missing" }}
options = {{ top = 6, resume = "resume.md" }}
"""


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
        path = f"/v4/spreadsheets/{self.spreadsheet_id}/values/{_TAB}"
        rows: list[list[CellValue]] = self.server.call("GET", path).get("values", [])
        return rows


@contextmanager
def set_up(port: int = 0) -> Iterator[Demo]:
    """Start the sandbox with the sample sheet; all of it is gone at the end."""
    with TemporaryDirectory(prefix="sheetd-demo-") as name, SandboxServer(port) as server:
        folder = Path(name)
        spreadsheet_id = server.add_spreadsheet("My job hunt", [_HEADERS, *_POSTINGS], tab=_TAB)
        server.service_account(folder / "key.json")
        (folder / "resume.md").write_text(_RESUME, encoding="utf-8")
        config = folder / "sheetd.toml"
        config.write_text(
            _CONFIG.format(url=server.url, spreadsheet=spreadsheet_id, tab=_TAB), encoding="utf-8"
        )
        application = Application(load_settings(config, {}))
        try:
            yield Demo(server, spreadsheet_id, application)
        finally:
            application.close()
