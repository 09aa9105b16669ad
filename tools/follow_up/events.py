"""Due actions as all-day entries of a calendar (RFC 5545)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from icalendar import Calendar, Event

if TYPE_CHECKING:
    from icalendar.cal import Component

_DOMAIN = "follow-up.sheetd"
_PRODUCT = "-//sheetd//follow_up//EN"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
_BREAK = re.compile(r"\\(?=N)")  # icalendar takes it for the end of a line, in C:\New too
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_LONGEST_SUMMARY = 200
_LONGEST_DESCRIPTION = 1000
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """What the calendar says of one row.

    Attributes:
        due: the day of the entry.
        summary: its title.
        description: its text.
        url: an http address, or nothing.
    """

    due: date
    summary: str
    description: str = ""
    url: str = ""


def entry_of(
    due: date, action: str, about: list[str | None], lines: list[str | None], url: str | None
) -> Entry:
    """An entry with bounded, printable texts.

    Args:
        due: the day.
        action: what is to be done.
        about: the job and the company, as far as known.
        lines: what else to say, one line each.
        url: the posting's address; left out unless it is one of http.
    """
    subject = ", ".join(text for part in about if (text := _clean(part, _LONGEST_SUMMARY)))
    summary = f"{action}: {subject}" if subject else action
    description = "\n".join(text for line in lines if (text := _clean(line, _LONGEST_DESCRIPTION)))
    return Entry(
        due, _clean(summary, _LONGEST_SUMMARY), description[:_LONGEST_DESCRIPTION], _address(url)
    )


def uid_of(sheet: str, row_id: str) -> str:
    """The identifier of a row's entry, the same for ever."""
    name = row_id if _PLAIN_ID.fullmatch(row_id) else _digest(row_id)
    return f"{name}{domain_of(sheet)}"


def domain_of(sheet: str) -> str:
    """How the identifiers of a sheet's entries end."""
    return f"@{_digest(sheet)}.{_DOMAIN}"


def is_ours(uid: str) -> bool:
    """Whether this tool wrote the entry with that identifier."""
    return uid.endswith(f".{_DOMAIN}")


def new_calendar() -> Calendar:
    """A calendar without entries."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Follow-ups")
    return calendar


def event_of(uid: str, entry: Entry, sequence: int, now: datetime) -> Event:
    """``entry`` as a component: an all-day event that leaves the day free.

    Args:
        uid: see `uid_of`.
        entry: what it says.
        sequence: how often it was changed.
        now: when that was.
    """
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", sequence)
    event.add("dtstart", entry.due)
    event.add("summary", entry.summary)
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    event.add("categories", ["follow-up"])
    return event


def entry_in(event: Component) -> Entry | None:
    """What a component says, to see whether it changed; None where it is no entry of a day."""
    start = getattr(event.get("dtstart"), "dt", None)
    if not isinstance(start, date) or isinstance(start, datetime):
        return None
    texts = (str(event.get(name, "")) for name in ("summary", "description", "url"))
    return Entry(start, *texts)


def _clean(text: str | None, longest: int) -> str:
    return _BREAK.sub("/", " ".join(_CONTROL.sub(" ", text or "").split()))[:longest]


def _address(url: str | None) -> str:
    text = (url or "").strip()
    if not text.isascii() or len(text) > _LONGEST_URL or re.search(r"[\s<>\"\\^`{|}]", text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.netloc else ""


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
