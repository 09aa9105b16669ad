"""A spreadsheet: its properties, sheets, named ranges and developer metadata."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument, protected
from sync_daemon.sandbox.sheets.a1 import Box, GridRange
from sync_daemon.sandbox.sheets.cells import Cell
from sync_daemon.sandbox.sheets.grid import Grid
from sync_daemon.sandbox.sheets.metadata import DeveloperMetadata
from sync_daemon.sandbox.sheets.references import follow, rename
from sync_daemon.sandbox.sheets.shifts import Change, Delete, Dimension, shift_keys

JsonObject = dict[str, Any]
Clock = Callable[[], datetime]

MAX_CELLS = 10_000_000
MAX_ID = 2**31 - 1
DEFAULT_ROWS = 1000
DEFAULT_COLUMNS = 26


def utc_now() -> datetime:
    """The clock of a sandbox that is not given another."""
    return datetime.now(UTC)


@dataclass
class Sheet:
    """One tab. Its collections hold JSON objects that are replaced, never changed in place."""

    sheet_id: int
    title: str
    grid: Grid
    properties: JsonObject = field(default_factory=dict)
    grid_properties: JsonObject = field(default_factory=dict)
    row_properties: dict[int, JsonObject] = field(default_factory=dict)
    column_properties: dict[int, JsonObject] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    protected_ranges: dict[int, JsonObject] = field(default_factory=dict)
    banded_ranges: dict[int, JsonObject] = field(default_factory=dict)
    filter_views: dict[int, JsonObject] = field(default_factory=dict)
    conditional_formats: list[JsonObject] = field(default_factory=list)
    basic_filter: JsonObject | None = None
    row_groups: list[JsonObject] = field(default_factory=list)
    column_groups: list[JsonObject] = field(default_factory=list)

    def fork(self) -> Sheet:
        """An independent copy; cells are shared until one of the two changes them."""
        return replace(
            self,
            grid=self.grid.fork(),
            properties=dict(self.properties),
            grid_properties=dict(self.grid_properties),
            row_properties=dict(self.row_properties),
            column_properties=dict(self.column_properties),
            merges=list(self.merges),
            protected_ranges=dict(self.protected_ranges),
            banded_ranges=dict(self.banded_ranges),
            filter_views=dict(self.filter_views),
            conditional_formats=list(self.conditional_formats),
            row_groups=list(self.row_groups),
            column_groups=list(self.column_groups),
        )

    def size(self, dimension: Dimension) -> int:
        """How many rows or columns."""
        is_rows = dimension is Dimension.ROWS
        return self.grid.row_count if is_rows else self.grid.column_count

    def dimension_properties(self, dimension: Dimension) -> dict[int, JsonObject]:
        """What is set on single rows or columns, by index."""
        return self.row_properties if dimension is Dimension.ROWS else self.column_properties

    def groups(self, dimension: Dimension) -> list[JsonObject]:
        """The groups of rows or columns."""
        return self.row_groups if dimension is Dimension.ROWS else self.column_groups

    def follow(self, change: Change) -> None:
        """Move all that lies on the sheet along with its rows or columns."""
        moved = [change.range(box.on(self.sheet_id)) for box in self.merges]
        rows, columns = self.grid.row_count, self.grid.column_count
        boxes = [cells.clamp(rows, columns) for cells in moved if cells is not None]
        self.merges = [box for box in boxes if box.height * box.width > 1]
        self.protected_ranges = _follow_all(self.protected_ranges, change)
        self.banded_ranges = _follow_all(self.banded_ranges, change)
        self.filter_views = _follow_all(self.filter_views, change)
        rules = (change.holder(rule) for rule in self.conditional_formats)
        self.conditional_formats = [rule for rule in rules if rule is not None]
        if self.basic_filter is not None:
            self.basic_filter = change.holder(self.basic_filter)
        self._follow_dimension(change)

    def _follow_dimension(self, change: Change) -> None:
        is_rows = change.dimension is Dimension.ROWS
        moved = shift_keys(self.dimension_properties(change.dimension), change.shift)
        groups = [_follow_group(group, change) for group in self.groups(change.dimension)]
        kept = [group for group in groups if group is not None]
        if is_rows:
            self.row_properties, self.row_groups = moved, kept
        else:
            self.column_properties, self.column_groups = moved, kept


def _follow_all(holders: dict[int, JsonObject], change: Change) -> dict[int, JsonObject]:
    moved = ((key, change.holder(holder)) for key, holder in holders.items())
    return {key: holder for key, holder in moved if holder is not None}


def _follow_group(group: JsonObject, change: Change) -> JsonObject | None:
    span = change.shift.span(group["range"]["startIndex"], group["range"]["endIndex"])
    if span is None:
        return None
    return {**group, "range": {**group["range"], "startIndex": span[0], "endIndex": span[1]}}


@dataclass(frozen=True)
class State:
    """All of a document that a batch can change, to go back to."""

    properties: JsonObject
    sheets: list[Sheet]
    named_ranges: dict[str, JsonObject]
    metadata: dict[int, DeveloperMetadata]
    issued: int
    changes: int  # how many of rows and columns there had been


class Document:
    """A spreadsheet with everything in it.

    Args:
        spreadsheet_id: as in its address.
        title: its name, which Drive shows too.
        clock: tells the time of a change.
    """

    def __init__(self, spreadsheet_id: str, title: str, *, clock: Clock = utc_now) -> None:
        self.spreadsheet_id = spreadsheet_id
        self.properties: JsonObject = {
            "title": title,
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": "Etc/GMT",
        }
        self.sheets: list[Sheet] = []
        self.named_ranges: dict[str, JsonObject] = {}
        self.metadata: dict[int, DeveloperMetadata] = {}
        self.owner: str | None = None
        self.clock = clock
        self.version = 1
        self.created_time = clock()
        self.modified_time = self.created_time
        self.change_listeners: list[Callable[[Document], None]] = []
        self.loading: dict[str, Any] = {}
        self.issued = 0
        self.changes: list[Change] = []  # of rows and columns, in order

    @property
    def title(self) -> str:
        """The spreadsheet's name."""
        title: str = self.properties["title"]
        return title

    def rename(self, title: str) -> None:
        """Give the spreadsheet another name."""
        self.properties = {**self.properties, "title": title}
        self.touch()

    @property
    def locale(self) -> str:
        """Such as ``en_US``."""
        locale: str = self.properties["locale"]
        return locale

    def touch(self) -> None:
        """Record that something changed: a new version, a new time, listeners told."""
        self.version += 1
        self.modified_time = self.clock()
        for listener in self.change_listeners:
            listener(self)

    def issue_id(self) -> int:
        """A number not used yet for a sheet, a range or a piece of metadata."""
        while True:
            self.issued += 1
            seed = f"{self.spreadsheet_id}/{self.issued}".encode()
            found = zlib.crc32(seed) & MAX_ID
            if found and not self._uses_id(found):
                return found

    def _uses_id(self, number: int) -> bool:
        return number in self.metadata or any(
            number == sheet.sheet_id
            or number in sheet.protected_ranges
            or number in sheet.filter_views
            or number in sheet.banded_ranges
            for sheet in self.sheets
        )

    def settle(self, formula: str, value: str | float) -> None:
        """Let formulas of this very text, which load something, come to a value.

        Until then ``IMPORTXML``, ``GOOGLEFINANCE`` and the like show ``Loading...``.
        """
        self.loading = {**self.loading, formula: value}
        self.touch()

    # --- states -------------------------------------------------------------------------

    def state(self) -> State:
        """The present state, kept apart from later changes."""
        return State(
            dict(self.properties),
            [sheet.fork() for sheet in self.sheets],
            dict(self.named_ranges),
            dict(self.metadata),
            self.issued,
            len(self.changes),
        )

    def restore(self, state: State) -> None:
        """Go back to a state; it can be gone back to again."""
        self.properties = dict(state.properties)
        self.sheets = [sheet.fork() for sheet in state.sheets]
        self.named_ranges = dict(state.named_ranges)
        self.metadata = dict(state.metadata)
        self.issued = state.issued
        del self.changes[state.changes :]

    # --- sheets -------------------------------------------------------------------------

    def sheet(self, sheet_id: int) -> Sheet:
        """The sheet with an id.

        Raises:
            ApiError: 400 as for any request that names a sheet that is not there.
        """
        found = self.find_sheet(sheet_id)
        if found is None:
            raise invalid_argument(f"No grid with id: {sheet_id}")
        return found

    def find_sheet(self, sheet_id: int) -> Sheet | None:
        """The sheet with an id, if there is one."""
        return next((sheet for sheet in self.sheets if sheet.sheet_id == sheet_id), None)

    def sheet_titled(self, title: str) -> Sheet | None:
        """The sheet with a title, in any case, if there is one."""
        folded = title.casefold()
        return next((sheet for sheet in self.sheets if sheet.title.casefold() == folded), None)

    def sheet_id_titled(self, title: str) -> int | None:
        """The id of the sheet with a title, if there is one."""
        found = self.sheet_titled(title)
        return None if found is None else found.sheet_id

    def rename_sheet(self, sheet: Sheet, title: str) -> None:
        """Give a sheet another title; formulas keep pointing at it."""
        old, sheet.title = sheet.title, title
        self._rewrite_formulas(lambda formula, _own: rename(formula, old, title))

    def check_cell_count(self, more: int = 0) -> None:
        """Refuse more cells than a spreadsheet may have, ``more`` to come included."""
        total = more + sum(sheet.grid.row_count * sheet.grid.column_count for sheet in self.sheets)
        if total > MAX_CELLS:
            raise invalid_argument(
                "This action would increase the number of cells in the workbook above the "
                f"limit of {MAX_CELLS} cells."
            )

    def remove_sheet(self, sheet: Sheet) -> None:
        """Take a sheet out, with the named ranges and the metadata that are on it."""
        self.sheets.remove(sheet)
        self.named_ranges = {
            key: named
            for key, named in self.named_ranges.items()
            if named.get("range", {}).get("sheetId", 0) != sheet.sheet_id
        }
        self.metadata = {
            key: item
            for key, item in self.metadata.items()
            if item.location.sheet_id != sheet.sheet_id
        }

    def resize(self, sheet: Sheet, rows: int, columns: int) -> None:
        """Change the size of a grid; what is cut off at the end is deleted."""
        old_rows, old_columns = sheet.grid.row_count, sheet.grid.column_count
        sheet.grid.resize(rows, columns)
        if rows < old_rows:
            self.shift(Change(sheet.sheet_id, Dimension.ROWS, Delete(rows, old_rows)))
        if columns < old_columns:
            self.shift(Change(sheet.sheet_id, Dimension.COLUMNS, Delete(columns, old_columns)))

    # --- rows and columns ---------------------------------------------------------------

    def shift(self, change: Change) -> None:
        """After rows or columns changed: move everything that points at them."""
        self.changes.append(change)
        for sheet in self.sheets:
            if sheet.sheet_id == change.sheet_id:
                sheet.follow(change)
        named = ((key, change.holder(value)) for key, value in self.named_ranges.items())
        self.named_ranges = {key: value for key, value in named if value is not None}
        placed = ((key, item, item.location.follow(change)) for key, item in self.metadata.items())
        self.metadata = {
            key: replace(item, location=location)
            for key, item, location in placed
            if location is not None
        }
        self._rewrite_formulas(
            lambda formula, own: follow(formula, own, change, self.sheet_id_titled)
        )

    def _rewrite_formulas(self, rewritten: Callable[[str, int], str]) -> None:
        for sheet in self.sheets:
            rows = sheet.grid.rows if sheet.grid.may_have_formulas else []
            for row_index, row in enumerate(rows):
                if row is None or not row.has_formula():
                    continue
                for column, content in enumerate(row.cells):
                    if isinstance(content, Cell) and content.formula is not None:
                        formula = rewritten(content.formula, sheet.sheet_id)
                        if formula != content.formula:
                            changed = replace(content, formula=formula)
                            sheet.grid.set(row_index, column, changed)

    # --- protection ---------------------------------------------------------------------

    def check_editable(self, sheet: Sheet, boxes: Iterable[Box], caller: str | None) -> None:
        """Refuse an edit of cells that the caller may not edit.

        Args:
            sheet: where.
            boxes: the cells.
            caller: e-mail address of the caller; None for the owner in person.
        """
        if not sheet.protected_ranges:
            return
        edited = list(boxes)
        for protection in sheet.protected_ranges.values():
            if any(self.protects(sheet, protection, box, caller) for box in edited):
                raise protected()

    def protects(self, sheet: Sheet, protection: JsonObject, box: Box, caller: str | None) -> bool:
        """Whether a protected range keeps the caller from editing a rectangle."""
        return not self.may_edit(protection, caller) and self._covers(sheet, protection, [box])

    def may_edit(self, protection: JsonObject, caller: str | None) -> bool:
        """Whether the caller may edit what a protected range covers."""
        if protection.get("warningOnly") or caller is None or caller == self.owner:
            return True
        return caller in protection.get("editors", {}).get("users", ())

    def _covers(self, sheet: Sheet, protection: JsonObject, edited: list[Box]) -> bool:
        rows, columns = sheet.grid.row_count, sheet.grid.column_count
        cells = GridRange.from_json(protection.get("range", {})).clamp(rows, columns)
        free = [
            GridRange.from_json(raw).clamp(rows, columns)
            for raw in protection.get("unprotectedRanges", ())
        ]
        return any(
            cells.intersects(box) and not any(open_box.contains(box) for open_box in free)
            for box in edited
        )


def atomically(document: Document, action: Callable[[], Any]) -> Any:
    """Run an action on a document, all or nothing."""
    before = document.state()
    try:
        return action()
    except Exception:
        document.restore(before)
        raise
