"""Answers and requests of the API as pydantic models; answers are made from dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

T = TypeVar("T")
Cell = StrictStr | StrictBool | StrictInt | StrictFloat


class Answer(BaseModel):
    """What an answer is made of."""

    model_config = ConfigDict(from_attributes=True)


class PageModel(Answer, Generic[T]):
    """One page of a list."""

    items: Sequence[T]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")
    total: int | None = Field(description="How many there are; null above 10,000.")


class ProblemModel(Answer):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    detail: str
    status: int
    hint: str
    exit_status: int


class HealthModel(Answer):
    """Whether the daemon is alive."""

    status: Literal["ok"]
    daemon: Literal["running", "stopped"]
    version: str


class SheetModel(Answer):
    """A configured sheet."""

    name: str
    worksheet: str
    rows: Mapping[str, int] = Field(description="How many rows are in each state.")
    total: int
    retrying: int
    next_due: str | None
    last_run: str | None
    next_run: str | None
    failures: int = Field(description="Cycles that failed, one after the other.")
    every_s: float
    owner: str | None = Field(description="The host whose installation keeps the sheet.")


class RowModel(Answer):
    """A row as `sheetd rows --json` prints it."""

    row_id: str
    sheet: str
    row_number: int
    state: str
    reason: str
    cells: Mapping[str, Cell]
    results: Mapping[str, Cell]
    error: str | None
    first_seen: str
    last_changed: str


class RowPartModel(BaseModel):
    """A row with the fields that were asked for."""

    row_id: str | None = None
    sheet: str | None = None
    row_number: int | None = None
    state: str | None = None
    reason: str | None = None
    cells: dict[str, Cell] | None = None
    results: dict[str, Cell] | None = None
    error: str | None = None
    first_seen: str | None = None
    last_changed: str | None = None


class VersionModel(Answer):
    """What a row held after one change."""

    version: int
    change: str
    at: str
    run_id: int
    cells: Mapping[str, Cell]


class BeforeImageModel(Answer):
    """What stood in a cell before a write of sheetd's."""

    at: str
    run_id: int
    before: Cell
    after: Cell


class CellModel(Answer):
    """Where a cell's value comes from."""

    value: Cell
    author: str = Field(description="user, sheetd or undo.")
    tool: str | None
    tool_version: int | None
    input_hash: str | None
    sources: Mapping[str, Sequence[str]] = Field(description="Input → columns or step outputs.")
    cost: float | None = Field(description="Seconds that the tool took.")
    run_id: int | None
    before_images: Sequence[BeforeImageModel]


class RunModel(Answer):
    """A run."""

    run_id: int
    trigger: str
    started_at: str
    finished_at: str | None
    status: str
    report: Mapping[str, Any]


class JobModel(Answer):
    """A job."""

    row_id: str
    sheet: str
    step: str
    state: str
    attempts: int
    due_at: str | None
    error: str
    updated_at: str


class FieldModel(Answer):
    """An input, output or option of a tool."""

    name: str
    type: str
    required: bool
    default: Any
    description: str


class ToolModel(Answer):
    """A tool."""

    name: str
    version: int
    summary: str
    help: str
    inputs: Sequence[FieldModel]
    outputs: Sequence[FieldModel]
    options: Sequence[FieldModel]
    origin: str


class QuotaModel(Answer):
    """Requests to Google."""

    reads_per_minute: int
    writes_per_minute: int
    calls_last_minute: Mapping[str, int] | None


class WorkerModel(Answer):
    """A process that runs jobs."""

    name: str
    host: str
    pid: int | None
    running: int


class SheetRequestModel(BaseModel):
    """What to sync."""

    model_config = ConfigDict(extra="forbid")

    sheet: str | None = Field(default=None, description="Only this sheet; all if left out.")


class NewRowModel(BaseModel):
    """A row to add."""

    model_config = ConfigDict(extra="forbid")

    sheet: str
    cells: dict[str, Annotated[Cell | None, Field()]] = Field(
        description="Column → value, kept as it is: =1+1 is text."
    )


class AcceptedModel(Answer):
    """A request that was taken."""

    request_id: str
    state: str


class RequestModel(Answer):
    """A request and what became of it."""

    request_id: str
    kind: str
    state: Literal["queued", "running", "done", "refused", "failed"]
    reason: str
    run_id: int | None


class BarModel(Answer):
    """One figure."""

    label: str
    value: float


class FunnelModel(Answer):
    """How far applications came."""

    stages: Sequence[BarModel] = Field(description="Rows that ever reached each stage.")
    days: Sequence[BarModel] = Field(description="Median days that rows spent in each stage.")


class ResponsesModel(Answer):
    """Answers to applications."""

    per_week: Sequence[BarModel]
    days_to_first: Sequence[BarModel]
    applied: int
    answered: int
    ghosted: int
    ghosted_after_days: int


class KeywordsModel(Answer):
    """What postings ask for, and what the résumé lacks."""

    asked: Sequence[BarModel]
    missing: Sequence[BarModel]
    match: Sequence[BarModel] = Field(description="Rows by their match in per cent.")


class SalaryModel(Answer):
    """The pay range of a posting, in a year."""

    row_id: str
    label: str
    currency: str
    minimum: float
    maximum: float


class SalariesModel(Answer):
    """Pay ranges."""

    items: Sequence[SalaryModel]


class ToolStatModel(Answer):
    """How a tool does."""

    tool: str
    results: int
    failed: int
    retrying: int
    mean_s: float


class ToolStatsModel(Answer):
    """How the tools do."""

    items: Sequence[ToolStatModel]
