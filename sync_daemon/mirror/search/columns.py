"""A row's value in a column of the sheet, as SQL. For SQLite's JSON functions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select

from sync_daemon.mirror.tables import row_versions, rows

_SORTED_BY = 256  # characters of a text


def cell(column: str, kind: str) -> ColumnElement[Any]:
    """A row's ``value`` (or its JSON ``type``) in a column: the user's, or a result."""
    typed = func.json_each(row_versions.c.cells).table_valued("key", "value", "type", name="typed")
    ours = func.json_each(rows.c.owned).table_valued("key", "value", name="ours")
    first = func.json_type if kind == "type" else func.json_extract
    return func.coalesce(
        select(typed.c[kind]).where(typed.c.key == column).scalar_subquery(),
        select(first(ours.c.value, "$[0]")).where(ours.c.key == column).scalar_subquery(),
    )


def result(column: str) -> ColumnElement[Any]:
    """A row's result in a column."""
    ours = func.json_each(rows.c.owned).table_valued("key", "value", name="ours")
    shown = func.json_extract(ours.c.value, "$[0]")
    return select(shown).where(ours.c.key == column).scalar_subquery()


def sort_key(column: str) -> ColumnElement[Any]:
    """What a row is sorted by: nothing for a blank cell, and of a long text the beginning."""
    typed = func.json_each(row_versions.c.cells).table_valued("key", "value", name="typed")
    ours = func.json_each(rows.c.owned).table_valued("key", "value", name="ours")
    shown = func.coalesce(
        select(_key(typed.c.value)).where(typed.c.key == column).scalar_subquery(),
        select(_key(func.json_extract(ours.c.value, "$[0]")))
        .where(ours.c.key == column)
        .scalar_subquery(),
        "",
    )
    return func.nullif(shown, "")


def _key(value: ColumnElement[Any]) -> ColumnElement[Any]:
    short = func.substr(value, 1, _SORTED_BY, type_=String())
    return case((func.typeof(value) == "text", short), else_=value)
