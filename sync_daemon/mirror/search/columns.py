"""A row's value in a column of the sheet, as SQL. For SQLite's JSON functions."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select

from sync_daemon.mirror.tables import row_versions, rows

_SORTED_BY = 256  # characters of a text
_PLAIN_KEY = re.compile(r'[^"\\\x00-\x1f\x7f-\U0010ffff]+')  # which JSON writes as it is


def cell(column: str, kind: str) -> ColumnElement[Any]:
    """A row's ``value`` (or its JSON ``type``) in a column: the user's, or a result."""
    return func.coalesce(_typed(column, kind), _ours(column, kind))


def result(column: str) -> ColumnElement[Any]:
    """A row's result in a column."""
    return _ours(column, "value")


def sort_key(column: str) -> ColumnElement[Any]:
    """What a row is sorted by: nothing for a blank cell, and of a long text the beginning."""
    shown = func.coalesce(_typed(column, "value"), _ours(column, "value"))
    short = func.substr(shown, 1, _SORTED_BY, type_=String())
    return func.nullif(case((func.typeof(shown) == "text", short), else_=shown), "")


def _typed(column: str, kind: str) -> ColumnElement[Any]:
    if _PLAIN_KEY.fullmatch(column):
        return _part(kind, row_versions.c.cells, f'$."{column}"')
    typed = func.json_each(row_versions.c.cells).table_valued("key", "value", "type", name="typed")
    return select(typed.c[kind]).where(typed.c.key == column).scalar_subquery()


def _ours(column: str, kind: str) -> ColumnElement[Any]:
    """The first of ``[want, …]`` (see codec.encode_owned)."""
    if _PLAIN_KEY.fullmatch(column):
        return _part(kind, rows.c.owned, f'$."{column}"[0]')
    ours = func.json_each(rows.c.owned).table_valued("key", "value", name="ours")
    return select(_part(kind, ours.c.value, "$[0]")).where(ours.c.key == column).scalar_subquery()


def _part(kind: str, text: ColumnElement[Any], path: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = func.json_extract(text, path)
    return func.json_type(text, path) if kind == "type" else found
