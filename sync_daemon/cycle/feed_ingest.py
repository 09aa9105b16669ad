"""Postings that configured sources have become rows, each once and never twice.

An item is kept, with the id that its row will have, before anything is written:
as a row that was never in the sheet. Whatever is killed in between, the next
cycle sees by that id whether the row is there, and puts it there if it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sync_daemon.cycle.context import CycleContext, FeedPorts
from sync_daemon.cycle.new_rows import append_rows
from sync_daemon.cycle.plan import Planned
from sync_daemon.cycle.state import ReadAgain, Tab
from sync_daemon.domain.cells import decode_cells
from sync_daemon.domain.feeding import Feed, FeedField, FeedRow, cells_of, choose
from sync_daemon.domain.ids import IdSource
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.errors import SheetdError

_AFTER_FAILURE = timedelta(minutes=15)
_AT_ONCE = 100  # rows of one request


def has_feed_work(context: CycleContext, tab: Tab) -> bool:
    """Whether a source is to be read, or a row waits for its place."""
    feeds, now = context.ports.feeds, context.now
    if feeds is None:
        return False
    is_due = any(feeds.store.is_due(tab.name, feed, now) for feed in tab.sheet.feeds)
    return is_due or bool(feeds.store.load_waiting(tab.name))


def ingest_feeds(context: CycleContext, tab: Tab, snapshot: Snapshot, planned: Planned) -> Tab:
    """Read what is due, once in a cycle, and append rows.

    Raises:
        ReadAgain: rows were appended, or columns made in this round are to be seen first.
    """
    if context.ports.feeds is None:
        return tab
    if not snapshot.columns.all_bound:
        if has_feed_work(context, tab):
            raise ReadAgain(tab, "where new columns stand is known after another reading")
        return tab
    ingest = _Ingest(context, context.ports.feeds, tab)
    if not tab.has_read_feeds:
        ingest.read_due(snapshot, planned)
    tab = replace(tab, has_read_feeds=True)
    if ingest.place_waiting(snapshot, planned.known):
        raise ReadAgain(tab, "rows were appended")
    return tab


@dataclass(frozen=True, slots=True)
class _Ingest:
    context: CycleContext
    feeds: FeedPorts
    tab: Tab

    def read_due(self, snapshot: Snapshot, planned: Planned) -> None:
        """Keep what is new in the sources that are due; what is left follows in the next cycle."""
        for feed in self.tab.sheet.feeds:
            if self.feeds.store.is_due(self.tab.name, feed, self.context.now):
                self._read(feed, snapshot, planned)

    def _read(self, feed: Feed, snapshot: Snapshot, planned: Planned) -> None:
        context, name, store = self.context, self.tab.name, self.feeds.store
        now = context.now
        context.ports.on_progress(f"{name}: reading {feed.name}")
        try:
            items = self.feeds.reader.read(feed.source)
        except SheetdError as error:
            context.report.notes.append(
                f"The feed {feed.name!r} was not read: {redact(str(error))}"
            )
            store.note_reading(name, feed, now + min(_AFTER_FAILURE, feed.every))
            return
        links = set(_links(feed, snapshot))
        chosen = choose(items, feed, store.load_taken(name, feed), links)
        draw = IdSource(context.ports.random_number, planned.known).draw
        rows = {item.key: FeedRow(draw(), cells_of(item, feed)) for item in chosen}
        store.take(context.open_run(), name, feed, rows, now)
        is_all = len(rows) < feed.at_most  # else the rest follows in the next cycle
        store.note_reading(name, feed, now + feed.every if is_all else now)

    def place_waiting(self, snapshot: Snapshot, known: Collection[str]) -> bool:
        """Append the rows that are not in the sheet yet; returns whether there were any."""
        mirror, name, store = self.context.mirror, self.tab.name, self.feeds.store
        waiting = store.load_waiting(name)
        store.settle(name, [row_id for row_id in waiting if row_id in known])
        missing = [row_id for row_id in waiting if row_id not in known][:_AT_ONCE]
        if not missing:
            return False
        rows = mirror.load_tombstones(name, missing)
        cells = mirror.load_cells(list(rows))
        new = [(rows[row_id], cells[row_id]) for row_id in missing if row_id in rows]
        append_rows(self.context, self.tab, snapshot, new)
        self.context.report.inserted += len(new)
        return True


def _links(feed: Feed, snapshot: Snapshot) -> Iterator[str]:
    header = feed.columns.get(FeedField.LINK)
    for row in snapshot.rows if header else ():
        yield str(decode_cells(row.content).get(header or "", ""))
