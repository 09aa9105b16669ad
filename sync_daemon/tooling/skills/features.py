"""What the tagger looks at. Every attribute is a short text; the model gives it weights.

Attributes of a word by itself are made once for each different word; those of
its neighbours are the same attributes under a name that tells the distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync_daemon.tooling.skills.words import small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync_daemon.tooling.skills.matcher import SkillMatch

OUTSIDE = "-"
"""The role of a word that no spelling of the vocabulary covers."""
EDGE = "<>"
"""Stands for what is before and after a line."""
UNSEEN = "u"
REACH = 2
"""Words to each side that are looked at."""

CUES = frozenset(
    """
    experience experienced knowledge skills skill proficiency proficient expertise expert
    familiarity familiar understanding degree background fluent fluency ability interest passion
    field such including like with in using technologies languages tools responsible
    responsibility offer salary benefits we you our about company team work working develop
    development design certification plus required preferred
    """.split()
)
"""Words that tell what follows them: skills, tasks, or what the employer offers."""
NEAR = 4
"""Words after a cue in which it counts as near."""

_LONGEST_SHAPE = 10


def shape(word: str) -> str:
    """The pattern of a word: ``Xx`` for React, ``XXdd`` for HTML55; runs are cut to two."""
    signs: list[str] = []
    for letter in word[:40]:
        sign = _sign(letter)
        if signs[-2:] != [sign, sign]:
            signs.append(sign)
    return "".join(signs)[:_LONGEST_SHAPE]


def _sign(letter: str) -> str:
    if letter.isupper():
        return "X"
    if letter.islower():
        return "x"
    return "d" if letter.isdigit() else letter


def habit_of(key: str, habits: Mapping[str, str]) -> str:
    """The habit of a word (small); the edge of a line has its own."""
    return EDGE if key == EDGE else habits.get(key, UNSEEN)


def attributes(word: str, habits: Mapping[str, str]) -> list[list[str]]:
    """The attributes that a word gives to itself and to the words at each distance.

    Args:
        word: as written.
        habits: small word → how often it stood inside a term in training.

    Returns:
        The attributes for the words at distance 0, 1 and 2 (`REACH`), without the
        distance's name, see `at`.
    """
    key, form = small(word), shape(word)
    habit = habit_of(key, habits)
    own = [f"w={key}", f"s={form}", f"k={habit}"]
    near = [*own, f"x3={key[-3:]}"]
    parts = [f"p{size}={key[:size]}" for size in (2, 3, 4)]
    parts += [f"x{size}={key[-size:]}" for size in (2, 3, 4)]
    return [own + parts, near, [f"w={key}", f"k={habit}"]]


def at(distance: int, attribute: str) -> str:
    """An attribute as seen from a word that stands ``distance`` words away."""
    return f"{distance}{attribute}" if distance else attribute


def pair_attributes(first: str, second: str) -> tuple[str, str]:
    """For two neighbours (small): as seen from the second word, and from the first."""
    return f"ll={first}|{second}", f"lr={first}|{second}"


def class_attributes(first: tuple[str, str], second: tuple[str, str]) -> list[tuple[str, str]]:
    """The same for their classes, each a habit and a shape."""
    names = (("kk", "kr", 0), ("ss", "sr", 1))
    return [
        (f"{left}={first[part]}|{second[part]}", f"{right}={first[part]}|{second[part]}")
        for left, right, part in names
    ]


def roles(matches: Sequence[SkillMatch], length: int) -> list[str]:
    """For each word its place in a match of the vocabulary and the kind; else `OUTSIDE`.

    S is a match of one word; B, I and E are the first, inner and last word of a longer one.
    """
    found = [OUTSIDE] * length
    for match in matches:
        kind = match.skill.kind.value
        last = match.end - 1
        for place in range(match.start, match.end):
            found[place] = f"I{kind}"
        found[match.start], found[last] = f"B{kind}", f"E{kind}"
        if match.start == last:
            found[last] = f"S{kind}"
    return found


def role_attributes(before: str, here: str, after: str) -> list[str]:
    """The attributes of three neighbours' roles."""
    short = f"{before[0]}{here[0]}{after[0]}"
    return [
        f"v={here}",
        f"t={here[0]}",
        f"v-={before}",
        f"v+={after}",
        f"tt={short[:2]}",
        f"tu={short[1:]}",
        f"ttt={short}",
        f"vv={before}|{here}",
        f"vw={here}|{after}",
    ]


def role_word_attribute(role: str, key: str) -> str:
    """The attribute of a covered word: its place in the match, and itself."""
    return f"tw={role[0]}{key}"


def line_attributes(covered: int, length: int) -> list[str]:
    """The attributes of a whole line: how much of it the vocabulary covers, and its length."""
    share = min(5, int(10 * covered / max(1, length)))
    return [f"L{share}", f"N{min(6, length // 8)}"]


def cue_attribute(cue: str, distance: int) -> str:
    """The attribute of the last cue before a word, and whether it is near."""
    return f"cue={cue}{'n' if distance < NEAR else 'f'}"
