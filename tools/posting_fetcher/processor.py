"""The text and the facts of a job posting, from its link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from sync_daemon.tooling import (
    FetchRefusedError,
    TooComplexError,
    Tool,
    ToolContext,
    ToolError,
)
from sync_daemon.tooling.links import canonical_link, find_address, parse_link
from sync_daemon.tooling.posting_keys import key_of, posting_key

from .boards import BOARDS, read_board
from .fetching import GoneError, RefusedError, check_status, get
from .json_fields import UnreadableError
from .kinds import check_kind
from .page import Study, study_page
from .request import Board, Request
from .schemas import PostingInputSchema, PostingResult

_TOO_COMPLEX = "The page is too complex to read. Paste the description."
_CLOSED = "This posting is no longer on its job board: it is closed, or the link is wrong."


class PostingFetcher(Tool[PostingInputSchema, PostingResult]):
    """Fetch a job posting: its text, and what else is known of it.

    From the public data of the job board where the link leads to Greenhouse, Lever,
    Ashby, Workday, SmartRecruiters, Workable, Recruitee or Personio, also behind a
    company's own page; else from the data for search engines that the page holds;
    else the main text of the page. At most three requests are made.

    A page that wants a login, refuses programs, lists several jobs, is built by
    scripts or says that the job is closed is said to be so. LinkedIn and Indeed
    refuse programs: paste the description of their postings. Steps that read the
    text take what was pasted first, then this one's: ["Description", "posting.description"].
    """

    name = "posting_fetcher"
    version = 1
    timeout: ClassVar[float] = 90.0
    max_attempts: ClassVar[int] = 4
    passed_on: ClassVar[Mapping[str, str]] = {"description": "description"}

    def process(self, entry: PostingInputSchema, context: ToolContext) -> PostingResult:
        """Fetch the posting of one link."""
        address = find_address(entry.link)
        if address is None:
            raise ToolError("This is not a web address.", hint="Copy the link again.")
        return _Search(context).find(_unwrapped(address))


@dataclass(slots=True)
class _Search:
    """The search for the posting of one row.

    It makes at most three requests: to a board, for the page, to the board behind it.
    """

    context: ToolContext
    is_missing: bool = False
    """Whether a board said that it has no such posting, where that is not yet certain."""

    def find(self, address: str) -> PostingResult:
        """The posting at ``address``: the board's data, else the page."""
        found = self._ask_board(address)
        if found is not None:
            return found
        page = self._page(address)
        inner = page.embedded or _board_behind(address, page)
        found = self._ask_board(inner, is_guess=True) if inner else None
        return found if found is not None else self._read(page)

    def _ask_board(self, address: str, *, is_guess: bool = False) -> PostingResult | None:
        """The posting in a board's data; None where the page has to be looked at."""
        asked = self._asked(address)
        board = BOARDS.get(asked.key.board) if asked else None
        source = board.address(asked) if asked and board else None
        if asked is None or board is None or source is None:
            return None
        try:
            response = self._get(source)
            posting = self.context.parse(read_board, board.name, response.content, asked)
        except GoneError:
            posting = None
        except (RefusedError, FetchRefusedError, UnreadableError, TooComplexError) as error:
            self.context.log.info("looked at the page", board=board.name, why=error.message)
            return None
        if posting is None:
            # Reports contradict each other on whether the public host knows EU boards.
            is_guess = is_guess or asked.link.host.endswith(".eu.greenhouse.io")
            self._note_missing(board, is_guess=is_guess)
            return None
        return posting.result(board.name, _canonical(posting.link, asked))

    def _note_missing(self, board: Board, *, is_guess: bool) -> None:
        if board.lists_all and not is_guess:
            raise ToolError(_CLOSED)
        self.is_missing = True

    def _page(self, address: str) -> Study:
        response = get(self.context, address)
        kind = response.headers.get("Content-Type", "")
        if response.is_success:
            check_kind(response.content, kind)
        page = self._study(response, kind, address)
        check_status(response, self.context.clock.now(), page.view)
        return page

    def _study(self, response: httpx.Response, kind: str, asked: str) -> Study:
        try:
            return self.context.parse(
                study_page,
                response.content,
                kind,
                str(response.url),
                asked,
                is_given=response.is_success,
            )
        except TooComplexError as error:
            raise ToolError(_TOO_COMPLEX) from error

    def _read(self, page: Study) -> PostingResult:
        if page.posting is not None:
            return page.posting.result(page.source, page.canonical)
        message, hint = page.problem
        raise ToolError(_CLOSED) if self.is_missing else ToolError(message, hint=hint)

    def _get(self, source: str) -> httpx.Response:
        response = get(self.context, source)
        check_status(response, self.context.clock.now())
        return response

    def _asked(self, address: str) -> Request | None:
        link = parse_link(address)
        key = key_of(link) if link else None
        if link is None or key is None:
            return None
        return Request(link, key, self.context.clock.now().date(), address)


def _board_behind(address: str, page: Study) -> str | None:
    """The board's address that ``address`` redirects to."""
    return page.address if posting_key(page.address) != posting_key(address) else None


def _canonical(told: str | None, asked: Request) -> str | None:
    """The board's own address for the posting, if it is that posting's."""
    key = posting_key(told) if told else None
    return canonical_link(told) if told and key and key.is_same(asked.key) else str(asked.link)


def _unwrapped(address: str) -> str:
    """The address itself, or the one inside it where it only leads on."""
    link = parse_link(address)
    if link is None:
        raise ToolError("This is not a web address.", hint="Copy the link again.")
    host = urlsplit(address).netloc.lower()
    return address if host.split("@")[-1].endswith(link.host) else str(link)
