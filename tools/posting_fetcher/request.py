"""Which posting of which board is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sync_daemon.tooling.board_data import as_written
from sync_daemon.tooling.links import Link
from sync_daemon.tooling.posting_keys import PostingKey

from .posting import Posting


@dataclass(frozen=True, slots=True)
class Request:
    """A posting of a known board.

    Attributes:
        link: the link, in its canonical form.
        key: whose posting it is, and which.
        today: the day, for boards that say "3 days ago".
        address: the address as it was typed or led to.
    """

    link: Link
    key: PostingKey
    today: date
    address: str = ""

    @property
    def site(self) -> str:
        """The board's name for the employer, in the letters of the link."""
        return as_written(self.key.site, self.link)

    @property
    def number(self) -> str:
        """The posting's number in the letters of the link."""
        return as_written(self.key.number, self.link)

    @property
    def company(self) -> str | None:
        """The employer, as far as the board's name for it tells: ``acme-labs``: Acme Labs."""
        words = re.sub(r"[-_.+\s]+", " ", self.site).split()
        if len(words) == 1 and not self.site.islower():
            return self.site
        return " ".join(word if word[0].isupper() else word.capitalize() for word in words) or None


@dataclass(frozen=True, slots=True)
class Board:
    """A job board with public data.

    Attributes:
        name: what `PostingKey.board` calls it.
        address: where the data of the posting is; None if the link does not say enough.
        parse: reads that data; None where the posting is not, or no longer, in it.
        lists_all: whether a posting that is not in the data is gone for certain.
    """

    name: str
    address: Callable[[Request], str | None]
    parse: Callable[[bytes, Request], Posting | None]
    lists_all: bool = True
