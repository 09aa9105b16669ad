"""Personio: an XML feed of the whole board."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from sync_daemon.tooling.board_data import personio_list
from sync_daemon.tooling.markup_bounds import check_markup

from .days import read_day
from .employment import read_employment
from .json_fields import UnreadableError
from .markup import one_line, plain_text
from .places import places
from .posting import Posting
from .request import Board, Request
from .workplace import find_workplace

_LANGUAGE = re.compile(r"[a-z]{2}")


def address(asked: Request) -> str:
    """Where the feed is, in the language of the link."""
    asked_for = parse_qs(urlsplit(asked.address).query).get("language", [""])[0].lower()
    return personio_list(asked.link.host, asked_for if _LANGUAGE.fullmatch(asked_for) else "")


def parse(payload: bytes, asked: Request) -> Posting | None:
    """The posting among those of the feed."""
    jobs = _positions(payload)
    job: Any = next((one for one in jobs if _text(one, "id") == asked.key.number), None)
    title = None if job is None else _text(job, "name")
    if title is None:
        return None
    text = _description(job)
    location = places(
        [_text(job, "office"), *(_own_text(one) for one in job.findall("additionalOffices/office"))]
    )
    return Posting(
        title=one_line(title),
        company=one_line(_text(job, "subcompany")) or asked.company,
        location=location,
        remote=find_workplace(None, places=(location, title), text=text),
        employment_type=read_employment(_text(job, "schedule"), _text(job, "employmentType")),
        description=text,
        posted=read_day(_text(job, "createdAt")),
    )


def _positions(payload: bytes) -> list[Any]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    check_markup(payload)
    try:
        tree = etree.fromstring(payload, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError from error
    return list(tree.iter("position"))


def _description(job: Any) -> str | None:
    parts = []
    for one in job.findall("jobDescriptions/jobDescription"):
        content = _text(one, "value")
        text = plain_text(content) if content else None
        if text:
            parts.append("\n".join(filter(None, (one_line(_text(one, "name")), text))))
    return "\n\n".join(parts) or None


def _text(parent: Any, name: str) -> str | None:
    found = parent.find(name)
    return None if found is None else _own_text(found)


def _own_text(element: Any) -> str | None:
    return (element.text or "").strip() or None


BOARD = Board("personio", address, parse)
