"""One readable view a sheet: the sheet's own headers as columns, results too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

_FIXED = ("row_id", "row_number", "state", "status", "error", "first_seen", "last_changed")


def view_name(sheet: str) -> str:
    """``sheet_`` and the sheet's name, made fit for SQL without quotes.

    >>> view_name("Jobs 2026")
    'sheet_jobs_2026'
    """
    return "sheet_" + (re.sub(r"\W+", "_", sheet.casefold()).strip("_") or "unnamed")


def replace_view(
    connection: Connection, sheet: str, headers: Sequence[str], result_headers: Iterable[str]
) -> None:
    """Make the view of a sheet anew, with its headers as they are now.

    Deleted rows are left out. A column shows the cell as it is kept: text,
    number, 0 or 1; a cell that is blank is NULL.
    """
    results = set(result_headers)
    name = _identifier(view_name(sheet))
    columns = [f"r.{column} AS {_identifier(column)}" for column in _FIXED if column != "state"]
    columns.insert(2, "r.standing AS state")
    taken = {column.casefold() for column in _FIXED}
    for header in dict.fromkeys(headers):
        source = _result(connection, header) if header in results else _cell(connection, header)
        label = _free_label(header, taken)
        taken.add(label.casefold())
        columns.append(f"{source} AS {_identifier(label)}")
    connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
    # Every name is quoted as SQL prescribes; ":" would be read as a parameter.
    statement = (
        f"CREATE VIEW {name} AS SELECT {', '.join(columns)} FROM rows r"  # noqa: S608
        " JOIN row_versions v ON v.row_id = r.row_id AND v.version = r.version"
        f" WHERE r.sheet = {_literal(sheet)} AND r.state <> 'deleted'"
    )
    connection.execute(text(statement.replace(":", r"\:")))


def _cell(connection: Connection, header: str) -> str:
    if connection.dialect.name == "postgresql":
        return f"(v.cells::json ->> {_literal(header)})"
    return f"(SELECT value FROM json_each(v.cells) WHERE key = {_literal(header)})"  # noqa: S608 - quoted


def _result(connection: Connection, header: str) -> str:
    """The first element of ``[want, wrote, saw, holder, basis]`` (see codec.encode_owned)."""
    if connection.dialect.name == "postgresql":
        return f"(r.owned::json -> {_literal(header)} ->> 0)"
    wanted = f"(SELECT value FROM json_each(r.owned) WHERE key = {_literal(header)})"  # noqa: S608 - quoted
    return f"nullif(json_extract({wanted}, '$[0]'), '')"


def _free_label(header: str, taken: set[str]) -> str:
    label, number = header, 2
    while label.casefold() in taken:
        label = f"{header} ({number})"
        number += 1
    return label


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""').replace("\0", "") + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\0", "") + "'"
