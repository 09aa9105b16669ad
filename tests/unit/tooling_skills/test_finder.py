from __future__ import annotations

import itertools
import json
from math import exp
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sync_daemon.tooling.skills.chain import FAINTEST, LONGEST_TERM, Chain
from sync_daemon.tooling.skills.features import shape
from sync_daemon.tooling.skills.finder import builtin_finder, term_spans
from sync_daemon.tooling.skills.model import Model, builtin_model
from sync_daemon.tooling.skills.ranking import Found, choose
from tests.support.drawing import examples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TRANSITIONS = ((0.3, -0.2, -30.0), (0.1, -0.5, 0.4), (0.2, -0.4, 0.3))


def labellings(length: int) -> Iterator[tuple[int, ...]]:
    """Every sequence of O, B and I (0, 1, 2) in which I follows B or I."""
    for labels in itertools.product(range(3), repeat=length):
        if all(label != 2 or (place and labels[place - 1]) for place, label in enumerate(labels)):
            yield labels


def by_enumeration(scores: Sequence[tuple[float, float]]) -> dict[tuple[int, int], float]:
    """The probability of each stretch, summed over all labellings of the line."""
    total = 0.0
    weight_of: dict[tuple[int, int], float] = {}
    for labels in labellings(len(scores)):
        energy = sum((0.0, *scores[place])[label] for place, label in enumerate(labels))
        energy += sum(TRANSITIONS[old][new] for old, new in itertools.pairwise(labels))
        weight = exp(energy)
        total += weight
        for start in (place for place, label in enumerate(labels) if label == 1):
            end = start + 1
            while end < len(labels) and labels[end] == 2:
                end += 1
            weight_of[start, end] = weight_of.get((start, end), 0.0) + weight
    return {place: weight / total for place, weight in weight_of.items()}


SCORES = st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4)), min_size=1, max_size=6)


@settings(max_examples=examples(60))
@given(SCORES)
def test_the_chain_gives_the_probabilities_of_the_random_field(
    scores: list[tuple[float, float]],
) -> None:
    expected = {
        place: probability
        for place, probability in by_enumeration(scores).items()
        if probability > FAINTEST * 1.01
    }
    found = {(one.start, one.end): one.probability for one in Chain(TRANSITIONS).candidates(scores)}
    assert expected.keys() <= found.keys()
    for place, probability in expected.items():
        assert found[place] == pytest.approx(probability, rel=0.01)


@given(st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=40))
def test_any_scores_give_probabilities_within_the_line(scores: list[tuple[float, float]]) -> None:
    for one in Chain(TRANSITIONS).candidates(scores):
        assert 0 <= one.start < one.end <= len(scores)
        assert one.end - one.start <= LONGEST_TERM
        assert 0 <= one.probability <= 1.0001


FOUND = st.lists(
    st.builds(
        lambda start, size, confidence: Found(start, min(start + size, 10), confidence),
        st.integers(0, 9), st.integers(1, 4), st.floats(0, 1),
    ),
    max_size=7,
)  # fmt: skip


def overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


@given(FOUND, st.floats(0.05, 0.6))
def test_the_best_terms_that_do_not_overlap_are_chosen(
    candidates: list[Found], threshold: float
) -> None:
    chosen = choose(candidates, 10, threshold)
    assert not any(overlap(*pair) for pair in itertools.combinations(chosen, 2))
    best = max(
        sum(one.confidence - threshold for one in some)
        for size in range(len(candidates) + 1)
        for some in itertools.combinations(candidates, size)
        if not any(overlap(*pair) for pair in itertools.combinations(some, 2))
    )
    assert sum(one.confidence - threshold for one in chosen) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize(
    ("word", "pattern"),
    [("React", "Xxx"), ("HTML55", "XXdd"), ("S3", "Xd"), ("C++", "X++"), ("of", "xx"), ("", "")],
)
def test_the_shape_of_a_word_is_its_pattern(word: str, pattern: str) -> None:
    assert shape(word) == pattern


def test_spans_are_given_in_the_tokens_of_the_caller() -> None:
    sentences = [
        ["Experience", "with", "Python", "and", "Kubernetes", "."],
        ["We", "like", "dogs", "."],
        [],
        ["Knowledge", "of", "machine", "learning", ",", "C++"],
    ]
    assert term_spans(sentences) == [[(2, 3), (4, 5)], [], [], [(2, 4), (5, 6)]]


def test_a_higher_threshold_gives_no_more_terms() -> None:
    finder = builtin_finder()
    readings = finder.read([["Python", ",", "SQL", ",", "data", "analysis", "and", "Excel"]])
    counts = [len(finder.find(readings, least)[0]) for least in (0.05, 0.3, 0.6, 0.95)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_the_model_is_small_complete_and_refused_in_another_form() -> None:
    model = builtin_model()
    content = model.model_dump(mode="json")
    assert len(json.dumps(content)) < 3_000_000
    for broken in ({**content, "format": 2}, {**content, "threshold": 7}, {"format": 1}):
        with pytest.raises(ValidationError):
            Model.model_validate(broken)
