"""Which board an address belongs to, and where its public list is; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from sync_daemon.errors import ConfigError
from sync_daemon.tooling.board_data import ashby_list, greenhouse_list, lever_list
from sync_daemon.tooling.board_pages import Board, find_board


class SourceKind(Enum):
    """How a source writes its postings down."""

    GREENHOUSE = "greenhouse"
    LEVER = "lever"
    ASHBY = "ashby"
    FEED = "RSS or Atom"


@dataclass(frozen=True, slots=True)
class Source:
    """A source, the address of its list, and the board's name (empty for a feed)."""

    kind: SourceKind
    address: str
    board: str = ""


def recognise(address: str) -> Source:
    """The source behind the address of a board's page, of its API, or of a feed.

    Raises:
        ConfigError: it is no web address, or names a board without saying whose.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        message = f"The feed {address!r} has no web address."
        raise ConfigError(message, hint="Give the address of a board or of an RSS feed.")
    found = find_board(address.strip())
    if found is not None and found.name in _LISTS:
        kind = SourceKind(found.name.lower())
        return Source(kind, _LISTS[found.name](found), found.site)
    if f".{host}".endswith(_BOARD_HOSTS):
        message = f"The address {address!r} does not name a company's board."
        raise ConfigError(message, hint="Copy the address of the company's list of jobs.")
    return Source(SourceKind.FEED, address.strip())


_BOARD_HOSTS = (".greenhouse.io", ".lever.co", ".ashbyhq.com")
_LISTS: Mapping[str, Callable[[Board], str]] = {
    "Greenhouse": lambda board: greenhouse_list(board.site),
    "Lever": lambda board: lever_list(
        board.site, european=board.link.startswith("https://jobs.eu.")
    ),
    "Ashby": lambda board: ashby_list(board.site),
}
"""The boards whose lists are read, and where they are."""
