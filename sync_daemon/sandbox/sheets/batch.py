"""``spreadsheets.batchUpdate``: requests in order, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sync_daemon.sandbox.api_errors import ApiError, field_violations, invalid_argument
from sync_daemon.sandbox.sheets import (
    requests_cells,
    requests_dimensions,
    requests_metadata,
    requests_ranges,
    requests_rows,
    requests_sheets,
    requests_transfer,
)
from sync_daemon.sandbox.sheets.batch_context import Batch
from sync_daemon.sandbox.sheets.document import atomically
from sync_daemon.sandbox.sheets.fieldmask import EVERYTHING
from sync_daemon.sandbox.sheets.ranges import resolve_a1
from sync_daemon.sandbox.sheets.session import Request
from sync_daemon.sandbox.sheets.spreadsheet_api import spreadsheet_json

JsonObject = dict[str, Any]
Handler = Callable[[Batch, JsonObject], JsonObject]

HANDLERS: Mapping[str, Handler] = {
    **requests_sheets.HANDLERS,
    **requests_dimensions.HANDLERS,
    **requests_cells.HANDLERS,
    **requests_transfer.HANDLERS,
    **requests_rows.HANDLERS,
    **requests_ranges.HANDLERS,
    **requests_metadata.HANDLERS,
}
MAX_REQUESTS = 100_000


def batch_update(request: Request) -> JsonObject:
    """Apply the requests; with ``includeSpreadsheetInResponse`` show the state they led to."""
    requests = request.body.get("requests", [])
    if not requests:
        raise invalid_argument("Must specify at least one request.")
    if len(requests) > MAX_REQUESTS:
        raise invalid_argument(f"A batch may have at most {MAX_REQUESTS} requests.")
    document = request.document
    batch = Batch(document, request.caller)

    def apply_all() -> list[JsonObject]:
        return [_apply(batch, index, item) for index, item in enumerate(requests)]

    replies: list[JsonObject] = atomically(document, apply_all)
    document.touch()
    answer: JsonObject = {"spreadsheetId": document.spreadsheet_id, "replies": replies}
    if request.body.get("includeSpreadsheetInResponse"):
        answer["updatedSpreadsheet"] = _updated(request)
    return answer


def _apply(batch: Batch, index: int, item: JsonObject) -> JsonObject:
    if len(item) != 1:
        raise _not_one_kind(index, item)
    name, body = next(iter(item.items()))
    handler = HANDLERS.get(name)
    if handler is None:
        message = f"Invalid requests[{index}].{name}: the sandbox does not support this request."
        raise ApiError(501, "UNIMPLEMENTED", message)
    try:
        reply = handler(batch, body)
    except ApiError as error:
        raise error.within(f"requests[{index}].{name}") from error
    return reply


def _not_one_kind(index: int, item: JsonObject) -> ApiError:
    if not item:
        return invalid_argument(
            f"Invalid requests[{index}]: No request set. You must set exactly one request."
        )
    second = list(item)[1]
    text = (
        f"Invalid value at 'requests[{index}]' (oneof), oneof field 'kind' is already set. "
        f"Cannot set '{second}'"
    )
    return field_violations([(f"requests[{index}]", text)])


def _updated(request: Request) -> JsonObject:
    document = request.document
    ranges = [resolve_a1(document, text) for text in request.body.get("responseRanges", ())]
    mask = request.mask.inside("updatedSpreadsheet") or EVERYTHING
    return spreadsheet_json(
        document,
        mask,
        ranges,
        include=request.body.get("responseIncludeGridData", False),
        caller=request.caller,
    )
