"""Names that are also ordinary letters and words: C, R, Go. They count with evidence only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import small

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sync_daemon.tooling.skills.matcher import SkillMatch

AMBIGUOUS = frozenset({"c", "r", "go"})
EVERYDAY = frozenset(
    """
    access apex articulate assembly assist basic boost camel charles checkpoint chef combine
    composer concur crystal dart doors eagle envoy epic exact exchange express glue inventor
    less lit make meet movement notion opera oracle outlook phoenix play poetry premiere
    principle processing ray relay remedy ring salt scheme segment sketch slack spark spring
    storm swift teams unity vault windows word zoom
    """.split()
)
"""Names that are words of every day at the beginning of a line."""
NOT_AFTER = frozenset(
    """
    grade class category vitamin type series round section appendix plan option hepatitis
    band part title figure table schedule tier ° point block building gate note klasse stufe
    catégorie rijbewijs driver führerschein licence license permis ready to let let's
    pokémon pokemon &
    """.split()
)
"""Words after which it is no language: grade C, let's go."""
NOT_BEFORE = frozenset(
    """
    level suite class corporation corp major minor flat section to live above beyond through
    further home ahead out for grade round category rating licence license over back where
    the &
    """.split()
)
BEFORE_LANGUAGE = frozenset(
    """
    programming language languages code coding ansi embedded in using with modern idiomatic
    program programs software statistics like via include including sprache langage
    programmiersprache langages lenguaje taal en mit avec con met knows know
    """.split()
)
"""Words after which a capital letter or Go is a language."""
AFTER_LANGUAGE = frozenset(
    """
    programming language developer developers engineer programmer code coding compiler
    package packages script scripts scripting library libraries studio shiny microservice
    microservices service module modules routine backend codebase
    """.split()
)
_TECHNICAL = frozenset({Kind.LANGUAGE, Kind.FRAMEWORK, Kind.TOOL, Kind.STANDARD})
_LINKS = frozenset({",", "/", "and", "or", "und", "oder", "et", "ou", "y", "o", "en", "of", "&"})
_REACH = 6
"""Words to the next name in a list, with its comma and its "and"."""


def is_ambiguous(match: SkillMatch, words: Sequence[str]) -> bool:
    """Whether what a match covers may be an ordinary letter or word."""
    return match.end - match.start == 1 and small(words[match.start]) in AMBIGUOUS


def is_everyday(match: SkillMatch, words: Sequence[str]) -> bool:
    """Whether a match may be an ordinary word as it stands, so that it says nothing by itself.

    Several words speak for themselves, and so does a name with a capital inside a line.
    """
    if match.end - match.start > 1:
        return False
    word = words[match.start]
    if small(word) in AMBIGUOUS or word.islower():
        return True
    return begins_line(words, match.start) and small(word) in EVERYDAY


def begins_line(words: Sequence[str], place: int) -> bool:
    """Whether nothing but bullets and the like stands before, so that a capital says nothing."""
    return not any(letter.isalnum() for word in words[:place] for letter in word)


def languages_among(words: Sequence[str], matches: Sequence[SkillMatch]) -> list[SkillMatch]:
    """Those of the matches that are ambiguous and mean the language."""
    doubtful = [match for match in matches if is_ambiguous(match, words)]
    if not doubtful:
        return []
    technical = {
        place
        for match in matches
        if match.skill.kind in _TECHNICAL and not is_ambiguous(match, words)
        for place in range(match.start, match.end)
    }
    return [match for match in doubtful if names_a_language(words, match.start, technical)]


def names_a_language(words: Sequence[str], place: int, technical: AbstractSet[int]) -> bool:
    """Whether the ambiguous word at ``place`` means the programming language.

    Written small it needs another technology in the same list; written large, a
    word such as "programming" or "in" does as well. "Grade C", "C suite" and
    "go to market" are never meant.

    Args:
        words: the line.
        place: where the word stands.
        technical: the places of the line's undoubted technologies.
    """
    before = small(words[place - 1]) if place else ""
    after = small(words[place + 1]) if place + 1 < len(words) else ""
    if before in NOT_AFTER or after in NOT_BEFORE:
        return False
    if any(_beside_technology(words, place, step, technical) for step in (-1, 1)):
        return True
    if words[place][0].islower():
        return False
    return after in AFTER_LANGUAGE or before in BEFORE_LANGUAGE


def _beside_technology(
    words: Sequence[str], place: int, step: int, technical: AbstractSet[int]
) -> bool:
    """Whether the nearest word on that side, past commas and "and", is a technology."""
    separated = False
    for distance in range(1, _REACH):
        other = place + step * distance
        if not 0 <= other < len(words):
            return False
        if other in technical:
            return separated or words[place][0].isupper()
        key = small(words[other])
        if key in _LINKS:
            separated = True
        elif key not in AMBIGUOUS:
            return False
    return False
