"""A description that somebody pasted counts, whatever the link leads to."""

from __future__ import annotations

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.processing.once import run_once
from sync_daemon.processing.registry import load_registry

REGISTRY = load_registry(installed=[])
PASTED = "Build things in Python."


def run(**inputs: str) -> dict[str, object]:
    outcome = run_once(REGISTRY, "posting_fetcher", inputs, clock=SystemClock())
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return dict(outcome.values)


@pytest.mark.parametrize(
    "link", ["", "ask Jo", "http://127.0.0.1:1/job", "https://no-such-host.invalid/job"]
)
def test_it_is_given_on_where_nothing_can_be_fetched(link: str) -> None:
    given = {"link": link} if link else {}
    found = run(description=PASTED, **given)
    assert (found["description"], found["source"], found["title"]) == (PASTED, "pasted", None)


def test_without_it_the_failure_is_told() -> None:
    inputs = {"link": "http://127.0.0.1:1/job"}
    outcome = run_once(REGISTRY, "posting_fetcher", inputs, clock=SystemClock())
    assert outcome.kind is OutcomeKind.PERMANENT
    assert "public web page" in outcome.error
