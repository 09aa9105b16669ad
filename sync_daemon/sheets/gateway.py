"""Google Sheets as the engine sees it: implements ``ports.SheetGateway``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from typing import Any

from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.computed import Details, Look
from sync_daemon.domain.headers import header_texts
from sync_daemon.domain.reconcile import WriteAnswer, WriteIntent
from sync_daemon.domain.serial_dates import from_serial
from sync_daemon.domain.sheet_state import (
    ColumnAddress,
    ColumnChanges,
    GridSize,
    NewRow,
    SheetFacts,
    SheetTarget,
)
from sync_daemon.domain.snapshot import Snapshot
from sync_daemon.domain.write_constraints import WriteConstraints
from sync_daemon.errors import ConfigError
from sync_daemon.ports import Reading
from sync_daemon.sheets import requests as bodies
from sync_daemon.sheets import row_requests as row_bodies
from sync_daemon.sheets.closer_look import DETAIL_FIELDS, CloserLook
from sync_daemon.sheets.discovery import SpreadsheetBrowser
from sync_daemon.sheets.marks import MARK_FIELDS, read_marks
from sync_daemon.sheets.ranges import Span, quote_title
from sync_daemon.sheets.reading import ChunkedReading, header_span, parse_whole
from sync_daemon.sheets.transport import Idempotency, RequestKind, SheetsTransport
from sync_daemon.sheets.write_constraints import OBSTACLE_FIELDS, read_constraints

CELLS_PER_READ = 3_000_000  # of the grid, blank ones included; some 40 MB where most are filled
_FACTS_FIELDS = (
    "properties(locale,timeZone),"
    "sheets(properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount)),"
    f"{MARK_FIELDS})"
)


class GoogleSheetGateway:
    """Reads and writes one spreadsheet's tabs through a :class:`SheetsTransport`."""

    def __init__(self, transport: SheetsTransport) -> None:
        self._transport = transport

    def look_up(self, target: SheetTarget, gid: int | None) -> SheetFacts:
        """Find the tab: the one last known, or by its title."""
        answer = self._transport.json(
            "GET",
            f"/v4/spreadsheets/{target.spreadsheet_id}",
            params={"fields": _FACTS_FIELDS},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        tabs = [sheet["properties"] for sheet in answer.get("sheets", [])]
        places = [
            i for i, tab in enumerate(tabs) if gid is not None and tab.get("sheetId", 0) == gid
        ]
        places += [i for i, tab in enumerate(tabs) if tab.get("title") == target.worksheet]
        if places:
            tab, properties = tabs[places[0]], answer.get("properties", {})
            return SheetFacts(
                gid=tab.get("sheetId", 0),
                locale=properties.get("locale", ""),
                time_zone=properties.get("timeZone", ""),
                size=_grid_size(tab.get("gridProperties", {})),
                marks=read_marks(answer["sheets"][places[0]]),
            )
        titles = ", ".join(repr(tab.get("title", "")) for tab in tabs)
        message = f"The spreadsheet of sheet {target.name!r} has no tab {target.worksheet!r}."
        raise ConfigError(message, hint=f"Set sheets.worksheet to one of: {titles}.")

    def fetch(
        self, target: SheetTarget, gid: int, metadata_ids: Mapping[str, int], size: GridSize
    ) -> Reading:
        """Read the whole tab, and where the metadata of owned columns is, at one moment.

        A tab beyond ``CELLS_PER_READ`` is read in several answers that are
        proved to belong together.
        """
        digest = blake2b(digest_size=16)

        def read(spans: Iterable[Span], metadata_ids: Iterable[int] = ()) -> str:
            content = self._read(target, bodies.read_body(gid, spans, metadata_ids))
            digest.update(content)
            return content.decode("utf-8", "replace")

        if size.cells <= CELLS_PER_READ:
            text = [read([Span()], metadata_ids.values())]  # parsing takes it out and lets it go
            return Reading(digest.hexdigest(), partial(parse_whole, target, metadata_ids, text))
        snapshot = _read_in_chunks(target, metadata_ids, size, read)
        return Reading(digest.hexdigest(), lambda: snapshot)

    def _read(self, target: SheetTarget, body: dict[str, Any]) -> bytes:
        return self._transport.request(
            "POST",
            f"/v4/spreadsheets/{target.spreadsheet_id}/values:batchGetByDataFilter",
            json=body,
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        ).content

    def fetch_version(self, target: SheetTarget) -> str:
        """Drive's version of the spreadsheet: a hint, it can lag by minutes."""
        answer = self._transport.json(
            "GET",
            f"/drive/v3/files/{target.spreadsheet_id}",
            params={"fields": "version", "supportsAllDrives": "true"},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.DRIVE,
        )
        return str(answer.get("version", ""))

    def check_writable(self, target: SheetTarget) -> None:
        """See that we may write, without changing anything.

        Raises:
            PermissionDeniedError: the spreadsheet is shared for reading only.
        """
        SpreadsheetBrowser(self._transport, target.spreadsheet_id).check_writable()

    def change_columns(
        self, target: SheetTarget, gid: int, title: str, changes: ColumnChanges
    ) -> set[str]:
        """Create and mark owned columns, atomically; returns the headers that are proved.

        It may be sent again after a lost answer: if it took effect, its metadata
        ids are in use by then, and Google refuses the repetition as a whole.

        Raises:
            GoogleRejectedError: refused, perhaps because an earlier attempt took effect.
        """
        answer = self._update(
            target,
            bodies.columns_body(gid, title, target.header_row, changes),
            Idempotency.SAFE,
            bodies.COLUMNS_FIELDS,
        )
        shown = _metadata_headers(answer.get("updatedSpreadsheet", {}), gid)
        wanted = {**changes.create, **changes.adopt}
        return {
            header
            for header, key in wanted.items()
            if shown.get(key) == changes.titles.get(header, header)
        }

    def find_formulas(self, target: SheetTarget, gid: int, columns: Mapping[str, int]) -> set[str]:
        """Those of ``columns`` (header → index) that hold formulas, whatever those show."""
        spans = {header: Span(left=index, right=index + 1) for header, index in columns.items()}
        body = bodies.read_body(gid, spans.values(), ())
        answer = json.loads(self._read(target, {**body, "valueRenderOption": "FORMULA"}))
        grids = [matched.get("valueRange", {}) for matched in answer.get("valueRanges", [])]
        return {
            header
            for header, grid in zip(spans, grids, strict=True)
            if any(row and row[0] != BLANK for row in grid.get("values", [])[target.header_row :])
        }

    def find_constraints(
        self, target: SheetTarget, gid: int, columns: Mapping[str, int]
    ) -> WriteConstraints:
        """Ranges that we may not edit, and merged ones; ``columns`` are ours, header → index."""
        answer = self._transport.json(
            "GET",
            f"/v4/spreadsheets/{target.spreadsheet_id}",
            params={"fields": OBSTACLE_FIELDS},
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        return read_constraints(answer, gid, columns)

    def insert_rows(
        self, target: SheetTarget, gid: int, title: str, rows: Sequence[NewRow]
    ) -> bool:
        """Insert rows with values, atomically; returns whether their columns were the right ones.

        If not, they stay where they are, without what sheetd would know them by.

        Args:
            target: which tab of which spreadsheet.
            gid: of the tab.
            title: of the tab now.
            rows: at least one, each with an index that is one more than that of the one before.
        """
        answer = self._update(
            target,
            row_bodies.insert_rows_body(gid, title, target.header_row, rows),
            Idempotency.ONCE,
            row_bodies.INSERTED_FIELDS,
        )
        is_right = all(row_bodies.has_headers(answer, gid, row) for row in rows)
        if not is_right:
            self._update(target, row_bodies.take_back_body(gid, rows), Idempotency.SAFE, "")
        return is_right

    def find_computed_columns(
        self, target: SheetTarget, gid: int, title: str, row_numbers: Sequence[int]
    ) -> set[int]:
        """Indices of columns that a formula of another cell fills, as one of the rows shows."""
        answer = self._transport.json(
            "GET",
            f"/v4/spreadsheets/{target.spreadsheet_id}",
            params={
                "ranges": [f"{quote_title(title)}!{n}:{n}" for n in row_numbers],
                "fields": row_bodies.COMPUTED_FIELDS,
            },
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        return row_bodies.computed_columns(answer, gid)

    def look_closer(self, target: SheetTarget, gid: int, snapshot: Snapshot, look: Look) -> Details:
        """What is in cells of a snapshot beside their values."""
        closer = CloserLook(target.name, snapshot, look, target.header_row, target.headers.id)
        answer = self._transport.json(
            "POST",
            f"/v4/spreadsheets/{target.spreadsheet_id}:getByDataFilter",
            params={"fields": DETAIL_FIELDS},
            json=closer.body(gid),
            idempotency=Idempotency.SAFE,
            kind=RequestKind.READ,
        )
        return closer.read(answer, gid)

    def _update(
        self, target: SheetTarget, body: dict[str, Any], idempotency: Idempotency, fields: str
    ) -> dict[str, Any]:
        return self._transport.json(
            "POST",
            f"/v4/spreadsheets/{target.spreadsheet_id}:batchUpdate",
            params={"fields": fields} if fields else None,
            json=body,
            idempotency=idempotency,
            kind=RequestKind.WRITE,
        )

    def write(
        self,
        target: SheetTarget,
        gid: int,
        columns: Mapping[str, ColumnAddress],
        intent: WriteIntent,
        user_columns: Sequence[tuple[str, int]],
        last_rows: Mapping[str, int],
    ) -> WriteAnswer:
        """Write cells RAW through their columns' metadata; the answer tells what stands there."""
        proving = (target.headers.id, target.headers.status)
        metadata_ids = {header: address.metadata_id for header, address in columns.items()}
        answer = self._transport.json(
            "POST",
            f"/v4/spreadsheets/{target.spreadsheet_id}/values:batchUpdateByDataFilter",
            json=bodies.write_body(
                gid, metadata_ids, proving, intent, user_columns, last_rows, target.dates
            ),
            idempotency=Idempotency.SAFE,
            kind=RequestKind.WRITE,
        )
        return _parse_write_answer(answer, target, columns, user_columns)


def _grid_size(properties: dict[str, int]) -> GridSize:
    return GridSize(properties.get("rowCount", 0), properties.get("columnCount", 0))


def _read_in_chunks(
    target: SheetTarget,
    metadata_ids: Mapping[str, int],
    size: GridSize,
    read: Callable[..., str],
) -> Snapshot:
    step = max(target.header_row + 1, CELLS_PER_READ // size.columns)
    reading = ChunkedReading(target, metadata_ids, read([Span(bottom=step)], metadata_ids.values()))
    for top in range(step, size.rows, step):
        bottom = top + step if top + step < size.rows else None  # rows may have come since
        reading.add(read([header_span(target), Span(top, bottom)]), top + 1)
    columns = [Span(left=index, right=index + 1) for index in reading.proving_columns]
    return reading.prove(read([header_span(target), *columns]))


def _metadata_headers(spreadsheet: dict[str, Any], gid: int) -> dict[int, str]:
    """Metadata id → the header that stands on its column, from the header row's grid data."""
    found: dict[int, str] = {}
    for sheet in spreadsheet.get("sheets", []):
        if sheet.get("properties", {}).get("sheetId", 0) != gid:
            continue
        for data in sheet.get("data", []):
            values = data.get("rowData", [{}])[0].get("values", [])
            texts = header_texts([value.get("formattedValue", BLANK) for value in values])
            for text, column in zip(texts, data.get("columnMetadata", []), strict=False):
                for mark in column.get("developerMetadata", []):
                    found[mark["metadataId"]] = text
    return found


def _parse_write_answer(
    answer: dict[str, Any],
    target: SheetTarget,
    addresses: Mapping[str, ColumnAddress],
    user_columns: Sequence[tuple[str, int]],
) -> WriteAnswer:
    headers = {address.metadata_id: header for header, address in addresses.items()}
    columns: dict[str, list[CellValue]] = {}
    proofs: dict[int, list[CellValue]] = {}
    proof_columns: list[tuple[str, int]] = []
    for response in answer.get("responses", []):
        data_filter = response.get("dataFilter", {})
        data = response.get("updatedData", {})
        lookup = data_filter.get("developerMetadataLookup", {})
        if "metadataId" in lookup:
            header = headers[lookup["metadataId"]]
            cells = _as_column(data)
            titles = header_texts(cells[target.header_row - 1 : target.header_row]) or [BLANK]
            if titles == [addresses[header].title]:
                columns[header] = _as_read(cells, target) if header in target.dates else cells
        elif "gridRange" in data_filter:
            block = data_filter["gridRange"]
            proofs.update(_read_proofs(data, block))
            proof_columns = _columns_in(block, user_columns)
    return WriteAnswer(columns, proofs, proof_columns)


def _as_column(data: dict[str, Any]) -> list[CellValue]:
    values: list[list[CellValue]] = data.get("values", [])
    if data.get("majorDimension") == "COLUMNS":
        return values[0] if values else []
    return [row[0] if row else BLANK for row in values]


def _as_read(cells: list[CellValue], target: SheetTarget) -> list[CellValue]:
    """A column of dates as sheetd knows it; the header stays as it is."""
    top = target.header_row
    return [*cells[:top], *map(from_serial, cells[top:])]


def _read_proofs(
    data: dict[str, Any], block: dict[str, int]
) -> Iterator[tuple[int, list[CellValue]]]:
    """Row number and cells of each row of a block, those that Google left off included."""
    first, last = block.get("startRowIndex", 0) + 1, block["endRowIndex"]
    values: list[list[CellValue]] = data.get("values", [])
    for number in range(first, last + 1):
        yield number, values[number - first] if number - first < len(values) else []


def _columns_in(
    block: dict[str, int], user_columns: Sequence[tuple[str, int]]
) -> list[tuple[str, int]]:
    """The user's columns within a block, with their index in its rows."""
    start, end = block.get("startColumnIndex", 0), block["endColumnIndex"]
    return [(header, index - start) for header, index in user_columns if start <= index < end]
