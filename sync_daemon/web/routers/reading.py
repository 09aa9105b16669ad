"""What the API tells: sheets, rows, runs, jobs, tools, quota, workers."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from sync_daemon.domain.access import Scope
from sync_daemon.services import provenance, rows, runs
from sync_daemon.services.rows import RowQuestion
from sync_daemon.web import schemas
from sync_daemon.web.dependencies import (
    Dashboard,
    TheDashboard,
    TheScope,
    conditional,
    conditional_now,
    where_pairs,
)
from sync_daemon.web.lists import pipelines_of

M = TypeVar("M", bound=BaseModel)

router = APIRouter(dependencies=[Depends(conditional)])
fresh = APIRouter(dependencies=[Depends(conditional_now)])

Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str | None, Query(max_length=100_000)]
RunId = int


def row_question(  # noqa: PLR0913 - a parameter of the query each
    request: Request,
    sheet: str | None = None,
    state: Annotated[list[str] | None, Query()] = None,
    changed_since: str | None = None,
    q: Annotated[str | None, Query(max_length=1_000)] = None,
    sort: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RowQuestion:
    """The filters of rows, as a query has them."""
    return RowQuestion(
        sheet=sheet,
        state=tuple(state or ()),
        changed_since=changed_since,
        q=q,
        where=tuple(where_pairs(request)),
        sort=sort,
        cursor=cursor,
        limit=limit,
    )


async def prepare(dashboard: Dashboard, scope: Scope, question: RowQuestion) -> None:
    """Have the search index know what a question needs."""
    sort = ""
    if question.sort:
        load = partial(
            rows.sort_column,
            scope=scope,
            question=question,
            hidden=dashboard.hidden,
            names=dashboard.names,
        )
        sort = await dashboard.mirror.read(load)
    if question.sort or question.q or question.where:
        await dashboard.mirror.prepare_search(sort)


TheQuestion = Annotated[RowQuestion, Depends(row_question)]


@router.get("/sheets")
async def sheets(dashboard: TheDashboard, scope: TheScope) -> schemas.PageModel[schemas.SheetModel]:
    """The configured sheets: how their rows stand, when they are looked at, who keeps them."""
    found = await _overview(dashboard, scope)
    return _page(schemas.SheetModel, rows.Page(found, None, len(found)))


@router.get("/sheets/{name}")
async def sheet(name: str, dashboard: TheDashboard, scope: TheScope) -> schemas.SheetModel:
    """One sheet."""
    rows.choose_sheets(scope, name, dashboard.names)
    found = await _overview(dashboard, scope)
    return schemas.SheetModel.model_validate(next(s for s in found if s.name == name))


@router.get("/rows", response_model=schemas.PageModel[schemas.RowModel])
async def list_rows(
    dashboard: TheDashboard,
    scope: TheScope,
    question: TheQuestion,
    response: Response,
    fields: str | None = None,
) -> Any:
    """Rows, as `sheetd rows --json` prints them; filter with where[Column]=value, too."""
    names = rows.choose_fields(fields)

    def load(connection: Any) -> rows.Page[Any]:
        known = rows.load_columns(connection, dashboard.hidden)
        return rows.list_rows(connection, scope, question, known, dashboard.names)

    await prepare(dashboard, scope, question)
    page = await dashboard.mirror.read(load)
    if fields is None:
        return page
    items = [rows.with_fields(row, names) for row in page.items]
    content = {"items": items, "next": page.next, "total": page.total}
    return JSONResponse(content, headers={"ETag": response.headers["ETag"]})


@router.get("/rows/{row_id}")
async def row(row_id: str, dashboard: TheDashboard, scope: TheScope) -> schemas.RowModel:
    """One row, deleted or not."""
    found = await dashboard.mirror.read(partial(rows.find_row, scope=scope, row_id=row_id))
    return schemas.RowModel.model_validate(found)


@router.get("/rows/{row_id}/versions")
async def versions(
    row_id: str, dashboard: TheDashboard, scope: TheScope
) -> list[schemas.VersionModel]:
    """What a row held after each change, oldest first."""

    def load(connection: Any) -> Any:
        rows.find_row(connection, scope, row_id)
        return provenance.versions_of(connection, row_id)

    found = await dashboard.mirror.read(load)
    return [schemas.VersionModel.model_validate(each) for each in found]


@router.get("/rows/{row_id}/cells/{column:path}")
async def cell(
    row_id: str, column: str, dashboard: TheDashboard, scope: TheScope
) -> schemas.CellModel:
    """Where a cell's value comes from; the column is percent-encoded."""
    steps = (await pipelines_of(dashboard)).steps

    def load(connection: Any) -> Any:
        found = rows.find_row(connection, scope, row_id)
        specs = [step.spec for step in steps.get(found.sheet, ())]
        return provenance.story_of(connection, found, column, specs)

    return schemas.CellModel.model_validate(await dashboard.mirror.read(load))


@router.get("/runs")
async def list_runs(
    dashboard: TheDashboard, scope: TheScope, cursor: Cursor = None, limit: Limit = 50
) -> schemas.PageModel[schemas.RunModel]:
    """Runs, the newest first."""
    load = partial(runs.list_runs, scope=scope, cursor=cursor, limit=limit)
    return _page(schemas.RunModel, await dashboard.mirror.read(load))


@router.get("/runs/{run_id}")
async def run(run_id: RunId, dashboard: TheDashboard, scope: TheScope) -> schemas.RunModel:
    """One run with its report."""
    found = await dashboard.mirror.read(partial(runs.find_run, scope=scope, run_id=run_id))
    return schemas.RunModel.model_validate(found)


@router.get("/jobs")
async def jobs(
    dashboard: TheDashboard,
    scope: TheScope,
    state: Annotated[list[str] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> schemas.PageModel[schemas.JobModel]:
    """Jobs of the rows that are in their sheets."""
    states = [part for each in state or () for part in each.split(",") if part]
    load = partial(runs.list_jobs, scope=scope, states=states, cursor=cursor, limit=limit)
    return _page(schemas.JobModel, await dashboard.mirror.read(load))


@router.get("/tools")
async def tools(dashboard: TheDashboard, scope: TheScope) -> schemas.PageModel[schemas.ToolModel]:
    """The tools there are, with inputs, outputs and options."""
    del scope
    from sync_daemon.web.lists import described_tools  # noqa: PLC0415

    found = await described_tools(dashboard)
    return _page(schemas.ToolModel, rows.Page(found, None, len(found)))


@fresh.get("/quota")
async def quota(dashboard: TheDashboard, scope: TheScope) -> schemas.QuotaModel:
    """Requests to Google in the last minute, and how many are allowed."""
    now = dashboard.application.clock.now()
    load = partial(runs.quota, scope=scope, settings=dashboard.settings, now=now)
    return schemas.QuotaModel.model_validate(await dashboard.mirror.read(load))


@fresh.get("/workers")
async def workers(
    dashboard: TheDashboard, scope: TheScope
) -> schemas.PageModel[schemas.WorkerModel]:
    """The processes that run jobs: here the daemon itself, while it runs."""
    state = dashboard.daemon()
    overview = await _overview(dashboard, scope)
    found = []
    if state.is_running:
        host = dashboard.application.host.name
        running = sum(sheet.rows.get("queued", 0) for sheet in overview)
        found.append(schemas.WorkerModel(name="daemon", host=host, pid=state.pid, running=running))
    return schemas.PageModel[schemas.WorkerModel](items=found, next=None, total=len(found))


async def _overview(dashboard: Dashboard, scope: Any) -> list[runs.SheetOverview]:
    now = dashboard.application.clock.now()
    load = partial(runs.overview, scope=scope, settings=dashboard.settings, now=now)
    return await dashboard.mirror.read(load)


def _page(model: type[M], page: rows.Page[Any]) -> schemas.PageModel[M]:
    items = [model.model_validate(item) for item in page.items]
    return schemas.PageModel(items=items, next=page.next, total=page.total)
