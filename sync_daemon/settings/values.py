"""The kinds of values a configuration holds, each with its own check and wording."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv6Address
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from sync_daemon.domain.cells import is_blank

_DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+(?:\.\d+)?)s)?", re.ASCII)
_SPREADSHEET_URL = re.compile(
    r"(?:https?://)?(?:docs\.google\.com|(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?)"
    r"(?:/a/[^/]+)?/spreadsheets(?:/u/\d+)?/d/([\w-]+)(?:[/?#]|$)",
    re.ASCII,
)
_SPREADSHEET_ID = re.compile(r"[\w-]{10,}", re.ASCII)
_PUBLISHED = "e"  # …/spreadsheets/d/e/2PACX-…/pubhtml: a page made of the sheet, not the sheet
_API_ROOT = re.compile(
    r"https://[^/\s?#@]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.ASCII
)

_ORIGIN = re.compile(
    r"https?://(?:(?:(?!-)[a-z0-9_-]{1,63}\.)*(?!-)[a-z0-9_-]{1,63}|\[(?P<v6>[0-9a-f:.]+)\])"
    r"(?::(?P<port>[1-9]\d{0,4}))?",
    re.ASCII,
)
_LAST_PORT = 65_535


def parse_duration(value: object) -> timedelta:
    """``90s``, ``10m``, ``1h30m``, ``2d`` as a time span; ValueError for anything else.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError('write a duration like "60s", "10m" or "1h30m"')
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    try:
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise ValueError("is longer than a calendar can hold") from error
    if not span:
        raise ValueError("must be longer than nothing")
    return span


def parse_spreadsheet(value: str) -> str:
    """The id in a spreadsheet's address, or the id itself; ValueError if it is neither.

    >>> parse_spreadsheet("https://docs.google.com/spreadsheets/d/1AbCdEfGhIj/edit#gid=0")
    '1AbCdEfGhIj'
    """
    match = _SPREADSHEET_URL.match(value.strip())
    if match is not None and match[1] == _PUBLISHED:
        raise ValueError("is the address of a published page; paste the one seen while editing")
    if match is not None:
        return match[1]
    if _SPREADSHEET_ID.fullmatch(value.strip()):
        return value.strip()
    raise ValueError(
        "paste the spreadsheet's address (https://docs.google.com/spreadsheets/d/…) or its id"
    )


def _check_root(value: str) -> str:
    root = value.rstrip("/")
    if not _API_ROOT.fullmatch(root):
        raise ValueError("must be https://HOST, or http:// on this machine")
    return root


def _check_origin(value: str) -> str:
    origin = value.strip().rstrip("/").lower()
    found = _ORIGIN.fullmatch(origin)
    if not found or int(found["port"] or 1) > _LAST_PORT or not _is_ipv6(found["v6"] or "::"):
        raise ValueError('write http://HOST or https://HOST, with ":PORT" if it has one, no more')
    return origin


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _check_database_url(value: str) -> str:
    try:
        make_url(value).get_dialect()
    except (ArgumentError, ImportError) as error:
        raise ValueError('write a SQLAlchemy URL such as "sqlite:///sheetd.db"') from error
    return value


def _check_path(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("a path holds no NUL character")
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError("begins with ~ and a name that is not a user of this machine") from error


def _check_visible(value: str) -> str:
    if is_blank(value):
        raise ValueError("must not be blank")
    return value


def _parse_sources(value: object) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        raise ValueError('must be a column, "step.output" or a list of such: ["Column", …]')
    sources = tuple(text.strip() for text in texts)
    if not sources:
        raise ValueError("must name at least one column")
    if any(map(is_blank, sources)):
        raise ValueError("must not be blank")
    if len(set(sources)) < len(sources):
        raise ValueError("must name each source once")
    return sources


def _parse_keeping(value: object) -> timedelta | None:
    return None if value is None or value == "forever" else parse_duration(value)


Keeping = Annotated[timedelta | None, BeforeValidator(_parse_keeping)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
ApiRoot = Annotated[str, AfterValidator(_check_root)]
Origin = Annotated[str, AfterValidator(_check_origin)]
DatabaseUrl = Annotated[str, AfterValidator(_check_database_url)]
ConfigPath = Annotated[Path, AfterValidator(_check_path)]
Name = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_check_visible)]
Sources = Annotated[tuple[str, ...], BeforeValidator(_parse_sources)]
SpreadsheetId = Annotated[str, AfterValidator(parse_spreadsheet)]
