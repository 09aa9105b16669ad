"""Which column of a sheet means what: by its name where that is clear, else by what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync_daemon.domain.cells import CellValue, is_blank
from sync_daemon.onboarding.content import Content, content_of
from sync_daemon.onboarding.names import Claim, Role, claims_of, plain

__all__ = ["ROWS_LOOKED_AT", "Column", "Role", "find_header_row", "recognise", "titles"]

ROWS_LOOKED_AT = 10  # for the header row


@dataclass(frozen=True, slots=True)
class Column:
    """A column's title, and the first cells below it."""

    title: str
    cells: Sequence[CellValue] = ()

    @property
    def content(self) -> Content:
        """What most of its cells are."""
        return content_of(self.cells)


_DATES = frozenset({Content.DATES})
# What a column must not hold to have a role that its name claims …
_CONTRADICTS: Mapping[Role, frozenset[Content]] = {
    Role.LINK: frozenset({Content.BOOLEANS, Content.NUMBERS, Content.DATES, Content.MONEY,
                          Content.LONG_TEXTS, Content.STATUSES}),
    Role.COMPANY: frozenset({Content.BOOLEANS, Content.DATES, Content.LONG_TEXTS}),
    Role.TITLE: frozenset({Content.BOOLEANS, Content.DATES, Content.ADDRESSES,
                           Content.LONG_TEXTS, Content.NUMBERS}),
    Role.DESCRIPTION: frozenset({Content.BOOLEANS, Content.NUMBERS, Content.DATES,
                                 Content.ADDRESSES, Content.STATUSES}),
    Role.LOCATION: frozenset({Content.BOOLEANS, Content.DATES, Content.ADDRESSES,
                              Content.LONG_TEXTS}),
    Role.SALARY: frozenset({Content.BOOLEANS, Content.DATES, Content.ADDRESSES,
                            Content.LONG_TEXTS}),
    Role.STATUS: frozenset({Content.NUMBERS, Content.DATES, Content.ADDRESSES,
                            Content.LONG_TEXTS, Content.MONEY}),
    Role.APPLIED: frozenset(Content) - _DATES - {Content.NOTHING},
    Role.LAST_CONTACT: frozenset(Content) - _DATES - {Content.NOTHING},
    Role.INTERVIEW: frozenset(Content) - _DATES - {Content.NOTHING},
    Role.POSTED: frozenset(Content) - _DATES - {Content.NOTHING},
    Role.DEADLINE: frozenset(Content) - _DATES - {Content.NOTHING},
    Role.NOTES: frozenset({Content.BOOLEANS, Content.ADDRESSES}),
}  # fmt: skip
# … and what goes with a name that is vague; a column that is still blank goes with any.
_SUPPORTS: Mapping[Role, frozenset[Content]] = {
    Role.LINK: frozenset({Content.ADDRESSES}),
    Role.COMPANY: frozenset({Content.TEXTS}),
    Role.TITLE: frozenset({Content.TEXTS, Content.STATUSES}),
    Role.DESCRIPTION: frozenset({Content.LONG_TEXTS}),
    Role.LOCATION: frozenset({Content.TEXTS}),
    Role.SALARY: frozenset({Content.MONEY, Content.NUMBERS}),
    Role.STATUS: frozenset({Content.STATUSES}),
    Role.NOTES: frozenset({Content.TEXTS, Content.LONG_TEXTS}),
}
# What tells a role without any name; names of people and places tell nothing.
_BY_CONTENT = (
    (Role.LINK, Content.ADDRESSES),
    (Role.DESCRIPTION, Content.LONG_TEXTS),
    (Role.STATUS, Content.STATUSES),
    (Role.SALARY, Content.MONEY),
)
# Words in a title that say that its column is of something else.
_OF_SOMETHING_ELSE = frozenset(
    """linkedin resume cv cover letter portfolio contact recruiter profile meeting zoom website
    interview question feedback email mail note glassdoor folder drive document file github
    company employer prep research bonus expense benefit referral source priority type remote
    work mode style
    next action step title role position name""".split()  # noqa: SIM905 - words
)


def recognise(columns: Iterable[Column | str]) -> dict[Role, str]:
    """The column for each role that one of them has; no column has two roles.

    Args:
        columns: with cells, or titles alone.
    """
    known = [c if isinstance(c, Column) else Column(c) for c in columns]
    unique = list({column.title: column for column in reversed(known)}.values())[::-1]
    contents = {column.title: column.content for column in unique}
    found = _by_name(contents)
    return found | _by_content(contents, found)


def find_header_row(rows: Sequence[Sequence[CellValue]]) -> int | None:
    """The number, from 1, of the row that looks like titles of columns; None if none does.

    It is the row with the most roles; without any, the first that has two texts.
    """
    scored = [(len(recognise(titles(row))), -number) for number, row in enumerate(rows, start=1)]
    best, number = max(scored, default=(0, 0))
    if best:
        return -number
    full = (n for n, row in enumerate(rows, start=1) if len(titles(row)) > 1)
    return next(full, None)


def titles(row: Sequence[CellValue]) -> list[str]:
    """The titles in a row, without blank ones."""
    return [cell.strip() for cell in row if isinstance(cell, str) and not is_blank(cell)]


def _by_name(contents: Mapping[str, Content]) -> dict[Role, str]:
    """The likeliest claims first; each column and each role once."""
    claims = [
        (claim.rank, place, claim, title)
        for place, title in enumerate(contents)
        for claim in claims_of(title)
        if _goes_with(claim, contents[title])
    ]
    found: dict[Role, str] = {}
    for _, _, claim, title in sorted(claims, key=lambda one: one[:2]):
        if claim.role not in found and title not in found.values():
            found[claim.role] = title
    return found


def _goes_with(claim: Claim, content: Content) -> bool:
    if content in _CONTRADICTS[claim.role]:
        return False
    supported = _SUPPORTS.get(claim.role, _DATES)
    return not claim.is_vague or content is Content.NOTHING or content in supported


def _by_content(contents: Mapping[str, Content], found: Mapping[Role, str]) -> dict[Role, str]:
    """Columns whose names say nothing."""
    free = {
        title: content
        for title, content in contents.items()
        if title not in found.values() and not set(plain(title).split()) & _OF_SOMETHING_ELSE
    }
    filled: dict[Role, str] = {}
    for role, wanted in _BY_CONTENT:
        title = next((t for t, content in free.items() if content is wanted), None)
        if role not in found and title is not None:
            filled[role] = title
    return filled | _date_beside(contents, found)


def _date_beside(contents: Mapping[str, Content], found: Mapping[Role, str]) -> dict[Role, str]:
    """A column of dates beside one called Applied that holds only check marks."""
    if Role.APPLIED in found:
        return {}
    order = list(contents)
    for place, title in enumerate(order):
        if not any(claim.role is Role.APPLIED for claim in claims_of(title)):
            continue
        for near in order[place + 1 : place + 2] + order[max(place - 1, 0) : place]:
            if contents[near] is Content.DATES and near not in found.values():
                return {Role.APPLIED: near}
    return {}
