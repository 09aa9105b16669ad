"""Postings that configured sources have become rows, each once and never twice.

An item is kept, with the id that its row will have, before anything is written:
as a row that was never in the sheet. Whatever is killed in between, the next
cycle sees by that id whether the row is there, and puts it there if it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sync_daemon.domain.cells import decode_cells
from sync_daemon.domain.feeding import Feed, FeedField, FeedRow, cells_of, choose
from sync_daemon.domain.ids import IdSource
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import FeedPorts, Ports
from sync_daemon.engine.intake import Intake
from sync_daemon.engine.new_rows import append_rows
from sync_daemon.engine.report import SheetReport
from sync_daemon.errors import SheetdError

_AFTER_FAILURE = timedelta(minutes=15)
_AT_ONCE = 100  # rows of one request


@dataclass(slots=True)
class Feeding:
    """The feeds of one sheet."""

    ports: Ports
    feeds: FeedPorts
    sheet: ConfiguredSheet
    report: SheetReport
    open_run: Callable[[], int]
    _has_read: bool = False  # in this cycle: what is left of a source follows in the next

    def has_work(self) -> bool:
        """Whether a source is to be read, or a row waits for its place."""
        now, store, name = self.ports.clock.now(), self.feeds.store, self.sheet.name
        is_due = any(store.is_due(name, feed, now) for feed in self.sheet.feeds)
        return is_due or bool(store.load_waiting(name))

    def feed(self, record: SheetRecord, snapshot: Snapshot, intake: Intake) -> bool:
        """Read what is due and append rows; returns whether the sheet has to be read again."""
        now, name = self.ports.clock.now(), self.sheet.name
        for feed in () if self._has_read else self.sheet.feeds:
            if self.feeds.store.is_due(name, feed, now):
                self._read(feed, snapshot, intake)
        self._has_read = True
        return self._place(record, snapshot, intake.known)

    def _read(self, feed: Feed, snapshot: Snapshot, intake: Intake) -> None:
        now, name, store = self.ports.clock.now(), self.sheet.name, self.feeds.store
        self.ports.tell(f"{name}: reading {feed.name}")
        try:
            items = self.feeds.reader.read(feed.source)
        except SheetdError as error:
            self.report.notes.append(f"The feed {feed.name!r} was not read: {redact(str(error))}")
            store.note_reading(name, feed, now + min(_AFTER_FAILURE, feed.every))
            return
        links = set(self._links(feed, snapshot))
        chosen = choose(items, feed, store.load_taken(name, feed), links)
        draw = IdSource(self.ports.random_number, intake.known).draw
        rows = {item.key: FeedRow(draw(), cells_of(item, feed)) for item in chosen}
        store.take(self.open_run(), name, feed, rows, now)
        is_all = len(rows) < feed.at_most  # else the rest follows in the next cycle
        store.note_reading(name, feed, now + feed.every if is_all else now)

    def _links(self, feed: Feed, snapshot: Snapshot) -> Iterator[str]:
        header = feed.columns.get(FeedField.LINK)
        for row in snapshot.rows if header else ():
            yield str(decode_cells(row.content).get(header or "", ""))

    def _place(self, record: SheetRecord, snapshot: Snapshot, known: Collection[str]) -> bool:
        """Append the rows that are not in the sheet yet; returns whether there were any."""
        store, name = self.feeds.store, self.sheet.name
        waiting = store.load_waiting(name)
        store.settle(name, [row_id for row_id in waiting if row_id in known])
        missing = [row_id for row_id in waiting if row_id not in known][:_AT_ONCE]
        if not missing:
            return False
        rows = self.ports.mirror.load_tombstones(name, missing)
        cells = self.ports.mirror.load_cells(list(rows))
        new = [(rows[row_id], cells[row_id]) for row_id in missing if row_id in rows]
        told = append_rows(self.ports, self.sheet.target, record, snapshot, new)
        self.report.notes += [told] if told else []
        self.report.inserted += len(new)
        return True
