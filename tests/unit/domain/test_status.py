"""What a row says: one plain sentence for each state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.domain.ids import make_row_id, read_witness, with_witness
from sync_daemon.domain.jobs import Ask
from sync_daemon.domain.pipeline import StepStanding, StepState
from sync_daemon.domain.sentence import LONGEST, fit, joined, with_clause
from sync_daemon.domain.sources import ColumnAsk
from sync_daemon.domain.status import (
    RowStanding,
    error_text,
    is_done_text,
    reason_of,
    status_text,
    summarise,
    with_constraints,
)
from sync_daemon.domain.write_constraints import ConstraintKind

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINK = ColumnAsk("Link", Ask.ADD, 0)
TEXT = ColumnAsk("Description", Ask.PASTE, 1)
SALARY = ColumnAsk("Salary", Ask.FILL_IN, 2)
STATUS = ColumnAsk("Status", Ask.FILL_IN, 3)
REACH = "Cannot reach www.example.com. Is the link right?"

DONE = StepStanding("keywords", StepState.DONE, is_useful=True)
CHECKED = StepStanding("duplicates", StepState.DONE)  # and had nothing to say
QUEUED = StepStanding("match", StepState.QUEUED)
FOLLOWING = StepStanding("next", StepState.BLOCKED, "match")
BLOCKED = StepStanding("late", StepState.BLOCKED, "posting")
FAILED = StepStanding("posting", StepState.FAILED, "no\nsuch page")
RETRYING = StepStanding("posting", StepState.RETRYING, REACH, NOW + MINUTE)
NO_LINK = StepStanding(
    "check", StepState.WAITING, needs=[[LINK]], is_held=True, blank=("Open?",),
    remark="no link, so not checked whether it is open",
)  # fmt: skip
NO_TEXT = StepStanding(
    "match", StepState.WAITING, needs=[[LINK, TEXT]], is_held=True, blank=("Match %", "Missing")
)
NO_SALARY = StepStanding("salary", StepState.WAITING, needs=[[LINK, TEXT, SALARY]])
NO_STATUS = StepStanding("due", StepState.WAITING, needs=[[STATUS]], is_held=True, blank=("Due",))
NOT_READY = StepStanding("check", StepState.WAITING, remark="Link shows #N/A")
UNREAD = replace(DONE, remark='left out Applied: "soon" is not a date')
LATER = replace(RETRYING, step="check", due_at=NOW + 5 * MINUTE)
SPARED = replace(FAILED, state=StepState.DISPENSABLE, detail="This page wants a login. Paste it.")

D, Q, W = RowStanding.DONE, RowStanding.QUEUED, RowStanding.WAITING
F, R = RowStanding.FAILED, RowStanding.RETRYING
WHEN = "done 2026-11-23 12:00"


@pytest.mark.parametrize(
    ("standings", "state", "sentence"),
    [
        ([], D, WHEN),
        ([DONE], D, WHEN),
        ([DONE, NO_SALARY], D, WHEN),
        ([DONE, NO_LINK, NO_STATUS], D, f"{WHEN}; no link, so not checked whether it is open"),
        ([NO_STATUS, DONE], D, f"{WHEN}; no Status, so Due stays blank"),
        ([NO_TEXT, DONE], D, f"{WHEN}; no Link or Description, so Match % and Missing stay blank"),
        ([NO_LINK, UNREAD], D, f'{WHEN}; left out Applied: "soon" is not a date'),
        ([SPARED, NO_LINK, DONE], D, f"{WHEN}; this page wants a login"),
        ([DONE, NOT_READY], D, f"{WHEN}; Link shows #N/A"),
        ([BLOCKED, DONE], D, WHEN),
        ([NO_LINK, NO_TEXT, NO_STATUS, CHECKED], W, "Add a Link or paste the Description"),
        ([NO_LINK, NO_SALARY], W, "Add a Link"),
        ([NO_SALARY], W, "Add a Link, paste the Description or fill in Salary"),
        ([NO_STATUS], W, "Fill in Status"),
        ([NOT_READY, NO_TEXT], W, "Link shows #N/A"),
        ([QUEUED, FOLLOWING, BLOCKED, NO_STATUS], Q, "working: 0 of 2"),
        ([DONE, DONE, QUEUED, FOLLOWING, FAILED], Q, "working: 3 of 5"),
        ([RETRYING, DONE], R,
         "Cannot reach www.example.com; trying again at 12:01. Is the link right?"),
        ([LATER, RETRYING, BLOCKED], R,
         "Cannot reach www.example.com; trying again at 12:01. Is the link right?"),
        ([replace(RETRYING, due_at=NOW + timedelta(hours=13))], R,
         "Cannot reach www.example.com; trying again at 2026-11-24 01:00. Is the link right?"),
        ([replace(RETRYING, detail="busy")], R, "busy; trying again at 12:01."),
        ([replace(RETRYING, due_at=None)], R,
         "Cannot reach www.example.com; trying again soon. Is the link right?"),
        ([DONE, NO_STATUS, FAILED], F, "no such page"),
        ([FAILED, replace(FAILED, step="check")], F, "no such page"),
        ([FAILED, replace(FAILED, detail="Applied says 3.")], F, "no such page. Applied says 3."),
        ([FAILED, RETRYING], F, "no such page"),
        ([replace(FAILED, detail=" ")], F, "It failed and did not say why."),
    ],
)  # fmt: skip
def test_what_a_row_says(standings: list[StepStanding], state: RowStanding, sentence: str) -> None:
    assert summarise(standings) is state
    assert status_text(standings, NOW, UTC) == sentence
    assert reason_of(state, sentence) == sentence
    assert is_done_text(sentence) is (state is RowStanding.DONE)


def test_a_row_without_news_keeps_its_time() -> None:
    before = "done 2026-11-01 08:30; no link, so not checked whether it is open"
    assert status_text([DONE], NOW, UTC, before=before) == "done 2026-11-01 08:30"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Link", "Add a Link"),
        ("Application URL", "Add an Application URL"),
        ("URL", "Add a URL"),
        ("Links", "Add Links"),
        ("Web address", "Add a Web address"),
        ("Job\nlink", "Add a Job link"),
    ],
)
def test_a_header_is_asked_for_as_people_say_it(header: str, words: str) -> None:
    standing = replace(NO_LINK, needs=[[ColumnAsk(header, Ask.ADD, 0)]])
    assert status_text([standing], NOW, UTC) == words


def test_what_failed_is_said_once_and_whole() -> None:
    long = "y" * 1000
    standings = [DONE, RETRYING, LATER, replace(FAILED, detail=long)]
    assert error_text(standings) == f"{REACH} {long}"
    assert error_text([DONE, NO_LINK, SPARED]) == ""


PROTECTED = {"Words": ConstraintKind.PROTECTED}


@pytest.mark.parametrize(
    ("status", "hidden", "words"),
    [
        (WHEN, {}, WHEN),
        (WHEN, PROTECTED, f"{WHEN}; cannot show Words: its cell is protected"),
        (f"{WHEN}; cannot show Words: its cell is protected", {}, WHEN),
        (f"{WHEN}; cannot show Words: its cell is protected", PROTECTED,
         f"{WHEN}; cannot show Words: its cell is protected"),
        (f"{WHEN}; {'r' * 90}", PROTECTED, f"{WHEN}; cannot show Words: its cell is protected"),
        ("no such page.", PROTECTED, "no such page; cannot show Words: its cell is protected"),
        ("n" * 119, PROTECTED, "n" * 119),
        (WHEN, {**PROTECTED, "A": ConstraintKind.MERGED},
         (f"{WHEN}; cannot show Words and A: their cells are protected or merged with other"
          " cells")),
    ],
)  # fmt: skip
def test_results_that_cannot_be_shown(
    status: str, hidden: dict[str, ConstraintKind], words: str
) -> None:
    assert with_constraints(status, hidden) == words


def test_what_an_older_sheetd_wrote_is_read() -> None:
    old = f"will retry posting_fetcher at 12:01: {'x' * 200}"
    assert len(reason_of(RowStanding.RETRYING, old)) == LONGEST
    assert reason_of(RowStanding.QUEUED, "") == "working: about to begin"
    assert reason_of(RowStanding.DELETED, WHEN) == "deleted from the sheet"


@pytest.mark.parametrize("status", [WHEN, "see #12 #abc", "Is the link right?"])
def test_the_id_is_read_from_new_and_old_status_cells(status: str) -> None:
    row_id = make_row_id(12345678901234567)
    assert read_witness(with_witness(status, row_id)) == row_id
    assert with_witness(status, row_id) == f"{status} · #{row_id}"
    assert read_witness(f"{status} #{row_id}") == row_id


texts = st.text(st.characters(), max_size=200)
asks = st.builds(ColumnAsk, texts, st.sampled_from(Ask), st.just(0))
needs = st.lists(st.lists(asks, min_size=1, max_size=4), min_size=1, max_size=3)
standings = st.lists(
    st.builds(
        StepStanding,
        st.sampled_from("abc"),
        st.sampled_from(StepState),
        texts,
        st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),  # noqa: DTZ001 - Hypothesis wants it so
        needs,
        st.booleans(),
        st.lists(texts, max_size=3).map(tuple),
        texts,
        st.booleans(),
    ),
    max_size=6,
)


@given(standings, st.dictionaries(texts, st.sampled_from(ConstraintKind), max_size=3))
def test_any_row_says_one_short_line_that_fits_its_state(
    found: list[StepStanding], hidden: dict[str, ConstraintKind]
) -> None:
    state = summarise(found)
    for sentence in (
        status_text(found, NOW, UTC),
        with_constraints(status_text(found, NOW, UTC), hidden),
    ):
        assert 0 < len(sentence) <= LONGEST
        assert sentence.isprintable()
        assert reason_of(state, sentence) == sentence
        if state is RowStanding.DONE:
            assert is_done_text(sentence)
        if state is RowStanding.QUEUED:
            assert sentence.startswith("working: ")


@given(texts, st.integers(20, 200))
def test_a_text_is_cut_to_fit_and_else_left_alone(text: str, longest: int) -> None:
    shown = fit(text, longest)
    assert len(shown) <= longest
    assert fit(shown, longest) == shown
    if text.isprintable() and len(text) <= longest and text == " ".join(text.split()):
        assert shown == text


@given(st.lists(texts, max_size=4))
def test_joined_causes_fit_and_begin_with_the_first(causes: list[str]) -> None:
    told = joined(causes)
    assert len(told) <= LONGEST
    first = next((fit(cause) for cause in causes if fit(cause)), "")
    assert told.startswith(first)


@given(texts)
def test_a_clause_is_always_whole(cause: str) -> None:
    told = with_clause(cause, "trying again at 11:35")
    assert len(told) <= LONGEST
    assert "; trying again at 11:35." in told
