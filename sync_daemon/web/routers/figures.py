"""Figures, exports, the calendar, metrics and events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from pydantic import BeforeValidator
from sqlalchemy import Connection
from starlette.types import Receive, Send
from starlette.types import Scope as ASGIScope

from sync_daemon import metrics as prometheus
from sync_daemon.errors import QueryError
from sync_daemon.export.forms import ExportForm, write_export
from sync_daemon.export.table import Export, fold_dates
from sync_daemon.mirror.live import LONGEST_EXPORT
from sync_daemon.services import due, rows, runs, stats
from sync_daemon.services.stats import Period
from sync_daemon.web import schemas
from sync_daemon.web.dependencies import TheDashboard, TheScope, conditional, conditional_now
from sync_daemon.web.lists import date_headers_of, pipelines_of, progress_of
from sync_daemon.web.routers.reading import TheQuestion, prepare

router = APIRouter(dependencies=[Depends(conditional)])
fresh = APIRouter(dependencies=[Depends(conditional_now)])
stream = APIRouter()
root = APIRouter(dependencies=[Depends(conditional_now)])

_IN_MEMORY = 4 << 20  # bytes of an export; what is longer goes to a file without a name
_CHUNK = 1 << 16
_MEDIA_TYPES = {
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.JSON: "application/json",
    ExportForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


Day = Annotated[date | None, BeforeValidator(lambda text: text or None)]


def period(
    first: Annotated[Day, Query(alias="from")] = None,
    last: Annotated[Day, Query(alias="to")] = None,
) -> Period:
    """The days that count."""
    if first is not None and last is not None and last < first:
        raise QueryError("`to` is before `from`.", hint="Write the earlier day as `from`.")
    return Period(first, last)


ThePeriod = Annotated[Period, Depends(period)]


@router.get("/stats/funnel")
async def funnel(dashboard: TheDashboard, scope: TheScope, days: ThePeriod) -> schemas.FunnelModel:
    """How far applications came, by the history of their status."""
    return schemas.FunnelModel.model_validate((await progress_of(dashboard, scope, days)).funnel)


@router.get("/stats/responses")
async def responses(
    dashboard: TheDashboard, scope: TheScope, days: ThePeriod
) -> schemas.ResponsesModel:
    """Answers a week, days to the first one, applications that got none."""
    found = await progress_of(dashboard, scope, days)
    return schemas.ResponsesModel.model_validate(found.responses)


@router.get("/stats/keywords")
async def keywords(
    dashboard: TheDashboard, scope: TheScope, days: ThePeriod
) -> schemas.KeywordsModel:
    """What postings ask for, and what the résumé lacks."""
    load = partial(stats.keywords, scope=scope, period=days)
    found = await dashboard.mirror.recall(("keywords", scope.sheets, days), load)
    return schemas.KeywordsModel.model_validate(found)


@router.get("/stats/salaries")
async def salaries(
    dashboard: TheDashboard, scope: TheScope, days: ThePeriod
) -> schemas.SalariesModel:
    """Pay ranges, by currency."""
    load = partial(stats.salaries, scope=scope, period=days)
    found = await dashboard.mirror.recall(("salaries", scope.sheets, days), load)
    return schemas.SalariesModel(items=[schemas.SalaryModel.model_validate(each) for each in found])


@router.get("/stats/tools")
async def tools(
    dashboard: TheDashboard, scope: TheScope, days: ThePeriod
) -> schemas.ToolStatsModel:
    """How the tools do."""
    pipelines = await pipelines_of(dashboard)
    load = partial(stats.tool_stats, scope=scope, pipelines=pipelines, period=days)
    found = await dashboard.mirror.recall(("tools", scope.sheets, days), load)
    return schemas.ToolStatsModel(
        items=[schemas.ToolStatModel.model_validate(each) for each in found]
    )


@router.get("/export", response_class=Response)
async def export(
    dashboard: TheDashboard,
    scope: TheScope,
    question: TheQuestion,
    response: Response,
    form: Annotated[ExportForm, Query(alias="format")] = ExportForm.CSV,
) -> Response:
    """Rows as a file: the bytes of `sheetd export`, of the rows that the filters find."""
    dates = await date_headers_of(dashboard)
    names, hidden = dashboard.names, dashboard.hidden

    def load(connection: Connection) -> SpooledTemporaryFile[bytes]:
        known = rows.load_columns(connection, hidden)
        which = rows.make_filter(scope, question, known, names)
        found = rows.AllRows(connection, which)
        return _written(Export(found, dates=fold_dates(dates)), form)

    await prepare(dashboard, scope, question)
    file = await dashboard.mirror.work(load, LONGEST_EXPORT)
    headers = {
        "Content-Disposition": f'attachment; filename="sheetd.{form.value}"',
        "ETag": response.headers["ETag"],
    }
    return _Download(file, media_type=_MEDIA_TYPES[form], headers=headers)


@fresh.get("/calendar.ics", response_class=Response)
async def calendar(dashboard: TheDashboard, scope: TheScope, response: Response) -> Response:
    """Follow-ups due, for calendars to subscribe to."""
    pipelines = await pipelines_of(dashboard)
    load = partial(due.load_due, scope=scope, pipelines=pipelines)
    found = await dashboard.mirror.recall(("due", scope.sheets), load)
    content = due.as_calendar(found, dashboard.application.clock.now())
    headers = {"ETag": response.headers["ETag"]}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@stream.get("/events", response_class=Response)
async def events(
    dashboard: TheDashboard,
    scope: TheScope,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Server-sent events of runs, rows and requests."""
    await dashboard.mirror.version()  # 503 now rather than a stream that says nothing
    told: AsyncIterator[str] = dashboard.broadcaster.listen(scope, last_event_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told, media_type="text/event-stream", headers=headers)


@root.get("/metrics", response_class=Response, tags=["api"])
async def metrics(dashboard: TheDashboard, scope: TheScope, response: Response) -> Response:
    """Figures for Prometheus."""
    now = dashboard.application.clock.now()

    def load(connection: Connection) -> str:
        sheets = [
            prometheus.SheetFigures(each.name, each.rows, each.retrying, each.failures, None, 0.0)
            for each in runs.overview(connection, scope, dashboard.settings, now)
        ]
        calls = runs.quota(connection, scope, dashboard.settings, now).calls_last_minute
        return prometheus.render(sheets, calls or {})

    text = await dashboard.mirror.read(load)
    state = int(dashboard.daemon().is_running)
    text += (
        f"# HELP sheetd_up Whether the daemon runs.\n# TYPE sheetd_up gauge\nsheetd_up {state}\n"
    )
    headers = {"ETag": response.headers["ETag"]}
    return PlainTextResponse(
        text, media_type="text/plain; version=0.0.4; charset=utf-8", headers=headers
    )


class _Download(StreamingResponse):
    """A file in pieces, which is closed whoever goes away.

    Args:
        file: what is sent.
        more: as of a streaming response.
    """

    def __init__(self, file: SpooledTemporaryFile[bytes], **more: Any) -> None:
        super().__init__(iter(partial(file.read, _CHUNK), b""), **more)
        self._file = file

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._file:
            await super().__call__(scope, receive, send)


def _written(table: Export, form: ExportForm) -> SpooledTemporaryFile[bytes]:
    """The file, to be read from its beginning; an error comes before the first piece."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the answer closes it
    try:
        write_export(table, form, file)  # type: ignore[arg-type]
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
