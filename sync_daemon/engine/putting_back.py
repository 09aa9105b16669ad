"""Cells of the user's that a write of ours overwrote get back what they held, in the same cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.put_back import Overwritten, find_overwritten
from sync_daemon.domain.reconcile import RowWrite, WriteIntent
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.sheet_state import ColumnAddress, SheetRecord, SheetTarget
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.report import SheetReport
from sync_daemon.engine.write_back import column_addresses
from sync_daemon.errors import GoogleRejectedError
from sync_daemon.ports import SheetGateway

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Writes that may have hit cells of the user's, and what they were planned from."""

    before: Snapshot
    writes: Sequence[RowWrite]
    metadata_ids: Mapping[str, int]


def put_back(
    gateway: SheetGateway,
    target: SheetTarget,
    record: SheetRecord,
    report: SheetReport,
    doubt: Doubt,
    after: Snapshot,
) -> Doubt | None:
    """Write back what was overwritten.

    Returns:
        None if nothing was; else what may have gone wrong in turn: read again.
    """
    found = find_overwritten(doubt.before, after, doubt.writes, doubt.metadata_ids, target.headers)
    found = [one for one in found if one.is_title or one.header not in _own(target.headers)]
    if not found:
        return None
    writes = [_write(one) for one in found]
    addresses = column_addresses(after, record.metadata_ids)
    addresses |= {one.header: _address_of(one.header, after, doubt) for one in found}
    intent = WriteIntent(WritePhase.CELLS, writes)
    try:
        gateway.write(target, record.gid or 0, addresses, intent, (), {})
    except GoogleRejectedError as rejection:
        log.warning("what was overwritten could not be put back", error=str(rejection))
        return None
    report.notes.append(_sentence(found))
    report.cells_repaired += len(found)
    ids = {header: address.metadata_id for header, address in addresses.items()}
    return Doubt(after, writes, ids)


def _own(headers: OwnedHeaders) -> tuple[str, str]:
    """What the user shifts into these cannot stay there."""
    return headers.id, headers.status


def _write(one: Overwritten) -> RowWrite:
    return RowWrite(one.row_number, None, {one.header: one.value}, {one.header: one.ours})


def _address_of(header: str, after: Snapshot, doubt: Doubt) -> ColumnAddress:
    number = doubt.metadata_ids[header]
    place = after.columns.marks[number]
    title = after.header_row[place] if place < len(after.header_row) else ""
    return ColumnAddress(number, str(title).strip())


def _sentence(found: Sequence[Overwritten]) -> str:
    if found[0].is_title:
        return (
            "A line was put in above the headers while results were written:"
            " the titles that they came to stand on are back."
        )
    numbers = ", ".join(str(number) for number in sorted({one.row_number for one in found})[:10])
    cells = counted(len(found), "cell")
    return (
        f"{cells} of yours came into a column of sheetd's while it was written, and got back"
        f" what stood there (row {numbers})."
    )
