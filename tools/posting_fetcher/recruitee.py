"""Recruitee."""

from __future__ import annotations

from typing import Any

from sync_daemon.tooling.board_data import recruitee_offer

from .days import read_day
from .employment import read_employment
from .json_fields import dig, items, load, string
from .markup import one_line, plain_text
from .pay import pay_line
from .places import place, places
from .posting import Posting
from .request import Board, Request
from .workplace import HYBRID, ON_SITE, REMOTE, find_workplace

_WORKPLACES = (("hybrid", HYBRID), ("remote", REMOTE), ("on_site", ON_SITE))


def address(asked: Request) -> str:
    """Where the posting's data is."""
    return recruitee_offer(asked.link.host, asked.key.number)


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting; None for one that is closed."""
    loaded = load(payload)
    offer = dig(loaded, "offer") or loaded
    title = string(offer, "title")
    if title is None or (string(offer, "status") or "published") in ("closed", "archived"):
        return None
    text = _description(offer)
    location = _location(offer)
    told = next((kind for name, kind in _WORKPLACES if dig(offer, name) is True), None)
    return Posting(
        title=one_line(title),
        company=one_line(string(offer, "company_name")) or asked.company,
        location=location,
        remote=find_workplace(told, places=(location, title), text=text),
        employment_type=read_employment(dig(offer, "employment_type_code")),
        salary=_salary(dig(offer, "salary")),
        description=text,
        posted=read_day(dig(offer, "published_at") or dig(offer, "created_at")),
        valid_through=read_day(dig(offer, "close_at")),
        link=string(offer, "careers_url"),
    )


def _description(offer: Any) -> str | None:
    found = (string(offer, name) for name in ("description", "requirements"))
    return "\n\n".join(filter(None, (plain_text(one) for one in found if one))) or None


def _location(offer: Any) -> str | None:
    several = places(
        place(string(one, "city"), string(one, "state"), string(one, "country"))
        for one in items(offer, "locations")
    )
    single = string(offer, "location")
    return several or single or place(string(offer, "city"), string(offer, "country"))


def _salary(pay: Any) -> str | None:
    return pay_line(dig(pay, "min"), dig(pay, "max"), dig(pay, "currency"), dig(pay, "period"))


BOARD = Board("recruitee", address, parse)
