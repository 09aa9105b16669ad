"""The page: Today, Rows, Pipeline, Keywords, Runs, Tools; and signing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from sync_daemon.domain.access import Role
from sync_daemon.domain.headers import fold_header
from sync_daemon.domain.jobs import OutcomeKind
from sync_daemon.domain.redaction import redact
from sync_daemon.domain.serial_dates import from_serial
from sync_daemon.domain.status import RowStanding
from sync_daemon.domain.trouble import in_words
from sync_daemon.errors import ConfigError, NotFoundError
from sync_daemon.mirror.job_search import JobSearchEntry
from sync_daemon.mirror.read_models import Event, MirrorReader, RowView
from sync_daemon.services import due, plots, provenance, rows, runs
from sync_daemon.services.requests import check_role, see_request
from sync_daemon.services.stats import Period
from sync_daemon.web.dependencies import (
    Caller,
    Dashboard,
    Operator,
    TheCaller,
    TheDashboard,
    form_of,
)
from sync_daemon.web.fitting import cut, first_of, fit, size_of
from sync_daemon.web.lists import described_tools, pipelines_of, progress_of, try_out
from sync_daemon.web.problems import Problem
from sync_daemon.web.routers.figures import ThePeriod
from sync_daemon.web.routers.reading import TheQuestion, prepare
from sync_daemon.web.templating import render, shown

router = APIRouter()

# What keeps each page below 100 kB, whatever stands in cells; the sizes are in bytes.
_ATTENTION = 25
_ROWS = 100
_DUE = 50
_EVENTS = 60
_HEADLINE, _REASON, _NOTE = 160, 600, 300
_CELLS, _RESULTS, _DETAILS = 16_000, 12_000, 14_000
_CELL, _STORY = 80, 300  # bytes around one of them
_TRIED = 30_000
_PART = 15_000  # characters
_DUE_WITHIN = timedelta(days=14)


def show(
    template: str, title: str, caller: Caller | None, place: str = "", **values: Any
) -> Response:
    """A page of the dashboard."""
    common = {
        "title": title,
        "caller": caller,
        "place": place,
        "live": "",
        "notice": "",
        "fragment": caller is not None and caller.wants_fragment,
        "may_operate": caller is not None
        and caller.session is not None
        and caller.scope.role is Role.OPERATE,
    }
    return render(template, {**common, **values})


def render_problem(problem: Problem, headers: Mapping[str, str]) -> Response:
    """What went wrong, for people: without what is a hint for programs alone."""
    hint = "" if "/api/" in problem.hint else problem.hint
    values = {
        "title": problem.title, "detail": problem.detail, "hint": hint, "caller": None,
        "place": "", "live": "", "notice": "", "fragment": False,
    }  # fmt: skip
    return render("problem.html", values, problem.status, headers)


@router.get("/")
async def today(dashboard: TheDashboard, caller: TheCaller) -> Response:
    """Is the daemon alive, what needs somebody, what is due."""
    now, scope = dashboard.application.clock.now(), caller.scope
    pipelines = await pipelines_of(dashboard)
    state = dashboard.daemon()

    until = (now + _DUE_WITHIN).date()

    def load(connection: Connection) -> dict[str, Any]:
        sheets = runs.overview(connection, scope, dashboard.settings, now)
        return {
            "sheets": sheets,
            "attention": _attention(connection, [sheet.name for sheet in sheets]),
        }

    def load_due(connection: Connection) -> list[due.Due]:
        return due.load_due(connection, scope, pipelines, until, _DUE + 1)

    found = await dashboard.mirror.read(load)
    follow_ups = await dashboard.mirror.recall(("today", scope.sheets, until), load_due)
    found |= {"due": follow_ups[:_DUE], "has_more_due": len(follow_ups) > _DUE}
    told = [trouble for trouble in state.troubles if scope.sees(trouble.sheet)]
    return show(
        "today.html", "Today", caller, "/", **found,
        daemon=state, troubles=in_words(told), today=now.date(), live="row run request",
    )  # fmt: skip


def _attention(connection: Connection, sheets: list[str]) -> list[dict[str, Any]]:
    reader = MirrorReader(connection)
    found = [row for sheet in sheets for row in reader.attention(sheet, _ATTENTION)]
    return [brief(row) for row in found[:_ATTENTION]]


def brief(row: RowView) -> dict[str, Any]:
    """A row in a list."""
    headline = JobSearchEntry.from_cells(row.cells).headline
    if not headline:
        headline = next((str(v)[:80] for v in row.cells.values() if v != ""), row.row_id)
    return {
        "row_id": row.row_id,
        "sheet": row.sheet,
        "row_number": row.row_number,
        "state": row.state,
        "reason": cut(row.reason, _REASON),
        "headline": cut(headline, _HEADLINE),
        "last_changed": row.last_changed,
    }


@router.get("/rows")
async def list_rows(
    request: Request, dashboard: TheDashboard, caller: TheCaller, question: TheQuestion
) -> Response:
    """Rows, with the filters of the API."""
    asked = replace(
        question,
        sheet=question.sheet or None,
        state=[state for state in question.state if state],
        sort=question.sort or None,
        limit=min(question.limit, _ROWS),
    )

    def load(connection: Connection) -> dict[str, Any]:
        known = rows.load_columns(connection, dashboard.hidden)
        page = rows.list_rows(connection, caller.scope, asked, known, dashboard.names)
        names = caller.scope.visible(dashboard.names)
        return {"page": page, "columns": known.of([asked.sheet] if asked.sheet else names)}

    await prepare(dashboard, caller.scope, asked)
    found = await dashboard.mirror.read(load)
    kept = [(k, v) for k, v in request.query_params.multi_items() if v and k != "cursor"]
    following = found["page"].next
    leads_on = urlencode([*kept, ("cursor", following)]) if following else ""
    filters = urlencode([(k, v) for k, v in kept if k not in {"limit", "sort"}])
    return show(
        "rows.html", "Rows", caller, "/rows", **found,
        items=[brief(row) for row in found["page"].items],
        asked=asked,
        states=[state.value for state in RowStanding],
        names=caller.scope.visible(dashboard.names),
        following=f"/rows?{leads_on}" if leads_on else "",
        export=f"&{filters}" if filters else "",
        live="" if question.cursor else "row",
    )  # fmt: skip


@router.get("/rows/{row_id}")
async def show_row(
    row_id: str, dashboard: TheDashboard, caller: TheCaller, asked: str | None = None
) -> Response:
    """One row: what it holds, where that comes from, what happened to it."""
    steps = (await pipelines_of(dashboard)).steps

    def load(connection: Connection) -> dict[str, Any]:
        row = rows.find_row(connection, caller.scope, row_id)
        specs = [step.spec for step in steps.get(row.sheet, ())]
        days = {fold_header(h) for step in steps.get(row.sheet, ()) for h in step.date_headers}
        return {
            "row": row,
            "cells": {
                header: from_serial(value) if fold_header(header) in days else value
                for header, value in row.cells.items()
            },
            "posting": provenance.posting_of(connection, row_id),
            "stories": provenance.stories_of(connection, row, specs),
            "events": MirrorReader(connection).history(row_id)[::-1],
            "notice": told_of(connection, caller, asked),
        }

    found = await dashboard.mirror.read(load)
    cells, stories = found["cells"], {each.column: each for each in found["stories"]}
    shown, told = first_of(cells, _CELLS, _CELL), first_of(stories, _RESULTS, _STORY)
    found["cells"] = fit({name: cells[name] for name in shown}, _CELLS)
    found["stories"] = [stories[name] for name in told]
    found["values"] = fit({name: stories[name].value for name in told}, _RESULTS)
    found["left_out"] = len(cells) - len(shown) + len(stories) - len(told)
    found["events"] = _in_brief(found["events"])
    title = brief(found["row"])["headline"]
    return show("row.html", title, caller, "/rows", **found, live="row request")


def _in_brief(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The newest events, with as many of their details as a page has room for."""
    left, told = _DETAILS, []
    for event in events[:_EVENTS]:
        details = {key: cut(_detail(value), _NOTE) for key, value in event.detail.items()}
        needed = sum(size_of(key) + size_of(text) + 40 for key, text in details.items())
        is_shown, left = needed <= left, left - needed if needed <= left else left
        told.append(
            {
                "at": event.at,
                "run_id": event.run_id,
                "what": event.what,
                "details": details if is_shown else {},
                "has_more": not is_shown,
            }
        )
    return told


def _detail(value: Any) -> Any:
    if isinstance(value, Mapping) and "after" in value:
        return f"{shown(value.get('before', ''))} → {shown(value['after'])}"
    return shown(value)


@router.get("/rows/{row_id}/posting")
async def show_posting(
    row_id: str,
    dashboard: TheDashboard,
    caller: TheCaller,
    part: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The whole text of a posting as it was, in parts that a page can hold."""

    def load(connection: Connection) -> provenance.Posting:
        rows.find_row(connection, caller.scope, row_id)
        found = provenance.posting_of(connection, row_id)
        if found is None or part > _parts_of(found):
            message = "No such part of a posting was kept."
            raise NotFoundError(message, hint="Its row says what there is.")
        return found

    posting = await dashboard.mirror.read(load)
    text = posting.text[(part - 1) * _PART : part * _PART]
    return show(
        "posting.html", cut(posting.title, _HEADLINE) or "Posting", caller, "/rows",
        row_id=row_id, text=text, at=posting.at, part=part, parts=_parts_of(posting),
    )  # fmt: skip


def _parts_of(posting: provenance.Posting) -> int:
    return -(-len(posting.text) // _PART)


@router.get("/runs")
async def list_runs(
    dashboard: TheDashboard, caller: TheCaller, cursor: str | None = None
) -> Response:
    """Runs, the newest first."""
    load = partial(runs.list_runs, scope=caller.scope, cursor=cursor, limit=50)
    page = await dashboard.mirror.read(load)
    return show("runs.html", "Runs", caller, "/runs", page=page, live="" if cursor else "run")


@router.get("/runs/{run_id}")
async def show_run(
    run_id: int, dashboard: TheDashboard, caller: TheCaller, asked: str | None = None
) -> Response:
    """One run: what it did, and a way to take it back."""

    def load(connection: Connection) -> dict[str, Any]:
        run = runs.find_run(connection, caller.scope, run_id)
        written = runs.written_sheets(connection, run_id)
        return {
            "run": run,
            "may_undo": bool(written) and caller.scope.sees_all(written),
            "written": [
                brief(row)
                for row in runs.written_rows_of(connection, run_id)
                if caller.scope.sees(row.sheet)
            ],
            "notice": told_of(connection, caller, asked),
        }

    found = await dashboard.mirror.read(load)
    return show("run.html", f"Run {run_id}", caller, "/runs", **found, live="run request")


@router.get("/pipeline")
async def pipeline(dashboard: TheDashboard, caller: TheCaller, days: ThePeriod) -> Response:
    """How far applications came, how long it took, and what came back."""
    return await _plots(dashboard, caller, days, "Pipeline", plots.PIPELINE)


@router.get("/keywords")
async def keywords(dashboard: TheDashboard, caller: TheCaller, days: ThePeriod) -> Response:
    """What postings ask for, and what the résumé lacks."""
    return await _plots(dashboard, caller, days, "Keywords", plots.KEYWORDS)


@router.get("/tools")
async def tools(dashboard: TheDashboard, caller: TheCaller) -> Response:
    """The tools there are."""
    found = await described_tools(dashboard)
    return show("tools.html", "Tools", caller, "/tools", tools=found, tried=None)


@router.post("/tools/{name}")
async def try_tool(
    name: str, request: Request, dashboard: TheDashboard, caller: TheCaller
) -> Response:
    """Run one tool on what was typed; no sheet knows of it."""
    check_role(caller.scope)
    found = await described_tools(dashboard)
    if name not in {tool.name for tool in found}:
        raise NotFoundError(f"There is no tool {name!r}.", hint="/tools lists the tools.")
    form = await form_of(request)
    prefix = "input."
    inputs = {k.removeprefix(prefix): v for k, v in form.items() if k.startswith(prefix) and v}
    tried: dict[str, Any] = {"name": name, "inputs": inputs, "error": "", "outputs": {}}
    try:
        outcome = await run_in_threadpool(try_out, dashboard.application, name, inputs)
        if outcome.kind is OutcomeKind.DONE:
            tried["outputs"] = outcome.values
        else:
            tried["error"] = redact(outcome.error)
    except ConfigError as error:
        tried["error"] = redact(str(error))
    tried["outputs"] = fit(tried["outputs"], _TRIED)
    if sum(map(size_of, inputs.values())) > _TRIED:
        tried["inputs"] = {}  # half a text is not what was typed
    tried["error"] = cut(tried["error"], _REASON)
    return show("tools.html", "Tools", caller, "/tools", tools=found, tried=tried)


@router.post("/sync")
async def sync(dashboard: TheDashboard, scope: Operator) -> Response:
    """Ask for a cycle."""
    await run_in_threadpool(lambda: dashboard.asking().sync(scope))
    return RedirectResponse("/", 303)


@router.post("/rows/{row_id}/rerun")
async def rerun(row_id: str, dashboard: TheDashboard, scope: Operator) -> Response:
    """Ask for a row's steps again."""
    made = await run_in_threadpool(lambda: dashboard.asking().rerun(scope, row_id))
    return RedirectResponse(f"/rows/{row_id}?asked={made.request_id}", 303)


@router.post("/rows/{row_id}/restore")
async def restore(row_id: str, dashboard: TheDashboard, scope: Operator) -> Response:
    """Ask for a deleted row back."""
    made = await run_in_threadpool(lambda: dashboard.asking().restore(scope, row_id))
    return RedirectResponse(f"/rows/{row_id}?asked={made.request_id}", 303)


@router.post("/runs/{run_id}/undo")
async def undo(run_id: int, dashboard: TheDashboard, scope: Operator) -> Response:
    """Ask for what a run wrote to be taken back."""
    made = await run_in_threadpool(lambda: dashboard.asking().undo(scope, run_id))
    return RedirectResponse(f"/runs/{run_id}?asked={made.request_id}", 303)


async def _plots(
    dashboard: Dashboard, caller: Caller, days: Period, title: str, names: Sequence[str]
) -> Response:
    pipelines, now = await pipelines_of(dashboard), dashboard.application.clock.now()
    known = await progress_of(dashboard, caller.scope, days)

    def load(connection: Connection) -> list[plots.Plot]:
        source = plots.Source(connection, caller.scope, pipelines, days, now, known)
        return [plots.PLOTS[name](source) for name in names]

    key = (title, caller.scope.sheets, days, now.date())
    drawn = [
        {
            "title": plot.title,
            "unit": plot.unit,
            "marks": plot.marks(),
            "empty": plot.empty,
            "svg": Markup(plot.svg()),  # noqa: S704 - escaped where it is drawn
        }
        for plot in await dashboard.mirror.recall(key, load)
    ]
    place = f"/{title.lower()}"
    return show("plots.html", title, caller, place, plots=drawn, days=days)


def told_of(connection: Connection, caller: Caller, asked: str | None) -> str:
    """What became of a request that was made on this page."""
    if not asked:
        return ""
    request = see_request(connection, caller.scope, asked)
    state = f"{request.kind.capitalize()}: {request.state}."
    return f"{state} {request.reason}".strip()
