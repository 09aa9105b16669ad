"""Workday, on a company's own host or the common one."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import workday_posting

from .days import read_age, read_day
from .employment import read_employment
from .json_fields import dig, load, string
from .markup import one_line, plain_text
from .places import place, places
from .posting import Posting
from .request import Board, Request
from .workplace import find_workplace, read_workplace


def address(asked: Request) -> str | None:
    """Where the posting's data is."""
    return workday_posting(asked.link)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting."""
    whole = load(payload)
    job = dig(whole, "jobPostingInfo")
    title, content = string(job, "title"), string(job, "jobDescription")
    if title is None:
        return None
    text = plain_text(content) if content else None
    location = _location(job)
    told = read_workplace(dig(job, "remoteType"))
    return Posting(
        title=one_line(title),
        company=one_line(string(whole, "hiringOrganization", "name")) or asked.company,
        location=location,
        remote=find_workplace(told, places=(location, title), text=text),
        employment_type=read_employment(dig(job, "timeType")),
        description=text,
        posted=_posted(job, asked),
        valid_through=read_day(dig(job, "endDate")),
        link=string(job, "externalUrl"),
    )


def _location(job: Any) -> str | None:
    country = string(job, "country", "descriptor") or string(job, "country")
    others = dig(job, "additionalLocations")
    others = [one for one in others if isinstance(one, str)] if isinstance(others, list) else []
    return places([place(string(job, "location"), None if others else country), *others])


def _posted(job: Any, asked: Request) -> Any:
    """The start of the posting; some name a day to come, which is not when it was posted."""
    started = read_day(dig(job, "startDate"))
    if started is not None and started <= asked.today:
        return started
    return read_age(dig(job, "postedOn"), asked.today)


BOARD = Board("workday", address, parse)
