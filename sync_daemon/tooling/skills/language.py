"""Whether a text is English, from the commonest words of six languages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENGLISH = frozenset(
    """
    the and of to a with for you our is be will are as we your that have this an by from or
    on at who not can all it
    """.split()
)
_OTHER = frozenset(
    """
    der die das und mit für von zu den im ein eine wir sie ist auf als oder bei sind dich deine
    le la les des et du pour une dans vous nous avec est sur en votre notre aux
    el los las y con para una del que por se tu nuestro
    il lo gli di e un della sono nel
    de het een van voor met wij je bij zijn op ons
    os da com em uma na
    """.split()
)


def is_english(lines: Iterable[str]) -> bool:
    """Whether English is at least as likely as another language; so is a text of names alone."""
    words = Counter(word for line in lines for word in line.lower().split())
    english = sum(words[word] for word in _ENGLISH)
    return english >= sum(words[word] for word in _OTHER)
