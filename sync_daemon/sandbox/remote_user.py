"""Users in the browser whose actions come over the control address."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync_daemon.sandbox.user import SheetUser
from sync_daemon.sandbox.workspace import Workspace

ACTIONS = (
    "append_rows", "chip", "clear", "clear_filter", "copy", "copy_rows", "cut", "cut_rows",
    "delete_columns", "delete_rows", "filter", "hide_columns", "hide_rows", "insert_columns",
    "insert_rows", "link", "link_cell", "merge", "move_columns", "move_rows", "paste", "protect",
    "rename_header", "rename_tab", "sort", "text", "texts", "type", "type_rows", "undo",
)  # fmt: skip


@dataclass(slots=True)
class RemoteUsers:
    """One user for each tab that somebody acts in, so that there is something to undo.

    The caller holds the workspace's lock.
    """

    workspace: Workspace
    _users: dict[tuple[str, str], SheetUser] = field(default_factory=dict)

    def act(self, raw: Mapping[str, Any]) -> Any:
        """Let the user of a tab do something.

        Args:
            raw: ``id`` of the spreadsheet, title of the ``tab`` (the first one without it),
                ``action``, a method of SheetUser, and its ``arguments`` by name.

        Raises:
            ValueError: there is no such tab, action or argument.
            ApiError: there is no such spreadsheet, or Google would refuse the action.
        """
        name = raw.get("action")
        if name not in ACTIONS:
            message = f"action must be one of {', '.join(ACTIONS)}"
            raise ValueError(message)
        action = getattr(self.user(str(raw["id"]), raw.get("tab")), str(name))
        arguments = raw.get("arguments", {})
        try:
            inspect.signature(action).bind(**arguments)
        except TypeError as error:
            message = f"arguments of {name}: {error}"
            raise ValueError(message) from error
        return action(**arguments)

    def user(self, spreadsheet_id: str, tab: str | None = None) -> SheetUser:
        """The user who has a tab open; ValueError if there is no tab of that title."""
        document = self.workspace.get(spreadsheet_id)
        title = document.sheets[0].title if tab is None else tab
        sheet = document.sheet_titled(title)
        if sheet is None:
            titles = ", ".join(repr(other.title) for other in document.sheets)
            message = f"there is no tab {title!r}; there are {titles}"
            raise ValueError(message)
        key = (spreadsheet_id, str(sheet.sheet_id))
        known = self._users.get(key)
        if known is None or known.document is not document:
            known = self._users[key] = SheetUser(document, sheet.sheet_id)
        return known
