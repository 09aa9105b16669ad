"""The check that one text occurs in another."""

from __future__ import annotations

import re
import unicodedata

from sync_daemon.tooling import is_blank

_SPACES = re.compile(r"\s+")
_SAME = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "…": "...",
    "•": " ", "·": " ", "*": " ", "_": " ", "`": " ", "|": " ",
})  # fmt: skip
"""Typography and Markdown, which models change when they quote."""
_ELLIPSIS = re.compile(r"\s?\[?\.\.\.\]?\s?")
_SHORTEST_PART = 8
_MOST_COMPARED = 400_000  # characters; a text made for it could cost the product of both lengths
_HEADING = re.compile(r"(?m)^ {0,3}#{1,6} ")


def folded(text: str) -> str:
    """``text`` so that letters' case, spaces, typography and Markdown do not count."""
    plain = _HEADING.sub("", unicodedata.normalize("NFKC", text)).translate(_SAME)
    visible = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return _SPACES.sub(" ", visible).casefold().strip()


def occurs_in(quote: str, folded_text: str) -> bool:
    """Whether a quote is in a text that is `folded`, as whole words.

    A quote with an ellipsis has to occur part by part, in that order, and each
    part has to be long enough to mean something.
    """
    parts = [part for part in _ELLIPSIS.split(_bare(folded(quote))) if not is_blank(part)]
    if not parts or (len(parts) > 1 and min(map(len, parts)) < _SHORTEST_PART):
        return False
    at = 0
    for part in parts:
        at = _find_words(part.strip(), folded_text, at)
        if at < 0:
            return False
    return True


def _find_words(part: str, text: str, start: int) -> int:
    """Where ``part`` ends in ``text``, not beginning or ending within a word; -1 if nowhere."""
    for _ in range(_MOST_COMPARED // len(part) + 1):
        at = text.find(part, start)
        if at < 0:
            break
        end = at + len(part)
        if not (_splits(text, at) or _splits(text, end)):
            return end
        start = at + 1
    return -1


def _splits(text: str, at: int) -> bool:
    """Whether ``at`` is within a word, as in Java|Script, C|++ and C|#."""
    if not 0 < at < len(text):
        return False
    return _is_of_word(text[at - 1]) and (_is_of_word(text[at]) or text[at] in "+#")


def _is_of_word(sign: str) -> bool:
    """Whether words are told apart by such letters; Chinese is written without spaces."""
    return sign.isalnum() and unicodedata.category(sign) != "Lo"


def _bare(text: str) -> str:
    """Without the quotation marks, and the full stop that the model added."""
    return text.strip("\"' ").rstrip(".,;:! ")
