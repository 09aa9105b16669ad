"""Workday, on a company's own host or the common one."""

from __future__ import annotations

import re
from typing import Any

from .asked import Asked, Board
from .days import read_age, read_day
from .employment import read_employment
from .json_fields import dig, load, string
from .markup import one_line, plain_text
from .places import place, places
from .posting import Posting
from .workplace import find_workplace, read_workplace

_LOCALE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?")
_JOB = ("job", "details")


def address(asked: Asked) -> str | None:
    """Where the posting's data is; the locale and what follows the posting are left out."""
    segments = list(asked.link.segments)
    if segments and _LOCALE.fullmatch(segments[0]):
        del segments[0]
    tenant = asked.link.host.split(".")[0]
    if asked.link.host.endswith("myworkdaysite.com"):
        tenant, segments = (segments[1:2] or [""])[0], segments[2:]
    start = next((at for at, one in enumerate(segments) if one in _JOB), 0)
    if not start:
        return None
    path = segments[start + 1 :]
    end = next((at for at, one in enumerate(path) if one in ("apply", "login")), len(path))
    below = "/".join(path[:end])
    site = segments[start - 1]
    return f"https://{asked.link.host}/wday/cxs/{tenant}/{site}/job/{below}"


def parse(payload: bytes, asked: Asked) -> Posting | None:
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


def _posted(job: Any, asked: Asked) -> Any:
    """The start of the posting; some name a day to come, which is not when it was posted."""
    started = read_day(dig(job, "startDate"))
    if started is not None and started <= asked.today:
        return started
    return read_age(dig(job, "postedOn"), asked.today)


BOARD = Board("workday", address, parse)
