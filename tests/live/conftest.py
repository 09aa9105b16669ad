"""One set of tests, two Googles: the sandbox, always, and the real one when the user says so.

CONTRIBUTING.md tells what to set. Each test works in a tab of its own; all are
deleted at the end, and other tabs are not touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.backends import Google, real, sandbox, what_is_not_set
from tests.live.hunt import Hunt, hunting
from tests.live.tab import Tab, add_tab, unused_id


def pytest_report_header(config: pytest.Config) -> str:
    """Say above the results whether Google is asked."""
    missing = what_is_not_set(os.environ)
    return f"Google is not asked: {missing}" if missing else "Google is asked"


@pytest.fixture(scope="session", params=["sandbox", pytest.param("google", marks=pytest.mark.live)])
def google(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Google]:
    """A spreadsheet to try things in, here or at Google."""
    missing = what_is_not_set(os.environ)
    if request.param == "google" and missing:
        pytest.skip(missing)
    backend = sandbox if request.param == "sandbox" else real
    with backend(tmp_path_factory.mktemp("google")) as made:
        yield made


@pytest.fixture
def tab(google: Google) -> Tab:
    """A new tab of 40 rows and 8 columns."""
    return add_tab(google)


@pytest.fixture
def number() -> int:
    """An id for developer metadata."""
    return unused_id()


@pytest.fixture
def hunt(tab: Tab, tmp_path: Path) -> Iterator[Hunt]:
    """Three rows, sheetd has been there."""
    with hunting(tab, tmp_path) as made:
        made.settle()
        yield made
