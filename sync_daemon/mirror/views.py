"""One readable view a sheet: the sheet's own headers as columns, results too."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from sync_daemon.domain.sheet_view import ResultType, ViewColumn
from sync_daemon.domain.status import NOT_BEGUN

_OURS = {
    "sheetd_row_id": "r.row_id",
    "sheetd_row_number": "r.row_number",
    "sheetd_state": "r.standing",
    "sheetd_status": f"coalesce(nullif(r.status, ''), '{NOT_BEGUN}')",
    "sheetd_error": "nullif(r.error, '')",
    "sheetd_first_seen": "r.first_seen",
    "sheetd_last_changed": "r.last_changed",
}
_PLAIN_KEY = re.compile(r'[^"\\\x00-\x1f\x7f-\U0010ffff]+')
_MOST_ON_POSTGRESQL = 1_600  # columns of a table or view (its documentation, appendix K)
_DAY_0 = 2_415_018.5  # serial dates begin at 1899-12-30, in Julian days
_HALF_A_SECOND = 0.5 / 86_400
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"


def view_name(sheet: str) -> str:
    """``sheet_`` and the sheet's name, made fit for SQL without quotes.

    >>> view_name("Jobs 2026")
    'sheet_jobs_2026'
    """
    return "sheet_" + (re.sub(r"\W+", "_", sheet.casefold()).strip("_") or "unnamed")


def replace_view(connection: Connection, sheet: str, columns: Sequence[ViewColumn]) -> int:
    """Make the view of a sheet show these columns, unless it does already.

    The sheet's headers keep their names, whatever they are, and sheetd's own
    names give way. An input column shows each cell as it is kept, a result
    column values of its type alone; what is blank is NULL. Deleted rows are
    left out.

    Returns:
        How many columns are left out, because the database cannot show more.
    """
    shown = _that_fit(connection, sheet, columns)
    statement = _statement(connection, sheet, shown)
    if statement != _present(connection, sheet):
        drop_view(connection, sheet)
        _execute(connection, statement)
    return len(columns) - len(shown)


def drop_view(connection: Connection, sheet: str) -> None:
    """Have no view of the sheet, which is called otherwise now."""
    _execute(connection, f"DROP VIEW IF EXISTS {_identifier(view_name(sheet))}")


def _execute(connection: Connection, statement: str) -> None:
    """As it is: nothing in it is a parameter."""
    if connection.dialect.paramstyle in {"format", "pyformat"}:
        statement = statement.replace("%", "%%")
    connection.exec_driver_sql(statement)


def _that_fit(
    connection: Connection, sheet: str, columns: Sequence[ViewColumn]
) -> Sequence[ViewColumn]:
    """The first columns, as many as the database takes beside sheetd's own."""
    if connection.dialect.name == "postgresql":
        return columns[: _MOST_ON_POSTGRESQL - len(_OURS)]
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        return columns
    most = driver.getlimit(sqlite3.SQLITE_LIMIT_COLUMN) - len(_OURS)
    longest = driver.getlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH)
    columns = columns[:most]
    while columns and len(_statement(connection, sheet, columns).encode()) > longest:
        columns = columns[: len(columns) // 2]
    return columns


def _present(connection: Connection, sheet: str) -> str | None:
    if connection.dialect.name != "sqlite":
        return None
    query = "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?"
    found: str | None = connection.exec_driver_sql(query, (view_name(sheet),)).scalar()
    return found


def _statement(connection: Connection, sheet: str, columns: Sequence[ViewColumn]) -> str:
    name, listed = _identifier(view_name(sheet)), ", ".join(_columns(connection, columns))
    return (
        f"CREATE VIEW {name} AS SELECT {listed} FROM rows r"  # noqa: S608 - all is quoted
        " JOIN row_versions v ON v.row_id = r.row_id AND v.version = r.version"
        f" WHERE r.sheet = {_literal(sheet)} AND r.state <> 'deleted'"
    )


def _columns(connection: Connection, columns: Sequence[ViewColumn]) -> Iterator[str]:
    express = _on_postgresql if connection.dialect.name == "postgresql" else _on_sqlite
    taken: set[str] = set()
    labels = [_free_label(column.label, taken) for column in columns]
    for label, source in _OURS.items():
        yield f"{source} AS {_identifier(_free_label(label, taken))}"
    for label, column in zip(labels, columns, strict=True):
        yield f"{express(column)} AS {_identifier(label)}"


def _on_sqlite(column: ViewColumn) -> str:
    """The cell; of a result ``[want, …]`` the first (see codec.encode_owned).

    By json_each, for json_extract is not one of the functions that a view may call
    where the schema is not trusted.
    """
    if column.type is None:
        if _PLAIN_KEY.fullmatch(column.key):
            return f"(SELECT value FROM json_each(v.cells, {_path(column.key)}))"  # noqa: S608
        return f"(SELECT value FROM json_each(v.cells) WHERE key = {_literal(column.key)})"  # noqa: S608
    if _PLAIN_KEY.fullmatch(column.key):
        cell, path = "r.owned", _path(column.key, "[0]")
    else:
        cell = f"(SELECT value FROM json_each(r.owned) WHERE key = {_literal(column.key)})"  # noqa: S608
        path = "'$[0]'"
    value, kind = (f"(SELECT {what} FROM json_each({cell}, {path}))" for what in ("value", "type"))  # noqa: S608
    return _typed(value, kind, column.type)


def _typed(value: str, kind: str, wanted: ResultType) -> str:
    """A result as its type, NULL where somebody typed another over it."""
    is_number = f"{kind} IN ('integer', 'real')"
    match wanted:
        case ResultType.NUMBER:
            return f"CASE WHEN {is_number} THEN {value} END"
        case ResultType.BOOLEAN:
            return f"CASE {kind} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
        case ResultType.DATE:
            return (
                f"CASE WHEN {is_number} THEN strftime('%Y-%m-%d', {value} + {_DAY_0})"
                f" WHEN {value} GLOB '{_DAY}' THEN {value} END"
            )
        case ResultType.DATETIME:
            moment = f"{value} + {_DAY_0} + {_HALF_A_SECOND:.9f}"
            return (
                f"CASE WHEN {is_number} THEN strftime('%Y-%m-%dT%H:%M:%S', {moment})"
                f" WHEN {value} GLOB '{_DAY}*' THEN {value} END"
            )
        case ResultType.TEXT:
            return (
                f"CASE {kind} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'"
                f" ELSE nullif(CAST({value} AS TEXT), '') END"
            )
        case ResultType.ANY:
            return f"nullif({value}, '')"


def _on_postgresql(column: ViewColumn) -> str:
    if column.type is None:
        return f"(v.cells::json ->> {_literal(column.key)})"
    cell = f"(r.owned::json -> {_literal(column.key)} -> 0)"
    value = f"({cell} #>> '{{}}')"
    is_number = f"json_typeof({cell}) = 'number'"
    day_0 = "timestamp '1899-12-30'"
    match column.type:
        case ResultType.NUMBER:
            return f"CASE WHEN {is_number} THEN {value}::numeric END"
        case ResultType.BOOLEAN:
            return f"CASE WHEN json_typeof({cell}) = 'boolean' THEN {value}::boolean END"
        case ResultType.DATE:
            return (
                f"CASE WHEN {is_number} THEN ({day_0} + {value}::numeric * interval '1 day')::date"
                f" WHEN {value} ~ '^\\d{{4}}-\\d\\d-\\d\\d$' THEN {value}::date END"
            )
        case ResultType.DATETIME:
            return (
                f"CASE WHEN {is_number}"
                f" THEN ({day_0} + {value}::numeric * interval '1 day')::timestamptz"
                f" WHEN {value} ~ '^\\d{{4}}-\\d\\d-\\d\\dT' THEN {value}::timestamptz END"
            )
        case ResultType.TEXT | ResultType.ANY:
            return f"nullif({value}, '')"


def _path(key: str, more: str = "") -> str:
    return _literal(f'$."{key}"{more}')


def _free_label(label: str, taken: set[str]) -> str:
    """The label, or one with a number where it is taken; SQL does not tell case apart."""
    free, number = label, 2
    while free.casefold() in taken:
        free = f"{label} ({number})"
        number += 1
    taken.add(free.casefold())
    return free


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\0", "") + "'"
