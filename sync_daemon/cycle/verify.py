"""Stage 7: see where a write came to stand, and give back to the user what it overwrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.owned_columns import column_addresses
from sync_daemon.cycle.state import Doubt, ReadAgain, Rows, Tab, row_after
from sync_daemon.cycle.write import Sent
from sync_daemon.domain.headers import OwnedHeaders
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.put_back import Overwritten, find_overwritten
from sync_daemon.domain.reconcile import RowWrite, Verdict, WriteIntent, judge
from sync_daemon.domain.rows import MirrorRow
from sync_daemon.domain.sentence import counted
from sync_daemon.domain.sheet_state import ColumnAddress
from sync_daemon.domain.snapshot import SheetRow, Snapshot
from sync_daemon.errors import GoogleRejectedError

log = structlog.get_logger(__name__)


def verify(context: CycleContext, tab: Tab, rows: Rows, sent: Sent) -> tuple[Rows, Verdict]:
    """Judge a write by its answer, and keep what the sheet shows now."""
    headers = tab.target.headers
    verdict = judge(sent.intent, sent.answer, headers.id)
    context.report.cells_written += sent.intent.cell_count
    context.report.cells_repaired += sum(len(row.cells) for row in verdict.misplaced)
    shown = _shown_results(rows, verdict, sent)
    context.mirror.save_verdict(
        sent.write_id,
        is_clean=verdict.is_clean,
        confirmed=_confirmed_ids(verdict, headers),
        shown={row_id: row.owned for row_id, row in shown.items()},
    )
    rows = replace(
        rows.with_known(shown),
        blank=_blank_after(rows.blank, verdict, headers),
        placed=(*rows.placed, *verdict.placed),
    )
    return rows, verdict


def _shown_results(rows: Rows, verdict: Verdict, sent: Sent) -> dict[str, MirrorRow]:
    """The rows whose results were written, with what the sheet made of them."""
    changed = {}
    for write in verdict.placed:
        if write.row_id is None:
            continue
        known = rows.known[write.row_id]
        if results := known.owned.keys() & write.cells.keys():
            owned = dict(known.owned)
            for header in results:
                shown = sent.answer.value(header, write.row_number)
                owned[header] = owned[header].after_write(write.cells[header], shown)
            changed[write.row_id] = replace(known, owned=owned)
    return changed


def _confirmed_ids(verdict: Verdict, headers: OwnedHeaders) -> list[str]:
    return [
        write.row_id
        for write in verdict.placed
        if write.row_id is not None and headers.id in write.cells
    ]


def _blank_after(
    blank: Sequence[SheetRow], verdict: Verdict, headers: OwnedHeaders
) -> Sequence[SheetRow]:
    cleared = {write.row_number: write for write in verdict.placed if write.row_id is None}
    if not cleared:
        return blank
    return [
        row_after(row, cleared[row.row_number].cells, headers) if row.row_number in cleared else row
        for row in blank
    ]


def put_back(context: CycleContext, tab: Tab, after: Snapshot) -> Tab:
    """Write back what the last round's writes overwrote of the user's.

    Raises:
        ReadAgain: something was; what may have gone wrong in turn is to be looked at, too.
    """
    doubt, tab = tab.doubt, replace(tab, doubt=None)
    if doubt is None:
        return tab
    headers = tab.target.headers
    found = find_overwritten(doubt.before, after, doubt.writes, doubt.metadata_ids, headers)
    # What the user shifts into the columns of ids and statuses cannot stay there.
    found = [one for one in found if one.is_title or one.header not in (headers.id, headers.status)]
    if not found:
        return tab
    writes = [
        RowWrite(one.row_number, None, {one.header: one.value}, {one.header: one.ours})
        for one in found
    ]
    addresses = column_addresses(after, tab.record.metadata_ids)
    addresses |= {one.header: _address_of(one.header, after, doubt) for one in found}
    intent = WriteIntent(WritePhase.CELLS, writes)
    try:
        context.gateway.write(tab.sheet.target, tab.gid, addresses, intent, (), {})
    except GoogleRejectedError as rejection:
        log.warning("what was overwritten could not be put back", error=str(rejection))
        return tab
    context.note(_sentence(found))
    context.report.cells_repaired += len(found)
    ids = {header: address.metadata_id for header, address in addresses.items()}
    raise ReadAgain(replace(tab, doubt=Doubt(after, writes, ids)), "cells were put back")


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
