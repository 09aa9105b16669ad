"""Job boards, known by any address of theirs: a posting, a list, their public data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_NOT_COMPANIES = frozenset(
    """
    api app apply assets blog careers careers-page cdn demo docs embed group help j jobs js login
    static status support v0 v1 view widget www
    """.split()  # noqa: SIM905 - a list of words
)
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Board:
    """A company's board.

    Attributes:
        name: of the software.
        link: where its jobs are listed.
        site: its short name for the company.
    """

    name: str
    link: str
    site: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a board's addresses; ``parameter`` holds the company where the path does not."""

    name: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    link: str
    parameter: str = ""


def _form(name: str, host: str, path: str, link: str, parameter: str = "") -> _Form:
    return _Form(name, re.compile(host), re.compile(path), link, parameter)


GREENHOUSE_PAGES = r"(?:job-)?boards(?:\.eu|\.cdn)?\.greenhouse\.io"
GREENHOUSE_API = r"(?:boards-)?api(?:\.eu)?\.greenhouse\.io"
"""Hosts of Greenhouse, as patterns."""
_FIRST = r"^/(?P<slug>[^/]+)"
_OWN = r"(?P<slug>[a-z0-9][a-z0-9-]{0,62})"
_GREENHOUSE = "https://boards.greenhouse.io/{slug}"
_SMART = "https://careers.smartrecruiters.com/{slug}"
_WORKABLE = "https://apply.workable.com/{slug}"

_FORMS = (
    _form("Greenhouse", GREENHOUSE_PAGES, r"^/embed/", _GREENHOUSE,
          "for"),
    _form("Greenhouse", GREENHOUSE_PAGES, _FIRST, _GREENHOUSE),
    _form("Greenhouse", GREENHOUSE_API,
          r"^/v1/boards/(?P<slug>[^/]+)", _GREENHOUSE),
    _form("Lever", r"jobs\.eu\.lever\.co", _FIRST, "https://jobs.eu.lever.co/{slug}"),
    _form("Lever", r"jobs\.lever\.co", _FIRST, "https://jobs.lever.co/{slug}"),
    _form("Lever", r"api\.eu\.lever\.co", r"^/v0/postings/(?P<slug>[^/]+)",
          "https://jobs.eu.lever.co/{slug}"),
    _form("Lever", r"api\.lever\.co", r"^/v0/postings/(?P<slug>[^/]+)",
          "https://jobs.lever.co/{slug}"),
    _form("Ashby", r"jobs\.ashbyhq\.com", _FIRST, "https://jobs.ashbyhq.com/{slug}"),
    _form("Ashby", r"api\.ashbyhq\.com", r"^/posting-api/job-board/(?P<slug>[^/]+)",
          "https://jobs.ashbyhq.com/{slug}"),
    _form("Workday", rf"{_OWN}\.(?P<part>wd\d{{1,4}})\.myworkdayjobs\.com",
          r"^/(?:wday/cxs/[^/]+/)?(?:[a-z]{2}(?:[-_][A-Za-z]{2,4})?/)?(?P<site>[^/]+)",
          "https://{slug}.{part}.myworkdayjobs.com/{site}"),
    _form("Workday", r"(?P<part>wd\d{1,4})\.myworkdaysite\.com",
          r"^(?:/[a-z]{2}(?:[-_][A-Za-z]{2,4})?)?/recruiting/(?P<slug>[^/]+)/(?P<site>[^/]+)",
          "https://{part}.myworkdaysite.com/recruiting/{slug}/{site}"),
    _form("SmartRecruiters", r"(?:careers|jobs)\.smartrecruiters\.com", _FIRST, _SMART),
    _form("SmartRecruiters", r"api\.smartrecruiters\.com", r"^/v1/companies/(?P<slug>[^/]+)",
          _SMART),
    _form("Workable", r"apply\.workable\.com", _FIRST, _WORKABLE),
    _form("Workable", r"(?:www\.)?workable\.com", r"^/api/accounts/(?P<slug>[^/]+)", _WORKABLE),
    _form("Workable", rf"{_OWN}\.workable\.com", "", _WORKABLE),
    _form("Recruitee", rf"{_OWN}\.recruitee\.com", "", "https://{slug}.recruitee.com"),
    _form("Personio", rf"{_OWN}\.jobs\.personio\.(?P<part>de|com)", "",
          "https://{slug}.jobs.personio.{part}"),
)  # fmt: skip


def find_board(address: str) -> Board | None:
    """The board that an address belongs to; None if it is of none, or of none in particular."""
    try:
        parts = urlsplit(address[:_LONGEST])
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    for form in _FORMS:
        at_host, at_path = form.host.fullmatch(host), form.path.search(parts.path)
        if at_host is None or at_path is None:
            continue
        named = {**at_host.groupdict(), **at_path.groupdict()}
        if form.parameter:
            named["slug"] = parse_qs(parts.query, max_num_fields=50).get(form.parameter, [""])[0]
        return _board(form, {key: unquote(value) for key, value in named.items()})
    return None


def most_named_board(addresses: Iterable[str]) -> Board | None:
    """The board that most of the addresses belong to; of equals, the first."""
    counted = Counter(board for address in addresses if (board := find_board(address)))
    return next((board for board, _ in counted.most_common(1)), None)


def _board(form: _Form, named: dict[str, str]) -> Board | None:
    if named["slug"].lower() in _NOT_COMPANIES:
        return None
    if not all(_SLUG.fullmatch(value) for value in named.values()):
        return None
    return Board(form.name, form.link.format(**named), named["slug"])
