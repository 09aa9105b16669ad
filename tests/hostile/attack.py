"""Rows whose links and files lead to hostile documents, among rows that lead to good ones.

All go through the executor, the tools and the pool as rows of a sheet do; only the
network is played. What each row costs is measured: time by its outcome, memory by the
processes that read for it.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from sync_daemon.domain.jobs import Job, Outcome, OutcomeKind
from sync_daemon.feeds.parsing import FeedError
from sync_daemon.feeds.reading import HttpFeedReader
from sync_daemon.processing.executor import LocalExecutor
from sync_daemon.processing.parsers import ParserPool
from sync_daemon.processing.registry import ToolRegistry, load_registry
from sync_daemon.processing.resolved_step import ResolvedStep
from sync_daemon.processing.run_tool import NoRows
from sync_daemon.processing.steps import StepPlace, prepare_steps
from tests.hostile import documents, feeds, markup
from tests.support.fake_clock import StoppedClock

KINDS: Mapping[str, Callable[[random.Random], bytes]] = {
    "HTML": markup.page,
    "JSON-LD": markup.page_with_json,
    "XML": feeds.board,
    "RSS": feeds.rss,
    "PDF": documents.pdf,
    "DOCX": documents.docx,
}
GOOD_EVERY = 8
MOST_MB = 200
_GOOD = (
    "<!DOCTYPE html><title>Baker at Acme</title><script type='application/ld+json'>"
    '{"@type": "JobPosting", "title": "Baker", "hiringOrganization": {"name": "Acme"},'
    f' "description": "<p>{markup.PROSE}</p><p>Apply now.</p>"}}</script><h1>Baker</h1>'
)
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Case:
    """One document and the row that leads to it."""

    number: int
    kind: str
    content: bytes
    tool: str

    @property
    def link(self) -> str:
        """Where the document is."""
        if self.kind == "XML":
            return f"https://board{self.number}.jobs.personio.de/job/123"
        return f"https://host{self.number}.example/jobs/{self.number}-baker"


@dataclass(slots=True)
class Figures:
    """What it cost."""

    rows: Counter[str] = field(default_factory=Counter)  # by kind of document
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[tuple[float, str]] = field(default_factory=list)  # of hostile rows, what
    good_seconds: list[float] = field(default_factory=list)
    good_failed: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)  # rows that took longer than they may
    odd: list[str] = field(default_factory=list)  # defects: what no tool said
    most_mb: float = 0.0  # of a process that reads
    own_mb: float = 0.0  # that ours grew by

    @property
    def is_right(self) -> bool:
        """Whether every promise held."""
        is_broken = self.good_failed or self.beyond or self.odd
        return not is_broken and self.most_mb <= MOST_MB

    def lines(self) -> list[str]:
        """For people."""
        hostile, good = sorted(self.seconds, reverse=True), sorted(self.good_seconds)
        return [
            f"{sum(self.rows.values())} hostile rows: {dict(self.rows)}",
            f"outcomes: {dict(self.outcomes)}",
            f"slowest: {', '.join(f'{s:.1f} s {what}' for s, what in hostile[:5])}",
            *(f"over {most} s: {sum(s > most for s, _ in hostile)}" for most in (1, 5, 15)),
            f"{len(good)} good rows among them: median {good[len(good) // 2]:.2f} s,"
            f" slowest {good[-1]:.2f} s" if good else "no good rows",
            f"most memory of a reading process: {self.most_mb:.0f} MB",
            f"our own grew by {self.own_mb:.0f} MB, the making of the documents included",
            *(f"BROKEN: {what}" for what in (*self.good_failed, *self.beyond, *self.odd)),
        ]  # fmt: skip


def draw_case(seed: int, number: int) -> Case:
    """The same for the same numbers."""
    draw = random.Random(f"{seed}/{number}")  # noqa: S311 - for repetition, not for secrecy
    kind = list(KINDS)[number % len(KINDS)]
    tools = {"XML": ["posting_fetcher"], "RSS": ["feed"], "PDF": ["resume"], "DOCX": ["resume"]}
    tool = draw.choice(tools.get(kind, ["posting_fetcher", "link_check", "company_research"]))
    return Case(number, kind, KINDS[kind](draw), tool)


class _Web:
    """Gives each host its document."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[bytes, str]] = {}
        self._client = httpx.Client(transport=httpx.MockTransport(self._answer))

    def client(self) -> httpx.Client:
        return self._client

    def async_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def aclose(self) -> None:
        """Nothing is open."""

    def close(self) -> None:
        self._client.close()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        content, kind = self.pages.get(request.url.host, (b"", "text/html"))
        return httpx.Response(
            200 if content else 404, headers={"Content-Type": kind}, content=content
        )


class Attack:
    """Everything that a sheet's rows need, in a folder."""

    def __init__(self, folder: Path, pool: ParserPool) -> None:
        self.figures = Figures()
        self._folder = folder
        self._pool = pool
        self._web = _Web()
        self._registry: ToolRegistry = load_registry(installed=())
        self._steps: dict[tuple[str, str], ResolvedStep] = {}
        for tool in ("posting_fetcher", "link_check"):
            self._prepare(tool, tool, {"link": "Link"}, {})
        self._prepare("company_research", "company_research", {"link": "Link"}, {"wikidata": False})
        self._executor = LocalExecutor(
            self._steps, clock=StoppedClock(), mirror=NoRows(), http=self._web, parsers=pool
        )

    def close(self) -> None:
        """Let go of threads."""
        self._executor.close()
        self._web.close()

    def run(self, cases: Iterator[Case], at_once: int = 24) -> Figures:
        """All of them, with good rows between."""
        waiting: dict[str, Case | None] = {}
        with ThreadPoolExecutor(4) as readers:
            reading = []
            for case in cases:
                self.figures.rows[case.kind] += 1
                if case.tool == "feed":
                    reading.append(readers.submit(self._read_feed, case))
                else:
                    waiting[self._submit(case)] = case
                if case.number % GOOD_EVERY == 0:
                    waiting[self._submit_good(case.number)] = None
                while len(waiting) >= at_once:
                    self._collect(waiting)
            while waiting:
                self._collect(waiting)
            for one in reading:
                one.result()
        return self.figures

    def _prepare(
        self, name: str, tool: str, inputs: dict[str, str], options: dict[str, Any]
    ) -> None:
        config = _Step(name, tool, inputs, {}, options)
        (step,) = prepare_steps([config], self._registry, StepPlace("jobs", self._folder))
        self._steps["jobs", name] = step

    def _submit(self, case: Case) -> str:
        row = f"{case.kind} {case.number} ({case.tool})"
        if case.tool == "resume":
            file, step = self._folder / f"cv{case.number}", f"resume{case.number}"
            file.write_bytes(case.content)
            self._prepare(step, "resume_match", {"text": "Text"}, {"resume": str(file)})
            self._executor.replace_steps(self._steps)
            inputs: dict[str, Any] = {"text": f"{markup.PROSE} Python and SQL."}
        else:
            kind = "application/xml" if case.kind == "XML" else "text/html"
            self._web.pages[httpx.URL(case.link).host] = (case.content, kind)
            step, inputs = case.tool, {"link": case.link}
        self._executor.submit(Job(row, "jobs", step, step, inputs, row))
        return row

    def _submit_good(self, number: int) -> str:
        host, tool = f"good{number}.example", ("posting_fetcher", "link_check")[number % 2]
        self._web.pages[host] = (_GOOD.encode(), "text/html")
        row = f"good {number} ({tool})"
        link = {"link": f"https://{host}/jobs/{number}-baker"}
        self._executor.submit(Job(row, "jobs", tool, tool, link, row))
        return row

    def _collect(self, waiting: dict[str, Case | None]) -> None:
        for outcome in self._executor.wait(1.0):
            case = waiting.pop(outcome.job.row_id)
            self._note_good(outcome) if case is None else self._note(outcome, case)

    def _note_good(self, outcome: Outcome) -> None:
        self.figures.good_seconds.append(outcome.duration_s)
        if outcome.kind is not OutcomeKind.DONE:
            self.figures.good_failed.append(f"{outcome.job.row_id}: {outcome.error}")

    def _note(self, outcome: Outcome, case: Case) -> None:
        row = outcome.job.row_id
        self.figures.outcomes[outcome.kind.value] += 1
        self.figures.seconds.append((outcome.duration_s, row))
        if outcome.error.startswith(("No result after", "Something unexpected")):
            self.figures.odd.append(f"{row}: {outcome.error}")
        if outcome.duration_s > self._steps["jobs", outcome.job.step].tool.timeout:
            self.figures.beyond.append(f"{row}: {outcome.duration_s:.1f} s")
        with suppress(KeyError):
            del self._web.pages[httpx.URL(case.link).host]

    def _read_feed(self, case: Case) -> None:
        host, began, kind = f"feed{case.number}.example", time.monotonic(), "done"
        self._web.pages[host] = (case.content, "application/rss+xml")
        try:
            HttpFeedReader(self._web, self._pool).read(f"https://{host}/rss")
        except FeedError as error:
            kind = "failed"
            if isinstance(error.__cause__, Exception) and "cannot be read" in error.message:
                self.figures.odd.append(f"RSS {case.number}: {error.__cause__!r}")
        del self._web.pages[host]
        self.figures.outcomes[f"feed {kind}"] += 1
        self.figures.seconds.append((time.monotonic() - began, f"RSS {case.number} (feed)"))


@dataclass(frozen=True, slots=True)
class _Step:
    name: str | None
    tool: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    options: Mapping[str, Any]


def attack(
    folder: Path,
    seed: int,
    count: int,
    first: int = 0,
    tell: Callable[[int], None] = lambda _: None,
) -> Figures:
    """So many documents of a seed, each in a row of its own."""
    pool = ParserPool()
    attacking = Attack(folder, pool)
    before = _resident("self")
    try:
        with _measured(pool, attacking.figures):
            figures = attacking.run(_cases(seed, range(first, first + count), tell))
    finally:
        attacking.close()
        pool.close()
    figures.own_mb = _resident("self") - before
    return figures


def _cases(seed: int, numbers: range, tell: Callable[[int], None]) -> Iterator[Case]:
    for number in numbers:
        tell(number)
        yield draw_case(seed, number)


@contextmanager
def _measured(pool: ParserPool, figures: Figures) -> Iterator[None]:
    """Look at the memory of the processes all the time: the kernel forgets that of ended ones."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.01):
            for pid in pool.pids:
                figures.most_mb = max(figures.most_mb, _peak(pid))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _peak(pid: int) -> float:
    return _status(str(pid), "VmHWM:")


def _resident(pid: str) -> float:
    return _status(pid, "VmRSS:")


def _status(pid: str, name: str) -> float:
    """Megabytes, by proc(5)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)
