"""No outcome of a built-in tool says what the keeper of a sheet should never read."""

from __future__ import annotations

from typing import Any

import pytest

from sync_daemon.domain.jobs import Outcome
from sync_daemon.processing.attempt import Attempt
from tests.support.plain_words import internal_names


@pytest.fixture(autouse=True)
def plain_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Attempt.outcome

    def checked(self: Attempt, *args: Any, **given: Any) -> Outcome:
        outcome = make(self, *args, **given)
        assert internal_names(outcome.error) == [], outcome.error
        return outcome

    monkeypatch.setattr(Attempt, "outcome", checked)
