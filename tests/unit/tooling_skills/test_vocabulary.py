from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_daemon.tooling.skills.matcher import Matcher, builtin_matcher
from sync_daemon.tooling.skills.vocabulary import (
    Kind,
    Skill,
    Spelling,
    VocabularyError,
    all_spellings,
    parse_vocabulary,
)
from sync_daemon.tooling.skills.words import (
    MOST_WORDS,
    places_of,
    sentences_of,
    word_key,
    words_of,
)


def test_entries_aliases_kinds_and_exact_spellings_are_read() -> None:
    text = "# a comment\n[language]\nPython = py; !Go = golang\n[soft]\nTeam work\n"
    go, python = Skill("Go", Kind.LANGUAGE), Skill("Python", Kind.LANGUAGE)
    assert list(parse_vocabulary(text)) == [
        Spelling("Python", python),
        Spelling("py", python),
        Spelling("Go", go, exact=True),
        Spelling("golang", go),
        Spelling("Team work", Skill("Team work", Kind.SOFT)),
    ]


@pytest.mark.parametrize(
    ("text", "said"), [("Python", "before the first"), ("[colour]\nRed", "no kind")]
)
def test_a_vocabulary_out_of_form_is_told(text: str, said: str) -> None:
    with pytest.raises(VocabularyError, match=said):
        list(parse_vocabulary(text))


def test_the_vocabulary_is_large_and_covers_every_kind() -> None:
    skills = {one.skill for one in all_spellings()}
    assert len(skills) > 2_500
    assert {skill.kind for skill in skills} == set(Kind)


def test_every_spelling_finds_its_own_skill_or_one_that_was_there_before() -> None:
    matcher = builtin_matcher()
    for spelling in all_spellings():
        words = words_of(spelling.text)
        (match,) = matcher.find(words)
        assert (match.start, match.end) == (0, len(words)), spelling


MATCHER = Matcher(
    parse_vocabulary("[tool]\nKubernetes = k8s; Amazon S3 = s3; S3 browser\n[language]\n!Go; C++")
)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("k8s and KUBERNETES", ["Kubernetes", "Kubernetes"]),
        ("an S3 browser, S3", ["S3 browser", "Amazon S3"]),
        ("Go, go", ["Go"]),
        ("C++, c++ (C++).", ["C++", "C++", "C++"]),
        ("K8sx", []),
        ("", []),
    ],
)
def test_the_longest_spelling_is_matched_at_word_boundaries(line: str, found: list[str]) -> None:
    assert [match.skill.name for match in MATCHER.find(words_of(line))] == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "C++, C# and .NET (Node.js).",
            ["C++", ",", "C#", "and", ".NET", "(", "Node.js", ")", "."],
        ),
        ("CI/CD; R&D", ["CI/CD", ";", "R&D"]),
        ("<LOCATION> ok", ["<LOCATION>", "ok"]),
    ],
)
def test_a_line_is_split_into_words(line: str, words: list[str]) -> None:
    assert words_of(line) == words


@given(st.text(max_size=200))
def test_words_are_where_they_are_said_to_be(line: str) -> None:
    places = places_of(line)
    assert [line[start:end] for start, end in places] == words_of(line)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))


@pytest.mark.parametrize(
    ("word", "key"),
    [("APIs", "api"), ("Libraries", "library"), ("Kubernetes", "kubernete"), ("AWS", "aws"),
     ("analysis", "analysis"), ("business", "business"), ("JS", "js"),
     ("driver\u2019s", "driver's")],
)  # fmt: skip
def test_plurals_and_case_are_folded(word: str, key: str) -> None:
    assert word_key(word) == key


def test_sentences_and_bullets_are_read_apart_and_abbreviations_are_not_ends() -> None:
    line = "Tools, e.g. Docker. You know Git! • Linux • Bash"
    assert [" ".join(words) for words in sentences_of(line)] == [
        "Tools , e.g . Docker .", "You know Git !", "Linux", "Bash",
    ]  # fmt: skip


@given(st.text(max_size=3_000))
def test_no_piece_is_too_long_and_nothing_is_lost(line: str) -> None:
    pieces = sentences_of(line)
    assert all(0 < len(words) <= MOST_WORDS for words in pieces)
