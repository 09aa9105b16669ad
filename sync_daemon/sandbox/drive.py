"""The few Drive v3 methods that users of Sheets need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sync_daemon.sandbox.answers import (
    Answer,
    Refusal,
    drive_error,
    json_answer,
    not_supported,
)
from sync_daemon.sandbox.drive_export import export
from sync_daemon.sandbox.drive_import import Upload, import_csv
from sync_daemon.sandbox.drive_permissions import Permissions
from sync_daemon.sandbox.drive_query import (
    COMMENT_FIELDS,
    FILE_FIELDS,
    PERMISSION_FIELDS,
    Fields,
    matches,
    page_of,
    parsed_query,
    picked,
)
from sync_daemon.sandbox.sharing import Sharing
from sync_daemon.sandbox.sheets.document import Document
from sync_daemon.sandbox.workspace import Workspace

JsonObject = dict[str, Any]

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_ROOT_FOLDER = "0AMySandboxDrivePVA"
_NO_CONTENT = Answer(204, content_type="text/html")  # as recorded
_PATH = re.compile(r"/drive/v3/files/(?P<id>[^/]+)(?P<rest>/.*)?")

_UPLOAD = re.compile(r"/upload/drive/(?P<version>v2|v3)/files/(?P<id>[^/]+)")

_PERMISSION: Fields = {name: {} for name in PERMISSION_FIELDS}
_FILE: Fields = {name: {} for name in FILE_FIELDS} | {"permissions": _PERMISSION}
_FILES: Fields = {"kind": {}, "incompleteSearch": {}, "nextPageToken": {}, "files": _FILE}
_PERMISSIONS: Fields = {"kind": {}, "nextPageToken": {}, "permissions": _PERMISSION}
_COMMENTS: Fields = {
    "kind": {},
    "nextPageToken": {},
    "comments": {name: {} for name in COMMENT_FIELDS},
}
_ABOUT: Fields = {"kind": {}, "user": {}}

# What Drive answers where the request names no fields.
_FILE_DEFAULT = "kind,id,name,mimeType"
_FILES_DEFAULT = f"kind,incompleteSearch,nextPageToken,files({_FILE_DEFAULT})"
_PERMISSION_DEFAULT = "kind,id,type,role"
_PERMISSIONS_DEFAULT = f"kind,nextPageToken,permissions({_PERMISSION_DEFAULT})"


@dataclass(slots=True)
class Drive:
    """Files, their versions and permissions, over the same spreadsheets as the Sheets API.

    ``lag`` makes changes show late: each reading of a changed file takes one off
    it, and until it is 0 the version and time last shown are shown again.
    """

    workspace: Workspace
    sharing: Sharing
    lag: int = 0
    _shown: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def call(
        self, method: str, path: str, query: Mapping[str, str], body: Any, email: str
    ) -> Answer:
        """Answer one request; the caller holds the workspace's lock.

        Raises:
            Refusal: with Drive's error body.
        """
        content: JsonObject = body if isinstance(body, dict) else {}
        path = path.removesuffix("/")  # which clients send, and Google ignores
        match method, path:
            case "GET", "/drive/v3/files":
                return self._list(query, email)
            case "POST", "/drive/v3/files":
                return self._create(content, query, email)
            case "GET", "/drive/v3/about":
                return _about(query, email)
        found = _PATH.fullmatch(path)
        if found is None:
            raise _no_method()
        document, rest = self._visible(found["id"], email), found["rest"] or ""
        handle = self._on_permissions if rest.startswith("/permissions") else self._on_file
        return handle(method, rest, document, query, content, email)

    def upload(self, sent: Upload, query: Mapping[str, str], email: str) -> Answer:
        """Take a file into a spreadsheet that is there: CSV, in one piece.

        Raises:
            Refusal: with Drive's error body; 501 for other ways to upload.
        """
        found = _UPLOAD.fullmatch(sent.path)
        ways = {("v2", "PUT"), ("v3", "PATCH")}
        if found is None or (found["version"], sent.method) not in ways:
            raise not_supported("The sandbox takes files only into a spreadsheet that is there.")
        if query.get("uploadType", "media") != "media":
            raise not_supported("The sandbox takes files only with uploadType=media.")
        document = self._visible(found["id"], email)
        Permissions(self.sharing, document.spreadsheet_id, email).require_writer()
        import_csv(document, sent.headers, sent.body)
        file = self._file(document, email)
        if found["version"] == "v2":
            return json_answer({"kind": file["kind"], "id": file["id"], "title": file["name"]})
        return self._shown_file(document, query, email)

    def _on_file(
        self,
        method: str,
        rest: str,
        document: Document,
        query: Mapping[str, str],
        body: JsonObject,
        email: str,
    ) -> Answer:
        match method, rest:
            case "GET", "":
                return self._shown_file(document, query, email)
            case "PATCH", "":
                return self._rename(document, body, query, email)
            case "DELETE", "":
                return self._delete(document, email)
            case "POST", "/copy":
                return self._copy(document, body, query, email)
            case "GET", "/comments":
                return _comments(query)
            case "GET", "/export":
                return export(document, query)
            case _:
                raise _no_method()

    def _on_permissions(
        self,
        method: str,
        rest: str,
        document: Document,
        query: Mapping[str, str],
        body: JsonObject,
        email: str,
    ) -> Answer:
        permissions = Permissions(self.sharing, document.spreadsheet_id, email)
        wanted = rest.removeprefix("/permissions").removeprefix("/")
        transfer = query.get("transferOwnership") == "true"
        match method, bool(wanted):
            case "GET", False:
                return _listed(permissions.listed(), query)
            case "POST", False:
                answer = permissions.create(body, transfer=transfer)
            case "GET", True:
                answer = permissions.found(wanted)
            case "PATCH", True:
                answer = permissions.update(wanted, body, transfer=transfer)
            case "DELETE", True:
                permissions.delete(wanted)
                return _NO_CONTENT
            case _:
                raise _no_method()
        return json_answer(picked(answer, query.get("fields") or _PERMISSION_DEFAULT, _PERMISSION))

    def _shown_file(self, document: Document, query: Mapping[str, str], email: str) -> Answer:
        fields = query.get("fields") or _FILE_DEFAULT
        return json_answer(picked(self._file(document, email), fields, _FILE))

    def _list(self, query: Mapping[str, str], email: str) -> Answer:
        parsed_query(query.get("q", ""))  # a malformed one is refused also where there is no file
        files = [
            file
            for document in self.workspace.documents()
            if self.sharing.may_read(document.spreadsheet_id, email)
            and matches(query.get("q", ""), file := self._file(document, email))
        ]
        page, following = page_of(files, query)
        answer: JsonObject = {"kind": "drive#fileList", "incompleteSearch": False, "files": page}
        if following:
            answer["nextPageToken"] = following
        return json_answer(picked(answer, query.get("fields") or _FILES_DEFAULT, _FILES))

    def _create(self, body: JsonObject, query: Mapping[str, str], email: str) -> Answer:
        # Without a type Drive makes a file that is no spreadsheet.
        if body.get("mimeType") != SPREADSHEET:
            raise not_supported("The sandbox keeps spreadsheets only: no folders or other files.")
        for folder in body.get("parents", ()):
            if folder not in {"root", _ROOT_FOLDER}:
                raise _file_not_found(str(folder))
        document = self.workspace.create(str(body.get("name") or "Untitled"), owner=email)
        self.sharing.share(document.spreadsheet_id, email, "owner")
        return self._shown_file(document, query, email)

    def _copy(
        self, document: Document, body: JsonObject, query: Mapping[str, str], email: str
    ) -> Answer:
        copied = self.workspace.copy(document.spreadsheet_id, body.get("name") or None)
        copied.owner = email
        self.sharing.share(copied.spreadsheet_id, email, "owner")
        return self._shown_file(copied, query, email)

    def _rename(
        self, document: Document, body: JsonObject, query: Mapping[str, str], email: str
    ) -> Answer:
        Permissions(self.sharing, document.spreadsheet_id, email).require_writer()
        if "trashed" in body:
            raise not_supported("The sandbox has no trash: delete the file.")
        if body.get("name"):
            document.rename(str(body["name"]))
        return self._shown_file(document, query, email)

    def _delete(self, document: Document, email: str) -> Answer:
        Permissions(self.sharing, document.spreadsheet_id, email).require_owner()
        self.workspace.delete(document.spreadsheet_id)
        self.sharing.forget(document.spreadsheet_id)
        return _NO_CONTENT

    def _visible(self, file_id: str, email: str) -> Document:
        """A file that the caller may see; to others Drive says that it is not there."""
        for document in self.workspace.documents():
            if document.spreadsheet_id == file_id and self.sharing.may_read(file_id, email):
                return document
        raise _file_not_found(file_id)

    def _file(self, document: Document, email: str) -> JsonObject:
        """All that the sandbox knows of a file, as one caller sees it."""
        permissions = self.sharing.permissions(document.spreadsheet_id)
        can_edit = self.sharing.may_write(document.spreadsheet_id, email)
        version, modified = self._shown_state(document)
        file: JsonObject = {
            "kind": "drive#file",
            "id": document.spreadsheet_id,
            "name": document.title,
            "mimeType": SPREADSHEET,
            "parents": [_ROOT_FOLDER],
            "createdTime": _timestamp(document.created_time),
            "modifiedTime": _timestamp(modified),
            "version": str(version),
            "trashed": False,
            "shared": len(permissions) > 1,
            "ownedByMe": self.sharing.role(document.spreadsheet_id, email) == "owner",
            "capabilities": {"canEdit": can_edit, "canShare": can_edit},
        }
        if can_edit:  # Drive shows who else has access only to those who may change it
            file["permissions"] = permissions
        return file

    def _shown_state(self, document: Document) -> tuple[int, datetime]:
        """Version and time of the last change, both late if changes are to show late."""
        current = (document.version, document.modified_time)
        shown = self._shown.get(document.spreadsheet_id, current)
        if self.lag > 0 and shown != current:
            self.lag -= 1
            return shown
        self._shown[document.spreadsheet_id] = current
        return current


def _listed(permissions: list[JsonObject], query: Mapping[str, str]) -> Answer:
    page, following = page_of(permissions, query)
    answer: JsonObject = {"kind": "drive#permissionList", "permissions": page}
    if following:
        answer["nextPageToken"] = following
    return json_answer(picked(answer, query.get("fields") or _PERMISSIONS_DEFAULT, _PERMISSIONS))


def _about(query: Mapping[str, str], email: str) -> Answer:
    fields = query.get("fields")
    if not fields:
        raise _required("The 'fields' parameter is required for this method.", "fields")
    user = {"kind": "drive#user", "emailAddress": email, "displayName": email, "me": True}
    return json_answer(picked({"kind": "drive#about", "user": user}, fields, _ABOUT))


def _comments(query: Mapping[str, str]) -> Answer:
    """The sandbox keeps no comments; Drive refuses to list them without ``fields``."""
    fields = query.get("fields")
    if not fields:
        raise _required("The 'fields' parameter is required for this method.", "fields")
    return json_answer(picked({"kind": "drive#commentList", "comments": []}, fields, _COMMENTS))


def _required(message: str, location: str) -> Refusal:
    return Refusal(json_answer(drive_error(400, "required", message, location), 400))


def _file_not_found(file_id: str) -> Refusal:
    message = f"File not found: {file_id}."
    return Refusal(json_answer(drive_error(404, "notFound", message, "fileId"), 404))


def _no_method() -> Refusal:
    return Refusal(json_answer(drive_error(404, "notFound", "Not Found"), 404))


def _timestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
