"""Random requests to a spreadsheet: most of them make sense, many nearly do, some do not.

Messages are drawn from Google's own description of them, so that every request kind with
every field is tried; values are those on which programs stumble.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.sheets.batch import HANDLERS
from sync_daemon.sandbox.sheets.protocol import protocol

JsonObject = dict[str, Any]

ROWS, COLUMNS = 7, 5
DEEPEST = 7

TEXTS = (
    "", "a", "Apple", "0042", " x ", "'quoted", "true", "5%", "1/2/2020", "2020-01-01 12:30",
    "$1,234.50", "1e308", "1e309", "+49 30", "-", "=", "=A1", "=B2*2", "=SUM(A1:C3)", "=1/0",
    "=1E308*10", "=Z99", '=ARRAYFORMULA(A1:A3&"x")', "=Two!A1", "=nope(", "=A1:B2", "=Range1",
    '=HYPERLINK("http://x.example","label")', "=TODAY()", "=IMPORTXML(1,2)", "=IF(A1,B1,C1)",
    "=INDEX(A1:C3,2)", "=VLOOKUP(1,A1:C9,2,FALSE)", "line\nbreak", "😀 שלום", "\ud800", "x" * 300,
    "12:30", "(5)", "=LEFT(A1,-1)", "=9^9^9", "#REF!", "Range1", "A1", "Sheet1", "Two",
)  # fmt: skip
NUMBERS = (0, 1, 2, 3, -1, 0.5, 43831, 1e15, -1e308, 5e-324, 0.1)
RANGES = (
    "A1", "B2:C3", "A:B", "2:3", "Sheet1", "Two", "Two!A1:B2", "'Sheet1'!C1", "R1C1:R2C2", "A2:A",
    "Z1", "A1:Z99", "Range1", "Sheet1!Range1", "NOPE!A1", "A0", "", "C3:A1", "E7", "!", "'",
)  # fmt: skip
PATTERNS = ("0.00", "#,##0", "0%", "yyyy-mm-dd", '"x"0', "[h]:mm", "General", "@", "0;;", ";", "%")
ODD: tuple[Any, ...] = (-1, 7, 2**31 - 1)
NAMED: dict[str, tuple[Any, ...]] = {
    "filterId": (1, 2),
    "filterViewId": (1, 2),
    "protectedRangeId": (1, 2),
    "bandedRangeId": (1, 2),
    "index": (0, 0, 0, 1),
    "newIndex": (0, 0, 0, 1),
    "namedRangeId": ("Range1", "Range2", "Here"),
    "name": ("Range1", "Range2", "Here"),
    "pattern": PATTERNS,
    "locale": ("de_DE", "en_US", "nowhere"),
    "timeZone": ("Europe/Berlin", "nowhere"),
}
KINDS: dict[str, tuple[Any, ...]] = {
    "int32": (0, 1, 2, 3, 4),
    "double": (*NUMBERS, 0.25, 0.75),
    "float": (*NUMBERS, 0.25, 0.75),
}
ONE_OF = ("ExtendedValue", "DataFilter")
PLACES = ("R:GridRange", "R:DimensionRange", "R:GridCoordinate")
EVENLY = (
    "addNamedRange", "updateCells", "repeatCell", "mergeCells", "copyPaste", "addBanding",
    "addConditionalFormatRule", "addFilterView", "addProtectedRange", "addDimensionGroup",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One request."""

    method: str
    rest: str  # of the path, after the spreadsheet's id
    query: tuple[tuple[str, str], ...] = ()
    body: object | None = None


class Drawer:
    """Draws requests.

    Args:
        seed: decides everything.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret depends on it
        self._choose = self._random.choice

    def _often(self, share: float) -> bool:
        return self._random.random() < share

    def call(self) -> Call:
        """The next request."""
        others = (self._append, self._batch_write, self._clear, self._by_filter, self._get)
        draw = self._choose((*[self._batch] * 3, *[self._write] * 2, *[self._read] * 2, *others))
        return draw()

    def create(self) -> Call:
        """A request that makes a spreadsheet with a drawn sheet."""
        sheet = self._message("Sheet", 2)
        size = {"rowCount": ROWS, "columnCount": COLUMNS}
        sheet["properties"] = {"title": "Sheet1", "gridProperties": size}
        if self._often(0.9):
            sheet.pop("rowGroups", None)
            sheet.pop("columnGroups", None)
            for holder in (sheet, *sheet.get("data", ())):
                holder.pop("developerMetadata", None)
                holder.pop("rowMetadata", None)
        return Call("POST", "", (), {"sheets": [sheet]})

    # --- values -------------------------------------------------------------------------

    def _cell(self) -> object:
        kind = self._random.randrange(10)
        if kind < 6:
            return self._choose(TEXTS)
        return self._choose((*NUMBERS, None, None, True, False, "", "")) if kind < 10 else {}

    def _rows(self) -> list[Any]:
        width = self._random.randrange(4)
        return [
            [self._cell() for _ in range(self._random.randrange(width + 1))]
            for _ in range(self._random.randrange(4))
        ]

    def _values(self) -> JsonObject:
        body: JsonObject = {"values": self._rows()}
        if self._often(0.2):
            body["majorDimension"] = self._choose(("ROWS", "COLUMNS"))
        return body

    def _options(self, prefix: str = "") -> JsonObject:
        name = "ValueRenderOption" if prefix else "valueRenderOption"
        dates = "DateTimeRenderOption" if prefix else "dateTimeRenderOption"
        return {
            prefix + name: self._choose(("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")),
            prefix + dates: self._choose(("SERIAL_NUMBER", "FORMATTED_STRING")),
        }

    def _writing(self) -> JsonObject:
        option = self._choose(("RAW", "USER_ENTERED", "USER_ENTERED"))
        shown = self._options("response") if self._often(0.5) else {}
        return {"valueInputOption": option, "includeValuesInResponse": self._often(0.5), **shown}

    def _write(self) -> Call:
        place = self._choose(RANGES)
        return Call("PUT", f"/values/{place}", _query(self._writing()), self._values())

    def _append(self) -> Call:
        query = self._writing()
        if self._often(0.5):
            query["insertDataOption"] = self._choose(("OVERWRITE", "INSERT_ROWS"))
        place = self._choose(RANGES)
        return Call("POST", f"/values/{place}:append", _query(query), self._values())

    def _read(self) -> Call:
        query = self._options()
        if self._often(0.3):
            query["majorDimension"] = "COLUMNS"
        if self._often(0.5):
            return Call("GET", f"/values/{self._choose(RANGES)}", _query(query))
        ranges = [("ranges", self._choose(RANGES)) for _ in range(self._random.randrange(3))]
        return Call("GET", "/values:batchGet", (*_query(query), *ranges))

    def _clear(self) -> Call:
        if self._often(0.5):
            return Call("POST", f"/values/{self._choose(RANGES)}:clear", (), {})
        return Call("POST", "/values:batchClear", (), {"ranges": [self._choose(RANGES)]})

    def _batch_write(self) -> Call:
        by_filter = self._often(0.5)
        data = []
        for _ in range(self._random.randrange(3)):
            place = {"dataFilter": self._filter()} if by_filter else {"range": self._choose(RANGES)}
            data.append({**self._values(), **place})
        verb = "batchUpdateByDataFilter" if by_filter else "batchUpdate"
        return Call("POST", f"/values:{verb}", (), {**self._writing(), "data": data})

    def _filter(self) -> JsonObject:
        if self._often(0.3):
            return {"a1Range": self._choose(RANGES)}
        if self._often(0.6):
            return {"gridRange": self._message("GridRange", DEEPEST)}
        return {"developerMetadataLookup": self._message("DeveloperMetadataLookup", 3)}

    def _by_filter(self) -> Call:
        verb = self._choose(
            (
                "/values:batchGetByDataFilter",
                "/values:batchClearByDataFilter",
                ":getByDataFilter",
                "/developerMetadata:search",
            )
        )
        filters = [self._filter() for _ in range(self._random.randrange(3))]
        return Call("POST", verb, (), {"dataFilters": filters})

    def _get(self) -> Call:
        query: list[tuple[str, str]] = []
        if self._often(0.5):
            query.append(("includeGridData", "true"))
        if self._often(0.3):
            query.append(("ranges", self._choose(RANGES)))
        if self._often(0.3):
            masks = ("sheets.data", "*", "sheets(properties,merges)", "namedRanges", "sheets.nope")
            query.append(("fields", self._choose(masks)))
        return Call("GET", self._choose(("", "/")), tuple(query))

    # --- messages -----------------------------------------------------------------------

    def _batch(self) -> Call:
        requests = [self._request() for _ in range(self._random.randrange(1, 4))]
        body: JsonObject = {"requests": requests}
        if self._often(0.2):
            body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
        return Call("POST", ":batchUpdate", (), body)

    def _request(self) -> JsonObject:
        name = self._choose(EVENLY if self._often(0.3) else tuple(HANDLERS))
        schema = protocol().schemas["Request"][name].removeprefix("R:")
        body = self._message(schema, 0)
        if "fields" in protocol().schemas[schema]:
            body["fields"] = self._mask(schema)
        if name == "findReplace":
            for other in self._random.sample(("range", "sheetId", "allSheets"), 2):
                body.pop(other, None)
        return {name: body}

    def _mask(self, schema: str) -> str:
        if self._often(0.5):
            return "*"
        masked = {"UpdateCellsRequest": "CellData", "RepeatCellRequest": "CellData"}
        inner = masked.get(schema) or self._masked_schema(schema)
        names = list(protocol().schemas[inner])
        return ",".join(self._random.sample(names, min(len(names), self._random.randrange(1, 4))))

    @staticmethod
    def _masked_schema(schema: str) -> str:
        kinds = protocol().schemas[schema].values()
        named = [kind[2:] for kind in kinds if kind.startswith("R:") and kind not in PLACES]
        return named[0] if named else "CellData"

    def _message(self, schema: str, depth: int) -> JsonObject:
        if schema == "GridRange":
            return self._grid_range()
        if schema == "RowData":
            return {"values": [self._message("CellData", depth + 1) for _ in range(2)]}
        fields = [item for item in protocol().schemas[schema].items() if "ataSource" not in item[0]]
        if schema in ONE_OF:
            fields = [self._choose(fields)]
        share = 0.9 if depth < 2 else 0.5
        return {
            name: self._value(name, kind, depth)
            for name, kind in fields
            if kind in PLACES or self._often(share)
        }

    def _grid_range(self) -> JsonObject:
        top, left = self._random.randrange(ROWS), self._random.randrange(COLUMNS)
        cells: JsonObject = {
            "sheetId": self._sheet_id(),
            "startRowIndex": top,
            "endRowIndex": top + self._random.randrange(4),
            "startColumnIndex": left,
            "endColumnIndex": left + self._random.randrange(4),
        }
        if self._often(0.2):
            del cells[self._choose(tuple(cells))]
        return cells

    def _sheet_id(self) -> int:
        return 99 if self._often(0.03) else self._choose((0, 2))

    def _value(self, name: str, kind: str, depth: int) -> Any:
        if kind.startswith("["):
            count = self._random.randrange(1 if name == "ranges" else 0, 3)
            count = count if depth < DEEPEST else 0
            return [self._value(name, kind[1:], depth + 1) for _ in range(count)]
        if kind.startswith("{"):
            key = str(self._random.randrange(3))
            return {key: self._value(name, kind[1:], depth + 1)} if depth < DEEPEST else {}
        if kind.startswith("R:"):
            return self._message(kind[2:], depth + 1) if depth < DEEPEST else {}
        if kind.startswith("E:"):
            members = protocol().enums[int(kind[2:])]
            named = [member for member in members if "UNSPECIFIED" not in member]
            return self._choose(named if self._often(0.95) else members)
        return self._scalar(name, kind)

    def _scalar(self, name: str, kind: str) -> Any:
        if name.endswith("heetId"):
            return self._sheet_id()
        if kind == "bool":
            return self._often(0.5)
        usual = NAMED.get(name) or KINDS.get(kind, TEXTS)
        return self._choose(ODD if kind == "int32" and self._often(0.05) else usual)


def _query(options: JsonObject) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, str(value).lower() if isinstance(value, bool) else str(value))
        for key, value in options.items()
    )
