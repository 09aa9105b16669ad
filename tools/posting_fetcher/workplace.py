"""Where the work is done: remote, hybrid or on-site."""

from __future__ import annotations

import re

REMOTE, HYBRID, ON_SITE = "remote", "hybrid", "on-site"

_WORDS = {
    "remote": REMOTE,
    "fullyremote": REMOTE,
    "fulltimeremote": REMOTE,
    "remotefirst": REMOTE,
    "telecommute": REMOTE,
    "telecommuting": REMOTE,
    "homeoffice": REMOTE,
    "anywhere": REMOTE,
    "hybrid": HYBRID,
    "hybridremote": HYBRID,
    "partiallyremote": HYBRID,
    "partlyremote": HYBRID,
    "temporarilyremote": HYBRID,
    "flexible": HYBRID,
    "onsite": ON_SITE,
    "inoffice": ON_SITE,
    "office": ON_SITE,
    "inperson": ON_SITE,
    "onpremise": ON_SITE,
}
_IN_PLACE = (
    (HYBRID, re.compile(r"(?i)\bhybrid(?:e)?\b")),
    (REMOTE, re.compile(r"(?i)\b(?:remote|home[- ]?office|work from home|anywhere)\b")),
    (ON_SITE, re.compile(r"(?i)\b(?:on[- ]?site|in[- ]office)\b")),
)
_NOT = r"(?<!not )(?<!not a )(?<!not be )(?<!no )(?<!n't )(?<!isn’t )(?<!isn't a )(?<!non-)"
_WORK = r"(?:work(?:ing|place)?|roles?|positions?|jobs?|opportunity|setup|set-up|model|schedule)"
_IN_TEXT = (
    (
        HYBRID,
        re.compile(
            rf"(?i){_NOT}\bhybrid(?: remote)?[- ](?:{_WORK}|teams?\b|office|policy|arrangement)"
            r"|\bhybrid:|\(hybrid\)|\bhybrid (?:in|from|at) [A-Z]|\bhybrides? (?:werken|arbeiten)"
            r"|\bhybride? (?:werkplek|functie|arbeitsmodell|arbeit)"
        ),
    ),
    (
        REMOTE,
        re.compile(
            rf"(?i){_NOT}\b(?:(?:fully|100 ?%|completely|entirely)[- ]remote\b|remote[- ]first\b"
            rf"|remote[- ]{_WORK}\b|\(remote\)|remote \(|work (?:remotely|from) (?:from )?anywhere)"
        ),
    ),
    (
        ON_SITE,
        re.compile(
            rf"(?i){_NOT}\b(?:(?:fully |100 ?% |only )?on-?site (?:{_WORK})\b|(?:fully |100 ?% )"
            r"(?:on-?site|in[- ]office)\b)"
        ),
    ),
)
_MOST = 200_000


def read_workplace(value: object) -> str | None:
    """What a board's own field says; None for "unspecified" and other words."""
    if not isinstance(value, str):
        return None
    return _WORDS.get(re.sub(r"[^a-z]", "", value[:50].lower()))


def workplace_in_place(*texts: str | None) -> str | None:
    """What a title or a location says besides: ``Berlin (hybrid)``, ``Remote - US``."""
    text = " | ".join(filter(None, texts))[:1000]
    return next((kind for kind, pattern in _IN_PLACE if pattern.search(text)), None)


def workplace_in_text(text: str | None) -> str | None:
    """What a description says clearly, and says of one kind only."""
    found = {kind for kind, pattern in _IN_TEXT if text and pattern.search(text[:_MOST])}
    return found.pop() if len(found) == 1 else None


def find_workplace(
    told: str | None, *, places: tuple[str | None, ...], text: str | None
) -> str | None:
    """The first that says something: the board, the title and location, the description."""
    return told or workplace_in_place(*places) or workplace_in_text(text)
