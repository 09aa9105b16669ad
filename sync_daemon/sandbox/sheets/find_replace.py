"""Find and replace, as the menu of that name does it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync_daemon.sandbox.api_errors import invalid_argument
from sync_daemon.sandbox.sheets.a1 import Box
from sync_daemon.sandbox.sheets.batch_context import Batch
from sync_daemon.sandbox.sheets.cell_data import checked_text
from sync_daemon.sandbox.sheets.cells import Cell, Content, has_value, with_entry
from sync_daemon.sandbox.sheets.document import Sheet
from sync_daemon.sandbox.sheets.locales import locale_named
from sync_daemon.sandbox.sheets.parsing import parse_entry
from sync_daemon.sandbox.sheets.shown import ShownCells
from sync_daemon.sandbox.sheets.values_write import enter

JsonObject = dict[str, Any]
Substitute = Callable[[str], tuple[str, int]]


@dataclass
class Changes:
    """What was replaced so far."""

    values: int = 0
    formulas: int = 0
    occurrences: int = 0
    rows: set[tuple[int, int]] = field(default_factory=set)

    def to_json(self) -> JsonObject:
        """A FindReplaceResponse; zeros are left out."""
        counts = {
            "valuesChanged": self.values,
            "formulasChanged": self.formulas,
            "rowsChanged": len(self.rows),
            "sheetsChanged": len({sheet_id for sheet_id, _ in self.rows}),
            "occurrencesChanged": self.occurrences,
        }
        return {key: count for key, count in counts.items() if count}


def find_replace(batch: Batch, raw: JsonObject) -> JsonObject:
    """Replace text in a range, a sheet or all sheets; the reply has the counts."""
    substitute = _substitute(raw)
    changes = Changes()
    for sheet, box in _places(batch, raw):
        _replace_in(batch, sheet, box, raw, substitute, changes)
    return {"findReplace": changes.to_json()}


def _places(batch: Batch, raw: JsonObject) -> list[tuple[Sheet, Box]]:
    scopes = [name for name in ("range", "sheetId", "allSheets") if raw.get(name) is not None]
    if len(scopes) != 1:
        raise invalid_argument("Exactly one of range, sheetId and allSheets must be specified.")
    if "range" in raw:
        return [batch.cells(raw["range"])]
    if "sheetId" in raw:
        sheet = batch.document.sheet(raw["sheetId"])
        return [(sheet, sheet.grid.box)]
    return [(sheet, sheet.grid.box) for sheet in batch.document.sheets]


def _substitute(raw: JsonObject) -> Substitute:
    """How a text is changed: gives the new text and how often something was replaced."""
    find, replacement = raw.get("find", ""), raw.get("replacement", "")
    if not find:
        raise invalid_argument("find must not be empty.")
    flags = 0 if raw.get("matchCase") else re.IGNORECASE
    by_regex = bool(raw.get("searchByRegex"))
    try:
        pattern = re.compile(find if by_regex else re.escape(find), flags)
    except re.error as error:
        raise invalid_argument(f"Invalid regular expression: {find}") from error
    entire = bool(raw.get("matchEntireCell"))
    template = re.sub(r"\$(\d)", r"\\g<\1>", replacement.replace("\\", "\\\\"))

    def put(match: re.Match[str]) -> str:
        return match.expand(template) if by_regex else replacement

    def substitute(text: str) -> tuple[str, int]:
        if not entire:
            return pattern.subn(put, text)
        match = pattern.fullmatch(text)
        return (text, 0) if match is None else (put(match), 1)

    return substitute


def _replace_in(
    batch: Batch,
    sheet: Sheet,
    box: Box,
    raw: JsonObject,
    substitute: Substitute,
    changes: Changes,
) -> None:
    shown = ShownCells(batch.document, sheet)
    include_formulas = bool(raw.get("includeFormulas"))
    done: list[tuple[int, int, Content]] = []
    for row, column, content in list(sheet.grid.used(box)):
        formula = content.formula if isinstance(content, Cell) else None
        if not has_value(content) or (formula is not None and not include_formulas):
            continue
        new, count = substitute(shown.text(row, column) if formula is None else formula)
        if not count:
            continue
        batch.check(sheet, [Box(row, row + 1, column, column + 1)])
        done.append((row, column, _entered(batch, content, new)))
        changes.rows.add((sheet.sheet_id, row))
        changes.occurrences += count
        changes.values += formula is None
        changes.formulas += formula is not None
    for row, column, changed in done:
        sheet.grid.set(row, column, changed)


def _entered(batch: Batch, content: Content, text: str) -> Content:
    """Texts stay texts; numbers, dates and formulas are entered anew."""
    checked_text(text)
    literal = content.value if isinstance(content, Cell) else content
    if isinstance(literal, str) and not text.startswith("="):
        return with_entry(content, text or None)
    return enter(content, parse_entry(text, locale_named(batch.document.locale)))
