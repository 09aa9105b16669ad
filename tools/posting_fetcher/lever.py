"""Lever, with its EU region."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import lever_posting

from .days import read_day
from .employment import read_employment
from .json_fields import dig, items, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import places
from .posting import Posting
from .request import Board, Request
from .workplace import find_workplace, read_workplace


def address(asked: Request) -> str:
    """Where the posting's data is."""
    is_european = ".eu." in asked.link.host
    return lever_posting(asked.site, asked.key.number, european=is_european)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting; a list of one is taken as well."""
    loaded = load(payload)
    job = loaded[0] if isinstance(loaded, list) and loaded else loaded
    title = string(job, "text")
    if title is None:
        return None
    text = _description(job)
    every = dig(job, "categories", "allLocations")
    location = places(one for one in every if isinstance(one, str)) if every else None
    location = location or string(job, "categories", "location")
    told = read_workplace(dig(job, "workplaceType"))
    return Posting(
        title=one_line(title),
        company=asked.company,
        location=location,
        remote=find_workplace(told, places=(location, title), text=text),
        employment_type=read_employment(dig(job, "categories", "commitment")),
        salary=_salary(job),
        description=text,
        posted=read_day(dig(job, "createdAt")),
        link=string(job, "hostedUrl"),
    )


def _description(job: Any) -> str | None:
    """The introduction, the lists under their titles, and the end."""
    parts = [_part(job, "description", "descriptionPlain")]
    for one in items(job, "lists"):
        content = string(one, "content") or ""
        listed = plain_text(f"<ul>{content}</ul>") if "<li" in content else plain_text(content)
        parts.append("\n".join(filter(None, (one_line(string(one, "text")), listed))))
    parts.append(_part(job, "salaryDescription", "salaryDescriptionPlain"))
    parts.append(_part(job, "additional", "additionalPlain"))
    return "\n\n".join(filter(None, parts)) or None


def _part(job: Any, marked: str, plain: str) -> str | None:
    found = string(job, marked) or string(job, plain)
    return plain_text(found) if found else None


def _salary(job: Any) -> str | None:
    pay = dig(job, "salaryRange")
    return pay_line(dig(pay, "min"), dig(pay, "max"), dig(pay, "currency"), dig(pay, "interval"))


BOARD = Board("lever", address, parse)
