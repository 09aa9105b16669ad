"""Status words as people type them, and the stage that each means."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync_daemon.tooling.stages import CLOSED, STAGES, WORDS, StageReader, folded, stage_named
from tests.support.statuses import CASES

READER = StageReader()
KNOWN = sorted({
    word.strip()
    for words in WORDS.values()
    for word in words.split(",")
    if word.strip() and not word.strip().endswith("=")
})  # fmt: skip
REMARKS = ["via referral", "3.6.", "with Anna (HR)", "great team!", "see notes", "by e-mail",
           "50 %", "am Montag", "chez eux", "por LinkedIn", "met Jan", "❤", "2nd try",
           "salary 60k", "no cover letter needed", "ask Bob about the interview"]  # fmt: skip

TABLE = [
    (word, stage or None)
    for stage, words in CASES.items()
    for word in " ".join(words.split()).split(" | ")
]


@pytest.mark.parametrize(("typed", "stage"), TABLE, ids=[word for word, _ in TABLE])
def test_a_status_is_put_into_its_stage_or_none(typed: str, stage: str | None) -> None:
    assert READER.read(typed) == stage


@pytest.mark.parametrize(
    "dress",
    [str.upper, str.title, "  {}  ".format, "✅ {}".format, "1. {}".format, "{}!!".format,
     "[x] {}".format, "{} 3.6.".format, "({})".format, "{}\n".format, "{} 🎉".format],
)  # fmt: skip
@pytest.mark.parametrize("stage", WORDS)
def test_its_dress_does_not_matter(dress: object, stage: str) -> None:
    assert callable(dress)
    assert READER.read(dress(stage)) == stage


def test_accents_may_be_left_out_or_written_apart() -> None:
    for typed in ("Vorstellungsgespra\u0308ch", "VORSTELLUNGSGESPRÄCH", "vorstellungsgesprach"):
        assert READER.read(typed) == "In Progress"


def test_no_word_means_two_stages() -> None:
    seen: dict[str, str] = {}
    for stage, words in WORDS.items():
        for word in filter(None, map(folded, words.split(","))):
            assert seen.setdefault(word, stage) == stage, word


@given(st.text(max_size=300))
def test_any_text_is_a_stage_or_none(text: str) -> None:
    assert READER.read(text) in {*STAGES.values(), None}


@given(st.sampled_from(KNOWN), st.sampled_from([": ", " (", " - ", ", ", "; ", "\n", " – ", " / "]),
       st.one_of(st.sampled_from(REMARKS), st.text(max_size=60)))  # fmt: skip
def test_a_known_stage_keeps_whatever_is_remarked(word: str, sign: str, remark: str) -> None:
    """Except by a remark that is a stage, a denial or a further step itself."""
    alone = READER.read(word)
    assume("\u2190" not in remark and not any(arrow in remark for arrow in (">", "»", "→")))
    assume(READER.read(remark) is None and READER.read(f"Applied: {remark}") == "Applied")
    assert READER.read(word + sign + remark) == alone


@given(st.sampled_from(KNOWN), st.sampled_from(REMARKS))
def test_every_known_word_stands_for_its_stage(word: str, remark: str) -> None:
    assert READER.read(word) == READER.read(f"{word}, {remark}")
    assert READER.read(word) == READER.words[folded(word)]


def test_after_an_arrow_the_last_counts_and_else_the_furthest() -> None:
    assert READER.read("Offer → Interview") == "In Progress"
    assert READER.read("Offer, Interview") == "Offered"
    assert READER.read("Applied -> ?") == "Applied"


def test_a_user_adds_words_and_stages() -> None:
    reader = StageReader({"Radar": "considering", "ring back": "Phone screen"}, ["Phone screen"])
    assert reader.read("Radar (maybe)") == "Considering"
    assert reader.read("phone SCREEN, Friday") == "Phone screen"
    assert reader.read("Ring back!") == "Phone screen"
    assert StageReader({"rejected": "Applied"}).read("Rejected") == "Applied", "theirs come first"
    assert StageReader({"!!": "Applied"}).read("??") is None


def test_a_stage_of_that_very_name() -> None:
    assert stage_named("IN progress") == "In Progress"
    assert stage_named("  phone   SCREEN ") == "Phone screen"
    assert set(WORDS) > CLOSED


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("Interview offer", "In Progress"),
        ("Offered interview on Monday", "In Progress"),
        ("Offer expected", "In Progress"),
        ("Started application", "Considering"),
        ("Interview → Offer", "Offered"),
    ],
)
def test_an_offer_of_something_else_is_no_offer(status: str, stage: str) -> None:
    assert StageReader().read(status) == stage
