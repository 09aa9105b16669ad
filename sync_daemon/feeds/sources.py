"""Which board an address belongs to, and where its public list is; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit

from sync_daemon.errors import ConfigError
from sync_daemon.tooling.board_data import ashby_list, greenhouse_list, lever_list

_NAME = re.compile(r"(?!\.+$)[\w.%-]{1,100}", re.ASCII)


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
    places = [place for place in parts.path.split("/") if place]
    if host.endswith("greenhouse.io"):
        query = re.search(r"(?:^|&)for=([\w.%-]+)", parts.query)
        board = query[1] if query else _after(places, "boards") or _first(places, {"embed", "v1"})
        return _board(SourceKind.GREENHOUSE, address, board)
    if host in {"jobs.lever.co", "jobs.eu.lever.co", "api.lever.co", "api.eu.lever.co"}:
        board = _after(places, "postings") or _first(places, {"v0"})
        return _board(SourceKind.LEVER, address, board, is_eu=".eu." in host)
    if host in {"jobs.ashbyhq.com", "api.ashbyhq.com"}:
        board = _after(places, "job-board") or _first(places, {"posting-api"})
        return _board(SourceKind.ASHBY, address, board)
    return Source(SourceKind.FEED, address.strip())


def _board(kind: SourceKind, address: str, board: str, *, is_eu: bool = False) -> Source:
    if not _NAME.fullmatch(board):
        message = f"The address {address!r} does not say whose board it is."
        raise ConfigError(message, hint="Copy the address of the company's list of jobs.")
    name = unquote(board)
    match kind:
        case SourceKind.GREENHOUSE:
            found = greenhouse_list(name)
        case SourceKind.LEVER:
            found = lever_list(name, european=is_eu)
        case _:
            found = ashby_list(name)
    return Source(kind, found, board)


def _after(places: list[str], word: str) -> str:
    """The part of a path that follows ``word``."""
    if word in places[:-1]:
        return places[places.index(word) + 1]
    return ""


def _first(places: list[str], never: set[str]) -> str:
    return places[0] if places and places[0] not in never else ""
