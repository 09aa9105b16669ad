"""Which lines of a posting say something about the work, and which are boilerplate."""

from __future__ import annotations

import re
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


def _is_heading(line: str) -> bool:
    """Whether a line heads a section: short, no list item, no sentence."""
    if line[:1] in _BULLETS or line.count(" ") >= _HEADING_WORDS:
        return False
    return (
        line.endswith(":")
        or (line[-1:].isalnum() and line[:1].isupper() and "," not in line)
        or (line.startswith("#"))
    )
