"""A description that somebody pasted counts, whatever the link leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync_daemon.clock import SystemClock
from sync_daemon.domain.jobs import NEVER, Outcome, OutcomeKind
from sync_daemon.processing.once import run_once
from sync_daemon.processing.registry import load_registry

REGISTRY = load_registry(installed=[])
SOON = timedelta(hours=6)
PASTED = "Build things in Python."


def run(**inputs: str) -> Outcome:
    outcome = run_once(REGISTRY, "posting_fetcher", inputs, clock=SystemClock())
    assert outcome.kind is OutcomeKind.DONE, outcome.error
    return outcome


@pytest.mark.parametrize(
    ("link", "source", "again"),
    [
        ("", "pasted", NEVER),
        ("ask Jo", "pasted", NEVER),
        ("http://127.0.0.1:1/job", "pasted", NEVER),
        (
            "https://no-such-host.invalid/job",
            "pasted; the site was not reached",
            timedelta(hours=6),
        ),
    ],
)
def test_it_is_given_on_where_nothing_can_be_fetched(
    link: str, source: str, again: timedelta
) -> None:
    given = {"link": link} if link else {}
    outcome = run(description=PASTED, **given)
    found = outcome.values
    assert (found["description"], found["source"], found["title"]) == (PASTED, source, None)
    assert outcome.recheck_after == again


def test_without_it_the_failure_is_told() -> None:
    inputs = {"link": "http://127.0.0.1:1/job"}
    outcome = run_once(REGISTRY, "posting_fetcher", inputs, clock=SystemClock())
    assert outcome.kind is OutcomeKind.PERMANENT
    assert "public web page" in outcome.error
