"""The Sheets API v4 as one function: from a path, a query and a body to Google's answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.api_errors import ApiError, field_violations, not_found
from sync_daemon.sandbox.sheets import batch, spreadsheet_api, values_api
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING, Mask, parse_query_mask
from sync_daemon.sandbox.sheets.protocol import Method, check_body, check_query, protocol
from sync_daemon.sandbox.sheets.session import Request
from sync_daemon.sandbox.sheets.values_read import encode, is_encoded, plain
from sync_daemon.sandbox.workspace import Workspace

JsonObject = dict[str, Any]

ROOT = "/v4/spreadsheets"
READING_POSTS = (":getByDataFilter", ":batchGetByDataFilter", "developerMetadata:search")

_DOCUMENT = re.compile(rf"{ROOT}/(?P<spreadsheetId>[^/:]+)(?P<rest>.*)\Z", re.DOTALL)
_SLASH = re.compile(r"/(?=:|\Z)")  # the one after the id, which clients send and Google ignores
_RESTS: Sequence[tuple[str, str, str]] = (
    # HTTP method, pattern of what follows the spreadsheet's id, method
    ("GET", r"", "get"),
    ("POST", r":batchUpdate", "batchUpdate"),
    ("POST", r":getByDataFilter", "getByDataFilter"),
    ("GET", r"/values:batchGet", "values.batchGet"),
    ("POST", r"/values:batchUpdate", "values.batchUpdate"),
    ("POST", r"/values:batchClear", "values.batchClear"),
    ("POST", r"/values:batchGetByDataFilter", "values.batchGetByDataFilter"),
    ("POST", r"/values:batchUpdateByDataFilter", "values.batchUpdateByDataFilter"),
    ("POST", r"/values:batchClearByDataFilter", "values.batchClearByDataFilter"),
    ("POST", r"/values/(?P<range>.+):append", "values.append"),
    ("POST", r"/values/(?P<range>.+):clear", "values.clear"),
    ("GET", r"/values/(?P<range>.+)", "values.get"),
    ("PUT", r"/values/(?P<range>.+)", "values.update"),
    ("GET", r"/developerMetadata/(?P<metadataId>-?\d+)", "developerMetadata.get"),
    ("POST", r"/developerMetadata:search", "developerMetadata.search"),
    ("POST", r"/sheets/(?P<sheetId>-?\d+):copyTo", "sheets.copyTo"),
)
_ROUTES = tuple(
    (http, re.compile(pattern + r"\Z", re.DOTALL), name) for http, pattern, name in _RESTS
)

_HANDLERS: Mapping[str, Callable[[Request], JsonObject]] = {
    "get": spreadsheet_api.get,
    "getByDataFilter": spreadsheet_api.get_by_data_filter,
    "batchUpdate": batch.batch_update,
    "values.get": values_api.get,
    "values.update": values_api.update,
    "values.append": values_api.append,
    "values.clear": values_api.clear,
    "values.batchGet": values_api.batch_get,
    "values.batchUpdate": values_api.batch_update,
    "values.batchClear": values_api.batch_clear,
    "values.batchGetByDataFilter": values_api.batch_get_by_data_filter,
    "values.batchUpdateByDataFilter": values_api.batch_update_by_data_filter,
    "values.batchClearByDataFilter": values_api.batch_clear_by_data_filter,
    "developerMetadata.get": spreadsheet_api.get_metadata,
    "developerMetadata.search": spreadsheet_api.search_metadata,
}

PREFIX = "sheets.spreadsheets."
METHODS: tuple[str, ...] = tuple(
    f"{PREFIX}{name}" for name in ("create", *_HANDLERS, "sheets.copyTo")
)
VALUE_RANGE = "ValueRange"


@dataclass(frozen=True)
class Route:
    """Which method a request is for, and what its path names."""

    name: str
    spreadsheet_id: str = ""
    values: tuple[tuple[str, Any], ...] = ()


def route(method: str, path: str) -> Route:
    """Find the method of a request.

    Args:
        method: the HTTP method.
        path: after the host, percent-decoded; ranges may contain ``/``, ``!`` and ``:``.

    Raises:
        ApiError: 404 if there is no such method.
    """
    if path == ROOT:
        if method == "POST":
            return Route("create")
        raise not_found("Method not found.")
    match = _DOCUMENT.match(path)
    if match is not None:
        after = _SLASH.sub("", match["rest"])
        for http, pattern, name in _ROUTES:
            rest = pattern.match(after)
            if http == method and rest is not None:
                values = tuple(
                    (key, _path_value(key, text)) for key, text in rest.groupdict().items()
                )
                return Route(name, match["spreadsheetId"], values)
    raise not_found("Method not found.")


def _path_value(key: str, text: str) -> Any:
    return text if key == "range" else int(text)


def is_write(method: str, path: str) -> bool:
    """Whether a request counts against the quota of writes."""
    return method != "GET" and not path.endswith(READING_POSTS)


def method_name(method: str, path: str) -> str:
    """The method's name in the discovery document, such as ``sheets.spreadsheets.values.get``.

    Raises:
        ApiError: 404 if there is no such method.
    """
    return PREFIX + route(method, path).name


def call(
    workspace: Workspace,
    method: str,
    path: str,
    query: Sequence[tuple[str, str]] = (),
    body: object | None = None,
    *,
    caller: str | None = None,
    permit: Callable[[str], None] = lambda _: None,
) -> bytes | JsonObject:
    """Answer one request; the caller holds the workspace's lock.

    Args:
        workspace: the spreadsheets.
        method: the HTTP method.
        path: the path after the host, percent-decoded.
        query: the query's pairs, decoded, in order.
        body: the parsed JSON body; None if it is empty.
        caller: e-mail address of who asks; None for the owner of everything.
        permit: raises for a spreadsheet, besides the path's, that the caller may not change.

    Returns:
        The answer as a JSON object, or, where it holds many values, encoded already.

    Raises:
        ApiError: with Google's error body.
    """
    found = route(method, path)
    described = _described(found.name)
    given = check_query(described, query)
    mask = _mask(given.pop("fields", None), described.response)
    checked = _body(described, body)
    if found.name == "create":
        answer = _create(workspace, checked, caller)
    else:
        document = workspace.get(found.spreadsheet_id)
        request = Request(document, {**given, **dict(found.values)}, checked, caller, mask)
        answer = _answer(workspace, found, request, permit)
    if mask.fields:
        return _object(mask.pick(plain(answer)))
    return encode(answer).encode("utf-8", "replace") if is_encoded(answer) else answer


def _object(answer: Any) -> JsonObject:
    result: JsonObject = answer
    return result


def _described(name: str) -> Method:
    wanted = PREFIX + name
    return next(method for method in protocol().methods if method.name == wanted)


def _mask(text: str | None, schema: str) -> Mask:
    return EVERYTHING if text is None else parse_query_mask(text, schema)


def _body(described: Method, body: object) -> JsonObject:
    if described.request is None:
        if body:
            text = 'Invalid JSON payload received. Unknown name "": Cannot bind body to a GET.'
            raise field_violations([("", text)])
        return {}
    return check_body(
        described.request, body, root="data" if described.request == VALUE_RANGE else ""
    )


def _create(workspace: Workspace, body: JsonObject, caller: str | None) -> JsonObject:
    title = body.get("properties", {}).get("title", "Untitled spreadsheet")
    document = workspace.create(title, body, owner=caller)
    return spreadsheet_api.spreadsheet_json(document, caller=caller)


def _answer(
    workspace: Workspace, found: Route, request: Request, permit: Callable[[str], None]
) -> JsonObject:
    if found.name == "sheets.copyTo":
        destination = workspace.get(request.body.get("destinationSpreadsheetId", ""))
        permit(destination.spreadsheet_id)
        return spreadsheet_api.copy_to(request, destination)
    return _HANDLERS[found.name](request)


__all__ = ["METHODS", "ApiError", "Route", "call", "is_write", "method_name", "route"]
