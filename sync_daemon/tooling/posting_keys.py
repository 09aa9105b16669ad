"""The number under which a job board knows a posting, read from any form of its link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from sync_daemon.tooling.board_pages import GREENHOUSE_API, GREENHOUSE_PAGES
from sync_daemon.tooling.links import Link, parse_link

__all__ = ["PostingKey", "key_of", "link_key", "long_numbers_in", "numbers_in", "posting_key"]

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_LOCALE = r"(?:/[a-z]{2}(?:[-_][A-Za-z]{2})?)?"


@dataclass(frozen=True, slots=True)
class PostingKey:
    """A posting of a board; ``str()`` gives ``greenhouse:acme:123``.

    Attributes:
        board: the name of the board.
        site: whose postings the number counts; empty where the board counts over all,
            or where the link does not say (``?gh_jid=`` on a company's own page).
        number: the posting's number or short name there.
    """

    board: str
    site: str
    number: str

    def __str__(self) -> str:
        return ":".join(part for part in (self.board, self.site, self.number) if part)

    def is_same(self, other: PostingKey) -> bool:
        """Whether both name the same posting; an unknown site fits any."""
        same_site = self.site == other.site or not (self.site and other.site)
        return self.board == other.board and self.number == other.number and same_site


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a board's links: a host, a path, and the parameter with the number if any."""

    board: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    number: tuple[str, ...] = ()
    site: tuple[str, ...] = ()


def _form(board: str, host: str, path: str, number: str = "", site: str = "") -> _Form:
    return _Form(
        board,
        re.compile(rf"(?:{host})(?::\d+)?"),
        re.compile(path),
        tuple(number.split()),
        tuple(site.split()),
    )


_WORKDAY = r"(?P<site>[a-z0-9_-]+)\.(?:wd\d{1,4}\.)?myworkdayjobs(?:-impl)?\.com"
_TITLE_AND_NUMBER = r"[^/]*_(?P<number>[^/_]+)(?:/apply(?:/[^/]*)?)?$"

_FORMS = (
    _form("greenhouse", GREENHOUSE_PAGES, r"^/(?!embed/)(?P<site>[^/]+)/jobs/(?P<number>\d+)"),
    _form("greenhouse", GREENHOUSE_PAGES, r"^/embed/job_app", "token gh_jid", "for"),
    _form("greenhouse", GREENHOUSE_API,
          r"^/v1/boards/(?P<site>[^/]+)/jobs/(?P<number>\d+)"),
    _form("greenhouse", r"my\.greenhouse\.io", r"^/view_job", "job_id gh_jid"),
    _form("lever", r"(?:jobs|hire)(?:\.eu)?\.lever\.co",
          r"^/(?P<site>[^/]+)/(?P<number>[\w-]{3,60})(?:/|$)"),
    _form("lever", r"api(?:\.eu)?\.lever\.co",
          r"^/v0/postings/(?P<site>[^/]+)/(?P<number>[\w-]{3,60})"),
    _form("ashby", r"jobs\.ashbyhq\.com", r"^/(?P<site>[^/]+)/(?P<number>[\w-]{3,60})(?:/|$)"),
    _form("workday", _WORKDAY, rf"^(?=.*/(?:job|details)/).*/{_TITLE_AND_NUMBER}"),
    _form("workday", r"(?:wd\d{1,4}\.)?myworkdaysite\.com",
          rf"/recruiting/(?P<site>[^/]+)/[^/]+/.*{_TITLE_AND_NUMBER}"),
    _form("smartrecruiters", r"(?:jobs|careers)\.smartrecruiters\.com",
          r"^/(?:ni/)?(?P<site>[^/]+)/(?P<number>\d{3,20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-|/|$)"),
    _form("smartrecruiters", r"api\.smartrecruiters\.com",
          r"^/v1/companies/(?P<site>[^/]+)/postings/(?P<number>[^/]+)"),
    _form("workable", r"apply\.workable\.com", r"^/(?P<site>(?!j/|api/)[^/]+)/j/(?P<number>[^/]+)"),
    _form("workable", r"apply\.workable\.com", r"^/j/(?P<number>[^/]+)"),
    _form("workable", r"(?P<site>(?!apply|jobs|www)[a-z0-9-]+)\.workable\.com",
          r"^/(?:jobs|j)/(?P<number>[^/]+)"),
    _form("workable-jobs", r"jobs\.workable\.com", r"^/view/(?P<number>[^/]+)"),
    _form("recruitee", r"(?P<site>[a-z0-9-]+)\.recruitee\.com", r"/o/(?P<number>[^/]+)"),
    _form("personio", r"(?P<site>[a-z0-9-]+)\.jobs\.personio\.(?:de|com)",
          r"^/job/(?P<number>\d+)"),
    _form("teamtailor", r"(?P<site>[a-z0-9-]+)\.(?:[a-z]{2}\.)?teamtailor\.com",
          r"/jobs/(?P<number>\d+)"),
    _form("breezy", r"(?P<site>[a-z0-9-]+)\.breezy\.hr", r"/p/(?P<number>[0-9a-f]{10,16})"),
    _form("bamboohr", r"(?P<site>[a-z0-9-]+)\.bamboohr\.com", r"^/careers/(?P<number>\d+)"),
    _form("bamboohr", r"(?P<site>[a-z0-9-]+)\.bamboohr\.com", r"^/jobs(?:/view\.php)?$", "id"),
    _form("jobvite", r"jobs\.jobvite\.com", r"^/(?P<site>[^/]+)/job/(?P<number>[^/]+)"),
    _form("icims", r"(?P<site>[a-z0-9-]+)\.icims\.com", r"^/jobs/(?P<number>\d+)"),
    _form("rippling", r"ats\.rippling\.com",
          rf"^{_LOCALE}/(?P<site>[^/]+)/jobs/(?P<number>{_UUID})"),
    _form("oracle", r"(?P<site>[a-z0-9.-]+)\.oraclecloud\.com",
          r"/(?:job|requisitions/preview)/(?P<number>[^/]+)"),
    _form("taleo", r"(?P<site>[a-z0-9-]+)\.taleo\.net", r"/jobdetail\.ftl$", "job"),
    _form("successfactors", r"[a-z0-9-]+\.(?:successfactors|sapsf)\.(?:eu|com)", r"^/career",
          "career_job_req_id", "company"),
    _form("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com",
          r"/jobs/view/(?:[^/]*-)?(?P<number>\d{1,20})(?:/|$)"),
    _form("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com", r"/jobPosting/(?P<number>\d{1,20})"),
    _form("linkedin", r"(?:[a-z]{2,3}\.)?linkedin\.com", r"/jobs(?:/|$)", "currentJobId jobId"),
    _form("indeed", r"(?:[a-z]{2,3}\.)?indeed\.[a-z.]{2,6}", r"", "jk vjk"),
    _form("indeed", r"(?:[a-z]{2,3}\.)?indeed\.[a-z.]{2,6}",
          r"/jobs/(?:[^/]*-)?(?P<number>[0-9a-f]{16})$"),
    _form("glassdoor", r"(?:[a-z]{2,3}\.)?glassdoor\.[a-z.]{2,6}", r"",
          "jl jobListingId joblistingid"),
    _form("stepstone", r"(?:[a-z]{2,3}\.)?stepstone\.[a-z.]{2,6}",
          r"--(?P<number>\d{3,12})-inline\.html$"),
    _form("xing", r"xing\.com", r"^/jobs/[^/]*?-(?P<number>\d{3,12})$"),
    _form("ziprecruiter", r"ziprecruiter\.[a-z.]{2,6}", r"", "jid"),
    _form("welcometothejungle", r"welcometothejungle\.com",
          r"/companies/(?P<site>[^/]+)/jobs/(?P<number>[^/]+)"),
)  # fmt: skip
_ANYWHERE = (("greenhouse", "gh_jid"), ("ashby", "ashby_jid"))
"""Parameters by which a company's own page shows a board's posting."""
_KEEPS_CASE = frozenset({"jobvite", "workable-jobs", "oracle", "taleo"})
"""Boards whose numbers differ by the case of their letters."""

_NUMBER = re.compile(rf"{_UUID}|[0-9a-fA-F]{{16,40}}|[A-Za-z]{{0,6}}[-_]?\d{{1,20}}")
_FEW_DIGITS = 2  # a version or a page has no more


def posting_key(text: str) -> PostingKey | None:
    """The posting that a link in a cell leads to; None for a page of no known board."""
    link = parse_link(text)
    return None if link is None else key_of(link)


def key_of(link: Link) -> PostingKey | None:
    """The posting that ``link`` leads to; None for a page of no known board."""
    for form in _FORMS:
        if (host := form.host.fullmatch(link.host)) and (path := form.path.search(link.path)):
            named = {**host.groupdict(), **path.groupdict()}
            number = named.get("number") or link.parameter(*form.number)
            if number:
                site = named.get("site") or link.parameter(*form.site)
                return _key(form.board, site, number)
    for board, parameter in _ANYWHERE:
        if number := link.parameter(parameter):
            return _key(board, "", number)
    return None


def link_key(text: str) -> str | None:
    """One text for all links to the same posting: its number at the board, or its address."""
    link = parse_link(text)
    if link is None:
        return None
    key = key_of(link)
    return str(key) if key is not None else str(link)


def numbers_in(link: Link) -> frozenset[str]:
    """What may be the number of a posting in a link: ``41``, ``R-0012``, a UUID."""
    return frozenset(_numbers(link))


def long_numbers_in(link: Link) -> frozenset[str]:
    """The numbers in a link that have three digits or more, and so are hardly anything else."""
    key = key_of(link)
    return frozenset(
        number
        for number in numbers_in(link)
        if key is not None or sum(letter.isdigit() for letter in number) > _FEW_DIGITS
    )


def _numbers(link: Link) -> Iterator[str]:
    key = key_of(link)
    if key is not None:
        yield key.number
        return
    for text in (link.path, link.fragment, *(value for _, value in link.parameters)):
        for match in _NUMBER.finditer(unquote(text)):
            yield match.group().lower()


def _key(board: str, site: str, number: str) -> PostingKey:
    number = unquote(number)
    return PostingKey(
        board, unquote(site).lower(), number if board in _KEEPS_CASE else number.lower()
    )
