"""Each rule about who may import whom notices an import that breaks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = "Dependencies point one way"
DOMAIN = "The domain decides with the pure part of the standard library alone"
SANDBOX = "The sandbox stands in for Google and knows nothing of sheetd"
SANDBOX_USERS = "Only the commands and the demo start the sandbox"
TOOLS = "Of sheetd, a tool imports sync_daemon.tooling alone"
ENGINE = "The cycle sees the outside through its ports alone"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code and of the contracts."""
    for package in ("sync_daemon", "tools", "scripts"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    # Else "tools" would be the folder of the copy and that of the checkout at once (PEP 420).
    for folder in ("tools", "tools/keyword_analyzer"):
        (tmp_path / folder / "__init__.py").touch()
    return tmp_path


def _broken(checkout: Path) -> tuple[int, set[str]]:
    """import-linter's exit status and the names of the contracts that are broken."""
    linter = Path(sys.executable).with_name("lint-imports")
    verdict = subprocess.run(
        [linter, "--no-cache", "--no-logo"],
        cwd=checkout,
        env={"PYTHONPATH": str(checkout), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line.strip() for line in verdict.stdout.splitlines()]
    return verdict.returncode, {
        line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")
    }


def test_the_code_keeps_every_contract(checkout: Path) -> None:
    assert _broken(checkout) == (0, set())


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("sync_daemon/cycle/run.py", "import sync_daemon.bootstrap", LAYERS),
        ("sync_daemon/cycle/run.py", "import sync_daemon.mirror.store", LAYERS),
        ("sync_daemon/sheets/gateway.py", "import sync_daemon.mirror.store", LAYERS),
        ("sync_daemon/processing/executor.py", "import sync_daemon.cycle", LAYERS),
        ("sync_daemon/domain/plan.py", "import sync_daemon.ports", LAYERS),
        ("sync_daemon/bootstrap.py", "import sync_daemon.daemon", LAYERS),
        ("sync_daemon/stray.py", "", LAYERS),
        ("sync_daemon/domain/plan.py", "import time", DOMAIN),
        ("sync_daemon/domain/plan.py", "import random", DOMAIN),
        ("sync_daemon/domain/plan.py", "import pydantic", DOMAIN),
        ("sync_daemon/domain/plan.py", "import sync_daemon.errors", DOMAIN),
        ("sync_daemon/sandbox/server.py", "import sync_daemon.errors", SANDBOX),
        ("sync_daemon/sandbox/server.py", "import gspread", SANDBOX),
        ("sync_daemon/sheets/gateway.py", "import sync_daemon.sandbox", SANDBOX_USERS),
        ("sync_daemon/bootstrap.py", "import sync_daemon.sandbox.server", SANDBOX_USERS),
        ("tools/keyword_analyzer/terms.py", "import sync_daemon.domain.cells", TOOLS),
        ("tools/keyword_analyzer/terms.py", "import requests", TOOLS),
        ("sync_daemon/cycle/run.py", "import sync_daemon.settings", ENGINE),
        ("sync_daemon/cycle/run.py", "import sqlalchemy.orm", ENGINE),
    ],
)
def test_an_import_against_the_rules_breaks_its_contract(
    checkout: Path, module: str, line: str, contract: str
) -> None:
    with (checkout / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")

    status, broken = _broken(checkout)

    assert (status, contract in broken) == (1, True), broken
