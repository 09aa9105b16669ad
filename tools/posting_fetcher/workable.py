"""Workable."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import workable_posting

from .days import read_day
from .employment import read_employment
from .json_fields import dig, items, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import place, places
from .posting import Posting
from .request import Board, Request
from .workplace import REMOTE, find_workplace, read_workplace

_PARTS = (("description", None), ("requirements", "Requirements"), ("benefits", "Benefits"))


def address(asked: Request) -> str | None:
    """Where the posting's data is; a short link does not name the employer."""
    if not asked.key.site:
        return None
    return workable_posting(asked.site, asked.number)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting; None for one that is not published."""
    job = load(payload)
    title = string(job, "title")
    if title is None or (string(job, "state") or "published").lower() in ("closed", "archived"):
        return None
    text = _description(job)
    location = _location(job)
    told = read_workplace(dig(job, "workplace"))
    if told is None and (dig(job, "remote") is True or dig(job, "telecommuting") is True):
        told = REMOTE
    return Posting(
        title=one_line(title),
        company=one_line(_company(job)) or asked.company,
        location=location,
        remote=find_workplace(told, places=(location, title), text=text),
        employment_type=read_employment(dig(job, "type"), dig(job, "employment_type")),
        salary=_salary(dig(job, "salary")),
        description=text,
        posted=read_day(dig(job, "published") or dig(job, "published_on")),
        link=string(job, "url"),
    )


def _company(job: Any) -> str | None:
    return string(job, "company_name") or string(job, "account", "name") or string(job, "company")


def _description(job: Any) -> str | None:
    parts = []
    for name, title in _PARTS:
        content = string(job, name)
        text = plain_text(content) if content else None
        if text:
            parts.append(f"{title}\n{text}" if title else text)
    return "\n\n".join(parts) or None


def _location(job: Any) -> str | None:
    found = items(job, "locations") or items(job, "location") or items({"one": job}, "one")
    return places(
        place(
            string(one, "city"),
            string(one, "region") or string(one, "subregion"),
            string(one, "country") or string(one, "countryName"),
        )
        for one in found
        if dig(one, "hidden") is not True
    )


def _salary(pay: Any) -> str | None:
    return pay_line(
        dig(pay, "salary_from") or dig(pay, "min"),
        dig(pay, "salary_to") or dig(pay, "max"),
        dig(pay, "salary_currency") or dig(pay, "currency"),
        dig(pay, "period") or dig(pay, "frequency"),
    )


BOARD = Board("workable", address, parse)
