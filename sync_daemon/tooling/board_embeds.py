"""The board that a company's own page shows a posting of, read from the page's source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from sync_daemon.tooling.links import parse_link
from sync_daemon.tooling.posting_keys import key_of, posting_key

__all__ = ["embedded_greenhouse", "find_embedded"]

_MOST_SOURCE = 1_000_000
_NAME = r"([A-Za-z0-9][A-Za-z0-9_.%-]{0,79})"
_NO_SITE = "(?!(?:embed|assets|static|v1|users|packs|api|_next|favicon)[/.?])"
_GREENHOUSE = re.compile(
    r"greenhouse\.io/embed/job_(?:board|app)(?:/js)?/?\?"
    rf"(?:[^\"'<>\s]{{0,200}}?(?:&amp;|&))?for={_NAME}"
)
_SITES = {
    "greenhouse": (
        _GREENHOUSE,
        re.compile(rf"api(?:\.eu)?\.greenhouse\.io/v1/boards/{_NAME}"),
        re.compile(rf"boards(?:\.eu)?\.greenhouse\.io/{_NO_SITE}{_NAME}"),
    ),
    "ashby": (
        re.compile(rf"jobs\.ashbyhq\.com/{_NO_SITE}{_NAME}"),
        re.compile(rf"api\.ashbyhq\.com/posting-api/job-board/{_NAME}"),
    ),
    "workable": (re.compile(rf"apply\.workable\.com/{_NO_SITE}{_NAME}/j/"),),
}
"""Board → patterns of its name for the employer in a page's source, surest first."""
_APPLICATION = re.compile(r"greenhouse\.io/embed/job_app/?\?[^\"'<>\s]{5,300}")
_MOST_APPLICATIONS = 20
_ADDRESSES = {
    "greenhouse": "https://boards.greenhouse.io/{site}/jobs/{number}",
    "ashby": "https://jobs.ashbyhq.com/{site}/{number}",
    "workable": "https://apply.workable.com/{site}/j/{number}",
}


def find_embedded(address: str, source: str) -> str | None:
    """The board's address of the posting shown at ``address``; None if there is none."""
    link = parse_link(address)
    key = key_of(link) if link else None
    if key is None:
        return _application(_prepared(source))
    patterns = _SITES.get(key.board, ()) if not key.site else ()
    site = _site(patterns, _prepared(source))
    return _address(key.board, site, key.number) if site else None


def embedded_greenhouse(source: str) -> str | None:
    """Greenhouse's name for the employer whose page embeds its board; a mere link is not enough."""
    return _site((_GREENHOUSE,), _prepared(source))


def _site(patterns: Iterable[re.Pattern[str]], source: str) -> str | None:
    match = next(filter(None, (pattern.search(source) for pattern in patterns)), None)
    return unquote(match[1].rstrip(".")) if match else None


def _application(source: str) -> str | None:
    """The one Greenhouse form that a page shows, although its address does not tell."""
    shown = _APPLICATION.findall(source)[:_MOST_APPLICATIONS]
    found = {posting_key(f"https://boards.{one}") for one in shown}
    key = found.pop() if len(found) == 1 else None
    return _address(key.board, key.site, key.number) if key and key.site else None


def _address(board: str, site: str, number: str) -> str:
    return _ADDRESSES[board].format(site=quote(site, safe=""), number=number)


def _prepared(source: str) -> str:
    return source[:_MOST_SOURCE].replace("\\/", "/")
