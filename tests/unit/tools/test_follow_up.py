from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.errors import ConfigError
from sync_daemon.processing.registry import load_registry
from sync_daemon.processing.run_tool import run_tool
from sync_daemon.tooling.stages import WORDS
from tests.support.drawing import examples
from tests.support.fake_clock import StoppedClock
from tests.support.statuses import CASES
from tools.follow_up.dates import add_days
from tools.follow_up.decide import Today, decide
from tools.follow_up.rules import DEFAULT_RULES, DateField, Rule
from tools.follow_up.schemas import FollowUpInputSchema, FollowUpOptions

REGISTRY = load_registry(installed=())
FRIDAY = date(2026, 5, 1)
FIELDS: tuple[DateField, ...] = (
    "applied", "last_contact", "posted", "valid_through", "next_interview",
)  # fmt: skip


def outcome(inputs: dict[str, Any], now: datetime | None = None, **options: Any) -> Any:
    clock = StoppedClock(now) if now else StoppedClock()
    return run_tool(REGISTRY, "follow_up", inputs, options, clock=clock)


def follow_up(inputs: dict[str, Any], now: datetime | None = None, **options: Any) -> Any:
    done = outcome(inputs, now, **options)
    assert done.kind is OutcomeKind.DONE, done.error
    return dict(done.values)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Aplied", '"Aplied" is not a known status; did you mean Applied?'),
        ("Rejcted", '"Rejcted" is not a known status; did you mean Rejected or Withdrawn?'),
        ("On hold", '"On hold" is not a known status'),
        ("🙂🙂🙂", '"🙂🙂🙂" is not a known status'),
        ("xyzzy " * 30, '"xyzzy xyzzy xyzzy xyzzy xyzzy xyzzy xyz…" is not a known status'),
    ],
)
def test_a_status_that_is_not_known_is_left_alone(typed: str, reason: str) -> None:
    found = follow_up({"status": typed, "applied": "2026-04-01"})
    nothing = {"action": None, "due": None, "overdue": False, "days_left": None, "stage": None}
    assert found == {**nothing, "reason": reason}


@pytest.mark.parametrize("stage", [*WORDS, ""])
def test_no_status_that_people_type_fails_the_row(stage: str) -> None:
    for typed in " ".join(CASES[stage].split()).split(" | "):
        assert follow_up({"status": typed})["stage"] == (stage or None), typed


def test_a_remark_after_the_status_changes_nothing() -> None:
    row = {"applied": "2026-05-01"}
    plain = follow_up({"status": "Applied", **row})
    assert follow_up({"status": "Applied via referral, CV v3", **row}) == plain


def test_a_user_adds_words_and_stages_of_their_own() -> None:
    rules = [{"statuses": ["Phone screen"], "after": ["last_contact"], "days": 2, "action": "Call"}]
    row = {"status": "phone SCREEN", "last_contact": "2026-04-29"}
    found = follow_up(row, rules=rules)
    assert (found["stage"], found["action"], found["due"]) == ("Phone screen", "Call", "2026-05-01")
    row["status"] = "Ring back"
    assert follow_up(row, rules=rules, synonyms={"Ring back": "Phone screen"})["action"] == "Call"
    assert (
        follow_up({"status": "Radar"}, synonyms={"radar": "considering"})["stage"] == "Considering"
    )


def test_a_synonym_for_no_stage_is_refused() -> None:
    with pytest.raises(ConfigError, match="'Aplied' is not a stage"):
        outcome({"status": "x"}, synonyms={"x": "Aplied"})


def test_date_cells_and_typed_dates_come_to_the_same() -> None:
    by_cell = follow_up({"status": "Applied", "applied": 46143})  # a serial date: 2026-05-01
    assert by_cell == follow_up({"status": "Applied", "applied": "1 May 2026"})
    assert by_cell["due"] == "2026-05-08"


def test_a_date_of_another_age_fails_the_row_with_its_reason() -> None:
    with pytest.raises(ValidationError, match="is not between 1970 and 2200"):
        FollowUpInputSchema.model_validate({"status": "Applied", "applied": "1066-10-14"})


def today_is(day: date, stage: str, **dates: date) -> tuple[str | None, date | None]:
    given = {name: dates.get(name) for name in FIELDS}
    decision = decide(stage, given, DEFAULT_RULES, Today(day))
    return decision.action, decision.due


@pytest.mark.parametrize(
    ("stage", "dates", "days_later", "action", "due_after"),
    [
        ("Applied", ["applied"], 0, "Send a follow-up", 7),
        ("Applied", ["applied"], 7, "Send a follow-up", 7),
        ("Applied", ["applied"], 20, "Send a follow-up", 7),
        ("Applied", ["applied"], 21, "Send a follow-up", 21),
        ("Applied", ["applied"], 34, "Send a follow-up", 21),
        ("Applied", ["applied"], 35, "Ask a last time, or close it", 35),
        ("Applied", ["applied"], 99, "Ask a last time, or close it", 35),
        ("Applied", ["applied", "next_interview"], -9, "Prepare for the interview", -1),
        ("Applied", ["applied", "next_interview"], 0, "Prepare for the interview", -1),
        ("In Progress", ["next_interview"], 1, "Send thanks for the interview", 1),
        ("In Progress", ["next_interview"], 7, "Send thanks for the interview", 1),
        ("In Progress", ["next_interview"], 8, "Ask about the next step", 5),
        ("In Progress", ["last_contact"], 2, "Ask about the next step", 5),
        ("In Progress", ["last_contact"], 13, "Ask about the next step", 12),
        ("In Progress", ["last_contact"], 26, "Ask a last time, or close it", 26),
        ("Considering", ["posted"], 1, "Apply, or decide against it", 5),
        ("Considering", ["valid_through", "posted"], -9, "Apply before the posting closes", -2),
        ("Considering", ["valid_through", "posted"], 0, "Apply before the posting closes", -2),
        ("Considering", ["valid_through"], 1, "See whether the posting is still open", 1),
        ("Offered", ["last_contact"], 1, "Answer the offer", 3),
        ("Offered", [], 0, "Answer the offer", None),
        ("Applied", [], 0, None, None),
        ("Considering", ["applied"], 0, None, None),
        ("Rejected", ["applied", "last_contact", "next_interview"], 0, None, None),
        ("Withdrawn", ["applied"], 0, None, None),
        ("Expired", ["applied"], 0, None, None),
        ("Not Pursuing", ["posted", "valid_through"], 0, None, None),
        ("Accepted", ["applied"], 0, None, None),
    ],
)
def test_the_default_rules_name_the_next_action(
    stage: str, dates: list[str], days_later: int, action: str | None, due_after: int | None
) -> None:
    today = FRIDAY + timedelta(days=days_later)
    due = None if due_after is None else FRIDAY + timedelta(days=due_after)
    assert today_is(today, stage, **dict.fromkeys(dates, FRIDAY)) == (action, due)


def test_a_later_contact_starts_the_clock_again() -> None:
    later = FRIDAY + timedelta(days=10)
    action, due = today_is(later, "Applied", applied=FRIDAY, last_contact=later)
    assert (action, due) == ("Send a follow-up", later + timedelta(days=7))


def test_thanks_are_due_until_they_were_sent() -> None:
    sent = FRIDAY + timedelta(days=1)
    assert today_is(sent, "In Progress", next_interview=FRIDAY, last_contact=FRIDAY)[0] == (
        "Send thanks for the interview"
    )
    assert today_is(sent, "In Progress", next_interview=FRIDAY, last_contact=sent) == (
        "Ask about the next step",
        sent + timedelta(days=5),
    )


def test_the_result_says_how_late_it_is_and_why() -> None:
    assert follow_up({"status": "Applied", "applied": "2026-04-22"}) == {
        "action": "Send a follow-up",
        "due": "2026-04-29",
        "overdue": True,
        "days_left": -2,
        "stage": "Applied",
        "reason": "Applied; 7 days after applied 2026-04-22, again every 14 days",
    }
    assert follow_up({"status": "Applied", "applied": "2026-04-24"})["overdue"] is False
    assert follow_up({"status": "Applied"})["reason"] == (
        "Applied: needs a date (next interview, applied, last contact)"
    )
    assert follow_up({"status": "Absage"})["reason"] == "Rejected: nothing to do"


def test_a_day_begins_at_midnight_of_the_time_zone() -> None:
    row = {"status": "Applied", "applied": "2026-04-24"}  # due on 1 May
    late = datetime(2026, 5, 1, 23, tzinfo=UTC)
    assert follow_up(row, late)["overdue"] is False
    assert follow_up(row, late, timezone="Europe/Berlin")["overdue"] is True
    early = datetime(2026, 5, 2, 3, tzinfo=UTC)
    assert follow_up(row, early)["overdue"] is True
    assert follow_up(row, early, timezone="America/New_York")["overdue"] is False


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "Europe", "a" * 300])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ConfigError, match="there is no time zone"):
        outcome({"status": "Applied"}, timezone=zone)


def test_holidays_are_days_off_too() -> None:
    monday = date(2026, 5, 4)
    assert add_days(FRIDAY, 1, "move", [monday]) == date(2026, 5, 5)
    assert add_days(FRIDAY, 1, "skip", [monday]) == date(2026, 5, 5)
    assert add_days(FRIDAY, 3, "count", [monday]) == monday
    row = {"status": "Offered", "last_contact": "2026-05-01"}
    assert follow_up(row, holidays=["2026-05-04"])["due"] == "2026-05-05"


DAYS = st.dates(date(1970, 1, 1), date(2200, 1, 1))


@settings(max_examples=examples(200))
@given(
    DAYS,
    DAYS,
    st.integers(-30, 400),
    st.integers(1, 200),
    st.sampled_from(["count", "move", "skip"]),
)
def test_a_repeated_action_is_due_at_its_latest_turn(
    start: date, today: date, days: int, repeat: int, weekends: Any
) -> None:
    rule = Rule(statuses=["Applied"], after=["applied"], days=days, repeat=repeat, action="Write")
    dates = {name: start if name == "applied" else None for name in FIELDS}
    due = decide("Applied", dates, [rule], Today(today, weekends)).due
    first = add_days(start, days, weekends)
    assert due is not None
    assert first is not None
    assert due == first or first <= due <= today
    longest = repeat if weekends == "count" else repeat * 7 // 5 + 4
    assert today - due <= timedelta(days=longest) or due >= today


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({"statuses": [], "action": "x"}, "statuses"),
        ({"statuses": ["Applied"], "action": ""}, "action"),
        ({"statuses": ["Applied"], "action": "x", "days": 3}, "need a date to count from"),
        ({"statuses": ["Applied"], "action": "x", "after": ["posted"], "times": 2}, "times needs"),
        ({"statuses": ["Applied"], "action": "x", "after": ["hired"]}, "after"),
        ({"statuses": ["!!"], "action": "x"}, "a status needs letters"),
        ({"statuses": ["Applied"], "action": "x", "every": 3}, "every"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        FollowUpOptions.model_validate({"rules": [rule]})


def test_rules_of_ones_own_take_the_place_of_the_defaults() -> None:
    rules = [
        {"statuses": ["Rejected"], "after": ["last_contact"], "days": 1, "action": "Ask for advice",
         "ends": 10},
        {"statuses": ["applied"], "after": ["applied"], "days": 3, "action": "Call"},
    ]  # fmt: skip
    row = {"status": "Absage", "last_contact": "2026-04-30"}
    assert follow_up(row, rules=rules)["action"] == "Ask for advice"
    assert follow_up(row | {"last_contact": "2026-04-01"}, rules=rules)["reason"] == (
        "Rejected: no rule applies any more"
    )
    assert (
        follow_up({"status": "Applied", "applied": "2026-04-24"}, rules=rules)["due"]
        == "2026-04-27"
    )
    assert follow_up({"status": "Offered"}, rules=rules)["reason"] == "Offered: no rule for it"


def test_the_tool_looks_again_within_the_day() -> None:
    every = REGISTRY.get("follow_up").tool.recheck_every
    assert every is not None
    assert every <= timedelta(hours=6)


def test_a_calendar_needs_the_name_of_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not end in \.ics"):
        outcome({"status": "Applied"}, calendar=str(tmp_path / "notes.txt"))
