"""What a fetched page says of a posting. Closed is said only where the page itself says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sync_daemon.tooling.links import Link, parse_link
from sync_daemon.tooling.posting_keys import key_of, long_numbers_in, numbers_in

from .page_text import Page, StructuredPosting, read_page
from .phrases import (
    closing_sentence,
    invites_to_apply,
    is_bot_wall,
    is_login_path,
    is_login_text,
)
from .verdicts import Verdict, is_closed, is_open, is_unknown

if TYPE_CHECKING:
    from datetime import datetime

_GONE = (404, 410)
_OK = 200
_BLOCKS = (401, 403, 405, 406, 407, 429, 451, 999)
_SHORT = 1_500  # characters: a wall is no longer, and a posting hardly shorter
_EMPTY = 80  # characters that a page of scripts shows before they run
_EXPIRED_MARKS = {"linkedin.com": "expired_jd_redirect", "greenhouse.io": "error=true"}
"""What these boards put into the address to which they lead from a posting that is gone."""
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: of which address, after redirects, and what."""

    asked: Link
    address: str
    status: int
    media_type: str
    charset: str | None
    body: bytes

    @property
    def is_elsewhere(self) -> bool:
        """Whether redirects lost the posting: to a list, the home page, a login."""
        return not _leads_to_same(self.asked, parse_link(self.address))


def verdict_of(fetched: Fetched, now: datetime) -> Verdict:
    """What the answer says of the posting."""
    if fetched.media_type and fetched.media_type not in _PAGES:
        return _verdict_of_status(fetched, "") or is_unknown(
            f"The address leads to {fetched.media_type[:60]}, not to a page."
        )
    page = read_page(fetched.body, fetched.charset)
    shown = f"{page.title}\n{page.text}"
    if verdict := _verdict_of_status(fetched, shown):
        return verdict
    if len(page.text) < _SHORT and is_bot_wall(shown):
        return is_unknown("The site wants to see a person, not a program.")
    sentence = closing_sentence(shown)
    if sentence is not None:
        return is_closed(f"The page says: {sentence}.")
    if fetched.is_elsewhere:
        return _verdict_elsewhere(fetched)
    return _verdict_of_posting(fetched.asked, page, shown, now)


def _verdict_of_status(fetched: Fetched, shown: str) -> Verdict | None:
    """What the status says by itself; None for a page that was given."""
    status = fetched.status
    if status in _GONE:
        if fetched.is_elsewhere or is_bot_wall(shown) or not fetched.asked.path:
            return is_unknown(f"There is no such page, but perhaps not for others ({status}).")
        return is_closed(f"The page is gone ({status}).")
    if status in _BLOCKS:
        return is_unknown(f"The site does not let programs see the page ({status}).")
    if status != _OK:
        return is_unknown(f"The site answered {status}.")
    return None


def _verdict_elsewhere(fetched: Fetched) -> Verdict:
    link = parse_link(fetched.address)
    if link is not None and _is_marked_expired(link.host, fetched.address):
        return is_closed("The board leads from the posting to its list, as of one that expired.")
    if link is not None and is_login_path(link.path):
        return is_unknown("The site wants a login.")
    return is_unknown("The link leads to another page, which does not say why.")


def _is_marked_expired(host: str, address: str) -> bool:
    query = address.partition("?")[2]
    return any(
        f".{host}".endswith(f".{site}") and mark in query for site, mark in _EXPIRED_MARKS.items()
    )


def _verdict_of_posting(asked: Link, page: Page, shown: str, now: datetime) -> Verdict:
    posting = _posting_of(asked, page.postings)
    if posting is not None and posting.valid_until is not None and posting.valid_until < now:
        return is_closed(f"The posting was valid until {posting.valid_until:%Y-%m-%d}.")
    if posting is not None:
        return is_open("The page holds the posting.")
    if len(page.text) < _SHORT and is_login_text(shown):
        return is_unknown("The site wants a login.")
    if len(page.text) < _EMPTY:
        return is_unknown("The page shows nothing to a program that runs no scripts.")
    if invites_to_apply(shown):
        return is_open("The page takes applications.")
    return is_unknown("The page is there, but does not say whether one can apply.")


def _posting_of(asked: Link, postings: tuple[StructuredPosting, ...]) -> StructuredPosting | None:
    """The structured posting that the page is about: the only one, or the one of the link."""
    if len(postings) == 1:
        return postings[0]
    numbers = long_numbers_in(asked)
    for posting in postings:
        link = parse_link(posting.address)
        if link == asked or posting.number.lower() in numbers:
            return posting
    return None


def _leads_to_same(asked: Link, final: Link | None) -> bool:
    """Whether a redirect kept to the posting: its address, number or name is still there."""
    if final is None:
        return False
    if final == asked:
        return True
    if is_login_path(final.path):
        return False
    asked_key, final_key = key_of(asked), key_of(final)
    if asked_key is not None and final_key is not None and asked_key.board == final_key.board:
        return asked_key.is_same(final_key)
    numbers = long_numbers_in(asked)
    if numbers:
        return bool(numbers & numbers_in(final))
    text = unquote(str(final)).lower()
    name = asked.segments[-1] if asked.segments else ""
    return bool(name) and unquote(name).lower() in text
