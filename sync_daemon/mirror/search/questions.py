"""Asking the search index, where it is attached to a connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    column,
    literal_column,
    select,
    table,
    text,
)

from sync_daemon.mirror.search.index import GENERATION_BITS, SCHEMA
from sync_daemon.mirror.search.terms import question_of
from sync_daemon.mirror.tables import rows

_SPELT_OUT = 24  # words with one beginning; more are left to the index of beginnings
_LAST = "\U0010ffff"  # a sign that no word has
_SHORT = 3  # characters for which there is such an index

_found = table("found", column("rowid"), schema=SCHEMA).alias("f")
_docs = table(
    "docs", column("place"), column("generation"), column("touched"), schema=SCHEMA
).alias("d")
keys = table(
    "keys", column("number"), column("is_blank"), column("key"), column("place"),
    column("touched"), schema=SCHEMA,
).alias("k")  # fmt: skip
_ENTRY = (_docs.c.place == literal_column(f"(f.rowid >> {GENERATION_BITS})")) & (
    _docs.c.generation == literal_column(f"(f.rowid & {(1 << GENERATION_BITS) - 1})")
)
_ROW = (rows.c.place == _docs.c.place) & (rows.c.touched == _docs.c.touched)


@dataclass(frozen=True, slots=True)
class Search:
    """The index, as it is within a transaction.

    Attributes:
        upto: the mark up to which it knows the rows.
    """

    upto: int

    @property
    def is_ahead(self) -> ColumnElement[bool]:
        """Whether a row changed since; of those it knows nothing."""
        return rows.c.touched > self.upto


def search_of(connection: Connection) -> Search | None:
    """The index that is attached to a connection; None if none is."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        return None
    attached = connection.exec_driver_sql("PRAGMA database_list").all()
    if SCHEMA not in {row[1] for row in attached}:
        return None
    query = "SELECT value FROM search.meta WHERE key = 'upto'"
    return Search(int(connection.exec_driver_sql(query).scalar() or 0))


def expression(
    connection: Connection, words: Sequence[str], where: Sequence[tuple[str, str]]
) -> str:
    """What to ask the index for, so that it answers row by row in the order of places.

    Words that begin alike are named one by one: for a beginning, SQLite would first put
    together all rows that have one of them.
    """
    return question_of([_spelt_out(connection, word) for word in words], where)


def _spelt_out(connection: Connection, word: str) -> list[str]:
    if len(word) <= _SHORT:
        return [f"{word}*"]
    query = "SELECT term FROM search.vocabulary WHERE term >= ? AND term < ? LIMIT ?"
    span = (word, word + _LAST, _SPELT_OUT + 1)
    found = connection.exec_driver_sql(query, span).scalars().all()
    if len(found) > _SPELT_OUT:
        return [f"{word}*"]
    return [*found] or [word]


def matching(asked: str, after: int | None = None) -> Select[tuple[int]]:
    """The places of rows that the index finds, to be narrowed down further."""
    query = select(rows.c.place).select_from(
        _found.join(_docs, _ENTRY).join(rows, _ROW)
    ).where(text("f.found MATCH :asked").bindparams(asked=asked))  # fmt: skip
    if after is not None:
        query = query.where(literal_column("f.rowid") >= (after + 1) << GENERATION_BITS)
    return query


def is_found(asked: str) -> ColumnElement[bool]:
    """Whether the index finds a row."""
    rowid: ColumnElement[int] = literal_column("g.rowid", Integer)
    entries = select(rowid).select_from(table("found", schema=SCHEMA).alias("g"))
    entries = entries.where(text("g.found MATCH :asked").bindparams(asked=asked))
    entry: ColumnElement[int] = literal_column(f"((d.place << {GENERATION_BITS}) + d.generation)")
    return select(literal_column("1")).select_from(_docs).where(_ROW, entry.in_(entries)).exists()


def known_order(connection: Connection, name: str) -> int | None:
    """The number of a column of which the index knows the order, if it knows all rows by now."""
    query = (
        "SELECT number FROM search.sorted, search.meta WHERE name = ? AND meta.key = 'upto'"
        " AND min(upto, value) = (SELECT coalesce(max(touched), 0) FROM rows)"
    )
    found: int | None = connection.exec_driver_sql(query, (name,)).scalar()
    return found


def in_order(number: int, *, is_blank: bool) -> Select[tuple[int, object]]:
    """Place and key of rows by a column, to be narrowed down and put in order."""
    is_row = and_(rows.c.place == keys.c.place, rows.c.touched == keys.c.touched)
    query = select(rows.c.place, keys.c.key).select_from(keys.join(rows, is_row))
    return query.where(keys.c.number == number, keys.c.is_blank == int(is_blank))
