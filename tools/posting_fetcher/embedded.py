"""The board behind a company's own page: found in its address and its source."""

from __future__ import annotations

import re

from sync_daemon.tooling.links import parse_link
from sync_daemon.tooling.posting_keys import PostingKey, key_of, posting_key

_MOST_SOURCE = 1_000_000
_NAME = r"([A-Za-z0-9][A-Za-z0-9_.%-]{0,79})"
_NO_SITE = "(?!(?:embed|assets|static|v1|users|packs|api|_next|favicon)[/.?])"
_SITES = {
    "greenhouse": (
        re.compile(
            r"greenhouse\.io/embed/job_(?:board|app)(?:/js)?/?\?"
            rf"(?:[^\"'<>\s]{{0,200}}?(?:&amp;|&))?for={_NAME}"
        ),
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
_ADDRESSES = {
    "greenhouse": "https://boards.greenhouse.io/{site}/jobs/{number}",
    "ashby": "https://jobs.ashbyhq.com/{site}/{number}",
    "workable": "https://apply.workable.com/{site}/j/{number}",
}


def find_embedded(address: str, source: str) -> str | None:
    """The board's address of the posting shown at ``address``; None if there is none."""
    source = source[:_MOST_SOURCE].replace("\\/", "/")
    link = parse_link(address)
    key = key_of(link) if link else None
    if key is None:
        return _application(source)
    if key.site or key.board not in _SITES:
        return None
    site = _site(key, source)
    return _ADDRESSES[key.board].format(site=site, number=key.number) if site else None


def _application(source: str) -> str | None:
    """The one Greenhouse form that a page shows, although its address does not tell."""
    found = {posting_key(f"https://boards.{one}") for one in _APPLICATION.findall(source)[:20]}
    key = found.pop() if len(found) == 1 else None
    if key is None or not key.site:
        return None
    return _ADDRESSES["greenhouse"].format(site=key.site, number=key.number)


def _site(key: PostingKey, source: str) -> str | None:
    for pattern in _SITES[key.board]:
        if match := pattern.search(source):
            return match[1].rstrip(".")
    return None
