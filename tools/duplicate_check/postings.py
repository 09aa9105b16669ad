"""The postings of a sheet, and the first of them that is the same as another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from sync_daemon.tooling.links import Link, parse_link
from sync_daemon.tooling.posting_keys import PostingKey, key_of, long_numbers_in, numbers_in

from .folding import REMEMBERED
from .names import Company, Title, company_of, is_same_title, title_of
from .places import Places, may_be_same, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_LIKE = 88.0  # of 100: from where titles are looked at more closely
_CLOSEST = 20  # titles of a company that are looked at
_MOST_COMPARED = 300  # of rows whose links or titles are alike, the oldest
_SHOWN = 80  # characters of a name in a description


@dataclass(frozen=True, slots=True)
class Address:
    """A link with what tells its posting: the board's number, or numbers in it."""

    link: Link
    key: PostingKey | None
    numbers: frozenset[str]
    is_numbered: bool

    @property
    def group(self) -> str:
        """Equal for all that may be the same posting."""
        return str(self.link) if self.key is None else f"{self.key.board}:{self.key.number}"


@dataclass(frozen=True, slots=True)
class Posting:
    """What a row says of a posting."""

    address: Address | None = None
    company: Company | None = None
    title: Title | None = None
    places: Places = field(default_factory=Places)

    @property
    def is_comparable(self) -> bool:
        """Whether there is enough to compare."""
        return self.address is not None or (self.company is not None and self.title is not None)


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row of the sheet.

    Attributes:
        row_id: its id.
        place: its turn, from the oldest on.
        posting: what it says.
        description: how a person recognises it.
        first_seen: when it came.
        is_fetched: whether other steps found out some of it.
        row_number: where it stands in the sheet.
    """

    row_id: str
    place: int
    posting: Posting
    description: str
    first_seen: datetime | None = None
    is_fetched: bool = False
    row_number: int | None = None

    @property
    def name(self) -> str:
        """What a person finds it by: the row's number, company and title."""
        named = self.row_id if self.row_number is None else f"row {self.row_number}"
        return f"{named}: {self.description}"


@dataclass(frozen=True, slots=True)
class Match:
    """An older row with the same posting, and in what it is the same."""

    row: KnownRow
    why: str


def read_posting(link: str, company: str, title: str, location: str) -> Posting:
    """The posting that four cells describe; blank ones are unknown."""
    employer = company_of(company) if company else None
    places = places_of(location) if location else Places()
    named = title_of(title) if title else None
    if named is not None and employer is not None:
        named = named.without_company(employer)
    if named is not None:
        named = named.without(places.words)
    return Posting(address_of(link) if link else None, employer, named, places)


@lru_cache(maxsize=REMEMBERED)
def address_of(text: str) -> Address | None:
    """The link in a cell; None if there is none."""
    link = parse_link(text)
    return (
        None
        if link is None
        else Address(link, key_of(link), numbers_in(link), bool(long_numbers_in(link)))
    )


def describe(company: str, title: str, link: str) -> str:
    """How a person recognises a row: ``Acme – Engineer``."""
    parts = [" ".join(text.split())[:_SHOWN] for text in (company, title)]
    return " – ".join(filter(None, parts)) or " ".join(link.split())[:_SHOWN]


class KnownPostings:
    """The postings of one sheet, ready for many questions. Not changed once made.

    Args:
        rows: in the order of their places.
    """

    def __init__(self, rows: Iterable[KnownRow]) -> None:
        self._by_link: dict[str, list[KnownRow]] = defaultdict(list)
        self._titles: dict[str, dict[str, list[KnownRow]]] = defaultdict(lambda: defaultdict(list))
        self._longer_names: dict[str, set[str]] = defaultdict(set)  # "google": "googlegermany"
        self._rows: dict[str, KnownRow] = {}
        for row in rows:
            self._add(row)

    def first_like(self, posting: Posting, row_id: str, *, titles: bool = True) -> Match | None:
        """The oldest row before ``row_id`` with the same posting; one that is not here is newest.

        Args:
            posting: what the row says now.
            row_id: the row itself.
            titles: compare company and title too, not the link alone.
        """
        row = self._rows.get(row_id)
        before = row.place if row is not None else len(self._rows)
        matches = [self._same_link(posting, before)]
        if titles and not matches[0]:
            matches.append(self._same_title(posting, before))
        return next(filter(None, matches), None)

    def is_early(self, row_id: str, since: datetime) -> bool:
        """Whether a row came after ``since`` and other steps look up the likes of it."""
        row = self._rows.get(row_id)
        if row is None or row.first_seen is None:
            return False
        return row.is_fetched and row.first_seen > since

    def _add(self, row: KnownRow) -> None:
        posting = row.posting
        self._rows[row.row_id] = row
        if posting.address is not None:
            self._by_link[posting.address.group].append(row)
        if posting.company is not None and posting.title is not None:
            name = posting.company.name
            self._titles[name][posting.title.text].append(row)
            if posting.company.without_country != name:
                self._longer_names[posting.company.without_country].add(name)

    def _same_link(self, posting: Posting, before: int) -> Match | None:
        if posting.address is None:
            return None
        for row in _until(self._by_link.get(posting.address.group, []), before):
            if _has_same_link(posting, row.posting):
                return Match(row, "same link")
        return None

    def _same_title(self, posting: Posting, before: int) -> Match | None:
        if posting.company is None or posting.title is None:
            return None
        rows = sorted(
            {row.place: row for row in self._alike(posting.company, posting.title)}.values(),
            key=lambda row: row.place,
        )
        for row in _until(rows, before):
            if _is_same_job(posting, row.posting):
                return Match(row, _reason(posting, row.posting))
        return None

    def _alike(self, company: Company, title: Title) -> Iterator[KnownRow]:
        """Rows of the company whose titles are like ``title``."""
        longer = self._longer_names.get(company.name, set())
        for name in {company.name, company.without_country, *longer}:
            titles = self._titles.get(name)
            if titles is not None:
                yield from _with_like_title(titles, title)


def _with_like_title(titles: dict[str, list[KnownRow]], title: Title) -> Iterator[KnownRow]:
    if title.text in titles:
        yield from titles[title.text][:_MOST_COMPARED]
    like = process.extract(
        title.text, titles.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=_CLOSEST
    )
    for text, _, _ in like:
        if text != title.text:
            yield from titles[text][:_MOST_COMPARED]


def _until(rows: Iterable[KnownRow], place: int) -> Iterator[KnownRow]:
    for row in islice(rows, _MOST_COMPARED):
        if row.place >= place:
            return
        yield row


def _has_same_link(one: Posting, other: Posting) -> bool:
    """Whether two rows whose links are alike are of one posting.

    A link without a long number may lead to the list of all jobs: then different titles count.
    """
    if one.address is None or other.address is None:
        return False
    if one.address.key is not None and other.address.key is not None:
        return one.address.key.is_same(other.address.key)
    if one.address.is_numbered or one.title is None or other.title is None:
        return True
    return is_same_title(one.title, other.title)


def _is_same_job(one: Posting, other: Posting) -> bool:
    if one.title is None or other.title is None or not may_be_same(one.places, other.places):
        return False
    if _are_two_postings(one.address, other.address):
        return False
    return is_same_title(one.title, other.title)


def _are_two_postings(one: Address | None, other: Address | None) -> bool:
    """Whether the links themselves say that there are two: other numbers at one board or site."""
    if one is None or other is None:
        return False
    if one.key is not None and other.key is not None and one.key.board == other.key.board:
        return not one.key.is_same(other.key)
    if one.link.host != other.link.host:
        return False
    return bool(one.numbers - other.numbers) and bool(other.numbers - one.numbers)


def _reason(one: Posting, other: Posting) -> str:
    if not one.places or not other.places:
        return "same company and title, no location to compare"
    return "same company, title and location"
