"""A small web with a few companies and a Wikibase, for the company research."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import structlog

from sync_daemon.processing.run_tool import NoRows
from sync_daemon.processing.volatile_memory import VolatileMemory
from sync_daemon.tooling import ToolContext, ToolMemory
from tools.company_research.processor import CompanyResearch
from tools.company_research.schemas import CompanyInputSchema, CompanyOptions, CompanyResult

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
WIKIDATA = "https://www.wikidata.org"

Reaction = httpx.Response | Exception | str


class StoppedClock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


class Web:
    """Pages by address; an HttpProvider whose client reaches them and nothing else."""

    def __init__(
        self, pages: Mapping[str, Reaction], items: Mapping[str, Any] | None = None
    ) -> None:
        self.pages = dict(pages)
        self.items = dict(items or {})
        self.asked: list[str] = []

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer), follow_redirects=True)

    def async_client(self) -> httpx.AsyncClient:
        raise AssertionError

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        parameters = request.url.params
        found = self.pages.get(str(request.url.copy_with(query=None)))
        if isinstance(found, Exception):
            raise found
        if isinstance(found, httpx.Response):
            return found
        if found is not None:
            return httpx.Response(200, html=found)
        if request.url.path == "/w/api.php" and request.url.host == "www.wikidata.org":
            return httpx.Response(200, json=self._of_wikidata(parameters))
        return httpx.Response(404, text="not found")

    def _of_wikidata(self, parameters: httpx.QueryParams) -> dict[str, Any]:
        if parameters["action"] == "wbsearchentities":
            wanted = parameters["search"].casefold()
            hits = [key for key, item in self.items.items() if wanted in json.dumps(
                item, ensure_ascii=False).casefold() and "claims" in item]  # fmt: skip
            return {"search": [{"id": key} for key in hits]}
        ids = parameters["ids"].split("|")
        return {"entities": {key: self.items.get(key, {"id": key, "missing": ""}) for key in ids}}


class World:
    """The tool with its memory and its clock."""

    def __init__(self, web: Web, **options: Any) -> None:
        self.web = web
        self.clock = StoppedClock()
        self.memory: ToolMemory = VolatileMemory().of("company_research", "row")
        self.options = CompanyOptions(**options)

    def look_up(self, attempt: int = 1, **inputs: str) -> CompanyResult:
        log = structlog.get_logger()
        context = ToolContext(
            "row", "jobs", self.options, log, self.clock, NoRows(), self.web, self.memory, attempt
        )
        return CompanyResearch().process(CompanyInputSchema(**inputs), context)


def page(body: str = "", head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def structured(*nodes: Mapping[str, Any]) -> str:
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


def item(number: str, label: str, *, aliases: list[str] | None = None, **claims: Any) -> Any:
    """An item of Wikidata; each claim is a value or a ready statement, or a list of them."""
    return {
        "id": number,
        "labels": {"en": {"language": "en", "value": label}},
        "aliases": {"en": [{"language": "en", "value": one} for one in aliases or []]},
        "claims": {
            prop: [_statement(one) for one in (given if isinstance(given, list) else [given])]
            for prop, given in claims.items()
        },
    }


def label(number: str, text: str) -> Any:
    return {"id": number, "labels": {"en": {"language": "en", "value": text}}}


def to_item(number: str) -> dict[str, Any]:
    return {"entity-type": "item", "id": number}


def year(number: int, precision: int = 9) -> dict[str, Any]:
    return {"time": f"+{number}-00-00T00:00:00Z", "precision": precision}


def amount(number: int) -> dict[str, Any]:
    return {"amount": f"+{number}", "unit": "1"}


def statement(value: Any, rank: str = "normal", **qualifiers: Any) -> dict[str, Any]:
    return {
        "mainsnak": {"snaktype": "value", "datavalue": {"value": value}},
        "rank": rank,
        "qualifiers": {
            prop: [{"snaktype": "value", "datavalue": {"value": one}}]
            for prop, one in qualifiers.items()
        },
    }


def _statement(value: Any) -> Any:
    is_ready = isinstance(value, dict) and "mainsnak" in value
    return value if is_ready else statement(value)
