"""Spoken languages and how well they are spoken, on the scale from A1 to C2 and native."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.matcher import SkillMatch, builtin_matcher
from sync_daemon.tooling.skills.vocabulary import Kind
from sync_daemon.tooling.skills.words import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
_LINKS = frozenset({"and", "or", "und", "oder", "et", "ou", "y", "o", "en", "of", "&", "/"})
_ENDS = frozenset({",", ";", "|", "·", "•", ".", ")", "["})
# The first that a stretch of words has tells its level: "limited working proficiency" is B1.
_SIGNS = (
    (5, r"c2"),
    (4, r"c1"),
    (3, r"b2"),
    (2, r"b1"),
    (1, r"a2"),
    (0, r"a1"),
    (6, r"native|mother tongue|muttersprach\w*|langue maternelle|lengua materna|moedertaal"),
    (2, r"limited|intermediate|conversational"),
    (1, r"basics?|grundkenntnisse|elementary|básico|notions"),
    (0, r"beginner"),
    (4, r"fluen(?:t|cy|tly)|excellent|full professional|business[- ]level|very good|bilingual"),
    (4, r"verhandlungssicher\w*|fließend\w*|sehr gute?n?|courant|couramment|fluido|vloeiend"),
    (2, r"working knowledge"),
    (3, r"professional|working proficiency|proficien(?:t|cy)|good|advanced|confident"),
    (3, r"gute?n?|fortgeschritten\w*|avanzado"),
)
_LEVELS = [(level, re.compile(rf"(?<!\w)(?:{signs})(?!\w)")) for level, signs in _SIGNS]
_FOLLOWERS = frozenset(
    """
    language languages skills skill level speaker speakers speaking proficiency knowledge
    command communication conversation grammar literacy required is are was be has at in on as
    with for to from of who which that written writing spoken speech verbal verbally oral orally
    reading both would will must should preferred preferably mandatory necessary needed essential
    desirable desired a an the plus only ability abilities mother since every from equivalent
    minimum also well very not too but because since if when while you we i
    kenntnisse sprachkenntnisse niveau niveaus mindestens wünschenswert von zwingend erforderlich
    auf ist sind als mit wort sehr sowie aus dein deine
    est exigé requis souhaité parlé écrit lu à un une avec nivel hablado escrito con es
    vereist is op niveau woord geschrift
    """.split()  # noqa: SIM905 - a list of words
)
"""Words that may follow the name of a language; before another it is an adjective."""
_NOT_ENGLISH = frozenset(
    """
    anglais français allemand espagnol italien néerlandais portugais inglés español francés
    alemán italiano portugués neerlandés
    """.split()  # noqa: SIM905 - a list of words
)
"""Names that are written small where they come from."""
_DASH = re.compile(r"\s[-–—]\s")
_ARTICLE = re.compile(r"(?i)^[ld]['’](?=\w)")


def spoken_languages(lines: Iterable[str]) -> dict[str, int | None]:
    """Language → its level as a place in `LEVELS`, the highest named; None if none is.

    "German" in "a German company" is no language that is spoken.
    """
    found: dict[str, int | None] = {}
    told = (_DASH.sub(": ", line) for line in lines)
    for sentence in (words for line in told for words in sentences_of(line)):
        for name, level in _of_sentence(_split(sentence)).items():
            known = found.get(name)
            found[name] = max((one for one in (known, level) if one is not None), default=None)
    return found


def _split(words: Sequence[str]) -> list[str]:
    """The words, French/English as three and l'anglais without its article."""
    pieces = (piece for word in words for piece in re.split(r"(/)", _ARTICLE.sub("", word)))
    return [piece for piece in pieces if piece]


def _of_sentence(words: Sequence[str]) -> dict[str, int | None]:
    """The level of each language of a sentence, from the words between its separators.

    After "and" it goes on for the next language: fluent German and English.
    """
    names = _names(words)
    if not names:
        return {}
    found: dict[str, int | None] = {}
    before: int | None = None
    for separator, start, end in _parts(words, names):
        level = _level(words[start:end])
        if level is None and (separator in _LINKS or (separator == "(" and not found)):
            level = before
        for match in names:
            if start <= match.start < end and not _is_adjective(match, words, names):
                found[match.skill.name] = level
        before = level
    return found


def _names(words: Sequence[str]) -> list[SkillMatch]:
    return [
        match
        for match in builtin_matcher().find(words)
        if match.skill.kind is Kind.SPOKEN_LANGUAGE
        and (words[match.start][0].isupper() or words[match.start] in _NOT_ENGLISH)
    ]


def _is_adjective(match: SkillMatch, words: Sequence[str], names: Sequence[SkillMatch]) -> bool:
    """Whether what follows is what it tells about: French and Spanish customers."""
    end_of = {one.start: one.end for one in names}
    end = match.end
    while words[end : end + 1] and words[end].lower() in _LINKS | {","} and end + 1 in end_of:
        end = end_of[end + 1]
    following = words[end].lower() if end < len(words) else ""
    if not following.isalpha() or following in _FOLLOWERS | _LINKS or end in end_of:
        return False
    return _level(words[end : end + 2]) is None


def _parts(words: Sequence[str], names: Sequence[SkillMatch]) -> Iterator[tuple[str, int, int]]:
    """The stretches between separators, each with the one before it."""
    separator, start = "", 0
    for place, word in enumerate(words):
        if word.lower() in _LINKS or word in _ENDS or _opens_another(place, words, names):
            yield separator, start, place
            separator, start = word.lower(), place + 1
    yield separator, start, len(words)


def _opens_another(place: int, words: Sequence[str], names: Sequence[SkillMatch]) -> bool:
    """Whether a bracket holds a language of its own; else it may hold the level of one."""
    if words[place] != "(":
        return False
    end = next((at for at in range(place, len(words)) if words[at] == ")"), len(words))
    return any(place < match.start < end for match in names)


def _level(words: Sequence[str]) -> int | None:
    text = " ".join(words).lower()
    return next((level for level, pattern in _LEVELS if pattern.search(text)), None)
