"""Which lines of a posting say something about the work, and which are boilerplate."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BOILERPLATE_WEIGHT = 0.1

# The patterns are for small letters: ignoring case takes them three times as long.
_HEADING_WORDS = 7
_BULLETS = "-*•·\u2013+"
_BOILERPLATE_HEADING = re.compile(
    r"\b(benefits?|perks|(?:what )?we offer|what(?:'s| is) in it for you|compensation|about us"
    r"|about the company|who we are|equal opportunit\w+|diversity|how to apply|our values"
    r"|wij bieden|wat wij bieden|over ons|arbeidsvoorwaarden|solliciteren|wat bieden wij"
    r"|wir bieten|was wir (?:dir |ihnen )?bieten|über uns|unser angebot|benefits"
    r"|nous offrons|ce que nous offrons|avantages|à propos de nous|qui sommes-nous"
    r"|ofrecemos|qué ofrecemos|beneficios|sobre nosotros|quiénes somos)\b"
)
_BOILERPLATE_LINE = re.compile(
    r"equal[ -]opportunity|regardless of|without regard to|sexual orientation|gender identity"
    r"|national origin|reasonable accommodation|protected veteran|visa sponsorship"
    r"|privacy (?:policy|notice)"
    r"|\bsalary (?:range|:)|\b401\(?k\)?|health insurance|dental|paid time off"
    r"|\bpto\b|parental leave"
    r"|vacation days|pension|background check|click apply|apply now|pensioen"
    r"|reiskosten|vakantiedagen|bruttogehalt|urlaubstage|altersvorsorge|schwerbehindert"
    r"|mutuelle|tickets? restaurant"
    r"|congés payés|seguro médico|días de vacaciones|\(m/[wfv]/[dx]\)"
)


def weighted_lines(lines: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Each line with the weight of its words: 1, or less in boilerplate.

    A heading such as "What we offer" lowers the lines up to the next heading.
    """
    in_boilerplate = False
    for line in lines:
        if _is_heading(line):
            in_boilerplate = _BOILERPLATE_HEADING.search(line.lower()) is not None
        low = in_boilerplate or _BOILERPLATE_LINE.search(line.lower()) is not None
        yield line, BOILERPLATE_WEIGHT if low else 1.0


class Importance(Enum):
    """How much the employer wants what a line asks for."""

    REQUIRED = 1.0
    USUAL = 0.7
    WANTED = 0.4
    NONE = 0.0
    """Benefits and legal boilerplate."""


_REQUIRED_HEADING = re.compile(
    r"requirements?|must[- ]haves?|qualifications|what you(?:'ll|’ll| will)? (?:bring|need|have)"
    r"|you have|your (?:profile|skills|experience)|who you are|about you|looking for|essential"
    r"|skills|anforderungen|\bprofil\b|bringst du mit|bringen sie mit|qualifikation"
    r"|prérequis|compétences|requisitos|perfil|functie-?eisen|profiel|wat vragen wij|wie ben jij"
)
_WANTED_HEADING = re.compile(
    r"nice[- ]to[- ]haves?|bonus|prefer|plus\b|pluses|good to have|desir|optional|stand out"
    r"|von vorteil|wünschenswert|pluspunkte|serait un|appréci|valora|deseable|pré"
)
_REQUIRED_WORDS = re.compile(
    r"\b(?:must|required|mandatory|essential|minimum|at least|zwingend|erforderlich|vorausgesetzt"
    r"|mindestens|indispensable|exigé|requis|imprescindible|obligatorio|vereist)\b"
)
_WANTED_WORDS = re.compile(
    r"\b(?:an? (?:big |strong |real |definite )?(?:plus|bonus|advantage|asset)"
    r"|nice[- ]to[- ]have|preferred|preferably|ideally|desirable|desired|optional|bonus points?"
    r"|von vorteil|wünschenswert|idealerweise|un plus|apprécié|se valora\w*|deseable|een pré)\b"
)


def important_lines(lines: Sequence[str]) -> Iterator[tuple[str, Importance]]:
    """Each line with how much is wanted what it asks for.

    A line's own words ("Docker is a plus") tell more than its section.
    """
    section = Importance.USUAL
    for line, weight in weighted_lines(lines):
        low = line.lower()
        if _is_heading(line):
            section = _section(low, section, named=line.endswith(":") or line.startswith("#"))
        if weight <= BOILERPLATE_WEIGHT:
            yield line, Importance.NONE
        elif _WANTED_WORDS.search(low):
            yield line, Importance.WANTED
        elif _REQUIRED_WORDS.search(low):
            yield line, Importance.REQUIRED
        else:
            yield line, section


def _section(heading: str, before: Importance, *, named: bool) -> Importance:
    """What a heading begins; a short line that may be an item goes on with what was before."""
    if _WANTED_HEADING.search(heading):
        return Importance.WANTED
    if _REQUIRED_HEADING.search(heading):
        return Importance.REQUIRED
    return Importance.USUAL if named else before


def _is_heading(line: str) -> bool:
    """Whether a line heads a section: short, no list item, no sentence."""
    if line[:1] in _BULLETS or line.count(" ") >= _HEADING_WORDS:
        return False
    return (
        line.endswith(":")
        or (line[-1:].isalnum() and line[:1].isupper() and "," not in line)
        or (line.startswith("#"))
    )
