"""A tab that belongs to one test, and what a person or a program does in it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.live.backends import Google
from tests.live.line import Refusal

ROWS, COLUMNS = 40, 8
_MARK = "sheetd-test"
_AT_ONCE = 8  # tabs made by one request, for the quota's sake


@dataclass(frozen=True)
class Tab:
    """A new tab of 40 rows and 8 columns. Rows and columns count from 0, ends are exclusive."""

    google: Google
    gid: int
    title: str

    def area(
        self,
        top: int = 0,
        bottom: int | None = None,
        left: int = 0,
        right: int | None = None,
    ) -> dict[str, int]:
        """A rectangle, as Google's GridRange."""
        ends = {"endRowIndex": bottom, "endColumnIndex": right}
        given = {key: value for key, value in ends.items() if value is not None}
        return {"sheetId": self.gid, "startRowIndex": top, "startColumnIndex": left, **given}

    def rows(self, start: int, end: int) -> dict[str, Any]:
        """Whole rows, as Google's DimensionRange."""
        return self._dimension("ROWS", start, end)

    def columns(self, start: int, end: int) -> dict[str, Any]:
        """Whole columns."""
        return self._dimension("COLUMNS", start, end)

    def change(self, kind: str, **body: Any) -> dict[str, Any]:
        """One request of a batch: what a person does in the browser."""
        return self.google.batch({kind: body})

    def put(
        self, values: Sequence[Sequence[Any]], top: int = 0, left: int = 0, how: str = "RAW"
    ) -> dict[str, Any]:
        """Write values as they are; the answer tells what stands there then."""
        bottom, right = top + len(values), left + max(map(len, values))
        return self._write({"gridRange": self.area(top, bottom, left, right)}, values, how)

    def type(self, values: Sequence[Sequence[Any]], top: int = 0, left: int = 0) -> dict[str, Any]:
        """Write values as a person would type them."""
        return self.put(values, top, left, "USER_ENTERED")

    def put_by_mark(self, number: int, column: Sequence[Any]) -> dict[str, Any]:
        """Write down a column that bears a mark."""
        return self._write(by_mark(number), [column], "RAW", "COLUMNS")

    def read(
        self,
        *filters: Mapping[str, Any],
        render: str = "UNFORMATTED_VALUE",
        dates: str = "SERIAL_NUMBER",
    ) -> list[dict[str, Any]]:
        """The value ranges that filters match."""
        body = {
            "dataFilters": filters,
            "valueRenderOption": render,
            "dateTimeRenderOption": dates,
        }
        path = f"{self.google.path}/values:batchGetByDataFilter"
        found = self.google.line.ask("POST", path, body).get("valueRanges", [])
        return [matched["valueRange"] for matched in found]

    def values(self, **how: str) -> list[list[Any]]:
        """All values of the tab."""
        (found,) = self.read({"gridRange": self.area()}, **how)
        values: list[list[Any]] = found.get("values", [])
        return values

    def cells(self, fields: str) -> list[list[dict[str, Any]]]:
        """The cells of the first rows with what the mask names, as grid data."""
        body = {"dataFilters": [{"gridRange": self.area(0, 5)}], "includeGridData": True}
        answer = self.google.line.ask(
            "POST",
            f"{self.google.path}:getByDataFilter",
            body,
            {"fields": f"sheets(properties(sheetId),data(rowData(values({fields}))))"},
        )
        (sheet,) = [s for s in answer["sheets"] if s["properties"].get("sheetId", 0) == self.gid]
        rows = sheet["data"][0].get("rowData", [])
        return [row.get("values", []) for row in rows]

    def mark(self, dimension: Mapping[str, Any], number: int) -> None:
        """Put developer metadata on a row or a column."""
        self.google.batch(marking(dimension, number))

    def marks(self, number: int) -> list[dict[str, Any]]:
        """The developer metadata of that id."""
        answer = self.google.line.ask(
            "POST",
            f"{self.google.path}/developerMetadata:search",
            {"dataFilters": [by_mark(number)]},
        )
        return [found["developerMetadata"] for found in answer.get("matchedDeveloperMetadata", [])]

    def refusal(self, *requests: Mapping[str, Any]) -> Refusal:
        """How a batch is refused."""
        body = {"requests": requests}
        return self.google.line.refusal("POST", f"{self.google.path}:batchUpdate", body)

    def _dimension(self, dimension: str, start: int, end: int) -> dict[str, Any]:
        return {
            "sheetId": self.gid,
            "dimension": dimension,
            "startIndex": start,
            "endIndex": end,
        }

    def _write(
        self, where: Mapping[str, Any], values: Any, how: str, major: str = "ROWS"
    ) -> dict[str, Any]:
        body = {
            "valueInputOption": how,
            "data": [{"dataFilter": where, "majorDimension": major, "values": values}],
            "includeValuesInResponse": True,
            "responseValueRenderOption": "UNFORMATTED_VALUE",
        }
        path = f"{self.google.path}/values:batchUpdateByDataFilter"
        return self.google.line.ask("POST", path, body)


def add_tab(google: Google, title: str | None = None) -> Tab:
    """A new tab of 40 rows and 8 columns; it is deleted when the tests have ended."""
    if title is not None:
        (made,) = _add_tabs(google, [title])
        return made
    if not google.spare:
        titles = [f"sheetd's test {secrets.token_hex(4)} ☃" for _ in range(_AT_ONCE)]
        google.spare = [(tab.gid, tab.title) for tab in _add_tabs(google, titles)]
    return Tab(google, *google.spare.pop())


def _add_tabs(google: Google, titles: Sequence[str]) -> list[Tab]:
    tabs = [Tab(google, unused_id(), title) for title in titles]
    google.made += [tab.gid for tab in tabs]
    grid = {"rowCount": ROWS, "columnCount": COLUMNS}
    google.batch(
        *(
            {"addSheet": {"properties": {"sheetId": gid, "title": title, "gridProperties": grid}}}
            for gid, title in ((tab.gid, tab.title) for tab in tabs)
        )
    )
    return tabs


def marking(dimension: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The request that puts developer metadata on a row or a column."""
    mark = {
        "metadataId": number,
        "metadataKey": _MARK,
        "metadataValue": "a test",
        "location": {"dimensionRange": dimension},
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def by_mark(number: int) -> dict[str, Any]:
    """A filter that finds developer metadata wherever it is."""
    return {"developerMetadataLookup": {"metadataId": number}}


def unused_id() -> int:
    """An id that no metadata, and no tab, has yet."""
    return secrets.randbelow(2**30) + 1
