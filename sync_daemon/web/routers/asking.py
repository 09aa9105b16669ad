"""What the API takes: requests, and what became of them."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.concurrency import run_in_threadpool

from sync_daemon.services import requests
from sync_daemon.web import schemas
from sync_daemon.web.dependencies import Operator, TheDashboard, TheScope, conditional

router = APIRouter()
ACCEPTED = 202


@router.post("/sync", status_code=ACCEPTED)
async def sync(
    dashboard: TheDashboard, scope: Operator, body: schemas.SheetRequestModel | None = None
) -> schemas.AcceptedModel:
    """Ask for a cycle."""
    sheet = body.sheet if body is not None else None
    made = await run_in_threadpool(lambda: dashboard.asking().sync(scope, sheet))
    return schemas.AcceptedModel.model_validate(made)


@router.post("/rows/{row_id}/rerun", status_code=ACCEPTED)
async def rerun(row_id: str, dashboard: TheDashboard, scope: Operator) -> schemas.AcceptedModel:
    """Ask for all steps of a row again. Values typed over results give way."""
    made = await run_in_threadpool(lambda: dashboard.asking().rerun(scope, row_id))
    return schemas.AcceptedModel.model_validate(made)


@router.post("/rows/{row_id}/restore", status_code=ACCEPTED)
async def restore(row_id: str, dashboard: TheDashboard, scope: Operator) -> schemas.AcceptedModel:
    """Ask for a deleted row to be put back into its sheet."""
    made = await run_in_threadpool(lambda: dashboard.asking().restore(scope, row_id))
    return schemas.AcceptedModel.model_validate(made)


@router.post("/runs/{run_id}/undo", status_code=ACCEPTED)
async def undo(run_id: int, dashboard: TheDashboard, scope: Operator) -> schemas.AcceptedModel:
    """Ask for what a run wrote to be taken back, except what changed since."""
    made = await run_in_threadpool(lambda: dashboard.asking().undo(scope, run_id))
    return schemas.AcceptedModel.model_validate(made)


@router.post("/rows", status_code=ACCEPTED)
async def add_row(
    dashboard: TheDashboard,
    scope: Operator,
    body: schemas.NewRowModel,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> schemas.AcceptedModel:
    """Ask for a new row below all others: once for each Idempotency-Key."""
    cells = {column: "" if value is None else value for column, value in body.cells.items()}
    made = await run_in_threadpool(
        lambda: dashboard.asking().add_row(scope, body.sheet, cells, idempotency_key)
    )
    return schemas.AcceptedModel.model_validate(made)


@router.get("/requests/{request_id}", dependencies=[Depends(conditional)])
async def request(
    request_id: str, dashboard: TheDashboard, scope: TheScope
) -> schemas.RequestModel:
    """A request, and what became of it."""
    load = partial(requests.see_request, scope=scope, request_id=request_id)
    return schemas.RequestModel.model_validate(await dashboard.mirror.read(load))
