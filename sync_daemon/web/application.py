"""The application factory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from sync_daemon.bootstrap import Application
from sync_daemon.domain.access import Role, Scope
from sync_daemon.errors import SheetdError
from sync_daemon.mirror.live import LiveMirror
from sync_daemon.services.stats import Period
from sync_daemon.web import guards, new_row, pages, schemas, signing_in
from sync_daemon.web.dependencies import Dashboard, TheDashboard
from sync_daemon.web.events import Broadcaster
from sync_daemon.web.heads import Heads
from sync_daemon.web.lists import progress_of
from sync_daemon.web.problems import MEDIA_TYPE, install_handlers
from sync_daemon.web.routers import asking, figures, reading
from sync_daemon.web.sessions import Sessions

API = "/api/v1"
STATIC = Path(__file__).with_name("static")
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": schemas.ProblemModel, "content": {MEDIA_TYPE: {}}, "description": text}
    for status, text in {
        400: "It cannot be read, or was meant for another server",
        401: "Not signed in",
        403: "Not allowed",
        404: "Not found",
        408: "The body did not come in time",
        409: "In conflict with the current state",
        413: "Too large",
        422: "Cannot be processed as it stands",
        503: "The mirror cannot be read",
    }.items()
}


def create_app(application: Application) -> FastAPI:
    """The page and the API over one mirror.

    Args:
        application: settings, clock and the mirror; the caller closes it.
    """
    mirror = LiveMirror(application.settings.database.url)
    sessions = Sessions(application.clock.monotonic)
    dashboard = Dashboard(application, mirror, sessions, Broadcaster(mirror))
    app = FastAPI(
        title="sheetd",
        version="1",
        description="Rows, runs and figures of sheetd, and requests to it.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=partial(_lifespan, dashboard),
    )
    app.state.dashboard = dashboard
    install_handlers(app)
    for router in (_open_routes(app), reading.router, reading.fresh, asking.router, figures.router):
        app.include_router(router, prefix=API, tags=["api"], responses=_PROBLEMS)
    for router in (figures.fresh, figures.stream):
        app.include_router(router, prefix=API, tags=["api"], responses=_PROBLEMS)
    app.include_router(figures.root, responses=_PROBLEMS)
    for page in (signing_in.router, new_row.router, pages.router):
        app.include_router(page, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(guards.Guards, settings=application.settings.dashboard)
    app.add_middleware(Heads)
    return app


@asynccontextmanager
async def _lifespan(dashboard: Dashboard, _app: FastAPI) -> AsyncIterator[None]:
    warming = asyncio.create_task(_warm_up(dashboard))
    yield
    warming.cancel()
    await dashboard.broadcaster.close()
    await dashboard.mirror.close()


async def _warm_up(dashboard: Dashboard) -> None:
    """Have ready what takes a look at all rows."""
    with suppress(SheetdError):  # whoever asks is told
        await dashboard.mirror.prepare_search()
        await progress_of(dashboard, Scope("start", Role.READ), Period())


def _open_routes(app: FastAPI) -> APIRouter:
    """What needs no token."""
    router = APIRouter()

    @router.get("/health")
    async def health(dashboard: TheDashboard) -> schemas.HealthModel:
        """Whether the daemon is alive, and the mirror can be read."""
        await dashboard.mirror.read(lambda connection: connection.exec_driver_sql("SELECT 1"))
        return schemas.HealthModel(
            status="ok",
            daemon="running" if dashboard.daemon().is_running else "stopped",
            version=version_of("sheetd"),
        )

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi(_request: Request) -> JSONResponse:
        return JSONResponse(openapi_of(app))

    return router


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The API's description (OpenAPI 3.1)."""
    described = app.openapi()
    schemes = described.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["token"] = {"type": "http", "scheme": "bearer"}
    described["security"] = [{"token": []}]
    described["paths"][f"{API}/health"]["get"]["security"] = []
    return described
