"""The Grafana board asks for metrics that exist, and leaves none of them out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sync_daemon.metrics import SheetFigures, render
from tests.integration.web.conftest import Site

BOARD = Path(__file__).parents[3] / "config" / "grafana-sheetd.json"
NAME = re.compile(r"\bsheetd_\w+")
SAMPLE = re.compile(r"^(sheetd_\w+)(?:\{([^}]*)\})? ", re.MULTILINE)


def queries(part: Any) -> Iterator[str]:
    """The texts that Grafana sends to Prometheus."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in {"expr", "query"} and isinstance(value, str):
                yield value
            yield from queries(value)
    elif isinstance(part, list):
        for each in part:
            yield from queries(each)


def exported(site: Site) -> dict[str, set[str]]:
    """Metric → its labels: of the dashboard, and of the daemon's file."""
    daemon = [SheetFigures("jobs", {"done": 1}, 0, 0, 1.0, 1.0)]
    text = site.call("GET", "/metrics").text + render(daemon, {"sheets_read": 1})
    return {
        name: set(re.findall(r"(\w+)=\"", labels or "")) for name, labels in SAMPLE.findall(text)
    }


def test_every_query_names_a_metric_that_exists_and_none_is_left_out(quiet_site: Site) -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    asked = {name for query in queries(board) for name in NAME.findall(query)}

    assert asked == set(exported(quiet_site))


def test_every_panel_asks_for_something_by_labels_that_its_metric_has(quiet_site: Site) -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    labels = exported(quiet_site)

    for panel in board["panels"]:
        [query] = queries(panel)
        [name] = NAME.findall(query)
        chosen = set(re.findall(r"(\w+)=~?\"", query))
        grouped = {each for found in re.findall(r"by \(([^)]*)\)", query) for each in [found]}
        assert chosen | grouped <= labels[name], query
