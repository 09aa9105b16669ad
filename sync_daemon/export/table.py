"""The rows to export, and the same as lines of a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property

from sync_daemon.domain.cells import BLANK, CellValue
from sync_daemon.domain.headers import fold_header
from sync_daemon.domain.jobs import JsonValue
from sync_daemon.domain.serial_dates import from_serial
from sync_daemon.mirror.read_models import MirrorReader, RowView
from sync_daemon.mirror.versions import RowVersion

_ROW_HEADERS = ("row_id", "sheet", "row_number", "state")
_VERSION_HEADERS = ("version", "change", "at", "run_id")


@dataclass(frozen=True, slots=True)
class ExportedRow:
    """A row and, where the history is asked for, what it held before."""

    row: RowView
    versions: Sequence[RowVersion] = ()


@dataclass(frozen=True)
class Export:
    """Rows in the order of the sheets; they are gone through more than once."""

    rows: Iterable[ExportedRow]
    with_history: bool = False
    dates: Mapping[str, Collection[str]] = field(default_factory=dict)  # sheet → headers, folded

    def headers(self) -> list[str]:
        """The first line of the table."""
        fixed = [*_ROW_HEADERS, *(_VERSION_HEADERS if self.with_history else ())]
        return [*fixed, *self._cell_headers(), *self._result_headers()]

    def date_columns(self) -> set[int]:
        """The indices in a line of what may be dates: results, and columns read as dates."""
        headers = self.headers()
        results = range(len(headers) - len(self._result_headers()), len(headers))
        known = {header for folded in self.dates.values() for header in folded}
        first = len(headers) - len(self._result_headers()) - len(self._cell_headers())
        typed = [i for i in range(first, results.start) if fold_header(headers[i]) in known]
        return {*typed, *results}

    def lines(self) -> Iterator[list[CellValue]]:
        """The other lines: one a row, or one a version with the results beside the newest."""
        cell_headers, result_headers = self._cell_headers(), self._result_headers()
        days = {
            sheet: {header for header in cell_headers if fold_header(header) in folded}
            for sheet, folded in self.dates.items()
        }
        for exported in self.rows:
            row = exported.row
            found = days.get(row.sheet, ())
            fixed: list[CellValue] = [row.row_id, row.sheet, row.row_number, row.state]
            results = [row.results.get(header, BLANK) for header in result_headers]
            if not self.with_history:
                yield [
                    *fixed,
                    *_in_order(row.cells, cell_headers, days.get(row.sheet, ())),
                    *results,
                ]
                continue
            for version in exported.versions:
                change: list[CellValue] = [
                    version.version,
                    version.change,
                    version.at,
                    version.run_id,
                ]
                is_newest = version is exported.versions[-1]
                shown = results if is_newest else [BLANK] * len(results)
                cells = _in_order(version.cells, cell_headers, found)
                yield [*fixed, *change, *cells, *shown]

    def documents(self) -> Iterator[dict[str, JsonValue]]:
        """Each row as ``sheetd rows --json`` prints it, with its versions if asked for."""
        for exported in self.rows:
            document: dict[str, JsonValue] = _plain(asdict(exported.row))
            if self.with_history:
                document["versions"] = [_plain(asdict(v)) for v in exported.versions]
            yield document

    def _cell_headers(self) -> list[str]:
        return self._names[0]

    def _result_headers(self) -> list[str]:
        return self._names[1]

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        """Headers of cells, those of the rows first: the order of the sheet as it is now."""
        now: dict[str, None] = {}
        before: dict[str, None] = {}
        results: dict[str, None] = {}
        for exported in self.rows:
            now.update(dict.fromkeys(exported.row.cells))
            results.update(dict.fromkeys(exported.row.results))
            for version in exported.versions:
                before.update(dict.fromkeys(version.cells))
        return list(now | before), list(results)


def fold_dates(dates: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """By sheet, headers under which dates stand, as an export compares them."""
    return {name: {fold_header(header) for header in headers} for name, headers in dates.items()}


def collect(
    reader: MirrorReader,
    *,
    sheet: str | None = None,
    with_deleted: bool = False,
    versions: Mapping[str, Sequence[RowVersion]] | None = None,
    dates: Mapping[str, Collection[str]] | None = None,
) -> Export:
    """The rows of one sheet or of all.

    Args:
        reader: the mirror.
        sheet: only this one.
        with_deleted: deleted rows too, after the others.
        versions: by row id, for an export with history.
        dates: by sheet, the user's headers under which dates stand.
    """
    found = list(reader.rows(sheet=sheet))
    if with_deleted:
        found += reader.rows(sheet=sheet, only_deleted=True)
    known = versions or {}
    rows = [ExportedRow(row, known.get(row.row_id, ())) for row in found]
    return Export(rows, with_history=versions is not None, dates=fold_dates(dates or {}))


def _in_order(
    cells: Mapping[str, CellValue], headers: Sequence[str], days: Collection[str]
) -> list[CellValue]:
    """The cells under the headers; the numbers of days as ISO 8601."""
    values = [cells.get(header, BLANK) for header in headers]
    if not days:
        return values
    return [
        from_serial(value) if header in days else value
        for header, value in zip(headers, values, strict=True)
    ]


def _plain(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Mappings of other kinds as dicts, which is what JSON is made of."""
    return {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in values.items()
    }
