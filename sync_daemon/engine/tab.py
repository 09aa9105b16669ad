"""The tab and the columns that a cycle works on: found, known for ours, and marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sync_daemon.domain.adoption import find_blank_columns, find_filled_columns
from sync_daemon.domain.decoration import ColumnStyle
from sync_daemon.domain.headers import ColumnMap, find_header_faults, header_texts
from sync_daemon.domain.identity import WritePhase
from sync_daemon.domain.keeper import (
    Keeping,
    Marks,
    TabClaim,
    find_dates,
    find_keeper,
    match_columns,
    plan_claim,
)
from sync_daemon.domain.reconcile import RowWrite, WriteIntent
from sync_daemon.domain.sheet_state import (
    ColumnAddress,
    ColumnChanges,
    SheetFacts,
    SheetRecord,
    SheetTarget,
)
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.engine.configured import ConfiguredSheet
from sync_daemon.engine.context import CycleOptions, Ports
from sync_daemon.engine.refusals import columns_taken, kept_elsewhere
from sync_daemon.engine.report import SheetReport
from sync_daemon.engine.write_back import column_addresses
from sync_daemon.errors import GoogleRejectedError, HeaderError


@dataclass(slots=True)
class KeptTab:
    """One sheet's tab in one cycle.

    ``claim`` is what would make the tab ours, where it is not marked as ours yet.
    """

    ports: Ports
    sheet: ConfiguredSheet
    options: CycleOptions
    report: SheetReport
    claim: TabClaim | None = None
    renew: set[str] = field(default_factory=set)  # columns whose marks bear an old title
    _is_seen: bool = False  # whether its marks were looked at in this cycle

    def locate(self, record: SheetRecord | None, *, again: bool = False) -> SheetRecord:
        """Find the tab, and see by its marks who keeps it; a record of late is taken as it is.

        Raises:
            ConfigError: there is no such tab.
            KeptElsewhereError: another installation keeps it.
        """
        target, now = self.sheet.target, self.ports.clock.now()
        known = record is not None and record.is_of(target)
        is_asked = self.options.take_over or self.options.look_again
        again = again or (is_asked and not self._is_seen)
        if record is not None and known and record.is_fresh(now) and not again:
            return record
        facts = self.ports.gateway.look_up(target, record.gid if record and known else None)
        record = self._under_its_name(record, facts.gid)
        located = replace(
            record or SheetRecord(self.sheet.name, target.spreadsheet_id),
            spreadsheet_id=target.spreadsheet_id,
            worksheet=target.worksheet,
            gid=facts.gid,
            locale=facts.locale,
            time_zone=facts.time_zone,
            grid_rows=facts.size.rows,
            grid_columns=facts.size.columns,
            looked_at=now,
        )
        if not known and not _is_tab(record, target, facts.gid):
            located = replace(located, metadata_ids={}, settled="", drive_version="")
        self._is_seen, self.claim = True, self._plan_claim(facts)
        located = self._with_marked_columns(located, facts.marks)
        if not self.options.dry_run:
            self.ports.mirror.save_sheet(located)
        return located

    def may_be_anothers(self, columns: ColumnMap) -> bool:
        """Whether columns are not where they were, and nobody has looked yet whose the tab is."""
        return not (columns.all_bound or self._is_seen)

    def is_ours(self, columns: ColumnMap) -> bool:
        """Whether the tab and every owned column carry our marks, as they are to be."""
        return columns.all_bound and self.claim is None and not self.renew

    def refuse_bad_headers(self, snapshot: Snapshot) -> None:
        """See that every header that is needed stands there once.

        Raises:
            HeaderError: one does not.
        """
        faults = find_header_faults(
            snapshot.header_row,
            self.sheet.needed_headers(),
            snapshot.columns,
            sheet=self.sheet.name,
            header_row_number=self.sheet.target.header_row,
            create_columns=self.sheet.create_columns,
        )
        if faults:
            raise HeaderError(
                " ".join(fault.message for fault in faults),
                hint=" ".join(dict.fromkeys(fault.hint for fault in faults)),
            )

    def refuse_filled_columns(self, record: SheetRecord, snapshot: Snapshot) -> None:
        """Nothing of the user's is adopted: a column without our mark has to be blank.

        Raises:
            ColumnTakenError: one is not.
        """
        target = self.sheet.target
        if not snapshot.columns.unbound:
            return
        known = self.ports.mirror.load_rows(self.sheet.name)
        filled = find_filled_columns(snapshot, target.headers, self.sheet.adopt, known)
        blank = find_blank_columns(snapshot, target.headers)
        if blank and not filled:
            filled = sorted(self.ports.gateway.find_formulas(target, record.gid or 0, blank))
        if filled:
            raise columns_taken(self.sheet, filled)

    def retitle(self, record: SheetRecord, snapshot: Snapshot, renamed: Mapping[str, str]) -> None:
        """Have columns bear the titles that the configuration has for them now.

        One that the user calls otherwise keeps that title.
        """
        self.renew |= set(renamed.values())
        addresses = column_addresses(snapshot, record.metadata_ids)
        texts = dict(enumerate(header_texts(snapshot.header_row)))
        old_titles = {
            new: old
            for old, new in renamed.items()
            if texts.get(snapshot.columns.marks[record.metadata_ids[new]]) == old
        }
        if not old_titles:
            return
        writes = [
            RowWrite(self.sheet.target.header_row, None, {new: new}, {new: old})
            for new, old in old_titles.items()
        ]
        addresses |= {h: ColumnAddress(record.metadata_ids[h], h) for h in old_titles}
        intent = WriteIntent(WritePhase.CELLS, writes)
        with suppress(GoogleRejectedError):  # a protected row keeps its titles
            self.ports.gateway.write(self.sheet.target, record.gid or 0, addresses, intent, (), {})

    def change_columns(
        self, record: SheetRecord, snapshot: Snapshot, *, is_plain: bool = False
    ) -> tuple[SheetRecord, bool]:
        """Create and mark our columns, and the tab; new ones are decorated, unless ``is_plain``.

        Columns of a tab that another installation kept get new marks, and with them new
        addresses: what that one still wants to write finds no column any more.

        Returns:
            The record, and whether all are proved to be ours.

        Raises:
            GoogleRejectedError: refused; perhaps another installation was quicker.
        """
        columns = snapshot.columns
        renewed = self._columns_to_renew(columns)
        fresh = {
            header: self.ports.random_number() % (2**31 - 1) + 1
            for header in (*columns.missing, *columns.unbound, *renewed)
        }
        styles = {} if is_plain else self.sheet.styles()
        dates = self._dates_after(record, snapshot, styles)
        changes = ColumnChanges(
            create={header: fresh[header] for header in columns.missing},
            adopt={header: fresh[header] for header in (*columns.unbound, *renewed)},
            places=columns.owned,
            titles=_titles(snapshot),
            drop=(*columns.stray, *(record.metadata_ids[header] for header in renewed)),
            insert_at=columns.width,
            grid_columns=snapshot.grid_columns,
            claim=self.claim,
            styles=styles,
            dates=dates,
        )
        lost = [h for h in fresh if h in record.metadata_ids and h not in renewed]
        marks = {**record.metadata_ids, **fresh}
        record = replace(record, metadata_ids=marks, dates=dates, settled="")
        self.ports.mirror.save_sheet(record)
        if lost:
            self.ports.mirror.forget_written(self.sheet.name, lost)
        gid = record.gid or 0
        proved = self.ports.gateway.change_columns(self.sheet.target, gid, snapshot.title, changes)
        self._tell_of_claim()
        self.renew.clear()
        return record, proved >= fresh.keys()

    def _under_its_name(self, record: SheetRecord | None, gid: int) -> SheetRecord | None:
        """What is known of the tab, under whatever name that was.

        One of another tab, which had this name before, is kept under another.
        """
        mirror, target = self.ports.mirror, self.sheet.target
        if _is_tab(record, target, gid):
            return record
        known = mirror.find_sheet(target.spreadsheet_id, gid)
        if known is None:
            return record
        self.report.notes.append(
            f"This sheet was called {known.name!r} in the configuration before;"
            " it goes on with its rows, results and history."
        )
        if self.options.dry_run:
            return known
        if record is not None:
            mirror.rename_sheet(record.name, mirror.free_name(record.name))
        mirror.rename_sheet(known.name, target.name)
        return replace(known, name=target.name)

    def _plan_claim(self, facts: SheetFacts) -> TabClaim | None:
        """What makes the tab ours; refused where another installation keeps it."""
        target, ours = self.sheet.target, self.ports.installation
        keeper = find_keeper(facts.marks, target.spreadsheet_id, facts.gid, ours)
        self.report.keeping = keeper.keeping
        if keeper.keeping is Keeping.OTHER and not self.options.take_over:
            raise kept_elsewhere(self.sheet.name, keeper, ours)
        return plan_claim(keeper, target.spreadsheet_id, facts.gid, ours, self.ports.clock.now())

    def _with_marked_columns(self, record: SheetRecord, marks: Marks) -> SheetRecord:
        """The record with the marks that its columns bear, where it did not know them."""
        headers = [column.header for column in self.sheet.target.headers.columns({})]
        found = match_columns(record.metadata_ids, marks.columns, headers)
        dates = find_dates(record.dates, found, marks.columns)
        if found == dict(record.metadata_ids) and set(dates) == set(record.dates):
            return record
        return replace(record, metadata_ids=found, dates=dates, settled="")

    def _dates_after(
        self, record: SheetRecord, snapshot: Snapshot, styles: Mapping[str, ColumnStyle]
    ) -> tuple[str, ...]:
        """The columns of dates, once ours are made and marked.

        One that was cut and pasted elsewhere took its format with it; a blank one that
        bears our title has none.
        """
        blank = find_blank_columns(snapshot, self.sheet.target.headers)
        kept = [h for h in record.dates if h not in snapshot.columns.missing and h not in blank]
        made = [h for h in snapshot.columns.missing if h in styles and styles[h].is_of_dates]
        return (*kept, *made)

    def _columns_to_renew(self, columns: ColumnMap) -> list[str]:
        """Our columns with an old title on their marks, or that another may still write by."""
        is_taken_over = self.claim is not None and self.claim.before is Keeping.OTHER
        renewed = columns.owned if is_taken_over else self.renew & columns.owned.keys()
        return [header for header in renewed if header not in columns.unbound]

    def _tell_of_claim(self) -> None:
        """Note what a claim meant that the user may not expect; it is done by now."""
        if self.claim is not None and self.claim.before in {Keeping.OTHER, Keeping.COPY}:
            self.report.notes.append(self.claim.report)
        self.claim = None


def _is_tab(record: SheetRecord | None, target: SheetTarget, gid: int) -> bool:
    """Whether it is of this very tab, whatever its title and the sheet's name."""
    known = record is not None and (record.spreadsheet_id, record.gid)
    return known == (target.spreadsheet_id, gid)


def _titles(snapshot: Snapshot) -> dict[str, str]:
    """The titles of our columns, as they stand in the sheet."""
    texts = header_texts(snapshot.header_row)
    places = snapshot.columns.owned
    return {h: texts[index] if index < len(texts) else "" for h, index in places.items()}
