"""All spreadsheets of a sandbox."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from typing import Any

from sync_daemon.sandbox.api_errors import not_found
from sync_daemon.sandbox.sheets.document import Clock, Document, utc_now
from sync_daemon.sandbox.sheets.persistence import document_from_json, document_to_json
from sync_daemon.sandbox.sheets.spreadsheet_creation import fill_document

ID_BYTES = 33


class Workspace:
    """The spreadsheets, by id, in memory.

    Whoever reads or changes anything in it holds ``lock`` for the whole of a request.

    Args:
        clock: the time of day; tests give their own.
    """

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._documents: dict[str, Document] = {}

    def create(
        self,
        title: str,
        body: Mapping[str, Any] | None = None,
        *,
        spreadsheet_id: str | None = None,
        owner: str | None = None,
    ) -> Document:
        """Make a spreadsheet.

        Args:
            title: its name, unless the body has one.
            body: a Spreadsheet message as for ``spreadsheets.create``; None makes one
                empty sheet of 1,000 rows and 26 columns.
            spreadsheet_id: chosen id; a new random one without it.
            owner: e-mail address of who may edit whatever is protected.

        Raises:
            ApiError: 400 for a body that Google would refuse.
        """
        chosen = spreadsheet_id or secrets.token_urlsafe(ID_BYTES)
        document = Document(chosen, title, clock=self.clock)
        document.owner = owner
        fill_document(document, dict(body or {}))
        self._documents[chosen] = document
        return document

    def get(self, spreadsheet_id: str) -> Document:
        """The spreadsheet with an id.

        Raises:
            ApiError: 404 if there is none.
        """
        try:
            return self._documents[spreadsheet_id]
        except KeyError:
            raise not_found() from None

    def delete(self, spreadsheet_id: str) -> None:
        """Remove a spreadsheet for good.

        Raises:
            ApiError: 404 if there is none.
        """
        self.get(spreadsheet_id)
        del self._documents[spreadsheet_id]

    def copy(self, spreadsheet_id: str, title: str | None = None) -> Document:
        """Make a copy of a spreadsheet under a new id.

        Args:
            spreadsheet_id: what to copy.
            title: its name; ``Copy of …`` without it.
        """
        source = self.get(spreadsheet_id)
        raw = document_to_json(source)
        raw["spreadsheetId"] = secrets.token_urlsafe(ID_BYTES)
        raw["properties"] = {
            **raw["properties"],
            "title": f"Copy of {source.title}" if title is None else title,
        }
        document = document_from_json(raw, self.clock)
        document.created_time = document.modified_time = self.clock()
        document.version = 1
        self._documents[document.spreadsheet_id] = document
        return document

    def documents(self) -> list[Document]:
        """All spreadsheets, oldest first."""
        return list(self._documents.values())

    def to_json(self) -> dict[str, Any]:
        """The complete state, for a file."""
        return {"documents": [document_to_json(item) for item in self.documents()]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any], *, clock: Clock = utc_now) -> Workspace:
        """The workspace that ``to_json`` described."""
        workspace = cls(clock=clock)
        for item in raw["documents"]:
            document = document_from_json(item, clock)
            workspace._documents[document.spreadsheet_id] = document
        return workspace
