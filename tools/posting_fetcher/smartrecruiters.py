"""SmartRecruiters."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import smartrecruiters_posting

from .days import read_day
from .employment import read_employment
from .json_fields import dig, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import place
from .posting import Posting
from .request import Board, Request
from .workplace import HYBRID, REMOTE, find_workplace

_SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
_COUNTRY_CODE = 2


def address(asked: Request) -> str:
    """Where the posting's data is."""
    return smartrecruiters_posting(asked.site, asked.number)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting; None for one that is no longer active."""
    job = load(payload)
    title = string(job, "name")
    if title is None or dig(job, "active") is False:
        return None
    text = _description(dig(job, "jobAd", "sections"))
    location = _location(dig(job, "location"))
    pay = dig(job, "compensation")
    return Posting(
        title=one_line(title),
        company=one_line(string(job, "company", "name")) or asked.company,
        location=location,
        remote=find_workplace(_told(job), places=(location, title), text=text),
        employment_type=read_employment(dig(job, "typeOfEmployment", "label")),
        salary=pay_line(dig(pay, "min"), dig(pay, "max"), dig(pay, "currency"), dig(pay, "period")),
        description=text,
        posted=read_day(dig(job, "releasedDate")),
        link=string(job, "postingUrl"),
    )


def _description(sections: Any) -> str | None:
    parts = []
    for name in _SECTIONS:
        content = string(sections, name, "text")
        text = plain_text(content) if content else None
        if text:
            title = one_line(string(sections, name, "title"))
            parts.append("\n".join(filter(None, (title, text))))
    return "\n\n".join(parts) or None


def _location(where: Any) -> str | None:
    whole = string(where, "fullLocation")
    if whole:
        return place(*(part.strip() for part in whole.split(",")))
    country = string(where, "country")
    if country and len(country) == _COUNTRY_CODE:
        country = country.upper()
    return place(string(where, "city"), string(where, "region"), country)


def _told(job: Any) -> str | None:
    where = dig(job, "location")
    if dig(where, "hybrid") is True:
        return HYBRID
    return REMOTE if dig(where, "remote") is True else None


BOARD = Board("smartrecruiters", address, parse)
