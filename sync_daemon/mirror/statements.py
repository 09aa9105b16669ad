"""The SQL behind the store: functions on an open connection, no transactions of their own."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    column,
    select,
    table,
)

from sync_daemon.domain.cells import BLANK
from sync_daemon.domain.plan import ChangeKind, Discovery, RowChange
from sync_daemon.domain.reconcile import RowWrite
from sync_daemon.domain.result_cells import AbsentResult, FoundCell, HandEdit, Sighting
from sync_daemon.domain.rows import UNPLANNED, MirrorRow, OwnedCell, RowState
from sync_daemon.domain.status import RowProgress
from sync_daemon.domain.typed_forms import TypedForm
from sync_daemon.domain.undo import WrittenCell
from sync_daemon.mirror.codec import (
    decode_computed,
    decode_owned,
    encode_forms,
    encode_json,
    encode_owned,
)
from sync_daemon.mirror.tables import (
    hand_edits,
    row_versions,
    rows,
    writes,
    written_rows,
)

ROW_COLUMNS = (
    rows.c.row_id,
    rows.c.row_number,
    rows.c.state,
    rows.c.content_hash,
    rows.c.status,
    rows.c.planned,
    rows.c.owned,
    rows.c.computed,
)
CURRENT_CELLS = select(rows.c.row_id, row_versions.c.cells).join(
    row_versions,
    (row_versions.c.row_id == rows.c.row_id) & (row_versions.c.version == rows.c.version),
)
unmarked = table("rows", *(column(each.name, each.type) for each in rows.columns))
"""Rows for updates that change neither cells nor results: they get no new mark."""

_CHUNK = 5_000  # ids in one IN (…): below SQLite's limit on variables
_STATES = {state.value: state for state in RowState}


def chunks(row_ids: Collection[str]) -> Iterator[list[str]]:
    """Ids in lists short enough for one ``IN``."""
    ordered = list(row_ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def read_mirror_row(row_id: str, row_number: int, *rest: str) -> MirrorRow:
    """A row of :data:`ROW_COLUMNS`."""
    state, content_hash, status, planned, owned, computed = rest
    return MirrorRow(
        row_id,
        row_number,
        _STATES[state],
        content_hash,
        status,
        planned,
        decode_owned(owned),
        decode_computed(computed),
    )


def insert_many(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    values: Sequence[tuple[Any, ...]],
) -> None:
    """Insert many rows at once."""
    execute_many(connection, table.insert(), columns, values)


def execute_many(
    connection: Connection,
    statement: Insert | Update,
    names: Sequence[str],
    values: Sequence[tuple[Any, ...]],
) -> None:
    """Execute a statement once for each tuple, straight through the driver: many times as fast.

    Args:
        connection: inside a transaction.
        statement: with a parameter for each name.
        names: of the parameters, in the order of the tuples.
        values: what to put in.
    """
    if not values:
        return
    if not connection.dialect.positional:
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in values])
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(names))
    order = [names.index(name) for name in compiled.positiontup or ()]
    reorder = itemgetter(*order) if len(order) > 1 else tuple
    connection.exec_driver_sql(str(compiled), [reorder(row) for row in values])


def insert_rows(connection: Connection, sheet: str, changes: Sequence[RowChange], at: str) -> None:
    """New rows, pending until their id is seen on them."""
    insert_many(
        connection,
        rows,
        ("row_id", "sheet", "row_number", "state", "version", "content_hash",
         "computed", "first_seen", "last_changed"),
        [
            (c.row_id, sheet, c.row_number, RowState.PENDING.value, 1, c.content_hash,
             encode_json(dict(c.computed)), at, at)
            for c in changes
        ],
    )  # fmt: skip


def update_rows(connection: Connection, changes: Sequence[RowChange], at: str) -> None:
    """Rows whose cells the user changed, or that are back after a deletion."""
    if changes:
        connection.execute(
            rows.update()
            .where(rows.c.row_id == bindparam("key"))
            .values(
                row_number=bindparam("number"),
                content_hash=bindparam("fingerprint"),
                computed=bindparam("formulas"),
                version=rows.c.version + 1,
                planned="",
                last_changed=at,
            ),
            [
                {
                    "key": c.row_id,
                    "number": c.row_number,
                    "fingerprint": c.content_hash,
                    "formulas": encode_json(dict(c.computed)),
                }
                for c in changes
            ],
        )


def save_discoveries(connection: Connection, discoveries: Sequence[Discovery]) -> None:
    """Which cells of rows hold formulas."""
    if discoveries:
        connection.execute(
            rows.update()
            .where(rows.c.row_id == bindparam("key"))
            .values(content_hash=bindparam("fingerprint"), computed=bindparam("formulas")),
            [
                {
                    "key": d.row_id,
                    "fingerprint": d.content_hash,
                    "formulas": encode_json(dict(d.computed)),
                }
                for d in discoveries
            ],
        )


def set_state(connection: Connection, row_ids: Collection[str], state: RowState) -> None:
    """Where the rows are in their life."""
    for chunk in chunks(row_ids):
        connection.execute(
            unmarked.update().where(unmarked.c.row_id.in_(chunk)).values(state=state.value)
        )


def confirm_rows(connection: Connection, row_ids: Collection[str]) -> None:
    """Pending ids that were seen on their rows."""
    for chunk in chunks(row_ids):
        connection.execute(
            unmarked.update()
            .where(unmarked.c.row_id.in_(chunk), unmarked.c.state == RowState.PENDING.value)
            .values(state=RowState.LIVE.value)
        )


def delete_rows(connection: Connection, changes: Sequence[RowChange], at: str) -> None:
    """Make tombstones; the last version keeps the cells, so a restore needs nothing else."""
    for chunk in chunks([change.row_id for change in changes]):
        connection.execute(
            rows.update()
            .where(rows.c.row_id.in_(chunk))
            .values(state=RowState.DELETED.value, version=rows.c.version + 1, last_changed=at)
        )


def add_versions(
    connection: Connection, run_id: int, changes: Sequence[RowChange], at: str
) -> None:
    """One more entry in each row's history, with the cells as they are now.

    A deletion repeats the cells that were deleted.
    """
    contents = _contents_before([c.row_id for c in changes if not c.content], connection)
    later = [c.row_id for c in changes if c.kind is not ChangeKind.INSERTED]
    versions = _versions(later, connection)
    insert_many(
        connection,
        row_versions,
        ("row_id", "version", "kind", "at", "run_id", "cells"),
        [
            (c.row_id, versions.get(c.row_id, 1), c.kind.value, at, run_id,
             c.content or contents[c.row_id])
            for c in changes
        ],
    )  # fmt: skip


def renumber(connection: Connection, moves: Sequence[tuple[str, int]]) -> None:
    """Rows that stand elsewhere now."""
    if moves:
        connection.execute(
            unmarked.update()
            .where(unmarked.c.row_id == bindparam("key"))
            .values(row_number=bindparam("number")),
            [{"key": row_id, "number": number} for row_id, number in moves],
        )


def record_hand_edits(
    connection: Connection, run_id: int, edits: Sequence[HandEdit], at: str
) -> None:
    """Keep who wrote what, and let the user's value stand."""
    if not edits:
        return
    connection.execute(
        hand_edits.insert(),
        [
            {
                "row_id": edit.row_id,
                "header": edit.header,
                "before": encode_json(edit.before),
                "value": encode_json(edit.value),
                "at": at,
                "run_id": run_id,
            }
            for edit in edits
        ],
    )
    owned = load_owned(connection, {edit.row_id for edit in edits})
    for edit in edits:
        cells = owned[edit.row_id]
        cells[edit.header] = edit.applied_to(cells.get(edit.header, UNPLANNED))
    save_owned(connection, owned)


def record_sightings(
    connection: Connection, sightings: Sequence[Sighting | AbsentResult | FoundCell]
) -> None:
    """What was seen in result cells though neither we nor the user is known to have changed it."""
    owned = load_owned(connection, {sighting.row_id for sighting in sightings})
    for sighting in sightings:
        cells = owned[sighting.row_id]
        cells[sighting.header] = sighting.applied_to(cells.get(sighting.header, UNPLANNED))
    save_owned(connection, owned)


def save_row_progress(connection: Connection, progress: Sequence[RowProgress]) -> None:
    """What the rows should show now."""
    names = ("new_standing", "new_status", "new_error", "new_planned", "new_owned")
    statement = (
        rows.update()
        .where(rows.c.row_id == bindparam("key"))
        .values({name.removeprefix("new_"): bindparam(name) for name in names})
    )
    execute_many(
        connection,
        statement,
        ("key", *names),
        [
            (row.row_id, row.standing.value, row.status, row.error, row.planned,
             encode_owned(row.owned))
            for row in progress
        ],
    )  # fmt: skip


def save_written_rows(
    connection: Connection, write_id: int, written: Sequence[RowWrite], result_headers: set[str]
) -> None:
    """Keep the before-images of a write.

    A first id or status on a blank cell is left out: its before-image is known.
    """
    insert_many(
        connection,
        written_rows,
        ("write_id", "row_number", "row_id", "before", "after"),
        [
            (write_id, row.row_number, row.row_id,
             encode_json(dict(row.before)), encode_json(dict(row.cells)))
            for row in written
            if any(row.before.values()) or not result_headers.isdisjoint(row.cells)
        ],
    )  # fmt: skip


def load_owned(connection: Connection, row_ids: Collection[str]) -> dict[str, dict[str, OwnedCell]]:
    """The result cells of rows that have any recorded, or none."""
    found: dict[str, dict[str, OwnedCell]] = {}
    for chunk in chunks(row_ids):
        query = select(rows.c.row_id, rows.c.owned).where(rows.c.row_id.in_(chunk))
        found |= {row_id: decode_owned(owned) for row_id, owned in connection.execute(query)}
    return found


def save_forms(connection: Connection, forms: Mapping[str, Mapping[str, TypedForm]]) -> None:
    """How cells of rows were typed, by row id."""
    execute_many(
        connection,
        unmarked.update()
        .where(unmarked.c.row_id == bindparam("key"))
        .values(forms=bindparam("found")),
        ("found", "key"),
        [(encode_forms(found), row_id) for row_id, found in forms.items()],
    )


def save_owned(connection: Connection, owned: Mapping[str, Mapping[str, OwnedCell]]) -> None:
    """Replace the result cells of rows."""
    if owned:
        connection.execute(
            rows.update()
            .where(rows.c.row_id == bindparam("key"))
            .values(owned=bindparam("new_owned")),
            [{"key": key, "new_owned": encode_owned(cells)} for key, cells in owned.items()],
        )


def save_status(connection: Connection, statuses: Mapping[str, str]) -> None:
    """Replace the words of rows' status cells."""
    if statuses:
        connection.execute(
            unmarked.update()
            .where(unmarked.c.row_id == bindparam("key"))
            .values(status=bindparam("new_status")),
            [{"key": key, "new_status": status} for key, status in statuses.items()],
        )


def load_run_results(
    connection: Connection, run_id: int, sheet: str
) -> dict[str, dict[str, WrittenCell]]:
    """The cells that a run changed in a sheet, by row id and header."""
    query = (
        select(written_rows.c.row_id, written_rows.c.before, written_rows.c.after)
        .join(writes, writes.c.id == written_rows.c.write_id)
        .where(
            writes.c.run_id == run_id, writes.c.sheet == sheet, written_rows.c.row_id.is_not(None)
        )
        .order_by(writes.c.id)
    )
    found: dict[str, dict[str, WrittenCell]] = {}
    for row_id, before, after in connection.execute(query):
        cells, old = found.setdefault(row_id, {}), json.loads(before)
        for header, value in json.loads(after).items():
            first = cells[header].before if header in cells else old.get(header, BLANK)
            cells[header] = WrittenCell(first, value)
    return found


def _contents_before(row_ids: Collection[str], connection: Connection) -> dict[str, str]:
    """The cells that a deletion is about to repeat: those of the version before."""
    query = select(rows.c.row_id, row_versions.c.cells).join(
        row_versions,
        (row_versions.c.row_id == rows.c.row_id) & (row_versions.c.version == rows.c.version - 1),
    )
    found: dict[str, str] = {}
    for chunk in chunks(row_ids):
        found |= _pairs(connection, query.where(rows.c.row_id.in_(chunk)))
    return found


def _versions(row_ids: Collection[str], connection: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(row_ids):
        query = select(rows.c.row_id, rows.c.version).where(rows.c.row_id.in_(chunk))
        found |= _pairs(connection, query)
    return found


def _pairs(connection: Connection, query: Select[tuple[str, Any]]) -> dict[str, Any]:
    """Rows of two columns as a mapping; ``dict(result)`` would ask the result for its keys."""
    return dict(connection.execute(query).all())
