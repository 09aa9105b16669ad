"""Which company a row means."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sync_daemon.tooling import ToolError, is_blank
from sync_daemon.tooling.board_pages import Board, find_board
from sync_daemon.tooling.cell_text import one_line
from sync_daemon.tooling.link_parameters import is_board
from sync_daemon.tooling.links import find_address

from .names import host_fits_name, host_key, name_key
from .schemas import CompanyInputSchema

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """The company.

    Attributes:
        name: as the row has it.
        site: where its web site begins; typed, or told by the link.
        board: that the posting's link belongs to.
        link: of the posting, as far as it tells something.
    """

    name: str | None
    site: str | None
    board: Board | None
    link: str | None

    @property
    def hosts(self) -> frozenset[str]:
        """The keys of the site's hosts."""
        return frozenset({host_key(host_of(self.site))} if self.site else ())

    def identity(self) -> tuple[str, ...]:
        """Equal for rows that mean the same company."""
        name = name_key(self.name) if self.name else ""
        return name, self.site or "", self.board.link if self.board else ""


def find_subject(entry: CompanyInputSchema) -> Subject:
    """What the row says.

    Raises:
        ToolError: nothing, or nothing that can be read.
    """
    name = one_line(entry.company or "", _LONGEST_NAME) or None
    site = find_address(entry.site or "")
    if site is None and not is_blank(entry.site):
        raise ToolError("The site is not a web address.", hint="Give one such as acme.com.")
    link = find_address(entry.link or "")
    board = find_board(link) if link else None
    if site is None and link and name and not is_board(host_of(link)):
        site = _home(link) if host_fits_name(host_of(link), name) else None
    if name is None and site is None and board is None:
        raise ToolError("It is not clear which company is meant.", hint="Give its name or site.")
    return Subject(name, site, board, link if board else None)


def host_of(address: str) -> str:
    """The host of a well-formed address."""
    return urlsplit(address).hostname or ""


def _home(link: str) -> str:
    """The home page of a site of which a posting is known."""
    return f"https://www.{host_key(host_of(link))}/"
