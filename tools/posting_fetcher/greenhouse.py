"""Greenhouse. Boards of its EU region are served by the same public host."""

from __future__ import annotations

from decimal import Decimal

from sync_daemon.tooling.board_data import greenhouse_posting

from .days import read_day
from .json_fields import dig, items, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import places
from .posting import Posting
from .request import Board, Request
from .workplace import find_workplace

_CENTS = 100


def address(asked: Request) -> str | None:
    """Where the posting's data is."""
    if not asked.key.site:
        return None
    return f"{greenhouse_posting(asked.site, asked.key.number)}?content=true&pay_transparency=true"


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting; its content is HTML, escaped once or twice."""
    job = load(payload)
    title, content = string(job, "title"), string(job, "content")
    if title is None:
        return None
    text = plain_text(content) if content else None
    location = string(job, "location", "name") or places(
        string(office, "name") for office in items(job, "offices")
    )
    return Posting(
        title=one_line(title),
        company=one_line(string(job, "company_name")) or asked.company,
        location=location,
        remote=find_workplace(None, places=(location, title), text=text),
        salary=_salary(job),
        description=text,
        posted=read_day(dig(job, "first_published")),
        valid_through=read_day(dig(job, "application_deadline")),
        link=string(job, "absolute_url"),
    )


def _salary(job: object) -> str | None:
    for pay in items(job, "pay_input_ranges"):
        line = pay_line(
            _units(dig(pay, "min_cents")),
            _units(dig(pay, "max_cents")),
            dig(pay, "currency_type"),
            string(pay, "title"),
        )
        if line:
            return line
    return None


def _units(cents: object) -> Decimal | None:
    return Decimal(cents) / _CENTS if isinstance(cents, int) else None


BOARD = Board("greenhouse", address, parse)
