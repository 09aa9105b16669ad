"""From a page to a posting: its data for programs, else its main text.

Raises ToolError for pages that are no posting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

from sync_daemon.tooling import TooComplexError, ToolError, reads_with
from sync_daemon.tooling.board_embeds import find_embedded
from sync_daemon.tooling.links import canonical_link, parse_link
from sync_daemon.tooling.posting_keys import key_of, numbers_in

from . import json_ld, microdata
from .blocked_pages import CLOSED_ONLY, WALLS, View, Wall
from .decoding import decode
from .head import Head, read_head
from .job_posting import read_posting
from .main_part import find_main_part
from .main_text import main_text
from .markup import parse, text_of
from .posting import Posting
from .workplace import find_workplace

_MOST_LINKS = 1500
_SCRIPTS = "//script[@src or (string-length(.) > 200 and not(contains(@type, 'json')))]"
_MOST_SOURCE = 300_000
_SHORT_DATA = 80  # characters: a description that short is a teaser
_LONG_TEASER = 600
_LONG_LINE = 500
_SHORT_TEXT = 120
_ALMOST_ALL = 0.9
_JOB_PATH = re.compile(
    r"(?i)/(?:jobs?|job-?(?:detail|opening|posting|offer|ad)s?|positions?|vacanc(?:y|ies)|openings?"
    r"|careers?|stellen?(?:angebote?|anzeigen?)?|vacatures?|offres?(?:-emploi)?|empleos?|viewjob"
    r"|requisitions?|o|j|p|rc/clk)/[^/?#]{3,}|/viewjob\?|[?&](?:gh_jid|jk|jobid|job_id)="
)


@dataclass(frozen=True)
class Page:
    """A page that was fetched.

    Attributes:
        text: its HTML.
        address: where it came from in the end.
        tree: the parsed page; None if it has nothing.
    """

    text: str
    address: str
    tree: Any

    @classmethod
    def of(cls, text: str, address: str) -> Page:
        """Parse ``text``."""
        return cls(text, address, parse(text))

    @cached_property
    def head(self) -> Head:
        """Its title and the like."""
        return read_head(self.tree, self.address)

    @cached_property
    def main(self) -> Any:
        """The part that is about the job."""
        return find_main_part(self.tree)

    @cached_property
    def view(self) -> View:
        """The page as the checks for walls see it."""
        if self.tree is None:
            return View(self.address)
        return View(
            address=self.address,
            title=self.head.document_title,
            heading=self.head.heading,
            text=text_of(self.tree) or "",
            source=self.text[:_MOST_SOURCE].lower(),
            scripts=len(self.tree.xpath(_SCRIPTS)),
            has_password=bool(self.tree.xpath("//input[@type='password']")),
            job_links=len(_job_links(self.tree, self.address)),
            main_words=_words_outside_links(self.main),
            main_job_links=len(_job_links(self.main, self.address)),
            summary=len(self.head.description or ""),
        )


@dataclass(frozen=True, slots=True)
class Study:
    """All that is taken from a page, without the page.

    Attributes:
        address: where it came from in the end.
        view: it as the checks for walls see it.
        embedded: the address of a board's posting that it shows.
        posting: what was found.
        source: where its text is from.
        canonical: the address of the posting.
        problem: why there is no posting: a message and a hint.
    """

    address: str
    view: View
    embedded: str | None = None
    posting: Posting | None = None
    source: str = ""
    canonical: str | None = None
    problem: tuple[str, str] = ("", "")


@reads_with("trafilatura")
def study_page(
    content: bytes, content_type: str, address: str, asked: str, *, is_given: bool
) -> Study:
    """Take a page apart.

    Args:
        content: its bytes.
        content_type: what its header says of them.
        address: where it came from in the end.
        asked: the address that was asked for.
        is_given: whether the site gave the page, and did not refuse it.

    Raises:
        TooComplexError: it is no page that a person reads.
    """
    page = Page.of(decode(content, content_type), address)
    found = Study(address, page.view)
    if not is_given:
        return found
    embedded = find_embedded(address, page.text) or find_embedded(asked, page.text)
    found = replace(found, embedded=embedded, canonical=canonical_of(page))
    try:
        posting, source = read_page(page)
    except TooComplexError:
        raise
    except ToolError as error:
        return replace(found, problem=(error.message, error.hint))
    return replace(found, posting=posting, source=source)


def read_page(page: Page) -> tuple[Posting, str]:
    """The posting and where its text is from.

    Raises:
        ToolError: the page is a wall, a list, closed or empty.
    """
    if page.tree is None:
        raise ToolError("This page is empty. Paste the description.")
    found = _from_data(page)
    if found is None:
        check_walls(page.view)
        return _from_text(page)
    return found


def check_walls(view: View, walls: Sequence[Wall] = WALLS) -> None:
    """Raise ToolError if the page is no posting."""
    for check, message, hint in walls:
        if check(view):
            raise ToolError(message, hint=hint)


def canonical_of(page: Page) -> str | None:
    """The address of the posting: the page's own word for it, else where it was found."""
    own = page.head.canonical if page.tree is not None else ""
    return canonical_link(own or page.address)


def _from_data(page: Page) -> tuple[Posting, str] | None:
    """The posting in JSON-LD or microdata, with what the page adds to it."""
    for source, nodes in (
        ("json-ld", json_ld.find_postings(page.tree)),
        ("microdata", microdata.find_postings(page.tree)),
    ):
        postings = _distinct([read_posting(node) for node in nodes])
        if len(postings) > 1:
            postings = _meant(postings, page)
        if postings:
            _check_open(page, postings[0])
            posting = _completed(postings[0], page)
            if posting is not None:
                return posting, source
    return None


def _check_open(page: Page, posting: Posting) -> None:
    """Raise ToolError if the page says beside the posting that it is closed."""
    own = _folded(posting.description or "")
    lines = [line for line in page.view.text.split("\n") if _folded(line) not in own]
    check_walls(replace(page.view, text="\n".join(lines)), CLOSED_ONLY)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _distinct(postings: list[Posting]) -> list[Posting]:
    """Without empty ones, and without the same said twice."""
    found: dict[tuple[str | None, str | None], Posting] = {}
    for one in postings:
        if one.title or one.description:
            found.setdefault((one.title, one.description), one)
    return list(found.values())


def _meant(postings: list[Posting], page: Page) -> list[Posting]:
    """The one of several that the page is about; none on a list."""
    heading, titled = page.head.heading.casefold(), page.head.document_title.casefold()
    for matching in (
        [one for one in postings if one.link and _is_address(one.link, page.address)],
        [one for one in postings if one.link and _shares_number(one.link, page.address)],
        [one for one in postings if one.title and one.title.casefold() == heading],
        [one for one in postings if one.title and one.title.casefold() in titled],
        [one for one in postings if one.description],
    ):
        if len(matching) == 1:
            return matching
    raise ToolError("This page lists several jobs: paste the link to one.")


def _is_address(link: str, address: str) -> bool:
    return canonical_link(link) == canonical_link(address)


def _shares_number(link: str, address: str) -> bool:
    one, own = parse_link(link), parse_link(address)
    if one is None or own is None:
        return False
    key = key_of(one)
    return (key is not None and key == key_of(own)) or bool(numbers_in(one) & numbers_in(own))


def _completed(posting: Posting, page: Page) -> Posting | None:
    """With the text of the page where it is better; None if there is no text at all."""
    description = posting.description or ""
    if _is_teaser(description) or _is_flat(description):
        text, _ = main_text(page.tree, page.main)
        if text and _is_better(text, description):
            description = text
    if not description:
        return None
    return replace(
        posting,
        description=description,
        title=posting.title or page.head.title,
        company=posting.company or page.head.company,
    )


def _is_teaser(description: str) -> bool:
    is_cut = description.endswith(("…", "...", "[...]")) and len(description) < _LONG_TEASER
    return is_cut or len(description) < _SHORT_DATA


def _is_flat(description: str) -> bool:
    """Whether its paragraphs and lists were lost."""
    return len(description) > _LONG_LINE and "\n" not in description


def _is_better(text: str, description: str) -> bool:
    """Whether the page's text says more than a teaser, or the same with its paragraphs."""
    if _is_teaser(description):
        return len(text) > max(_SHORT_TEXT, len(description))
    words, wanted = text.casefold().split(), set(description.casefold().split())
    common = len(wanted & set(words)) / len(wanted)
    return common > _ALMOST_ALL and len(text) < len(description) / _ALMOST_ALL**2


def _from_text(page: Page) -> tuple[Posting, str]:
    """The main text, under the title and company that the head tells."""
    text, source = main_text(page.tree, page.main)
    summary = page.head.description
    if len(text or "") < _SHORT_TEXT and len(summary or "") > len(text or ""):
        text, source = summary, "open-graph"
    if not text:
        raise ToolError("No posting was found on this page. Paste the description.")
    head = page.head
    return Posting(
        title=head.title,
        company=head.company,
        remote=find_workplace(None, places=(head.title,), text=text),
        description=text,
    ), source


def _job_links(tree: Any, address: str) -> set[str]:
    """Different links below ``tree`` that look like those of postings, but for the page's own."""
    if tree is None:
        return set()
    found = set()
    for one in tree.xpath("//a[@href]")[:_MOST_LINKS]:
        target = str(one.get("href")).strip()[:500]
        if _JOB_PATH.search(target):
            found.add(target.split("#")[0])
    return {one for one in found if not _is_same(one, address)}


def _is_same(target: str, address: str) -> bool:
    try:
        whole = urljoin(address, target)
    except ValueError:
        return True
    return whole.split("?")[0].rstrip("/").startswith(address.split("?", maxsplit=1)[0].rstrip("/"))


def _words_outside_links(tree: Any) -> int:
    if tree is None:
        return 0
    whole = len((text_of(tree) or "").split())
    linked = sum(len(str(one.xpath("string()")).split()) for one in tree.xpath("//a[@href]"))
    return max(0, whole - linked)
