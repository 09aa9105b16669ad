"""Finding out about one company: its site, its careers page and Wikidata, as far as is sure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sync_daemon.tooling import HostBusyError, RobotsRefusedError, ToolError, TransientToolError
from sync_daemon.tooling.board_pages import Board, find_board, most_named_board
from sync_daemon.tooling.links import find_address

from .careers import find_careers_link, plain_address
from .facts import Fact, Facts
from .names import host_key, name_key, without_legal_form
from .organisations import organisation_facts, wikidata_item
from .pages import Page
from .schemas import CompanyOptions
from .subject import Subject, host_of
from .visits import Visits
from .wikidata import (
    Item,
    Wanted,
    choose_item,
    found_items,
    hosts_of,
    item_facts,
    items_of,
    labels_of,
    linked_items,
    site_of,
)

T = TypeVar("T")

_MOST_CAREERS_PAGES = 2


@dataclass(slots=True)
class Research:
    """What was found about a subject, and what could not be.

    Attributes:
        is_last: whether no other attempt follows, so that what can be had is taken.
        notes: what could not be found out, and why.
        trouble: the last failure that may pass by itself.
        is_refused: whether a robots.txt forbade something, which the settings can change.
    """

    subject: Subject
    visits: Visits
    options: CompanyOptions
    today: date
    is_last: bool
    facts: Facts = field(default_factory=Facts)
    notes: list[str] = field(default_factory=list)
    trouble: TransientToolError | None = None
    is_refused: bool = False

    def run(self) -> None:
        """Find out what there is.

        Raises:
            TransientToolError: the network failed, and there is another attempt.
        """
        subject = self.subject
        if subject.board and subject.link:
            self._add(_board_facts(subject.board, subject.link))
        site, item = subject.site, None
        if site is None and subject.name:
            item = self._attempt(self._search)
            site = find_address(site_of(item) or "") if item else None
        home = self._visit(site) if site else None
        if home:
            self._read_home(home)
        if item is None and site is not None:
            item = self._attempt(lambda: self._find_by_site(home))
        if item:
            self._read_item(item)
        self._say_what_lacks(home)

    def _read_home(self, home: Page) -> None:
        source = home.address
        self._add(Facts(site=Fact(source, source)))
        self._add(organisation_facts(home, self.subject.name, self.today))
        described = Fact(home.description, source) if home.description else None
        named = Fact(home.site_name, source) if home.site_name else None
        self._add(Facts(name=named, description=described))
        self._read_careers(home)

    def _read_careers(self, home: Page) -> None:
        """Follow the link to the jobs, and from there at most one more."""
        page, seen = home, {plain_address(home.address)}
        for _ in range(_MOST_CAREERS_PAGES):
            link = find_careers_link(page.links, seen)
            if link is None:
                break
            self._add(Facts(careers_page=Fact(link.address, page.address)))
            board = find_board(link.address)
            if board:
                self._add(_board_facts(board, page.address))
                return
            careers = self._visit(link.address)
            if careers is None or self._add_board_of(careers):
                return
            page, seen = careers, {*seen, *map(plain_address, (link.address, careers.address))}
        self._add_board_of(home)

    def _visit(self, address: str) -> Page | None:
        return self._attempt(lambda: self.visits.page(address))

    def _add_board_of(self, page: Page) -> bool:
        addresses = [page.address, *page.embedded, *(link.address for link in page.links)]
        board = most_named_board(addresses)
        if board:
            self._add(_board_facts(board, page.address))
        return board is not None

    def _search(self, home: Page | None = None) -> Item | None:
        """The item with the name, and with the site if one is known."""
        names = [name for name in (self.subject.name, self._value(self.facts.name)) if name]
        if not self.options.wikidata or not names:
            return None
        api = f"{self.options.wikidata_address}/w/api.php"
        language = self.options.language
        asked = {
            "action": "wbsearchentities",
            "search": without_legal_form(names[0]),
            "language": language,
        }
        more = {"uselang": language, "type": "item", "limit": "5", "format": "json"}
        ids = self.visits.data(api, {**asked, **more}, found_items)
        if not ids:
            return None
        items = self._entities(ids, "labels|aliases|claims")
        keys = frozenset(filter(None, map(name_key, names)))
        return choose_item(items, Wanted(keys, self._hosts(home)))

    def _find_by_site(self, home: Page | None) -> Item | None:
        """The item that the site names as its own, else the one of its name and host."""
        if not self.options.wikidata:
            return None
        item_id = wikidata_item(home, self.subject.name) if home else None
        if item_id is None:
            return self._search(home)
        address = f"{self.options.wikidata_address}/wiki/Special:EntityData/{item_id}.json"
        items = self.visits.data(address, {}, items_of, [item_id])
        hosts = self._hosts(home)
        return next((item for item in items if hosts & hosts_of(item)), None)

    def _hosts(self, home: Page | None) -> frozenset[str]:
        """The site's hosts, as typed and as found."""
        found = host_key(host_of(home.address)) if home else ""
        return self.subject.hosts | ({found} if found else set())

    def _read_item(self, item: Item) -> None:
        source = f"{self.options.wikidata_address}/wiki/{item['id']}"
        linked = linked_items(item)
        labels: dict[str, str] = {}
        if linked:
            items = self._attempt(lambda: self._entities(linked, "labels")) or []
            labels = labels_of(items, self.options.language)
        self._add(item_facts(item, labels, source, self.today))
        own = labels_of([item], self.options.language).get(item["id"])
        self._add(Facts(name=Fact(own, source) if own else None))

    def _entities(self, ids: list[str], props: str) -> list[Item]:
        api = f"{self.options.wikidata_address}/w/api.php"
        asked = {"action": "wbgetentities", "ids": "|".join(ids), "props": props}
        return self.visits.data(api, {**asked, "format": "json"}, items_of, ids)

    def _say_what_lacks(self, home: Page | None) -> None:
        if not self.facts.is_any:
            self.notes.insert(0, "Nothing sure is known of this company.")
        elif home and self.facts.careers_page is None:
            self.notes.append("The site names no careers page.")

    def _attempt(self, action: Callable[[], T]) -> T | None:
        """What ``action`` gives; a failure becomes a note, unless another attempt may help."""
        try:
            return action()
        except HostBusyError:
            raise
        except TransientToolError as error:
            if not self.is_last:
                raise
            self.trouble = error
            self._note(error.message)
        except RobotsRefusedError as error:
            self.is_refused = True
            self._note(f"{error.message} {self._hint_on_robots(error)}")
        except ToolError as error:
            self._note(error.message)
        return None

    def _hint_on_robots(self, error: RobotsRefusedError) -> str:
        wikidata = self.options.wikidata_address
        if host_of(wikidata) not in error.message:
            return ""
        return f'To ask it all the same: allow_origins = ["{wikidata}"] in [tools].'

    def _note(self, text: str) -> None:
        if text.strip() not in self.notes:
            self.notes.append(text.strip())

    def _add(self, facts: Facts) -> None:
        self.facts = self.facts.or_else(facts)

    @staticmethod
    def _value(fact: Fact[str] | None) -> str | None:
        return fact.value if fact else None


def _board_facts(board: Board, source: str) -> Facts:
    return Facts(board=Fact(board.name, source), board_link=Fact(board.link, source))
