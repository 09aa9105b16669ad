"""A sandbox over HTTP whose every answer is compared with Google's description."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gspread
import pytest

from sync_daemon.sandbox import SandboxServer
from tests.support.sandbox import Examiner, gspread_client

ROWS: list[list[Any]] = [["Name", "Age"], ["Carol", 31], ["Ann", 27], ["Bob", 45]]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """Without quotas."""
    with SandboxServer(per_user=0, per_project=0) as running:
        examiner = Examiner(running)
        yield running
        assert examiner.faults == []


@pytest.fixture
def client(server: SandboxServer, tmp_path: Path) -> gspread.Client:
    return gspread_client(server, tmp_path)


@pytest.fixture
def book(server: SandboxServer, client: gspread.Client) -> gspread.Spreadsheet:
    """A spreadsheet shared with the service account; its one tab holds ROWS."""
    return client.open_by_key(server.add_spreadsheet("People", ROWS))
