"""The SQL for what is known of a sheet, beside its rows; no transactions of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, bindparam, case, literal, select

from sync_daemon.domain.assignment import Reassignment
from sync_daemon.domain.cells import content_hash, decode_cells, encode_cells
from sync_daemon.domain.columns import renamed_cells
from sync_daemon.domain.formulas import UNKNOWN
from sync_daemon.domain.links import is_label_mark
from sync_daemon.domain.plan import Discovery
from sync_daemon.domain.sheet_state import SheetRecord
from sync_daemon.mirror.codec import (
    decode_assignment,
    decode_computed,
    decode_owned,
    decode_time,
    encode_assignment,
    encode_json,
    encode_time,
)
from sync_daemon.mirror.statements import execute_many, save_discoveries, save_owned
from sync_daemon.mirror.tables import (
    feed_items,
    jobs,
    results,
    row_versions,
    rows,
    sheets,
    writes,
)

_SCHEDULED = {"next_run_at", "failures"}  # the daemon's
_SHEETS = select(*(c for c in sheets.c if c.name not in _SCHEDULED)).order_by(
    sheets.c.pulled_at.desc()
)


def find_sheet(connection: Connection, condition: ColumnElement[bool]) -> SheetRecord | None:
    """A sheet as it was last seen; of several the one that was read last."""
    found = connection.execute(_SHEETS.where(condition)).first()
    if found is None:
        return None
    record = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    for name in ("headers", "metadata_ids", "layout", "dates", "explained"):
        record[name] = json.loads(record[name])
    record["dates"] = tuple(record["dates"])
    for name in ("pulled_at", "looked_at"):
        record[name] = decode_time(record[name])
    record["assignment"] = decode_assignment(record["assignment"])
    return SheetRecord(**record)


def save_sheet(connection: Connection, record: SheetRecord) -> None:
    """Keep what is known of a sheet."""
    values = {
        "name": record.name,
        "spreadsheet_id": record.spreadsheet_id,
        "gid": record.gid,
        "worksheet": record.worksheet,
        "locale": record.locale,
        "time_zone": record.time_zone,
        "headers": encode_json(list(record.headers)),
        "metadata_ids": encode_json(dict(record.metadata_ids)),
        "grid_rows": record.grid_rows,
        "grid_columns": record.grid_columns,
        "settled": record.settled,
        "layout": encode_json(list(record.layout)),
        "dates": encode_json(list(record.dates)),
        "explained": encode_json(dict(record.explained)),
        "assignment": encode_assignment(record.assignment),
        "drive_version": record.drive_version,
        "pulled_at": record.pulled_at and encode_time(record.pulled_at),
        "looked_at": record.looked_at and encode_time(record.looked_at),
    }
    changed = connection.execute(sheets.update().where(sheets.c.name == record.name).values(values))
    if changed.rowcount == 0:
        connection.execute(sheets.insert().values(values))


def rename_sheet(connection: Connection, old: str, new: str) -> None:
    """Give a sheet, and all that refers to it, a name that no other has."""
    values = [literal(new) if column.name == "name" else column for column in sheets.c]
    copied = select(*values).where(sheets.c.name == old)
    connection.execute(sheets.insert().from_select(list(sheets.c), copied))
    for table in (rows, writes, feed_items):
        connection.execute(table.update().where(table.c.sheet == old).values(sheet=new))
    connection.execute(sheets.delete().where(sheets.c.name == old))


def rename_columns(connection: Connection, sheet: str, renamed: Mapping[str, str]) -> None:
    """Have the present cells of all rows, deleted ones too, bear other names.

    Which formulas they hold is to be found out once more: those name columns.
    """
    query = select(rows.c.row_id, rows.c.version, rows.c.computed, row_versions.c.cells).join(
        row_versions,
        (row_versions.c.row_id == rows.c.row_id) & (row_versions.c.version == rows.c.version),
    )
    found = connection.execute(query.where(rows.c.sheet == sheet, rows.c.content_hash != "")).all()
    contents, facts = [], []
    for row_id, version, formulas, cells in found:
        computed = {
            renamed.get(key, key): mark if is_label_mark(mark) else UNKNOWN
            for key, mark in decode_computed(formulas).items()
        }
        now = renamed_cells(decode_cells(cells), renamed)
        typed = {key: value for key, value in now.items() if key not in computed}
        contents.append((encode_cells(now), row_id, version))
        facts.append(Discovery(row_id, content_hash(encode_cells(typed)), computed))
    execute_many(
        connection,
        row_versions.update()
        .where(row_versions.c.row_id == bindparam("key"))
        .where(row_versions.c.version == bindparam("number"))
        .values(cells=bindparam("content")),
        ("content", "key", "number"),
        contents,
    )
    save_discoveries(connection, facts)


def reassign(connection: Connection, sheet: str, change: Reassignment) -> None:
    """Have result cells of all rows, deleted ones too, and jobs follow the configuration."""
    query = select(rows.c.row_id, rows.c.owned).where(rows.c.sheet == sheet, rows.c.owned != "{}")
    if change.renamed or change.moved:
        found = connection.execute(query).all()
        cells = {row_id: change.applied_to(decode_owned(owned)) for row_id, owned in found}
        save_owned(connection, cells)
    of_sheet = select(rows.c.row_id).where(rows.c.sheet == sheet)
    for table in (jobs, results):
        for names in _in_two_turns(change.steps):
            connection.execute(
                table.update()
                .where(table.c.step.in_(list(names)), table.c.row_id.in_(of_sheet))
                .values(step=case(names, value=table.c.step))
            )


def _in_two_turns(names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Renames that pass by names that nobody has, so that two may trade theirs."""
    if names:
        yield {old: f"\n{old}" for old in names}
        yield {f"\n{old}": new for old, new in names.items()}
