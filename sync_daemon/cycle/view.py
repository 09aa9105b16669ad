"""The mirror's SQL view of a sheet is kept up with the sheet's headers."""

from __future__ import annotations

from dataclasses import replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.sheet_view import view_columns
from sync_daemon.domain.snapshot import Snapshot


def keep_view(context: CycleContext, tab: Tab, snapshot: Snapshot) -> Tab:
    """Have the view show the columns that the sheet has now."""
    headers = [text for text in header_texts(snapshot.header_row) if text]
    headers += snapshot.columns.missing  # created in this round
    if headers != list(tab.record.headers):
        tab = replace(tab, record=replace(tab.record, headers=headers))
        context.mirror.save_sheet(tab.record)
    columns = view_columns(snapshot.header_row, snapshot.columns, tab.sheet.result_types)
    left_out = context.mirror.save_view(tab.name, columns)
    if left_out:
        context.note(
            f"The SQL view shows {len(columns) - left_out} of {len(columns)} columns:"
            " the database allows no more. Commands and exports show all."
        )
    return tab
