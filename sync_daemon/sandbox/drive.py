"""The few Drive v3 methods that users of Sheets need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync_daemon.sandbox.answers import Answer, Refusal, drive_error, json_answer
from sync_daemon.sandbox.sharing import Sharing, permission_id
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.workspace import Workspace

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_DEFAULT_FIELDS = ("kind", "id", "name", "mimeType")
_FILE = re.compile(r"/drive/v3/files/(?P<id>[^/]+)(?P<rest>/.*)?")
_NAME_TERM = re.compile(r"name\s*=\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")")


@dataclass(slots=True)
class Drive:
    """Files, their versions and permissions, over the same spreadsheets as the Sheets API.

    ``lag`` makes changes show late: each reading of a file's version takes one
    off it, and until it is 0 the version last shown is shown again.
    """

    workspace: Workspace
    sharing: Sharing
    lag: int = 0
    _shown: dict[str, int] = field(default_factory=dict)

    def call(
        self, method: str, path: str, query: Mapping[str, str], body: Any, email: str
    ) -> Answer:
        """Answer one request."""
        if path == "/drive/v3/files":
            return self._list(query, email) if method == "GET" else self._create(body, query, email)
        if path == "/drive/v3/about":
            user = {"kind": "drive#user", "emailAddress": email, "displayName": email}
            return json_answer({"user": user})
        match = _FILE.fullmatch(path)
        if match is None:
            raise Refusal(json_answer(drive_error(404, "notFound", "Not Found"), 404))
        document = self._visible(match["id"], email)
        return self._on_file(method, match["rest"] or "", document, query, body, email)

    def _on_file(
        self,
        method: str,
        rest: str,
        document: Document,
        query: Mapping[str, str],
        body: Any,
        email: str,
    ) -> Answer:
        body = body if isinstance(body, dict) else {}
        match method, rest:
            case "GET", "":
                return json_answer(_pick(self._file(document), query.get("fields")))
            case "PATCH", "":
                self._require_writer(document, email)
                if body.get("name"):
                    document.rename(str(body["name"]))
                return json_answer(_pick(self._file(document), query.get("fields")))
            case "DELETE", "":
                self._require_owner(document, email)
                self.workspace.delete(document.spreadsheet_id)
                self.sharing.forget(document.spreadsheet_id)
                return Answer(204)
            case "POST", "/copy":
                copied = self.workspace.copy(document.spreadsheet_id, body.get("name") or None)
                self.sharing.share(copied.spreadsheet_id, email, "owner")
                return json_answer(_pick(self._file(copied), query.get("fields")))
            case "GET", "/comments":
                return json_answer({"comments": []})
            case "GET", "/permissions":
                permissions = self.sharing.permissions(document.spreadsheet_id)
                listed = {"kind": "drive#permissionList", "permissions": permissions}
                return json_answer(listed)
            case "POST", "/permissions":
                return self._share(document, body, email)
            case "DELETE", rest if rest.startswith("/permissions/"):
                return self._unshare(document, rest.removeprefix("/permissions/"), email)
            case _:
                raise Refusal(json_answer(drive_error(404, "notFound", "Not Found"), 404))

    def _list(self, query: Mapping[str, str], email: str) -> Answer:
        wanted = _wanted_name(query.get("q", ""))
        files = [
            _pick_fields(self._file(document), ("id", "name", "createdTime", "modifiedTime"))
            if "files(" in query.get("fields", "")
            else _pick(self._file(document), None)
            for document in self.workspace.documents()
            if self.sharing.may_read(document.spreadsheet_id, email)
            and wanted in {None, document.title}
        ]
        size = int(query.get("pageSize", "100") or 100)
        start = int(query.get("pageToken") or 0)
        page: dict[str, Any] = {"kind": "drive#fileList", "files": files[start : start + size]}
        if start + size < len(files):
            page["nextPageToken"] = str(start + size)
        return json_answer(page)

    def _create(self, body: Any, query: Mapping[str, str], email: str) -> Answer:
        body = body if isinstance(body, dict) else {}
        if body.get("mimeType", SPREADSHEET) != SPREADSHEET:
            message = "The sandbox keeps spreadsheets only."
            raise Refusal(json_answer(drive_error(400, "invalid", message), 400))
        document = self.workspace.create(str(body.get("name") or "Untitled"), owner=email)
        self.sharing.share(document.spreadsheet_id, email, "owner")
        return json_answer(_pick(self._file(document), query.get("fields")))

    def _share(self, document: Document, body: Mapping[str, Any], email: str) -> Answer:
        self._require_writer(document, email)
        address = str(body.get("emailAddress", ""))
        try:
            self.sharing.share(document.spreadsheet_id, address, str(body.get("role", "reader")))
        except ValueError as error:
            raise Refusal(json_answer(drive_error(400, "invalid", str(error)), 400)) from error
        permission = next(
            p for p in self.sharing.permissions(document.spreadsheet_id)
            if p["id"] == permission_id(address)
        )  # fmt: skip
        return json_answer(_pick_fields(permission, ("kind", "id", "type", "role")))

    def _unshare(self, document: Document, wanted: str, email: str) -> Answer:
        self._require_writer(document, email)
        for permission in self.sharing.permissions(document.spreadsheet_id):
            if permission["id"] == wanted:
                self.sharing.unshare(document.spreadsheet_id, permission["emailAddress"])
                return Answer(204)
        message = f"Permission not found: {wanted}."
        error = drive_error(404, "notFound", message, "permissionId")
        raise Refusal(json_answer(error, 404))

    def _visible(self, file_id: str, email: str) -> Document:
        """A file that the caller may see; to others Drive says that it is not there."""
        for document in self.workspace.documents():
            if document.spreadsheet_id == file_id and self.sharing.may_read(file_id, email):
                return document
        message = f"File not found: {file_id}."
        raise Refusal(json_answer(drive_error(404, "notFound", message, "fileId"), 404))

    def _require_writer(self, document: Document, email: str) -> None:
        if not self.sharing.may_write(document.spreadsheet_id, email):
            message = "The user does not have sufficient permissions for this file."
            error = drive_error(403, "insufficientFilePermissions", message)
            raise Refusal(json_answer(error, 403))

    def _require_owner(self, document: Document, email: str) -> None:
        if self.sharing.role(document.spreadsheet_id, email) != "owner":
            message = "The user does not have sufficient permissions for this file."
            error = drive_error(403, "insufficientFilePermissions", message)
            raise Refusal(json_answer(error, 403))

    def _file(self, document: Document) -> dict[str, Any]:
        return {
            "kind": "drive#file",
            "id": document.spreadsheet_id,
            "name": document.title,
            "mimeType": SPREADSHEET,
            "createdTime": _timestamp(document.created_time),
            "modifiedTime": _timestamp(document.modified_time),
            "version": str(self._version(document)),
            "trashed": False,
        }

    def _version(self, document: Document) -> int:
        shown = self._shown.get(document.spreadsheet_id, document.version)
        if self.lag > 0 and shown != document.version:
            self.lag -= 1
            return shown
        self._shown[document.spreadsheet_id] = document.version
        return document.version


def _pick(file: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """A file with the fields that were asked for; Drive's few defaults if none were."""
    if not fields:
        return _pick_fields(file, _DEFAULT_FIELDS)
    names = [name.strip() for name in fields.split(",") if name.strip()]
    if "*" in names:
        return file
    unknown = [name for name in names if name not in file]
    if unknown:
        message = f"Invalid field selection {unknown[0]}"
        error = drive_error(400, "invalidParameter", message, "fields")
        raise Refusal(json_answer(error, 400))
    return _pick_fields(file, tuple(names))


def _pick_fields(file: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in file.items() if name in names}


def _wanted_name(q: str) -> str | None:
    match = _NAME_TERM.search(q)
    if match is None:
        return None
    return re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2])


def _timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
