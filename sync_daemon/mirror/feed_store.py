"""Which postings of feeds became rows: implements ``ports.FeedStore``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from sync_daemon.domain.cells import content_hash, encode_cells
from sync_daemon.domain.feeding import Feed, FeedRow
from sync_daemon.domain.plan import ChangeKind, RowChange
from sync_daemon.domain.rows import RowState
from sync_daemon.mirror import statements as sql
from sync_daemon.mirror.codec import decode_time, encode_time
from sync_daemon.mirror.database import translated
from sync_daemon.mirror.tables import feed_items, upkeep


class SqlFeedStore:
    """Keeps items in the mirror; each public method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_due(self, sheet: str, feed: Feed, now: datetime) -> bool:
        """Whether it is time to read the feed; also if a clock was set back far."""
        query = select(upkeep.c.at).where(upkeep.c.task == _task(sheet, feed))
        with translated(self._engine), self._engine.connect() as connection:
            next_at = decode_time(connection.scalar(query))
        return next_at is None or not now < next_at <= now + feed.every

    def note_reading(self, sheet: str, feed: Feed, next_at: datetime) -> None:
        """When the feed is to be read again."""
        task = _task(sheet, feed)
        with translated(self._engine), self._engine.begin() as connection:
            connection.execute(upkeep.delete().where(upkeep.c.task == task))
            connection.execute(upkeep.insert().values(task=task, at=encode_time(next_at)))

    def load_taken(self, sheet: str, feed: Feed) -> set[str]:
        """The keys of items that became rows."""
        query = select(feed_items.c.key).where(
            feed_items.c.sheet == sheet, feed_items.c.feed == feed.name
        )
        with translated(self._engine), self._engine.connect() as connection:
            return set(connection.scalars(query))

    def take(
        self, run_id: int, sheet: str, feed: Feed, rows: Mapping[str, FeedRow], now: datetime
    ) -> None:
        """Keep items, by key, as rows that were never in the sheet: tombstones from the start."""
        if not rows:
            return
        with translated(self._engine), self._engine.begin() as connection:
            take_rows(connection, run_id, sheet, feed.name, rows, now)

    def load_waiting(self, sheet: str) -> list[str]:
        """The ids of rows that were not seen in the sheet yet, the oldest first."""
        query = (
            select(feed_items.c.row_id)
            .where(feed_items.c.sheet == sheet, feed_items.c.waiting_place > 0)
            .order_by(feed_items.c.at, feed_items.c.waiting_place)
        )
        with translated(self._engine), self._engine.connect() as connection:
            return list(connection.scalars(query))

    def settle(self, sheet: str, row_ids: Collection[str]) -> None:
        """These rows were seen in the sheet: what becomes of them is the user's matter."""
        with translated(self._engine), self._engine.begin() as connection:
            for chunk in sql.chunks(row_ids):
                connection.execute(
                    feed_items.update()
                    .where(feed_items.c.sheet == sheet, feed_items.c.row_id.in_(chunk))
                    .values(waiting_place=0)
                )


_WAITING = select(feed_items.c.row_id).where(feed_items.c.waiting_place > 0).limit(1)


def has_waiting(engine: Engine) -> bool:
    """Whether a row of any sheet was not seen in it yet."""
    with translated(engine), engine.connect() as connection:
        return connection.scalar(_WAITING) is not None


def take_rows(
    connection: Connection,
    run_id: int,
    sheet: str,
    source: str,
    new: Mapping[str, FeedRow],
    now: datetime,
) -> None:
    """Keep rows that wait for their place in the sheet; ``source`` and key name each for ever."""
    at = encode_time(now)
    changes = [_as_change(row) for row in new.values()]
    sql.insert_rows(connection, sheet, changes, at)
    sql.add_versions(connection, run_id, changes, at)
    sql.set_state(connection, [c.row_id for c in changes], RowState.DELETED)
    common = {"sheet": sheet, "feed": source, "at": at}
    connection.execute(
        feed_items.insert(),
        [
            {**common, "key": key, "row_id": row.row_id, "waiting_place": place}
            for place, (key, row) in enumerate(new.items(), start=1)
        ],
    )


def _task(sheet: str, feed: Feed) -> str:
    return f"feed {sheet}/{feed.name}"


def _as_change(row: FeedRow) -> RowChange:
    content = encode_cells(row.cells)
    return RowChange(ChangeKind.INSERTED, row.row_id, 0, content, content_hash(content))
