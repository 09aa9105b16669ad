"""What every method needs to know of one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync_daemon.sandbox.sheets.calculation import Calculator
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING, Mask

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """One request on one document.

    Args:
        document: the spreadsheet it is about.
        query: the query's parameters, converted and by name; repeated ones as lists.
        body: the body, checked; empty if there is none.
        caller: e-mail address of the caller; None for the owner in person.
        mask: the query's ``fields``.
    """

    document: Document
    query: JsonObject = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)
    caller: str | None = None
    mask: Mask = EVERYTHING

    def calculator(self) -> Calculator:
        """Values of the document's formulas in its present state."""
        return Calculator(self.document)
