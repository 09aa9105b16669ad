"""Ashby: its data is the whole board, without the postings that are not listed."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import ashby_list

from .days import read_day
from .employment import read_employment
from .json_fields import dig, items, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import places
from .posting import Posting
from .request import Board, Request
from .workplace import ON_SITE, REMOTE, find_workplace, read_workplace


def address(asked: Request) -> str | None:
    """Where the board's data is."""
    if not asked.key.site:
        return None
    return ashby_list(asked.site)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting among those of the board."""
    jobs = items(load(payload), "jobs")
    job = next((one for one in jobs if _is_meant(one, asked)), None)
    title = string(job, "title")
    if title is None:
        return None
    content = string(job, "descriptionHtml") or string(job, "descriptionPlain")
    text = plain_text(content) if content else None
    others = (string(one, "location") for one in items(job, "secondaryLocations"))
    location = places([string(job, "location"), *others])
    return Posting(
        title=one_line(title),
        company=asked.company,
        location=location,
        remote=_remote(job, location, title, text),
        employment_type=read_employment(dig(job, "employmentType")),
        salary=_salary(dig(job, "compensation")),
        description=text,
        posted=read_day(dig(job, "publishedAt")),
        link=string(job, "jobUrl"),
    )


def _is_meant(job: dict[str, Any], asked: Request) -> bool:
    wanted = asked.key.number
    return wanted in (
        (string(job, "id") or "").lower(),
        (string(job, "jobUrl") or "").lower()[-36:],
    )


def _remote(job: Any, location: str | None, title: str, text: str | None) -> str | None:
    told = read_workplace(dig(job, "workplaceType"))
    if told is None and dig(job, "isRemote") is True:
        told = REMOTE
    found = find_workplace(told, places=(location, title), text=text)
    return ON_SITE if found == REMOTE and dig(job, "workplaceType") == "OnSite" else found


def _salary(pay: Any) -> str | None:
    for part in _components(pay):
        if string(part, "compensationType") in {None, "Salary"}:
            line = pay_line(
                dig(part, "minValue"),
                dig(part, "maxValue"),
                dig(part, "currencyCode"),
                dig(part, "interval"),
            )
            if line:
                return line
    return string(pay, "scrapeableCompensationSalarySummary") or string(
        pay, "compensationTierSummary"
    )


def _components(pay: Any) -> list[dict[str, Any]]:
    tiers = items(pay, "compensationTiers")
    return items(pay, "summaryComponents") + [
        part for tier in tiers for part in items(tier, "components")
    ]


BOARD = Board("ashby", address, parse, lists_all=False)
