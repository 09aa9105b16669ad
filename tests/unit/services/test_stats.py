"""Figures over applications."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sync_daemon.services.stats import Application, Period, Sight, funnel, responses

START = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
NOW = START + timedelta(days=60)


def application(*stages: tuple[str, int]) -> Application:
    sights = [Sight(stage, START + timedelta(days=day)) for stage, day in stages]
    return Application("r", START.date(), sights)


HUNT = [
    application(("Considering", 0), ("Applied", 2), ("In Progress", 9)),
    application(("Applied", 0), ("Rejected", 4)),
    application(("Applied", 0)),
    application(("Considering", 0)),
    application(("Rejected", 0)),
]


def test_whoever_came_further_came_to_each_stage_before() -> None:
    found = {bar.label: bar.value for bar in funnel(HUNT, NOW).stages}

    assert found == {
        "Considering": 5, "Applied": 4, "In Progress": 1, "Offered": 0, "Accepted": 0,
        "Rejected": 2,
    }  # fmt: skip


def test_days_in_a_stage_are_the_median() -> None:
    found = {bar.label: bar.value for bar in funnel(HUNT, NOW).days}

    assert found["Considering"] == 31  # 2 and 60 days
    assert found["Applied"] == 7  # 7, 4 and 60 days


def test_answers_are_counted_in_the_week_they_came() -> None:
    found = responses(HUNT, NOW)

    assert [(bar.label, bar.value) for bar in found.per_week] == [("2026-W10", 1), ("2026-W11", 1)]
    assert {bar.label: bar.value for bar in found.days_to_first if bar.value} == {
        "4–7 days": 1, "8–14 days": 1,
    }  # fmt: skip
    assert (found.applied, found.answered, found.ghosted) == (4, 3, 1)


def test_one_is_ghosted_only_after_a_while() -> None:
    assert responses(HUNT, START + timedelta(days=30)).ghosted == 0
    assert responses(HUNT, START + timedelta(days=31)).ghosted == 1


@pytest.mark.parametrize(
    ("first", "last", "is_held"),
    [
        (None, None, True),
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), None, False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_a_period_holds_its_ends(first: date | None, last: date | None, is_held: bool) -> None:
    assert Period(first, last).holds(date(2026, 3, 2)) is is_held
