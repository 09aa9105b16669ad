"""Numbers that the database gives rows: their place in lists, and a mark at each change.

What only one database can say stands here. A mark is larger than all before it, and at
least the time, so that one given after a backup was restored was never given before.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_NOW_MS = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


class NextPlace(GenericFunction[int]):
    """The place after the last one."""

    type = Integer()
    inherit_cache = True


class NextMark(GenericFunction[int]):
    """A mark that no row has had."""

    type = Integer()
    inherit_cache = True


@compiles(NextPlace)
def _next_place(_element: NextPlace, _compiler: Any, **_: Any) -> str:
    return "(SELECT coalesce(max(last.place), 0) + 1 FROM rows AS last)"


@compiles(NextMark)
def _next_mark(_element: NextMark, _compiler: Any, **_: Any) -> str:
    return f"(SELECT max(coalesce(max(last.touched), 0) + 1, {_NOW_MS}) FROM rows AS last)"  # noqa: S608


@compiles(NextMark, "postgresql")
def _next_mark_on_postgresql(_element: NextMark, _compiler: Any, **_: Any) -> str:
    now = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
    return f"(SELECT greatest(coalesce(max(last.touched), 0) + 1, {now}) FROM rows AS last)"  # noqa: S608
