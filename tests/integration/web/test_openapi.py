"""The API is what docs/openapi.json says, and that is what programs were written for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.openapi import TARGET, describe
from tests.integration.web.conftest import Site

KEPT: dict[str, Any] = json.loads(TARGET.read_text(encoding="utf-8"))


def test_it_is_what_the_repository_holds() -> None:
    assert json.loads(describe()) == KEPT, "run `make openapi`, and see that nothing breaks"


def test_it_is_served_to_everybody(quiet_site: Site) -> None:
    answer = quiet_site.get("/openapi.json", token=None)

    assert answer.status_code == 200
    assert answer.json() == KEPT
    assert KEPT["openapi"].startswith("3.1")


@pytest.mark.parametrize(
    "path",
    [
        "/health", "/sheets", "/sheets/{name}", "/rows", "/rows/{row_id}",
        "/rows/{row_id}/versions", "/rows/{row_id}/cells/{column}", "/runs", "/runs/{run_id}",
        "/jobs", "/tools", "/quota", "/workers", "/stats/funnel", "/stats/responses",
        "/stats/keywords", "/stats/salaries", "/stats/tools", "/sync", "/rows/{row_id}/rerun",
        "/rows/{row_id}/restore", "/runs/{run_id}/undo", "/requests/{request_id}", "/events",
        "/export", "/calendar.ics",
    ],
)  # fmt: skip
def test_a_route_of_the_contract_is_there(path: str) -> None:
    assert f"/api/v1{path}" in KEPT["paths"]
