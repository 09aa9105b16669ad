"""Our columns: refused where something of the user's stands in them, made and marked where not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from sync_daemon.cycle.context import CycleContext
from sync_daemon.cycle.locate import locate_again
from sync_daemon.cycle.refusals import columns_taken, write_refused
from sync_daemon.cycle.state import ReadAgain, Tab
from sync_daemon.domain.adoption import find_blank_columns, find_filled_columns
from sync_daemon.domain.decoration import ColumnStyle
from sync_daemon.domain.headers import ColumnMap, find_aliases, find_header_faults, header_texts
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.keeper import Keeping
from sync_daemon.domain.reconcile import RowWrite, WriteIntent
from sync_daemon.domain.sheet_state import ColumnAddress, ColumnChanges
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.errors import GoogleRejectedError, HeaderError


def check_keeper(context: CycleContext, tab: Tab, columns: ColumnMap) -> None:
    """See whose the tab is, where columns are not where they were and nobody has looked yet.

    Raises:
        ReadAgain: it is ours.
        KeptElsewhereError: another installation keeps it.
    """
    if not (columns.all_bound or tab.is_seen):
        raise ReadAgain(locate_again(context, tab), "columns are not where they were")


def refuse_bad_headers(tab: Tab, snapshot: Snapshot) -> None:
    """See that every header that is needed stands there once.

    Raises:
        HeaderError: one does not.
    """
    faults = find_header_faults(
        snapshot.header_row,
        tab.configured.needed_headers(),
        snapshot.columns,
        sheet=tab.name,
        header_row_number=tab.sheet.target.header_row,
        create_columns=tab.configured.create_columns,
    )
    if faults:
        raise HeaderError(
            " ".join(fault.message for fault in faults),
            hint=" ".join(dict.fromkeys(fault.hint for fault in faults)),
        )


def refuse_filled_columns(context: CycleContext, tab: Tab, snapshot: Snapshot) -> None:
    """Nothing of the user's is adopted: a column without our mark has to be blank.

    Raises:
        ColumnTakenError: one is not.
    """
    target = tab.sheet.target
    if not snapshot.columns.unbound:
        return
    known = context.mirror.load_rows(tab.name)
    filled = find_filled_columns(snapshot, target.headers, tab.sheet.adopt, known)
    blank = find_blank_columns(snapshot, target.headers)
    if blank and not filled:
        filled = sorted(context.gateway.find_formulas(target, tab.gid, blank))
    if filled:
        raise columns_taken(tab.sheet, filled)


def with_spelling_of(tab: Tab, snapshot: Snapshot) -> Tab:
    """The tab with headers of the user's as they stand in it, whatever case they are typed in."""
    needed = tab.configured.needed_headers()
    return tab.spelled(find_aliases(needed, snapshot.header_row, snapshot.columns))


def make_columns(context: CycleContext, tab: Tab, snapshot: Snapshot) -> Tab:
    """Create and mark our columns, and the tab, where they are not yet as they are to be.

    Raises:
        ReadAgain: it could not be proved that all are ours.
        SheetRefusedError: Google refuses it, also after another reading.
    """
    if snapshot.columns.all_bound and tab.claim is None and not tab.renew:
        return tab
    is_plain = tab.rejection is not None  # if it was for its looks, do without
    try:
        tab, is_proved = _change_columns(context, tab, snapshot, is_plain=is_plain)
    except GoogleRejectedError as rejection:
        if tab.rejection is not None:  # again, after another reading
            raise write_refused(tab.name, rejection) from rejection
        tab = locate_again(context, replace(tab, rejection=rejection))
        raise ReadAgain(tab, "perhaps another installation was quicker") from rejection
    if not is_proved:
        raise ReadAgain(tab, "a new column does not stand where it was made")
    return tab


def retitle(context: CycleContext, tab: Tab, snapshot: Snapshot, renamed: Mapping[str, str]) -> Tab:
    """Have columns bear the titles that the configuration has for them now (before → now).

    One that the user calls otherwise keeps that title.
    """
    metadata_ids = tab.record.metadata_ids
    addresses = column_addresses(snapshot, metadata_ids)
    texts = dict(enumerate(header_texts(snapshot.header_row)))
    old_titles = {
        new: old
        for old, new in renamed.items()
        if texts.get(snapshot.columns.marks[metadata_ids[new]]) == old
    }
    if old_titles:
        writes = [
            RowWrite(tab.sheet.target.header_row, None, {new: new}, {new: old})
            for new, old in old_titles.items()
        ]
        addresses |= {h: ColumnAddress(metadata_ids[h], h) for h in old_titles}
        intent = WriteIntent(WritePhase.CELLS, writes)
        with suppress(GoogleRejectedError):  # a protected row keeps its titles
            context.gateway.write(tab.sheet.target, tab.gid, addresses, intent, (), {})
    return replace(tab, renew=tab.renew | {*renamed.values()})


def column_addresses(
    snapshot: Snapshot, metadata_ids: Mapping[str, int]
) -> dict[str, ColumnAddress]:
    """Our columns with the titles that they bear, which the user may have changed."""
    texts = dict(enumerate(header_texts(snapshot.header_row)))
    places = snapshot.columns.owned
    return {
        header: ColumnAddress(number, texts.get(places[header], "") if header in places else header)
        for header, number in metadata_ids.items()
    }


def _change_columns(
    context: CycleContext, tab: Tab, snapshot: Snapshot, *, is_plain: bool
) -> tuple[Tab, bool]:
    """Create and mark our columns, and the tab; new ones are decorated, unless ``is_plain``.

    Columns of a tab that another installation kept get new marks, and with them new
    addresses: what that one still wants to write finds no column any more.

    Returns:
        The tab, and whether all are proved to be ours.

    Raises:
        GoogleRejectedError: refused; perhaps another installation was quicker.
    """
    columns, record = snapshot.columns, tab.record
    renewed = _columns_to_renew(tab, columns)
    fresh = {
        header: context.ports.random_number() % (2**31 - 1) + 1
        for header in (*columns.missing, *columns.unbound, *renewed)
    }
    styles = {} if is_plain else tab.configured.styles()
    dates = _dates_after(tab, snapshot, styles)
    changes = ColumnChanges(
        create={header: fresh[header] for header in columns.missing},
        adopt={header: fresh[header] for header in (*columns.unbound, *renewed)},
        places=columns.owned,
        titles=_titles(snapshot),
        drop=(*columns.stray, *(record.metadata_ids[header] for header in renewed)),
        insert_at=columns.width,
        grid_columns=snapshot.grid_columns,
        claim=tab.claim,
        styles=styles,
        dates=dates,
    )
    lost = [h for h in fresh if h in record.metadata_ids and h not in renewed]
    record = record.unsettled(metadata_ids={**record.metadata_ids, **fresh}, dates=dates)
    context.mirror.save_sheet(record)
    if lost:
        context.mirror.forget_written(tab.name, lost)
    proved = context.gateway.change_columns(tab.sheet.target, tab.gid, snapshot.title, changes)
    _tell_of_claim(context, tab)
    tab = replace(tab, record=record, claim=None, renew=frozenset())
    return tab, proved >= fresh.keys()


def _dates_after(
    tab: Tab, snapshot: Snapshot, styles: Mapping[str, ColumnStyle]
) -> tuple[str, ...]:
    """The columns of dates, once ours are made and marked.

    One that was cut and pasted elsewhere took its format with it; a blank one that
    bears our title has none.
    """
    missing = snapshot.columns.missing
    blank = find_blank_columns(snapshot, tab.sheet.target.headers)
    kept = [h for h in tab.record.dates if h not in missing and h not in blank]
    made = [h for h in missing if h in styles and styles[h].is_of_dates]
    return (*kept, *made)


def _columns_to_renew(tab: Tab, columns: ColumnMap) -> list[str]:
    """Our columns with an old title on their marks, or that another may still write by."""
    is_taken_over = tab.claim is not None and tab.claim.before is Keeping.OTHER
    renewed = columns.owned if is_taken_over else tab.renew & columns.owned.keys()
    return [header for header in renewed if header not in columns.unbound]


def _tell_of_claim(context: CycleContext, tab: Tab) -> None:
    """Note what a claim meant that the user may not expect; it is done by now."""
    if tab.claim is not None and tab.claim.before in {Keeping.OTHER, Keeping.COPY}:
        context.note(tab.claim.report)


def _titles(snapshot: Snapshot) -> dict[str, str]:
    """The titles of our columns, as they stand in the sheet."""
    texts = header_texts(snapshot.header_row)
    places = snapshot.columns.owned
    return {h: texts[index] if index < len(texts) else "" for h, index in places.items()}
