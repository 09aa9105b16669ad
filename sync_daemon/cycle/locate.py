"""Stage 1: find the tab, and see by its marks who keeps it."""

from __future__ import annotations

from dataclasses import replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.refusals import kept_elsewhere
from sync_daemon.cycle.sheet_config import ConfiguredSheet
from sync_daemon.cycle.state import Tab
from sync_daemon.domain.keeper import (
    Keeping,
    Marks,
    TabClaim,
    find_dates,
    find_keeper,
    match_columns,
    plan_claim,
)
from sync_daemon.domain.sheet_state import SheetFacts, SheetRecord, SheetTarget


def locate(context: CycleContext, sheet: ConfiguredSheet) -> Tab:
    """Find the sheet's tab; a record that is fresh is taken as it is.

    Raises:
        ConfigError: there is no such tab.
        KeptElsewhereError: another installation keeps it.
    """
    record, options = context.mirror.load_sheet(sheet.name), context.options
    is_asked = options.take_over or options.look_again
    if (
        record is not None
        and record.is_of(sheet.target)
        and record.is_fresh(context.now)
        and not is_asked
    ):
        return Tab(sheet, record, sheet)
    return _look_up(context, Tab(sheet, record or _blank_record(sheet), sheet), record)


def locate_again(context: CycleContext, tab: Tab) -> Tab:
    """Find the tab though its record is fresh: it is not as it was.

    Raises:
        ConfigError: there is no such tab any more.
        KeptElsewhereError: another installation keeps it.
    """
    return _look_up(context, tab, tab.record)


def _look_up(context: CycleContext, tab: Tab, record: SheetRecord | None) -> Tab:
    target = tab.sheet.target
    known = record is not None and record.is_of(target)
    facts = context.gateway.look_up(target, record.gid if record and known else None)
    record = _under_its_name(context, target, record, facts.gid)
    located = replace(
        record or _blank_record(tab.sheet),
        spreadsheet_id=target.spreadsheet_id,
        worksheet=target.worksheet,
        gid=facts.gid,
        locale=facts.locale,
        time_zone=facts.time_zone,
        grid_rows=facts.size.rows,
        grid_columns=facts.size.columns,
        looked_at=context.now,
    )
    if not known and not _is_tab(record, target, facts.gid):
        located = located.unsettled(metadata_ids={}, drive_version="")
    claim = _plan_claim(context, tab.sheet, facts)
    located = _with_marked_columns(located, target, facts.marks)
    if not context.options.dry_run:
        context.mirror.save_sheet(located)
    return replace(tab, record=located, claim=claim, is_seen=True).called(located.name)


def _blank_record(sheet: ConfiguredSheet) -> SheetRecord:
    return SheetRecord(sheet.name, sheet.target.spreadsheet_id)


def _under_its_name(
    context: CycleContext, target: SheetTarget, record: SheetRecord | None, gid: int
) -> SheetRecord | None:
    """What is known of the tab, under whatever name that was.

    One of another tab, which had this name before, is kept under another.
    """
    mirror = context.mirror
    if _is_tab(record, target, gid):
        return record
    known = mirror.find_sheet(target.spreadsheet_id, gid)
    if known is None:
        return record
    context.note(
        f"This sheet was called {known.name!r} in the configuration before;"
        " it goes on with its rows, results and history."
    )
    if context.options.dry_run:
        return known
    if record is not None:
        mirror.rename_sheet(record.name, mirror.free_name(record.name))
    mirror.rename_sheet(known.name, target.name)
    return replace(known, name=target.name)


def _plan_claim(
    context: CycleContext, sheet: ConfiguredSheet, facts: SheetFacts
) -> TabClaim | None:
    """What makes the tab ours; refused where another installation keeps it."""
    spreadsheet, ours = sheet.target.spreadsheet_id, context.ports.installation
    keeper = find_keeper(facts.marks, spreadsheet, facts.gid, ours)
    context.report.keeping = keeper.keeping
    if keeper.keeping is Keeping.OTHER and not context.options.take_over:
        raise kept_elsewhere(sheet.name, keeper, ours)
    return plan_claim(keeper, spreadsheet, facts.gid, ours, context.now)


def _with_marked_columns(record: SheetRecord, target: SheetTarget, marks: Marks) -> SheetRecord:
    """The record with the marks that its columns bear, where it did not know them."""
    headers = [column.header for column in target.headers.columns({})]
    found = match_columns(record.metadata_ids, marks.columns, headers)
    dates = find_dates(record.dates, found, marks.columns)
    if found == dict(record.metadata_ids) and set(dates) == set(record.dates):
        return record
    return record.unsettled(metadata_ids=found, dates=dates)


def _is_tab(record: SheetRecord | None, target: SheetTarget, gid: int) -> bool:
    """Whether it is of this very tab, whatever its title and the sheet's name."""
    known = record is not None and (record.spreadsheet_id, record.gid)
    return known == (target.spreadsheet_id, gid)
